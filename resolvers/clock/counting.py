"""Count whole local days, some of which do not count.

The day of an event is never counted among those that the event begins: a term begins on the day
after the deposit, a pause on the day after it was asked for, and counting goes on on the day after
the one on which the pause ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from resolvers.clock.workdays import WorkingDays

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count."""

    after: date
    """The day before the first of them."""
    through: date | None = None
    """The last of them; None while nobody knows which it will be."""

    @property
    def days(self) -> int | None:
        """How many there are, working or not; None while the pause goes on."""
        return None if self.through is None else (self.through - self.after).days


def apart(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The same days in order, none of them in two pauses and no pause empty."""
    kept: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: each.after):
        if pause.days == 0:
            continue
        last = kept[-1] if kept else None
        if last is None or (last.through is not None and last.through < pause.after):
            kept.append(pause)
        elif last.through is not None and (pause.through is None or pause.through > last.through):
            kept[-1] = Pause(last.after, pause.through)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Counting:
    """Which days count."""

    pauses: tuple[Pause, ...] = ()
    """In order and apart; none begins before what is counted from."""
    working: WorkingDays | None = None
    """Set where only working days count."""

    def last(self, start: date, days: int) -> date | None:
        """The last of the `days` counted days after `start`; None while a pause before it goes on.

        `start` itself for none.
        """
        for pause in self.pauses:
            before = self._running(start, pause.after)
            if days <= before:
                break
            if pause.through is None:
                return None
            days -= before
            start = pause.through
        return self._after(start, days)

    def between(self, start: date, end: date) -> int:
        """How many days count after `start`, to `end` inclusive."""
        paused = sum(
            self._running(max(start, pause.after), min(end, pause.through or end))
            for pause in self.pauses
        )
        return self._running(start, end) - paused

    def _after(self, start: date, days: int) -> date:
        """As `last`, without pauses."""
        if self.working is None:
            return start + timedelta(days=days)
        while days:
            start += _DAY
            days -= self.working.has(start)
        return start

    def _running(self, start: date, end: date) -> int:
        """As `between`, without pauses; 0 where nothing is between."""
        span = max(0, (end - start).days)
        if self.working is None:
            return span
        return sum(self.working.has(start + timedelta(days=step)) for step in range(1, span + 1))
