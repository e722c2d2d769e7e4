"""What agencies' systems are still to hear: how it stands, and an officer's word that it is done."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from connectors.contract import outbox, records
from connectors.contract.outbox import DeliveryState, Verb, Which
from connectors.contract.records import AgencyCode
from resolvers.deliveries import DeliveryPage
from schema.agency import Agency
from schema.connection import After, Connection, First, page_size
from schema.context import Info
from schema.enums import Act, described
from schema.problem import Problem

described(
    DeliveryState,
    PENDING="It is tried, again and again with growing pauses.",
    SENDING="An attempt is under way.",
    DELIVERED="The system has it.",
    UNCERTAIN="It may have arrived and is not repeated: somebody has to look there.",
    DEAD="The system refused it, or it was tried for too long: somebody has to decide.",
    BY_HAND="The system cannot take it from here: an officer enters it there, and says so.",
)
described(
    Verb,
    called="DeliveryVerb",
    FILE="To enter the case.",
    SAY="To add a message.",
    MOVE="To put the case into a state.",
    ATTACH="To add a file to the case.",
)


@strawberry.type(
    description="Something that an agency's system is to hear of an act, and how far that has come; "
    "nothing of its content."
)
class Delivery:
    id: strawberry.ID = strawberry.field(description="By which it is named to confirm it.")
    reference: str = strawberry.field(description="Of the case.")
    agency_code: str = strawberry.field(description="The agency responsible for the case.")
    source: str = strawberry.field(description="The system that is to hear it.")
    act: Act = strawberry.field(description="What was done here.")
    verb: Verb = strawberry.field(description="What the system is asked.")
    state: DeliveryState = strawberry.field(description="How far it has come.")
    attempts: int = strawberry.field(description="How often it was tried.")
    created_at: datetime = strawberry.field(description="When it was done here.")
    next_at: datetime = strawberry.field(description="When it is tried next, while PENDING.")
    tried_at: datetime | None = strawberry.field(
        description="When the last attempt began; null if none did."
    )
    code: str | None = strawberry.field(
        description="Why it has not arrived, if something went wrong: docs/deliveries.md."
    )

    @strawberry.field(
        graphql_type=Agency | None,
        description="The agency responsible; null if it is registered no more.",
    )
    def agency(self: outbox.Delivery, info: Info) -> records.Agency | None:
        return info.context.agencies.get(self.agency_code)


@strawberry.type(description="A page of deliveries, the oldest first.")
class DeliveryConnection(Connection[Delivery]):
    pass


@strawberry.field(
    graphql_type=DeliveryConnection,
    description="What agencies' systems are still to hear of what was done here, the oldest first; "
    "for who handles or oversees the cases, and who runs the gateway.",
)
async def deliveries(
    info: Info,
    first: First = None,
    after: After = None,
    states: Annotated[
        list[DeliveryState] | None,
        argument(description="Only in these states; all but DELIVERED if it is not said."),
    ] = None,
    agencies: Annotated[
        list[str] | None, argument(description="Only in cases of these agencies, by code.")
    ] = None,
    reference: Annotated[str | None, argument(description="Only in this case.")] = None,
) -> DeliveryPage:
    """The deliveries."""
    context = info.context
    return await context.deliveries.page(
        context.viewer,
        Which(
            states=outbox.WAITING if states is None else frozenset(states),
            agencies=None if agencies is None else frozenset(map(AgencyCode, agencies)),
            reference=reference,
        ),
        first=page_size(first, context.pages),
        after=after,
        deadline=context.deadline,
    )


@strawberry.input(description="What an agency's system has by now, though it was not heard so.")
class ConfirmDeliveryInput:
    delivery: strawberry.ID = strawberry.field(description="The delivery's id.")
    source_id: str | None = strawberry.field(
        default=None,
        description="By which the system knows the case; for FILE, and for nothing else.",
    )
    idempotency_key: str = strawberry.field(
        description="Made anew for each word given, and sent again with each repetition: the same "
        "key, viewer and content are done once."
    )


@strawberry.type(description="How the delivery stands now, or why it does not.")
class ConfirmDeliveryPayload:
    delivery: Delivery | None = strawberry.field(description="Null if there are problems.")
    problems: list[Problem] = strawberry.field(
        description="Why it is not taken for done; empty if it is. NOT_AWAITED: it waits for nobody, "
        "since it has arrived or is being tried. PLACE_TAKEN: `sourceId` leads to another case."
    )


@strawberry.mutation(
    description="Say that an agency's system has what it was to hear: it was entered there by hand, "
    "or somebody looked and saw it. For deliveries that are BY_HAND, UNCERTAIN or DEAD. Who said so "
    "is kept in the history of the case."
)
async def confirm_delivery(
    info: Info,
    given: Annotated[
        ConfirmDeliveryInput, argument(name="input", description="Which, and as what.")
    ],
) -> ConfirmDeliveryPayload:
    """How it stands."""
    context = info.context
    confirmed = await context.confirming.confirm(
        context.viewer,
        given.delivery,
        given.source_id,
        key=given.idempotency_key,
        deadline=context.deadline,
    )
    return ConfirmDeliveryPayload(
        delivery=confirmed.delivery,  # type: ignore[arg-type]  # records travel as they are
        problems=list(confirmed.problems),  # type: ignore[arg-type]  # records travel as they are
    )
