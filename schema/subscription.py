"""What can be watched: arguments in, changes out, each as any question would show it."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from strawberry import argument

from connectors.contract.errors import ConnectorError
from connectors.contract.records import Complaint as Record
from resolvers import watching
from resolvers.watching.watching import Audience
from schema import selection
from schema.acts import CaseInput, which_of
from schema.complaint import Complaint
from schema.context import Context, Info
from schema.filters import ComplaintFilter, ComplaintOrder, query_of


@strawberry.type(description="How a case stands after a change.")
class ComplaintChange:
    version: int = strawberry.field(
        description="Counts the changes of the case; give the last one that was told as "
        "`sinceVersion` to go on from there."
    )
    complaint: Complaint = strawberry.field(description="The case as it stands.")


@strawberry.type(
    description="A case of a list that changed. One without an id comes once: what had changed "
    "before has been told, and from its cursor on nothing is missed."
)
class QueueChange:
    cursor: str = strawberry.field(
        description="Give the last one that was told as `after` to go on from there."
    )
    id: strawberry.ID | None = strawberry.field(
        description="The global id of the case that changed; null without a case, or where its id "
        "cannot be shown because the case cannot be read now."
    )
    left: bool = strawberry.field(
        description="True for a case that is not in the list, or no longer: it does not match the "
        "filter, or went to another agency."
    )

    @strawberry.field(
        graphql_type=Complaint | None,
        description="The case as it stands; null if it is not in the list, or, with an error, if "
        "it cannot be read now.",
    )
    def complaint(self: watching.QueueChange) -> Record | None:
        if isinstance(self.complaint, ConnectorError):
            raise self.complaint
        return self.complaint


@strawberry.type(
    description="What can be watched, over WebSockets (graphql-transport-ws) and event streams. "
    "docs/subscriptions.md tells how to go on after a break without missing anything."
)
class Subscription:
    @strawberry.subscription(
        graphql_type=ComplaintChange,
        description="One case: how it stands now, and how after each change. Of changes in quick "
        "succession the last is told. For whoever has its reference and tracking code, and for "
        "who may read it by its id.",
    )
    def complaint_changed(
        self,
        info: Info,
        case: Annotated[CaseInput, argument(description="The case that is meant.")],
        since_version: Annotated[
            int | None,
            argument(description="The version that is known; it is not told again."),
        ] = None,
    ) -> AsyncGenerator[watching.CaseChange, None]:
        return watching.watch_case(
            info.context.watching,
            _audience(info.context),
            which_of(info.context, case),
            selection.of_one(info, "complaint"),
            since=since_version,
        )

    @strawberry.subscription(
        graphql_type=QueueChange,
        description="The cases of a list that change, for who may ask for the list, each as it "
        "stands when it is told. First those that changed since `after`.",
    )
    def queue_changed(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the graph's word
            ComplaintFilter | None, argument(description="Which complaints, as in `complaints`.")
        ] = None,
        after: Annotated[
            str | None,
            argument(description="The cursor of the last change that was told, of this filter."),
        ] = None,
    ) -> AsyncGenerator[watching.QueueChange, None]:
        context = info.context
        query = query_of(filter, ComplaintOrder(), agencies=context.agencies, now=context.now)
        return watching.watch_queue(
            context.watching,
            _audience(context),
            query,
            selection.of_one(info, "complaint"),
            after=after,
        )


def _audience(context: Context) -> Audience:
    return Audience(context.viewer, context.caller, context.known_until)
