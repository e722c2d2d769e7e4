"""What the legal clock is told: each of its numbers that no text settles, and those that one does.

The defaults are the safe readings: they promise a person nothing less than the law does, and an
agency nothing more. docs/legal-clock.md tells where each comes from.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from connectors.contract.records import Kind
from resolvers.clock.workdays import WorkingDays


class Unit(StrEnum):
    """Which days a term counts."""

    CALENDAR = "calendar"
    WORKING = "working"


class Pausing(StrEnum):
    """Whose clock stands still while the complainant is asked for something."""

    AGENCY = "agency"
    """The agency's own; the person's sixty days go on."""
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Term:
    """How long an answer may take."""

    days: int
    """The day on which the case came is not counted."""
    unit: Unit = Unit.CALENDAR
    extension_days: int = 0
    """By how much an interim answer puts the end off."""
    extensions: int = 0
    """How often in one cycle."""


SIXTY_DAYS: Final = Term(60)
"""Decree 2-17-265."""


@dataclass(frozen=True, slots=True)
class ClockPolicy:
    """How the clock counts."""

    complaint: Term = SIXTY_DAYS
    observation: Term | None = None
    """None: nobody owes an answer by a day."""
    suggestion: Term | None = None
    information_request: Term = Term(20, Unit.WORKING, extension_days=20, extensions=1)
    urgent_information_request: Term = Term(3, Unit.WORKING, extension_days=3, extensions=1)
    information_requests_count: bool = False
    """Whether the clock of law 31-13 runs here; its requests are to be sent on to their portal."""
    agency_days: int | None = None
    """How long each agency may take with a case, from its transfer; None: as long as the answer."""
    routing_days: int = 15
    """By when a case should have come to the agency that is competent, from the deposit."""
    warning_days: tuple[int, ...] = (15, 5)
    """How many days before the end a warning is told; falling."""
    escalation_days: int = 0
    """How many days after the end the supervisor is told."""
    ends_on_working_day: bool = False
    """Whether a term that ends on a day off goes on to the next working day."""
    complement_pauses: Pausing = Pausing.AGENCY
    complements_that_pause: int = 1
    """How many requests for a complement pause a cycle; one should ask for everything at once."""
    reopening_restarts: bool = True
    """Whether a reopened case has its whole term again; else what was left of it."""
    notice_days: int = 0
    """How many days after a case was found inadmissible the person must have been told why."""
    closing_days: int = 30
    """How many days after the answer a case closes if its complainant says nothing more."""
    follow_up_days: int = 180
    """How many days after its end news of a case is still asked for."""
    working_days: WorkingDays = field(default_factory=WorkingDays)

    def term(self, kind: Kind, *, urgent: bool = False) -> Term | None:
        """How long the answer may take; None if no day is set for it."""
        match kind:
            case Kind.COMPLAINT:
                return self.complaint
            case Kind.OBSERVATION:
                return self.observation
            case Kind.SUGGESTION:
                return self.suggestion
            case Kind.INFORMATION_REQUEST if not self.information_requests_count:
                return None
            case Kind.INFORMATION_REQUEST:
                return self.urgent_information_request if urgent else self.information_request


USUAL: Final = ClockPolicy()
"""The clock of a gateway that was told nothing else."""
