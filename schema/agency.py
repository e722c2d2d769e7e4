"""Agencies as the graph shows them, and the systems that hold their cases."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry
from strawberry import argument

from connectors.contract import records
from connectors.contract.records import Record
from resolvers import agencies
from schema.connection import Connection, Listed, listed
from schema.context import Info
from schema.enums import AgencyClass, Exactness, Mode, SourceHealth, Status, Visibility
from schema.labels import LocalizedText
from schema.node import Node
from schema.service import Service, ServiceConnection


@strawberry.type(description="A filter that a source itself sees to.")
class FilterSupport:
    field: str = strawberry.field(description="What is looked at.")
    op: str = strawberry.field(description="How it is compared.")
    exactness: Exactness = strawberry.field(description="How far the source can be trusted in it.")


@strawberry.type(
    description="What an agency's own system takes of what is done in a case. What this service's "
    "mutations offer of it they say themselves."
)
class SourceTakes:
    filings: bool = strawberry.field(description="Whether cases can be entered into it.")
    messages: list[Visibility] = strawberry.field(
        description="Whom a message added to a case may be for; empty if it takes none."
    )
    statuses: list[Status] = strawberry.field(description="The states that a case can be put in.")
    attachment_bytes: int | None = strawberry.field(
        description="The size of the largest file that can be added to a case; null if none can."
    )


@strawberry.type(description="The system that holds an agency's cases, and how it did lately.")
class AgencySource:
    id: str = strawberry.field(description="Its name here; `store` is this service's own.")
    kind: str = strawberry.field(description="The connector that speaks its language.")
    mode: Mode = strawberry.field(description="Where lists of its cases come from.")
    health: SourceHealth = strawberry.field(description="How it did lately, from our own calls.")
    last_answered_at: datetime | None = strawberry.field(
        description="When it last answered; null if it has not since this service started."
    )
    last_failed_at: datetime | None = strawberry.field(
        description="When it last failed; null if it has not since this service started."
    )
    accepts_filings: bool = strawberry.field(description="Whether `fileComplaint` reaches it.")
    takes: SourceTakes = strawberry.field(
        description="What its own system takes: filings, messages, states and files."
    )
    filters: list[FilterSupport] = strawberry.field(description="The filters it sees to itself.")
    orders: list[str] = strawberry.field(description="The orders it lists in by itself.")

    @strawberry.field(
        description="As of when its cases are known here, if lists of them come from an index that "
        "is kept here; null if they do not, and if it was never heard."
    )
    async def heard_at(self: agencies.AgencySource, info: Info) -> datetime | None:
        return await _heard_at(self, info)

    @strawberry.field(description="The age of that index when the question came.")
    async def lag_seconds(self: agencies.AgencySource, info: Info) -> float | None:
        heard_at = await _heard_at(self, info)
        if heard_at is None:
            return None
        return max(0.0, (info.context.now - heard_at).total_seconds())


async def _heard_at(source: agencies.AgencySource, info: Info) -> datetime | None:
    if source.mode is not records.Mode.MIRROR:
        return None
    return await info.context.loaders.heard_at(source.id)


@strawberry.type(description="An administration that answers complaints.")
class Agency(Node):
    record: ClassVar[type[Record]] = records.Agency

    code: str = strawberry.field(description="Its name in filters; it never changes.")
    name: LocalizedText = strawberry.field(description="Its official name.")
    agency_class: AgencyClass = strawberry.field(
        name="class", description="The class under which it is counted in the public figures."
    )
    region: str | None = strawberry.field(
        description="ISO 3166-2:MA code of the region of its seat."
    )
    demonstration: bool = strawberry.field(description="True for an invented administration.")

    @strawberry.field(
        graphql_type="Agency | None", description="The agency it belongs to; null if to none."
    )
    def parent(self: records.Agency, info: Info) -> records.Agency | None:
        return None if self.parent is None else info.context.agencies.get(self.parent)

    @strawberry.field(
        graphql_type=AgencySource, description="Who holds its cases, and how that did lately."
    )
    def source(self: records.Agency, info: Info) -> agencies.AgencySource:
        return info.context.agencies.source(self.code)

    @strawberry.field(
        graphql_type=ServiceConnection | None,
        description="What it may be complained to about. Asked of its own system where that tells "
        "it, and null, with an error, if that system does not answer.",
    )
    async def services(
        self: records.Agency,
        info: Info,
        first: Annotated[int | None, argument(description="At most so many.")] = None,
        after: Annotated[str | None, argument(description="After this cursor.")] = None,
    ) -> Listed[records.Service]:
        context = info.context
        offered = await context.agencies.services(self.code, deadline=context.deadline)
        return listed(
            offered,
            first=first,
            after=after,
            limits=context.pages,
            cursor_of=lambda service: service.id,
        )

    @strawberry.field(
        graphql_type=Service | None,
        description="One of its services, with the questions it asks; null if there is none of "
        "this code.",
    )
    async def service(
        self: records.Agency,
        info: Info,
        code: Annotated[str, argument(description="The service's code.")],
    ) -> records.Service | None:
        context = info.context
        return await context.agencies.service(self.code, code, deadline=context.deadline)


@strawberry.type(description="A page of agencies.")
class AgencyConnection(Connection[Agency]):
    total_count: int = strawberry.field(description="How many there are in all.")
