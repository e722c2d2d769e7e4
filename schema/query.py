"""The questions of the graph: arguments in, the resolvers' answers out."""

from typing import Annotated, Final

import strawberry
from strawberry import argument

from connectors.contract import records
from connectors.contract.records import AgencyCode, Record
from resolvers import outcome, policy
from resolvers.advice import excluded, likely, similar
from resolvers.outcome import Refusal
from resolvers.wording import LabelKind
from schema import selection
from schema.advice import (
    ExcludedMatter,
    LikelyAgencies,
    SimilarComplaints,
    SimilarComplaintsInput,
    question_of,
)
from schema.agency import Agency, AgencyConnection
from schema.attachments import attachment_limits
from schema.complaint import Complaint
from schema.connection import After, First, Listed, listed, page_size
from schema.context import Info
from schema.deliveries import deliveries
from schema.enums import AgencyClass, OnSourceFailure
from schema.figures import public_figures
from schema.filters import ComplaintFilter, ComplaintOrder, query_of
from schema.labels import Label, labels_of
from schema.letters import letters
from schema.node import Node
from schema.service import ServiceConnection
from schema.sources import ComplaintConnection
from schema.viewer import Viewer

_FEW: Final = 5
"""As many suggestions as a person looks through."""


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
        tracking_code: Annotated[
            str | None,
            argument(
                description="The code of the receipt; left out in a browser that has just opened "
                "this case by it (/auth/case)."
            ),
        ] = None,
    ) -> records.Complaint | None:
        context = info.context
        code = context.code_of(reference, tracking_code)
        if code is None:
            return None
        return await context.complaints.follow(
            reference,
            code,
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
        graphql_type=LikelyAgencies,
        description="Which administrations are likely competent for what a person tells, by the "
        "words of their names and services; no source is asked. A suggestion, never a decision.",
    )
    def likely_agencies(
        self,
        info: Info,
        text: Annotated[str, argument(description="What happened, in the person's words.")],
        place: Annotated[
            str | None,
            argument(
                description="Where: the ISO 3166-2:MA code of a region, province or prefecture, or "
                "the name of a place. Left out, names of places are looked for in the text."
            ),
        ] = None,
        first: Annotated[
            int | None, argument(description="At most so many; five if it is not said.")
        ] = None,
    ) -> likely.LikelyAgencies:
        context = info.context
        return context.advice.likely(
            text, place=place, first=page_size(_FEW if first is None else first, context.pages)
        )

    @strawberry.field(
        graphql_type=list[ExcludedMatter],
        description="The matters that the law does not let be treated as a complaint, and where to "
        "go with them. A hint in the text keeps nobody from filing.",
    )
    def excluded_matters(
        self,
        info: Info,
        text: Annotated[
            str | None,
            argument(description="What a person tells; matters it hints at are marked."),
        ] = None,
    ) -> tuple[excluded.ExcludedMatter, ...]:
        return info.context.advice.excluded(text)

    @strawberry.field(
        graphql_type=SimilarComplaints,
        description="What open complaints to one agency are like what is about to be filed: the "
        "cases for who reads that agency's cases, for anyone else about how many. Costs as much "
        "as a page of complaints.",
    )
    async def similar_complaints(
        self,
        info: Info,
        given: Annotated[
            SimilarComplaintsInput,
            argument(name="input", description="What is about to be filed."),
        ],
        first: Annotated[
            int | None, argument(description="At most so many cases; five if it is not said.")
        ] = None,
    ) -> similar.SimilarComplaints:
        context = info.context
        return await context.advice.similar(
            context.viewer,
            question_of(given),
            selection.of_one(info, "complaints", "complaint"),
            first=page_size(_FEW if first is None else first, context.pages),
            most=context.pages.most,
            deadline=context.deadline,
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

    @strawberry.field(
        description="What states, acts and outcomes are called in Arabic, French, English and "
        "Amazigh: always the same, to be kept by whoever shows them."
    )
    def labels(
        self,
        kinds: Annotated[
            list[LabelKind] | None, argument(description="Only those of these kinds.")
        ] = None,
    ) -> list[Label]:
        return labels_of(kinds)

    deliveries = deliveries
    letters = letters
    public_figures = public_figures
    attachment_limits = attachment_limits

    @strawberry.field(graphql_type=Viewer, description="Who asks.")
    def viewer(self, info: Info) -> policy.Viewer:
        return info.context.viewer


def _seconds(freshness: Freshness | None) -> float | None:
    if freshness is None:
        return None
    if not freshness.max_age >= 0:
        raise Refusal(f"freshness.maxAge: expected 0 or more seconds; came {freshness.max_age}")
    return freshness.max_age
