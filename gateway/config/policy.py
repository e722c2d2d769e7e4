"""The format of `policy` in agencies.yaml: what law and practice leave to be decided.

The docstrings below the fields are the descriptions that editors show.
"""

from datetime import date
from itertools import pairwise
from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator

from connectors.contract.records import AgencyCode
from gateway.config.entry import Entry, NoneOrMore
from resolvers.clock import USUAL, ClockPolicy, Pausing, Term, Unit, WorkingDays
from resolvers.lifecycle import AT_ONCE, HandOverPolicy
from resolvers.uploads.limits import USUAL_FILES, AttachmentLimits

MOST_DAYS: Final = 3650
MOST_BYTES: Final = 500_000_000
"""Few people's lines carry more, and no agency's system takes it."""

Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]
SomeDays = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class TermEntry(Entry):
    """How long an answer may take; what is not stated is as shown here, whatever the kind."""

    days: SomeDays
    """The day on which the case came is not counted."""
    unit: Unit = Unit.CALENDAR
    """calendar: every day counts; working: Monday to Friday but for holidays."""
    extension_days: Days = 0
    """By how many days an interim answer puts the end off."""
    extensions: NoneOrMore = 0
    """How often it may in one cycle."""

    @model_validator(mode="after")
    def _extended_by_something(self) -> Self:
        if (self.extension_days == 0) != (self.extensions == 0):
            raise ValueError(
                "expected extension_days and extensions both above 0, or neither; "
                f"came {self.extension_days} and {self.extensions}"
            )
        return self

    def term(self) -> Term:
        """The same as the clock takes it."""
        return Term(self.days, self.unit, self.extension_days, self.extensions)


def _entry(term: Term) -> TermEntry:
    return TermEntry(
        days=term.days,
        unit=term.unit,
        extension_days=term.extension_days,
        extensions=term.extensions,
    )


class HolidaysEntry(Entry):
    """What the published calendar of Moroccan holidays has wrong; those by the moon it estimates."""

    added: frozenset[date] = frozenset()
    """Holidays that it lacks."""
    removed: frozenset[date] = frozenset()
    """Days that are none."""

    @model_validator(mode="after")
    def _either(self) -> Self:
        if both := sorted(self.added & self.removed):
            raise ValueError(f"expected each day once; came {both[0]} both added and removed")
        return self


