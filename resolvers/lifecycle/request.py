"""Say what is to be done in a case, and why it cannot be done now."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from connectors.contract.acts import Act, Inadmissibility
from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, Outcome


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done, as far as the act asks for it."""

    act: Act
    text: str | None = None
    """What is said: a message, a note, the reasons of an answer, why something is done."""
    language: str | None = None
    """BCP 47 tag of the text."""
    uploads: tuple[str, ...] = ()
    """The ids of files that come with it."""
    inadmissible: Inadmissibility | None = None
    """What an assessment finds. None: the case is to be treated."""
    outcome: Outcome | None = None
    legal_basis: str | None = None
    instead: str | None = None
    """Where to go instead."""
    score: int | None = None
    assignee: str | None = None
    """Who is to handle it. None: nobody."""
    original: str | None = None
    """The reference of the case that this one repeats, as it was typed."""
    agency: AgencyCode | None = None
    """To which it goes, or which is to take part."""
    service_code: str | None = None
    """The service of that agency that it is about."""
    no_court_seized: bool | None = None
    """What the complainant states of that; law 14-16 wants it stated."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """The act cannot be done in the state in which the case stands."""

    status: Status
    possible: frozenset[Status]
    """Where it could be done."""


@dataclass(frozen=True, slots=True)
class TooEarly:
    """The agency may still answer in time."""

    after: datetime | None
    """From when on the case may be handed over without an answer; None: an answer is waited for."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """It was handed over before."""


@dataclass(frozen=True, slots=True)
class NothingToRate:
    """No answer was given yet."""


Hindrance: TypeAlias = NotNow | NothingToRate | TooEarly | HandedOver
"""Why an act cannot be done now."""
