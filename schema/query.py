"""The questions of the graph: arguments in, the resolvers' answers out."""

from typing import Annotated

import strawberry
from strawberry import argument

from connectors.contract import records
from connectors.contract.records import AgencyCode, Record
from resolvers import outcome, policy
from resolvers.outcome import Refusal
from schema import selection
from schema.agency import Agency, AgencyConnection
from schema.complaint import Complaint
from schema.connection import Listed, listed, page_size
from schema.context import Info
from schema.enums import AgencyClass, OnSourceFailure
from schema.filters import ComplaintFilter, ComplaintOrder, query_of
from schema.node import Node
from schema.service import ServiceConnection
from schema.sources import ComplaintConnection
from schema.viewer import Viewer

First = Annotated[int | None, argument(description="At most so many rows; the server bounds it.")]
After = Annotated[str | None, argument(description="Only what follows this cursor.")]


@strawberry.input(description="How old an answer may be.")
class Freshness:
    max_age: float = strawberry.field(
        description="Seconds. An older answer of a live source is asked for anew; an older index "
        "of a mirrored one is served and marked STALE."
    )


@strawberry.type(description="What can be asked.")
class Query:
    @strawberry.field(
        graphql_type=ComplaintConnection,
        description="One list of complaints, in one order, over everyone who holds some. A source "
        "that is silent costs nobody else's rows: `sources` names it.",
    )
    async def complaints(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        filter: Annotated[  # noqa: A002 - the graph's word
            ComplaintFilter | None, argument(description="Which complaints.")
        ] = None,
        order_by: Annotated[
            ComplaintOrder | None,
            argument(description="In which order; the last created first if it is not said."),
        ] = None,
        freshness: Annotated[
            Freshness | None, argument(description="How old an answer may be.")
        ] = None,
        on_source_failure: Annotated[
            OnSourceFailure, argument(description="What a silent source does to the answer.")
        ] = OnSourceFailure.PARTIAL,
    ) -> outcome.ComplaintPage:
        context = info.context
        return await context.complaints.search(
            context.viewer,
            query_of(
                filter, order_by or ComplaintOrder(), agencies=context.agencies, now=context.now
            ),
            selection.of_list(info),
            first=page_size(first, context.pages),
            after=after,
            on_failure=on_source_failure,
            max_age=_seconds(freshness),
            deadline=context.deadline,
        )

    @strawberry.field(
        graphql_type=Complaint | None,
        description="One case, for whoever has its reference and its tracking code; null for any "
        "other pair. Both may be typed with Arabic digits, spaces and dashes. Too many wrong codes "
        "are answered with TOO_MANY_ATTEMPTS for some minutes.",
    )
    async def complaint(
        self,
        info: Info,
        reference: Annotated[str, argument(description="The number of the receipt.")],
        tracking_code: Annotated[str, argument(description="The code of the receipt.")],
    ) -> records.Complaint | None:
        context = info.context
        return await context.complaints.follow(
            context.viewer,
            reference,
            tracking_code,
            selection.of_one(info),
            caller=context.caller,
            deadline=context.deadline,
        )

    @strawberry.field(
        graphql_type=AgencyConnection,
        description="The administrations that answer complaints, by code.",
    )
    def agencies(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        codes: Annotated[
            list[str] | None, argument(description="Only those of these codes.")
        ] = None,
        classes: Annotated[
            list[AgencyClass] | None, argument(description="Only those of these classes.")
        ] = None,
        regions: Annotated[
            list[str] | None,
            argument(description="Only those seated in these regions, MA-01 to MA-12."),
        ] = None,
        text: Annotated[
            str | None,
            argument(description="Only those with every one of these words in a name."),
        ] = None,
    ) -> Listed[records.Agency]:
        context = info.context
        found = context.agencies.select(
            codes=None if codes is None else map(AgencyCode, codes),
            classes=classes,
            regions=regions,
            text=text,
        )
        return listed(
            found,
            first=first,
            after=after,
            limits=context.pages,
            cursor_of=lambda agency: agency.id,
        )

    @strawberry.field(
        graphql_type=Agency | None, description="One administration; null if there is none."
    )
    def agency(
        self, info: Info, code: Annotated[str, argument(description="Its code.")]
    ) -> records.Agency | None:
        return info.context.agencies.get(AgencyCode(code))

    @strawberry.field(
        graphql_type=ServiceConnection,
        description="What may be complained about, over all agencies, as the registry has it. "
        "`Agency.services` asks an agency's own system too.",
    )
    def services(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        agencies: Annotated[
            list[str] | None, argument(description="Only those of these agencies, by code.")
        ] = None,
        text: Annotated[
            str | None,
            argument(description="Only those with every one of these words in name or keywords."),
        ] = None,
    ) -> Listed[records.Service]:
        context = info.context
        found = context.agencies.configured_services(
            codes=None if agencies is None else map(AgencyCode, agencies), text=text
        )
        return listed(
            found,
            first=first,
            after=after,
            limits=context.pages,
            cursor_of=lambda service: service.id,
        )

    @strawberry.field(
        graphql_type=Node | None,
        description="The thing of this id; null if there is none, or none for this viewer.",
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument(description="A global id.")],  # noqa: A002 - Relay's word
    ) -> Record | None:
        context = info.context
        kind, _, rest = id.partition(":")
        match kind:
            case "Complaint":
                return await context.loaders.complaint(id, selection.of_one(info))
            case "Agency":
                return context.agencies.get(AgencyCode(rest))
            case "Service":
                agency, _, code = rest.partition(":")
                return await context.agencies.service(
                    AgencyCode(agency), code, deadline=context.deadline
                )
            case _:
                return None

    @strawberry.field(graphql_type=Viewer, description="Who asks.")
    def viewer(self, info: Info) -> policy.Viewer:
        return info.context.viewer


def _seconds(freshness: Freshness | None) -> float | None:
    if freshness is None:
        return None
    if not freshness.max_age >= 0:
        raise Refusal(f"freshness.maxAge: expected 0 or more seconds; came {freshness.max_age}")
    return freshness.max_age
