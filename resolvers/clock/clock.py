"""Say how the legal clock of a case stands; pure, time is passed in."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.contract.records import Kind
from resolvers.clock.cycle import Cycle
from resolvers.clock.cycles import counting_by, cycles_of, due_after
from resolvers.clock.days import day_of, end_of
from resolvers.clock.facts import Ended, Facts
from resolvers.clock.notices import Notice, notices_of
from resolvers.clock.policy import USUAL, ClockPolicy


class Untold(StrEnum):
    """Why a case has no clock."""

    KIND = "KIND"
    """No day is set by which something of its kind is answered."""
    START = "START"
    """Nobody says when it began."""
    END = "END"
    """It is over, and nobody says since when."""


@dataclass(frozen=True, slots=True)
class NoClock:
    """A case that has no clock."""

    why: Untold


@dataclass(frozen=True, slots=True)
class Clock:
    """How the clock of a case stands."""

    cycles: tuple[Cycle, ...]
    """In their order; never empty."""
    routing_due_at: datetime
    """By when it should have come to the agency that is competent."""
    routed_at: datetime | None
    """When that agency took it up; None as long as none has, since the last transfer."""
    closes_at: datetime | None
    """When an answered case closes if nothing more is said; None if it was not answered."""
    followed_until: datetime | None
    """Until when news of it is asked for; None while an answer is owed."""
    _notices: tuple[Notice, ...] = field(repr=False)

    @property
    def current(self) -> Cycle:
        """The last cycle."""
        return self.cycles[-1]

    def cycle_at(self, now: datetime) -> Cycle:
        """The cycle that began last before `now`, or the first."""
        begun = [cycle for cycle in self.cycles if cycle.started_at <= now]
        return begun[-1] if begun else self.cycles[0]

    def overdue_at(self, now: datetime) -> bool:
        """Whether something is owed at `now` although it was due before."""
        return self.cycle_at(now).overdue_at(now)

    def days_left(self, now: datetime) -> int | None:
        """As `Cycle.days_left`, of the cycle at `now`."""
        return self.cycle_at(now).days_left(now)

    def notices(self, now: datetime) -> tuple[Notice, ...]:
        """All that has to have been told by `now`, in order, of earlier cycles too."""
        return tuple(notice for notice in self._notices if notice.at < now)


def clock_of(facts: Facts, policy: ClockPolicy = USUAL) -> Clock | NoClock:
    """How the clock of a case stands, or why it has none."""
    term = policy.term(facts.kind, urgent=facts.urgent)
    if term is None:
        return NoClock(Untold.KIND)
    started_at = facts.started_at
    if started_at is None:
        return NoClock(Untold.START)
    facts = facts.from_start(started_at)
    cycles = cycles_of(facts, started_at, term, policy)
    last = cycles[-1]
    if facts.over and last.stopped_at is None:
        return NoClock(Untold.END)
    routing_due_at = end_of(day_of(started_at) + timedelta(days=policy.routing_days))
    unrouted = _unrouted(facts, started_at)
    return Clock(
        cycles=cycles,
        routing_due_at=routing_due_at,
        routed_at=unrouted[-1].until,
        closes_at=_closes_at(last, policy),
        followed_until=_days_after(last.stopped_at, policy.follow_up_days),
        _notices=notices_of(
            facts.case, cycles, _unrouted_from(unrouted, routing_due_at, cycles[0]), policy
        ),
    )


def due_at(received_at: datetime, kind: Kind, policy: ClockPolicy = USUAL) -> datetime | None:
    """When the answer to what was just received is due; None if no day is set for its kind."""
    term = policy.term(kind)
    if term is None:
        return None
    return due_after(received_at, term.days, counting_by(term, policy), policy)


@dataclass(frozen=True, slots=True)
class _Unrouted:
    """A stretch in which no agency had said that the case is its own."""

    since: datetime
    until: datetime | None


def _unrouted(facts: Facts, started_at: datetime) -> list[_Unrouted]:
    """From the start and from each transfer to the next taking up, in order; they may overlap."""
    begins = [started_at, *sorted(each.at for each in facts.transfers)]
    return [
        _Unrouted(begin, min((at for at in facts.taken_up if begin <= at), default=None))
        for begin in begins
    ]


def _unrouted_from(unrouted: list[_Unrouted], due_at: datetime, first: Cycle) -> datetime | None:
    """Since when it was unrouted although it was time, before the first cycle stopped."""
    for stretch in unrouted:
        at = max(due_at, stretch.since)
        if (stretch.until is None or at < stretch.until) and (
            first.stopped_at is None or at < first.stopped_at
        ):
            return at
    return None


def _closes_at(last: Cycle, policy: ClockPolicy) -> datetime | None:
    if last.stopped_by is not Ended.NOTIFIED or last.notice_due_at is not None:
        return None
    return _days_after(last.stopped_at, policy.closing_days)


def _days_after(at: datetime | None, days: int) -> datetime | None:
    return None if at is None else end_of(day_of(at) + timedelta(days=days))
