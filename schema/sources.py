"""Merged pages of complaints as the graph shows them, with the evidence for each source."""

from datetime import datetime

import strawberry
from strawberry.utils.str_converters import to_camel_case

from connectors.contract import records
from resolvers import outcome
from schema.agency import AgencyConnection
from schema.complaint import Complaint
from schema.connection import After, Connection, First, Listed, listed
from schema.context import Info
from schema.enums import SourceStatus


@strawberry.type(description="Why a source did not serve.")
class SourceFailure:
    code: str = strawberry.field(description="A stable code; docs/errors.md tells what to do.")
    message: str = strawberry.field(description="The same in words.")
    retry_after: float | None = strawberry.field(
        description="Seconds after which asking again makes sense; null if unknown."
    )


@strawberry.type(description="What one source contributed to an answer.")
class SourceOutcome:
    source: str = strawberry.field(description="The source's name; `store` is our own.")
    status: SourceStatus = strawberry.field(description="How it did.")
    rows: int = strawberry.field(description="How many of the rows are its own.")
    as_of: datetime | None = strawberry.field(
        description="When it knew what it said; null if it said nothing."
    )
    lag_seconds: float | None = strawberry.field(
        description="The age of that knowledge when the question came."
    )
    ended_early: bool = strawberry.field(
        description="Whether the page ended before it was full, because reading on in this source "
        "would have cost more than one page may. Nothing is left out up to there: ask for the next "
        "page."
    )
    missed_before: str | None = strawberry.field(
        description="The cursor to give as `after` to ask again for rows that were missed, here or "
        "on an earlier page; null if none were."
    )
    error: SourceFailure | None = strawberry.field(description="Why it did not serve.")

    @strawberry.field(description="Selected fields that this source never tells.")
    def fields_missing(self: outcome.SourceOutcome) -> list[str]:
        return [to_camel_case(name) for name in self.fields_missing]

    @strawberry.field(
        graphql_type=AgencyConnection,
        description="The agencies whose cases it holds, by code.",
    )
    def agencies(
        self: outcome.SourceOutcome, info: Info, first: First = None, after: After = None
    ) -> Listed[records.Agency]:
        context = info.context
        return listed(
            context.agencies.held_by(self.source),
            first=first,
            after=after,
            limits=context.pages,
            cursor_of=lambda agency: agency.id,
        )


@strawberry.type(description="How many rows match in all.")
class TotalCount:
    value: int = strawberry.field(description="How many are known of.")
    exact: bool = strawberry.field(
        description="False if there may be more: a source was silent, or cannot count them."
    )


@strawberry.type(description="One page of one list over every source that was asked.")
class ComplaintConnection(Connection[Complaint]):
    total_count: TotalCount | None = strawberry.field(
        description="How many rows match in all; counted only if it is asked for."
    )
    sources: list[SourceOutcome] = strawberry.field(
        description="How each source that was asked did."
    )
    complete: bool = strawberry.field(
        description="Whether nothing that matches was left out or is old, up to the end of this "
        "page."
    )
