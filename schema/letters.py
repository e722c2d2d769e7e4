"""Letters to whoever complains: which were written, and the word that no more are wanted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from connectors.contract import letters as contract
from connectors.contract.letters import LetterKind, LetterState
from schema.context import Info
from schema.enums import described
from schema.problem import Problem

described(
    LetterKind,
    RECEIPT="The complaint was received.",
    INFORMATION_REQUESTED="The case waits for something from whoever complains.",
    MESSAGE="The agency said something else.",
    ANSWERED_IN_PART="It gave an interim answer.",
    ANSWERED="It gave a reasoned answer, or found the complaint inadmissible.",
    TRANSFERRED="The case went to another agency.",
    REOPENED="It is treated again.",
    CLOSED="It was closed.",
    OVERDUE="Its answer is late.",
    CODE_LINK="Somebody asked for a new tracking code.",
)
described(
    LetterState,
    PENDING="It waits for its turn, or for another one.",
    SENDING="An attempt is under way.",
    SENT="The mail server took it; whether it arrived is not heard.",
    CANCELLED="Nobody is to get it any more: there is no address, or no letters are wanted there.",
    DEAD="It was refused for good, or for too long.",
)


@strawberry.type(
    description="A letter to whoever complains; neither whom it is for nor what it says."
)
class Letter:
    kind: LetterKind = strawberry.field(description="What it tells.")
    state: LetterState = strawberry.field(description="How far it has come.")
    attempts: int = strawberry.field(description="How often it was tried.")
    queued_at: datetime = strawberry.field(description="When what it tells was stored.")
    sent_at: datetime | None = strawberry.field(
        description="When the mail server took it; null if it has not."
    )
    code: str | None = strawberry.field(
        description="Why it was not sent, if it was not: docs/letters.md."
    )


@strawberry.field(
    graphql_type=list[Letter] | None,
    description="Which letters were written to whoever complains in a case, the oldest first; for who "
    "handles it. Null if there is no such case, or none of which whoever asks may know this.",
)
async def letters(
    info: Info,
    reference: Annotated[str, argument(description="Of the case, as on the receipt.")],
) -> Sequence[contract.Letter] | None:
    """The letters."""
    context = info.context
    return await context.letters.about(context.viewer, reference, deadline=context.deadline)


@strawberry.input(description="To whom no more letters are sent.")
class StopLettersInput:
    token: str = strawberry.field(description="From the link of a letter that they got.")


@strawberry.type(description="Whether no more letters are sent.")
class StopLettersPayload:
    stopped: bool = strawberry.field(description="False if there are problems.")
    problems: list[Problem] = strawberry.field(description="What was wrong; empty otherwise.")


@strawberry.mutation(
    description="Send no more letters to the address to which one with this token went, about any "
    "case. Once more is harmless; whose address it is, is not told."
)
async def stop_letters(
    info: Info,
    given: Annotated[StopLettersInput, argument(name="input", description="To whom.")],
) -> StopLettersPayload:
    """Whether none are sent."""
    context = info.context
    problems = await context.stopping.stop(given.token, deadline=context.deadline)
    return StopLettersPayload(stopped=not problems, problems=list(problems))  # type: ignore[arg-type]  # records travel as they are
