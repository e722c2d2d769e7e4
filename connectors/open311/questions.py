"""Say what a service asks of whoever files, and write the answers as a form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from connectors.contract.connector import Contact, Filing
from connectors.contract.errors import Rejected
from connectors.contract.records import AttributeChoice, AttributeType, Location, ServiceAttribute
from connectors.open311.reference import trailer
from connectors.open311.shapes import Definition, Question, claim, number, text

LONGEST_DESCRIPTION: Final = 4000
"""Characters, by the standard."""

_TYPES: Final = {
    "string": AttributeType.STRING,
    "number": AttributeType.NUMBER,
    "datetime": AttributeType.DATETIME,
    "text": AttributeType.TEXT,
    "singlevaluelist": AttributeType.SINGLE_VALUE_LIST,
    "multivaluelist": AttributeType.MULTI_VALUE_LIST,
}


def attributes(definition: Definition) -> tuple[ServiceAttribute, ...]:
    """The questions in the city's order, each code once."""
    asked = [each for each in definition.attributes or () if text(each.code) is not None]
    asked.sort(key=lambda question: number(question.order) or 0.0)
    return tuple({attribute.code: attribute for attribute in map(_attribute, asked)}.values())


def _attribute(question: Question) -> ServiceAttribute:
    choices = ((text(each.key), text(each.name)) for each in question.values or ())
    return ServiceAttribute(
        code=text(question.code) or "",
        # A type that nobody knows can be answered as text.
        type=_TYPES.get((text(question.datatype) or "").lower(), AttributeType.STRING),
        required=claim(question.required),
        description=text(question.description),
        hint=text(question.datatype_description),
        asked=question.variable is None or claim(question.variable),
        choices=tuple(
            AttributeChoice(key=key, name=name or key) for key, name in choices if key is not None
        ),
    )


def form(
    filing: Filing, asked: Sequence[ServiceAttribute], reference_in: str | None
) -> list[tuple[str, str]]:
    """The filing as GeoReport's form, without key. Raises `Rejected` for what cannot be said."""
    if filing.service_code is None:
        raise Rejected(
            "the source takes no filing without a service", fields=("service_code",), sent=False
        )
    said = [
        ("service_code", filing.service_code),
        ("description", _description(filing, reference_in)),
        *_place(filing.location),
        *_person(filing.contact),
        *_answers(filing.attributes, asked),
    ]
    if filing.media_url is not None:
        said.append(("media_url", filing.media_url))
    if reference_in is not None and reference_in != "description":
        said.append((reference_in, filing.reference))
    return said


def _description(filing: Filing, reference_in: str | None) -> str:
    carried = trailer(filing.reference) if reference_in == "description" else ""
    if len(filing.description) + len(carried) > LONGEST_DESCRIPTION:
        most = LONGEST_DESCRIPTION - len(carried)
        raise Rejected(
            f"the source takes descriptions of {most} characters at most",
            fields=("description",),
            sent=False,
        )
    return filing.description + carried


def _place(location: Location | None) -> Iterator[tuple[str, str]]:
    if location is None:
        return
    if location.latitude is not None and location.longitude is not None:
        yield "lat", str(location.latitude)
        yield "long", str(location.longitude)
    if location.address is not None:
        yield "address_string", location.address


def _person(contact: Contact) -> Iterator[tuple[str, str]]:
    # GeoReport knows no whole name: the last word is taken for the family's.
    first, _, last = (contact.name or "").strip().rpartition(" ")
    said = {
        "first_name": first or last,
        "last_name": last if first else "",
        "email": contact.email,
        "phone": contact.phone,
    }
    for name, value in said.items():
        if value:
            yield name, value


def _answers(
    answers: Mapping[str, Sequence[str]], asked: Sequence[ServiceAttribute]
) -> Iterator[tuple[str, str]]:
    several = {each.code for each in asked if each.type is AttributeType.MULTI_VALUE_LIST}
    for code, values in answers.items():
        listed = "[]" if code in several or len(values) > 1 else ""
        for value in values:
            yield f"attribute[{code}]{listed}", value
