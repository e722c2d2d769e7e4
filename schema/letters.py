"""Letters to whoever complains, from the side of who no longer wants them."""

from typing import Annotated

import strawberry
from strawberry import argument

from schema.context import Info
from schema.problem import Problem


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
