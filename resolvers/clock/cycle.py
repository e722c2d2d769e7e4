"""What is known of one run of the clock: its times, its pauses, the agencies that had the case."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from connectors.contract.records import AgencyCode
from resolvers.clock.counting import Counting, Pause
from resolvers.clock.days import day_of
from resolvers.clock.facts import Ended


@dataclass(frozen=True, slots=True)
class AgencySpan:
    """What one agency took of a cycle; its clock is its own, and nobody's right depends on it."""

    agency: AgencyCode | None
    """None if that is not known."""
    started_at: datetime
    due_at: datetime | None
    """None while a pause goes on."""
    ended_at: datetime | None
    """By a transfer or the end of the cycle; None while it has the case."""
    days_taken: int | None
    """None while it has the case."""
    pauses: tuple[Pause, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """A length that the cycle had from some moment on."""

    made_at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Finding:
    """The case was found inadmissible; that has to be told with reasons."""

    at: datetime
    told_by: datetime
    """The last instant for telling it."""
    undone_at: datetime | None
    """When it was opened again before it was told."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One run of the clock."""

    number: int
    """Counted from 1."""
    started_at: datetime
    due_at: datetime | None
    """When the answer is due at the latest; None while a pause goes on."""
    stopped_at: datetime | None
    """None while an answer is owed."""
    stopped_by: Ended | None
    days_taken: int | None
    """Of those that count; None while an answer is owed."""
    pauses: tuple[Pause, ...]
    """Of the legal clock."""
    agencies: tuple[AgencySpan, ...]
    promises: tuple[Promise, ...] = field(repr=False)
    """The first and one for each extension; never empty."""
    findings: tuple[Finding, ...] = field(repr=False)
    counting: Counting = field(repr=False)

    @property
    def extensions(self) -> int:
        """How often its end was put off."""
        return len(self.promises) - 1

    @property
    def notice_due_at(self) -> datetime | None:
        """When the reasons for finding the case inadmissible are due; None if it was not."""
        standing = (each.told_by for each in self.findings if each.undone_at is None)
        return min(standing, default=None)

    @property
    def owed_at(self) -> datetime | None:
        """When something is owed at the latest: the answer, or why there will be none."""
        known = (at for at in (self.due_at, self.notice_due_at) if at is not None)
        return min(known, default=None)

    @property
    def late(self) -> bool | None:
        """Whether it stopped too late; None while an answer is owed."""
        if self.stopped_at is None:
            return None
        return self.owed_at is not None and self.owed_at < self.stopped_at

    def running_at(self, now: datetime) -> bool:
        """Whether something is owed at `now`."""
        return self.started_at <= now and (self.stopped_at is None or now < self.stopped_at)

    def overdue_at(self, now: datetime) -> bool:
        """Whether something is owed at `now` although it was due before."""
        return self.running_at(now) and self.owed_at is not None and self.owed_at < now

    def days_left(self, now: datetime) -> int | None:
        """How many days that count follow today before it is late: 0 on the last.

        Below 0: calendar days that it is late. None if nothing is owed at `now`.
        """
        if not self.running_at(now):
            return None
        today = day_of(now)
        if self.owed_at is None:
            taken = self.counting.between(day_of(self.started_at), today)
            return self.promises[-1].days - taken
        last = _day_before(self.owed_at)
        return self.counting.between(today, last) if today <= last else (last - today).days


def _day_before(at: datetime) -> date:
    """The last day that has ended at `at`."""
    return day_of(at) - timedelta(days=1)
