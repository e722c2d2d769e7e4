"""Read ranges of time whole from a city that tells only so many rows at once, in any order.

A range whose answer is full is narrowed until one is not: only then is every row of it known, and
only then can it be sorted. How long a range should be is learnt from how many rows the last held.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from connectors.contract.errors import BadData

_RowT = TypeVar("_RowT", bound="Dated")

Fetch = Callable[[datetime, datetime, int], Awaitable[Sequence[_RowT]]]
"""The rows from the first time to the second, both included; the third counts pages from 1."""

SECOND: Final = timedelta(seconds=1)
_SLACK: Final = timedelta(days=2)
"""Cities that compare by the day, and in their own zone, tell so much more than was asked for."""
_MOST_PAGES: Final = 200
_USUAL_CAPS: Final = frozenset({50, 100, 200, 250, 500, 1000})
"""A city that tells so many rows may well tell fewer than are there, whatever it was set to."""


class Dated(Protocol):
    """A row that has an id and a time."""

    @property
    def id(self) -> str:
        """Its id, once in a list."""

    @property
    def at(self) -> datetime:
        """The time that ranges are asked by."""


@dataclass(frozen=True, slots=True)
class Window(Generic[_RowT]):
    """A range of time, from `start` to before `end`, both whole seconds, and all rows in it."""

    start: datetime
    end: datetime
    rows: Sequence[_RowT]


@dataclass(slots=True)
class Pace:
    """How long a range to ask for: learnt, and never what an answer's truth depends on."""

    longest: timedelta
    span: timedelta

    def learn(self, window: Window[_RowT], *, aim: int) -> None:
        """Ask for as long a range as would hold about `aim` rows, as `window` goes."""
        span = window.end - window.start
        wanted = span * aim / len(window.rows) if window.rows else self.longest
        self.span = min(max(wanted, SECOND), 4 * span, self.longest)


@dataclass(frozen=True, slots=True)
class Windows(Generic[_RowT]):
    """Reads ranges whole."""

    fetch: Fetch[_RowT]
    most_rows: int
    """How many rows one answer holds at most."""
    paged: bool = False
    """Whether a full answer has a next page."""

    async def before(self, end: datetime, start: datetime) -> Window[_RowT]:
        """The later part of the range, as much of it as can be read whole."""
        while True:
            found = await self._ask(start, end)
            if found.whole:
                return Window(start, end, found.within)
            reach = end - min(row.at for row in found.within)
            start = end - _narrower(end - start, reach)

    async def after(self, start: datetime, end: datetime) -> Window[_RowT]:
        """The earlier part of the range, as much of it as can be read whole."""
        while True:
            found = await self._ask(start, end)
            if found.whole:
                return Window(start, end, found.within)
            reach = max(row.at for row in found.within) - start
            end = start + _narrower(end - start, reach)

    async def _ask(self, start: datetime, end: datetime) -> "_Found[_RowT]":
        told = await self.fetch(start, end, 1)
        within = _within(told, start, end)
        if end - start <= SECOND:
            # No shorter range can be asked for; a range is asked to its last second included.
            return _Found(await self._to_its_end(told, start, end), whole=True)
        full = len(told) >= self.most_rows or len(told) in _USUAL_CAPS
        if full and (not within or any(_astray(row, start, end) for row in told)):
            raise BadData("the source does not heed the range of dates it is asked for")
        return _Found(within, whole=not full)

    async def _to_its_end(
        self, told: Sequence[_RowT], start: datetime, end: datetime
    ) -> Sequence[_RowT]:
        found = {row.id: row for row in told}
        page = 1
        while len(told) >= self.most_rows:
            if not self.paged:
                raise BadData("the source has more cases of one second than it tells at once")
            page += 1
            told = await self.fetch(start, end, page)
            if page > _MOST_PAGES or (told and all(row.id in found for row in told)):
                raise BadData("the source repeats a page for ever")
            found |= {row.id: row for row in told}
        return _within(found.values(), start, end)


@dataclass(frozen=True, slots=True)
class _Found(Generic[_RowT]):
    within: Sequence[_RowT]
    whole: bool


def _within(rows: Iterable[_RowT], start: datetime, end: datetime) -> Sequence[_RowT]:
    """Those in the range, each once."""
    return tuple({row.id: row for row in rows if start <= row.at < end}.values())


def _astray(row: Dated, start: datetime, end: datetime) -> bool:
    return not start - _SLACK <= row.at <= end + _SLACK


def _narrower(span: timedelta, reach: timedelta) -> timedelta:
    """A shorter span, in whole seconds.

    A city that tells the nearest rows first has told all of `reach` but its end; one that tells
    any rows has told nothing, and a third is tried.
    """
    shorter = min(span / 3, reach * 0.8)
    return max(timedelta(seconds=int(shorter.total_seconds())), SECOND)
