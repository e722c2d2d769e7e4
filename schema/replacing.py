"""Replacing a lost tracking code: what is given, and the new code or the problems that come back."""

from typing import Annotated

import strawberry
from strawberry import argument

from schema.context import Info
from schema.problem import Problem


@strawberry.input(description="For which case a new tracking code is made, and why.")
class ReplaceTrackingCodeInput:
    reference: str = strawberry.field(description="Its reference, as on the receipt.")
    purpose: str = strawberry.field(
        description="Why, and how it was checked who asks for it; kept in the case's history."
    )
    idempotency_key: str = strawberry.field(
        description="Made anew for each code, and sent again with each repetition: the same key, "
        "viewer and content are done once."
    )


@strawberry.type(description="The new tracking code, or the problems for want of one.")
class ReplaceTrackingCodePayload:
    tracking_code: str | None = strawberry.field(
        description="In force from now on, and told just this once; null if there are problems."
    )
    problems: list[Problem] = strawberry.field(
        description="Why there is no new code; empty if there is. TOLD_ONCE is for a repetition."
    )


@strawberry.mutation(
    description="Make a new tracking code for whoever has lost theirs, once it was checked who they "
    "are. The old one is worth nothing from then on. Whether there is such a case is not told to "
    "who may not do this."
)
async def replace_tracking_code(
    info: Info,
    given: Annotated[
        ReplaceTrackingCodeInput, argument(name="input", description="For which case, and why.")
    ],
) -> ReplaceTrackingCodePayload:
    """The new code, told once."""
    context = info.context
    replaced = await context.replacing.replace(
        context.viewer,
        given.reference,
        purpose=given.purpose,
        key=given.idempotency_key,
        deadline=context.deadline,
    )
    return ReplaceTrackingCodePayload(
        tracking_code=replaced.tracking_code,
        problems=list(replaced.problems),  # type: ignore[arg-type]  # records travel as they are
    )
