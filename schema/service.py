"""Services as the graph shows them."""

from typing import ClassVar

import strawberry

from connectors.contract import records
from connectors.contract.records import Record
from schema.connection import Connection
from schema.enums import AttributeType
from schema.labels import LocalizedText
from schema.node import Node


@strawberry.type(description="One permitted answer of a list question.")
class AttributeChoice:
    key: str = strawberry.field(description="What is sent.")
    name: str = strawberry.field(description="What is shown.")


@strawberry.type(description="One question that a service asks of whoever files.")
class ServiceAttribute:
    code: str = strawberry.field(description="Its name in filings.")
    type: AttributeType = strawberry.field(description="What kind of answer it takes.")
    required: bool = strawberry.field(description="Whether a filing must answer it.")
    description: str | None = strawberry.field(description="The question, as it is put.")
    hint: str | None = strawberry.field(description="Help for answering it.")
    asked: bool = strawberry.field(description="False for a notice that only informs.")
    choices: list[AttributeChoice] = strawberry.field(
        description="The permitted answers of a list question; empty for others."
    )


@strawberry.type(
    description="Something an agency does, about which one may complain; an Open311 service."
)
class Service(Node):
    record: ClassVar[type[Record]] = records.Service

    agency_code: str = strawberry.field(description="The code of its agency.")
    code: str = strawberry.field(description="Unique within the agency.")
    name: LocalizedText = strawberry.field(description="What people call it.")
    description: str | None = strawberry.field(description="Whether this is the right service.")
    group: str | None = strawberry.field(description="The heading under which it is listed.")
    keywords: list[str] = strawberry.field(description="Further words for finding it.")
    attributes: list[ServiceAttribute] | None = strawberry.field(
        description="The questions it asks. Null in lists of what an agency's own system offers, "
        "which tells them one service at a time: ask `node` or `Agency.service`."
    )


@strawberry.type(description="A page of services.")
class ServiceConnection(Connection[Service]):
    total_count: int = strawberry.field(description="How many there are in all.")
