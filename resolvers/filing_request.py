"""Say what is filed, and all that is wrong with it at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from connectors.contract.connector import Contact, OnBehalfOf
from connectors.contract.records import STORE, AgencyCode, Channel, Kind, Location
from resolvers.advice.places import AREAS
from resolvers.registry import Registry
from resolvers.unfit import files_elsewhere, too_long, unknown_agency, unknown_service
from resolvers.wording import Problem, Sentence

LONGEST_TITLE: Final = 200
LONGEST_DESCRIPTION: Final = 20_000
LONGEST_ADDRESS: Final = 500
LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254
"""RFC 5321 section 4.5.3.1.3, without the angle brackets."""
LONGEST_ANSWER: Final = 4000
MOST_ATTRIBUTES: Final = 50
MOST_VALUES: Final = 50

_SOUTH, _NORTH, _WEST, _EAST = 20.5, 36.5, -17.5, -0.5
"""Around Morocco, in degrees."""
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class FilingRequest:
    """What a person files."""

    agency_code: AgencyCode
    description: str
    """Empty if it is recorded in one of the files."""
    kind: Kind = Kind.COMPLAINT
    channel: Channel = Channel.WEB
    title: str | None = None
    service_code: str | None = None
    language: str | None = None
    location: Location | None = None
    contact: Contact = field(default_factory=Contact)
    on_behalf_of: OnBehalfOf | None = None
    """None: whoever complains does so for themselves."""
    secret: bool = False
    """Whether whoever complains asks that who they are be kept secret."""
    uploads: tuple[str, ...] = ()
    """The ids of files that come with it."""
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The answers to the service's questions: each code with its values."""


def problems_of(request: FilingRequest, registry: Registry, *, recorded: bool) -> Iterator[Problem]:
    """All that is wrong with `request`, field by field.

    What happened may be `recorded` instead of written: decree 2-17-265, art. 2.
    """
    yield from _of_agency(request, registry)
    if not recorded and not request.description.strip():
        yield Problem("REQUIRED", Sentence.DESCRIPTION_REQUIRED, ("description",))
    yield from too_long(request.description, LONGEST_DESCRIPTION, "description")
    yield from too_long(request.title, LONGEST_TITLE, "title")
    yield from _unlike(request.language, _LANGUAGE, Sentence.LANGUAGE_TAG, "language")
    yield from _of_location(request.location)
    yield from _of_contact(request.contact)
    yield from _of_principal(request.on_behalf_of)
    yield from _of_attributes(request.attributes)


def _of_agency(request: FilingRequest, registry: Registry) -> Iterator[Problem]:
    agency = registry.agencies.get(request.agency_code)
    if agency is None:
        yield unknown_agency(request.agency_code)
    elif not registry.takes_filings(agency.code):
        yield files_elsewhere(agency.code)
    elif (
        request.service_code is not None
        # Another system may offer more services than are configured; it is asked itself.
        and registry.routes[agency.code].details == STORE
        and (agency.code, request.service_code) not in registry.services
    ):
        yield unknown_service(agency.code, request.service_code)


def _of_location(place: Location | None) -> Iterator[Problem]:
    if place is None:
        return
    yield from too_long(place.address, LONGEST_ADDRESS, "location", "address")
    if place.area_code is not None and place.area_code not in AREAS:
        yield Problem("INVALID", Sentence.AREA_CODE, ("location", "areaCode"))
    if (place.latitude is None) != (place.longitude is None):
        yield Problem("INVALID", Sentence.COORDINATES_TOGETHER, ("location",))
    elif place.latitude is not None and place.longitude is not None:
        yield from _of_spot(place.latitude, place.longitude, in_morocco=place.area_code in AREAS)


def _of_spot(latitude: float, longitude: float, *, in_morocco: bool) -> Iterator[Problem]:
    """Places abroad are fit, for consulates are complained about too, but not with a code of here."""
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:  # noqa: PLR2004 - degrees
        told = Sentence.COORDINATES_ON_EARTH
    elif latitude == longitude == 0:
        told = Sentence.COORDINATES_NOWHERE
    elif in_morocco and not (_SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST):
        told = Sentence.COORDINATES_ELSEWHERE
    else:
        return
    yield Problem("INVALID", told, ("location",))


def _of_contact(contact: Contact) -> Iterator[Problem]:
    yield from too_long(contact.name, LONGEST_NAME, "contact", "name")
    yield from _unlike(contact.phone, _E164, Sentence.PHONE, "contact", "phone")
    yield from too_long(contact.email, LONGEST_EMAIL, "contact", "email")
    yield from _unlike(contact.email, _EMAIL, Sentence.EMAIL, "contact", "email")
    yield from _unlike(contact.language, _LANGUAGE, Sentence.LANGUAGE_TAG, "contact", "language")


def _of_principal(whom: OnBehalfOf | None) -> Iterator[Problem]:
    if whom is not None:
        if not whom.name.strip():
            yield Problem("REQUIRED", Sentence.NAME_REQUIRED, ("onBehalfOf", "name"))
        yield from too_long(whom.name, LONGEST_NAME, "onBehalfOf", "name")


def _of_attributes(answers: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[Problem]:
    codes: Mapping[str, tuple[str, ...]] = dict(answers)
    if len(answers) > MOST_ATTRIBUTES or len(codes) < len(answers):
        yield Problem(
            "INVALID",
            Sentence.ANSWERS_TO_QUESTIONS,
            ("attributes",),
            {"most": MOST_ATTRIBUTES, "came": len(answers), "to": len(codes)},
        )
    if any(not 1 <= len(values) <= MOST_VALUES for _, values in answers):
        yield Problem(
            "INVALID", Sentence.VALUES_OF_AN_ANSWER, ("attributes",), {"most": MOST_VALUES}
        )
    texts = [text for code, values in answers for text in (code, *values)]
    yield from too_long(max(texts, key=len, default=None), LONGEST_ANSWER, "attributes")


def _unlike(
    text: str | None, pattern: re.Pattern[str], expected: Sentence, *path: str
) -> Iterator[Problem]:
    if text is not None and not pattern.fullmatch(text):
        yield Problem("INVALID", expected, path)
