"""Remember in which range of time no request was made, so that nobody listens twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

HOLDS: Final = timedelta(hours=1)
"""A city may enter old cases later: for so long what was heard is believed."""

_SETTLED: Final = timedelta(days=2)
"""Of what is younger, silence now says nothing about later."""


class Silence:
    """The last range that was found empty, grown by each that adjoins it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Know of none yet."""
        self._now = now
        self._start = self._end = now()
        self._until = self._start

    def past(self, end: datetime) -> datetime:
        """Where to read on instead of before `end`: at the start of the silence that it lies in."""
        heard = self._now() < self._until and self._start < end <= self._end
        return self._start if heard else end

    def note(self, start: datetime, end: datetime) -> None:
        """No request was made from `start` to before `end`."""
        if end > self._now() - _SETTLED:
            return
        if self._now() >= self._until or not self._start <= end <= self._end:
            self._start, self._end = start, end
            self._until = self._now() + HOLDS
        self._start = min(self._start, start)
