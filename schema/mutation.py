"""The acts of the graph."""

from typing import Annotated

import strawberry
from strawberry import argument

from schema.context import Info
from schema.filing import FileComplaintInput, FileComplaintPayload, payload_of, request_of


@strawberry.type(description="What can be done.")
class Mutation:
    @strawberry.mutation(
        description="File a complaint. The receipt comes once the case is durable; the same key, "
        "viewer and content get the same receipt again."
    )
    async def file_complaint(
        self,
        info: Info,
        given: Annotated[
            FileComplaintInput, argument(name="input", description="What a person files.")
        ],
    ) -> FileComplaintPayload:
        context = info.context
        filed = await context.filings.file(
            context.viewer, request_of(given), key=given.idempotency_key
        )
        return payload_of(filed)
