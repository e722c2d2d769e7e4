"""Who complains: asked for by itself, with a purpose, and never part of a complaint."""

from typing import Annotated

import strawberry
from strawberry import argument

from connectors.contract import ledger
from schema.context import Info
from schema.enums import Mandate, PersonType
from schema.problem import Problem


@strawberry.type(description="For whom somebody complains who does not complain for themselves.")
class OnBehalfOf:
    name: str = strawberry.field(description="Their name.")
    mandate: Mandate = strawberry.field(description="By what whoever complains acts for them.")
    person_type: PersonType = strawberry.field(description="Who they are before the law.")


@strawberry.type(description="Who complains, as far as they said.")
class Complainant:
    name: str | None = strawberry.field(description="Their name.")
    phone: str | None = strawberry.field(description="In international form.")
    email: str | None = strawberry.field(description="An e-mail address.")
    language: str | None = strawberry.field(
        description="BCP 47 tag of what they read; null if that is not known."
    )
    on_behalf_of: OnBehalfOf | None = strawberry.field(
        description="For whom they complain; null if for themselves."
    )


@strawberry.input(description="In which case somebody wants to know who complains, and why.")
class ReadComplainantInput:
    reference: str = strawberry.field(description="Its reference, as on the receipt.")
    purpose: str = strawberry.field(
        description="What it has to be known for; kept with who asked, and when."
    )


@strawberry.type(description="Who complains, or why it is not told.")
class ReadComplainantPayload:
    complainant: Complainant | None = strawberry.field(description="Null if there are problems.")
    problems: list[Problem] = strawberry.field(
        description="Why it is not told. SECRET: whoever complains asked that it be kept secret; a "
        "supervisor of the case may know."
    )


@strawberry.mutation(
    description="Look who complains in a case; for who handles it. That somebody looked, and what "
    "for, is durably written down before anything is answered, each time."
)
async def read_complainant(
    info: Info,
    given: Annotated[
        ReadComplainantInput, argument(name="input", description="In which case, and why.")
    ],
) -> ReadComplainantPayload:
    """Who complains."""
    context = info.context
    seen = await context.complainants.look(
        context.viewer, given.reference, purpose=given.purpose, deadline=context.deadline
    )
    if isinstance(seen, ledger.Complainant):
        return ReadComplainantPayload(complainant=_shown(seen), problems=[])
    return ReadComplainantPayload(complainant=None, problems=list(seen))  # type: ignore[arg-type]  # records travel as they are


def _shown(seen: ledger.Complainant) -> Complainant:
    contact, whom = seen.contact, seen.on_behalf_of
    return Complainant(
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        language=contact.language,
        on_behalf_of=None
        if whom is None
        else OnBehalfOf(name=whom.name, mandate=whom.mandate, person_type=whom.person_type),
    )
