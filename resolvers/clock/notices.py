"""Say what has to be told about a case, when, and under which key it is told only once.

What had to be told stays so, whatever happens afterwards: a pause puts off only the warnings still
to come, and an extension, which is a new promise, has warnings of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from resolvers.clock.cycle import Cycle, Promise
from resolvers.clock.days import day_of, start_of
from resolvers.clock.policy import ClockPolicy


class NoticeKind(StrEnum):
    """What is told, in the order in which it is told of one moment."""

    ROUTING_LATE = "ROUTING_LATE"
    """The case has not come to the agency that is competent."""
    WARNING = "WARNING"
    """The answer is due soon."""
    OVERDUE = "OVERDUE"
    ESCALATION = "ESCALATION"
    """It is overdue, and the supervisor has to know."""


_RANKS = {kind: rank for rank, kind in enumerate(NoticeKind)}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told, once."""

    case: str
    cycle: int
    kind: NoticeKind
    at: datetime
    """It has to be told as soon as this has passed."""
    days: int | None = None
    """For a warning: how many days are left."""
    extension: int = 0
    """For a warning: how often the end had been put off when it was due to be told."""

    @property
    def name(self) -> str:
        """The kind, of a warning with its days: `WARNING_15`."""
        return self.kind.value if self.days is None else f"{self.kind}_{self.days}"

    @property
    def key(self) -> str:
        """Equal for what need not be told twice, whoever asks, whenever."""
        cycle = f"{self.cycle}+{self.extension}" if self.extension else f"{self.cycle}"
        return f"{self.case}/{cycle}/{self.name}"


def notices_of(
    case: str, cycles: Sequence[Cycle], unrouted_from: datetime | None, policy: ClockPolicy
) -> tuple[Notice, ...]:
    """All that has ever to be told if nothing else happens, in order.

    `unrouted_from` is since when the first cycle's agency was wanting although it was time.
    """
    notices = [
        notice
        for cycle in cycles
        for notice in _of_cycle(case, cycle, policy)
        if cycle.stopped_at is None or notice.at < cycle.stopped_at
    ]
    if unrouted_from is not None:
        notices.append(Notice(case, 1, NoticeKind.ROUTING_LATE, unrouted_from))
    return tuple(sorted(notices, key=lambda each: (each.at, each.cycle, _RANKS[each.kind])))


def _of_cycle(case: str, cycle: Cycle, policy: ClockPolicy) -> Iterator[Notice]:
    ends = [each.made_at for each in cycle.promises[1:]]
    for extension, (promise, until) in enumerate(zip(cycle.promises, [*ends, None], strict=True)):
        for days in policy.warning_days:
            at = _warned_at(cycle, promise, days)
            if at is None or at < promise.made_at or (until is not None and until <= at):
                continue
            if not _found_inadmissible(cycle, at):
                yield Notice(case, cycle.number, NoticeKind.WARNING, at, days, extension)
    late_from = _late_from(cycle)
    if late_from is not None:
        yield Notice(case, cycle.number, NoticeKind.OVERDUE, late_from)
        escalated = start_of(day_of(late_from) + timedelta(days=policy.escalation_days))
        yield Notice(case, cycle.number, NoticeKind.ESCALATION, escalated)


def _warned_at(cycle: Cycle, promise: Promise, days: int) -> datetime | None:
    """The beginning of the day after which `days` are left; a term no longer than that has none.

    A term that goes on to a working day is warned of as if it did not, so that the warning stays
    where it was, whichever day the end falls on at last.
    """
    if promise.days <= days:
        return None
    day = cycle.counting.last(day_of(cycle.started_at), promise.days - days)
    return None if day is None else start_of(day)


def _found_inadmissible(cycle: Cycle, at: datetime) -> bool:
    """Whether no answer was to be expected any more at `at`, only the reasons why not."""
    return any(
        finding.at <= at and (finding.undone_at is None or at < finding.undone_at)
        for finding in cycle.findings
    )


def _late_from(cycle: Cycle) -> datetime | None:
    """When what was owed was first late."""
    told_by = [
        finding.told_by
        for finding in cycle.findings
        if finding.undone_at is None or finding.told_by < finding.undone_at
    ]
    return min((at for at in (cycle.due_at, *told_by) if at is not None), default=None)
