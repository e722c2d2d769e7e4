"""Say what is to be done in a case, and why it cannot be done now."""

from dataclasses import dataclass

from connectors.contract.acts import Act, Inadmissibility
from connectors.contract.lifecycle import Status
from connectors.contract.records import Outcome


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done, as far as the act asks for it."""

    act: Act
    text: str | None = None
    """What is said: a message, a note, the reasons of an answer, why something is done."""
    language: str | None = None
    """BCP 47 tag of the text."""
    inadmissible: Inadmissibility | None = None
    """What an assessment finds. None: the case is to be treated."""
    outcome: Outcome | None = None
    legal_basis: str | None = None
    instead: str | None = None
    """Where to go instead."""
    score: int | None = None


@dataclass(frozen=True, slots=True)
class NotNow:
    """The act cannot be done in the state in which the case stands."""

    status: Status
    possible: frozenset[Status]
    """Where it could be done."""


@dataclass(frozen=True, slots=True)
class NothingToRate:
    """No answer was given yet."""
