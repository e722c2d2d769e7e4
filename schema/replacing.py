"""Replacing a lost tracking code: by who checks identity, or by a link to the address on file."""

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


@strawberry.input(description="For which case a link to a new tracking code is sent.")
class SendTrackingCodeLinkInput:
    reference: str = strawberry.field(description="Its reference, as on the receipt.")


@strawberry.type(description="That it was asked for, or what is wrong with the reference itself.")
class SendTrackingCodeLinkPayload:
    problems: list[Problem] = strawberry.field(
        description="Empty whether or not anything is sent: whether there is such a case, and an "
        "e-mail address on file, is told to nobody."
    )


@strawberry.mutation(
    description="Send a link to a new tracking code to the e-mail address on file, for whoever has "
    "lost theirs; at most once in three hours for a case. It is good for a day, and once."
)
async def send_tracking_code_link(
    info: Info,
    given: Annotated[
        SendTrackingCodeLinkInput, argument(name="input", description="For which case.")
    ],
) -> SendTrackingCodeLinkPayload:
    """The same for every reference that can be one."""
    context = info.context
    problems = await context.code_links.send(
        given.reference, caller=context.caller, deadline=context.deadline
    )
    return SendTrackingCodeLinkPayload(problems=list(problems))  # type: ignore[arg-type]  # records travel as they are


@strawberry.input(description="The link that was sent.")
class OpenTrackingCodeLinkInput:
    token: str = strawberry.field(description="From the link.")


@strawberry.type(description="The new tracking code, or the problems for want of one.")
class OpenTrackingCodeLinkPayload:
    reference: str | None = strawberry.field(
        description="Of the case that it opens; null if there are problems."
    )
    tracking_code: str | None = strawberry.field(
        description="In force from now on, and told just this once; null if there are problems."
    )
    problems: list[Problem] = strawberry.field(
        description="Why there is no new code; empty if there is."
    )


@strawberry.mutation(
    description="Make a new tracking code for whoever holds the link to one. The old one is worth "
    "nothing from then on, and so is the link."
)
async def open_tracking_code_link(
    info: Info,
    given: Annotated[OpenTrackingCodeLinkInput, argument(name="input", description="The link.")],
) -> OpenTrackingCodeLinkPayload:
    """The new code, told once."""
    context = info.context
    made = await context.code_links.open(given.token, deadline=context.deadline)
    return OpenTrackingCodeLinkPayload(
        reference=made.reference,
        tracking_code=made.tracking_code,
        problems=list(made.problems),  # type: ignore[arg-type]  # records travel as they are
    )