class ClockEntry(Entry):
    """How the legal clock counts; docs/legal-clock.md tells which text each rule comes from."""

    complaint: TermEntry = _entry(USUAL.complaint)
    """How long the answer to a complaint may take."""
    observation: TermEntry | None = None
    """The same for an observation; without it, there is no such day."""
    suggestion: TermEntry | None = None
    """The same for a suggestion."""
    information_request: TermEntry = _entry(USUAL.information_request)
    """The same for a request for information."""
    urgent_information_request: TermEntry = _entry(USUAL.urgent_information_request)
    """The same for an urgent one."""
    information_requests_count: bool = USUAL.information_requests_count
    """Whether requests for information have a clock here; they belong to a portal of their own."""
    agency_days: SomeDays | None = USUAL.agency_days
    """How long each agency may take with a case from its transfer; without it, as the answer."""
    routing_days: Days = USUAL.routing_days
    """By how many days after the deposit the competent agency should have the case."""
    warning_days: tuple[SomeDays, ...] = USUAL.warning_days
    """How many days before the end a warning is told, the earliest first."""
    escalation_days: Days = USUAL.escalation_days
    """How many days after the end the supervisor is told."""
    ends_on_working_day: bool = USUAL.ends_on_working_day
    """Whether a term that ends on a day off goes on to the next working day."""
    complement_pauses: Pausing = USUAL.complement_pauses
    """Whose clock stands still while the complainant is asked for something: agency or both."""
    complements_that_pause: NoneOrMore = USUAL.complements_that_pause
    """How many such requests pause one cycle."""
    reopening_restarts: bool = USUAL.reopening_restarts
    """Whether a reopened case has its whole term again; else what was left of it."""
    notice_days: Days = USUAL.notice_days
    """How many days after a case was found inadmissible the reasons must have been told."""
    closing_days: SomeDays = USUAL.closing_days
    """How many days after the answer a case closes if its complainant says nothing more."""
    follow_up_days: Days = USUAL.follow_up_days
    """For how many days after its end news of a case is still asked for."""
    holidays: Annotated[HolidaysEntry, Field(default_factory=HolidaysEntry)]
    """Corrections of the calendar of holidays."""

    @field_validator("warning_days")
    @classmethod
    def _falling(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if any(before <= after for before, after in pairwise(days)):
            raise ValueError(f"expected falling numbers of days; came {', '.join(map(str, days))}")
        return days

    def policy(self) -> ClockPolicy:
        """The same as the clock takes it."""
        return ClockPolicy(
            complaint=self.complaint.term(),
            observation=None if self.observation is None else self.observation.term(),
            suggestion=None if self.suggestion is None else self.suggestion.term(),
            information_request=self.information_request.term(),
            urgent_information_request=self.urgent_information_request.term(),
            information_requests_count=self.information_requests_count,
            agency_days=self.agency_days,
            routing_days=self.routing_days,
            warning_days=self.warning_days,
            escalation_days=self.escalation_days,
            ends_on_working_day=self.ends_on_working_day,
            complement_pauses=self.complement_pauses,
            complements_that_pause=self.complements_that_pause,
            reopening_restarts=self.reopening_restarts,
            notice_days=self.notice_days,
            closing_days=self.closing_days,
            follow_up_days=self.follow_up_days,
            working_days=WorkingDays(self.holidays.added, self.holidays.removed),
        )


class HandOverEntry(Entry):
    """When a complainant may hand a case over to the ombudsman, and to whom."""

    days_overdue: Days = AT_ONCE.days_overdue
    """How many days after the day it was due an unanswered case may be handed over."""
    ombudsman: str | None = None
    """The code of the agency whose officers read what was handed over; without it, the complainant
    shows the case there by its reference and tracking code."""

    def policy(self) -> HandOverPolicy:
        """The same as acts take it."""
        code = self.ombudsman
        return HandOverPolicy(self.days_overdue, None if code is None else AgencyCode(code))


class AttachmentsEntry(Entry):
    """How many files may come with one act, and how large they may be."""

    count: Annotated[int, Field(ge=0, le=100)] = USUAL_FILES.count
    """Files of one act; 0: none are taken."""
    largest_bytes: Annotated[int, Field(ge=1, le=MOST_BYTES)] = USUAL_FILES.largest_bytes
    """Bytes of one file."""
    total_bytes: Annotated[int, Field(ge=1, le=MOST_BYTES)] = USUAL_FILES.total_bytes
    """Bytes of all files of one act."""

    drafts_bytes: Annotated[int, Field(ge=1)] = USUAL_FILES.drafts_bytes
    """Bytes of all files, from everyone, that no act has claimed; beyond, none are taken."""

    @model_validator(mode="after")
    def _one_fits(self) -> Self:
        if self.largest_bytes > self.total_bytes:
            raise ValueError(
                "expected largest_bytes of at most total_bytes; "
                f"came {self.largest_bytes} and {self.total_bytes}"
            )
        return self

    def policy(self) -> AttachmentLimits:
        """The same as acts take it."""
        return AttachmentLimits(
            count=self.count,
            largest_bytes=self.largest_bytes,
            total_bytes=self.total_bytes,
            drafts_bytes=self.drafts_bytes,
        )


class PolicyEntry(Entry):
    """What holds for every agency and that somebody has to have decided."""

    clock: Annotated[ClockEntry, Field(default_factory=ClockEntry)]
    """How the legal clock counts."""
    hand_over: Annotated[HandOverEntry, Field(default_factory=HandOverEntry)]
    """When a complainant may hand a case over to the ombudsman."""
    attachments: Annotated[AttachmentsEntry, Field(default_factory=AttachmentsEntry)]
    """Which files may come with complaints, messages and answers."""
