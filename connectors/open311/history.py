"""Read a city's requests in the order they were made, from any place on, window by window.

GeoReport lists by ranges of time of 90 days at most and tells at most 1,000 rows of one, in any
order. So a list is read as ranges that follow each other, each sorted here when it came whole.
Where the requests begin is configured, or found out: after so long a silence there are none.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.contract.connector import Call
from connectors.contract.errors import TryAgain
from connectors.contract.query import Direction, Key
from connectors.contract.records import SourceId
from connectors.open311.client import GeoReport, Search
from connectors.open311.options import Open311Options
from connectors.open311.rows import Places, Row
from connectors.open311.searching import Asked
from connectors.open311.silence import HOLDS, Silence
from connectors.open311.windows import SECOND, Pace, Window, Windows

_AHEAD: Final = timedelta(days=1)
"""Clocks differ, and some cities write their own time as if it were UTC."""
_ROWS_PER_WINDOW: Final = 110
_PAGES_PER_WINDOW: Final = 3
_PART_OF_THE_CAP: Final = 0.45
"""Days differ: a range that usually holds so much of what one answer may is seldom full."""
_MOST_PACES: Final = 256


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the list, in order."""

    rows: Sequence[Row]
    more: bool
    """Whether, for all that is known, rows follow."""


class History:
    """One city's requests in time. What it remembers only makes it quicker."""

    def __init__(
        self,
        options: Open311Options,
        client: GeoReport,
        places: Places,
        *,
        source: SourceId,
        now: Callable[[], datetime],
    ) -> None:
        """Read by `client`, as `options` say the city tells its requests."""
        self._options = options
        self._client = client
        self._places = places
        self._source = source
        self._now = now
        self._longest = timedelta(days=options.window_days)
        self._silence = options.empty_windows * self._longest
        self._paces: dict[Search, Pace] = {}
        self._beginning: tuple[datetime, datetime] | None = None
        """Before when there are no requests, and until when that is believed."""
        self._silences = Silence(now)
        self._reaches_to: datetime | None = None
        """The start of the earliest range that held a request."""

    async def newest_first(
        self, asked: Asked, after: Key | None, limit: int, call: Call
    ) -> Stretch:
        """Rows that follow `after`, down to the beginning."""
        end = self._top(asked)
        if after is not None and after.at is not None:
            end = min(end, _next_second(after.at))
        windows = self._back_from(end, asked, limit, call)
        return await self._filled(windows, asked, after, limit, call, Direction.DESC)

    async def oldest_first(
        self, asked: Asked, after: Key | None, limit: int, call: Call
    ) -> Stretch:
        """Rows that follow `after`, up to now; only where the beginning is configured."""
        start = self._lowest(asked)
        if start is None:
            raise AssertionError("this order is declared only where `earliest` is configured")
        if after is not None and after.at is not None:
            start = max(start, _whole_second(after.at))
        windows = self._on_from(start, asked, limit, call)
        return await self._filled(windows, asked, after, limit, call, Direction.ASC)

    async def _filled(
        self,
        windows: AsyncGenerator[Window[Row], None],
        asked: Asked,
        after: Key | None,
        limit: int,
        call: Call,
        direction: Direction,
    ) -> Stretch:
        """So many of the rows in `windows` as make a page, or as there is time for."""
        found: list[Row] = []
        hurry = _half_of(call)
        try:
            async with aclosing(windows):
                async for window in windows:
                    kept = asked.kept(window.rows)
                    found += _following(kept, after, self._source, direction)
                    if len(found) > limit or (found and _time() > hurry):
                        return Stretch(found[:limit], more=True)
        except TryAgain:
            if not found:
                raise
            # The next page will hear of it; what came before is not lost by it.
            return Stretch(found, more=True)
        return Stretch(found, more=False)

    async def _back_from(
        self, end: datetime, asked: Asked, limit: int, call: Call
    ) -> AsyncGenerator[Window[Row], None]:
        """The ranges before `end`, latest first, down to the beginning."""
        everything = asked.search == Search()
        silent_from = end
        while (lowest := self._lowest(asked)) is None or end > lowest:
            if self._options.earliest is None and silent_from - end >= self._silence:
                if everything:
                    self._remember(silent_from)
                    return
                # That nothing was found proves nothing about what was not searched for.
                await self._find_beginning(call)
                silent_from = end
            elif everything and end != (heard := self._silences.past(end)):
                end = heard
            else:
                window = await self._window_before(end, lowest, asked, limit, call)
                end = window.start
                if window.rows:
                    silent_from = end
                    self._reaches_to = min(end, self._reaches_to or end)
                elif everything:
                    self._silences.note(window.start, window.end)
                yield window

    async def _on_from(
        self, start: datetime, asked: Asked, limit: int, call: Call
    ) -> AsyncGenerator[Window[Row], None]:
        """The ranges from `start`, earliest first, up to now."""
        end = self._top(asked)
        while start < end:
            window = await self._window_after(start, end, asked, limit, call)
            start = window.end
            yield window

    def _top(self, asked: Asked) -> datetime:
        top = _whole_second(self._now() + _AHEAD)
        return top if asked.until is None else min(top, _next_second(asked.until))

    def _lowest(self, asked: Asked) -> datetime | None:
        """Where the reading may end, at a whole second; None if nobody knows."""
        known = (asked.since, self._options.earliest, self._known_beginning())
        return max((_whole_second(each) for each in known if each is not None), default=None)

    def _known_beginning(self) -> datetime | None:
        if self._beginning is None or self._now() >= self._beginning[1]:
            return None
        return self._beginning[0]

    def _remember(self, beginning: datetime) -> None:
        # A silence far from any request, where somebody asked, says nothing about the others.
        if self._reaches_to is not None and beginning >= self._reaches_to:
            self._beginning = (beginning, self._now() + HOLDS)

    async def _find_beginning(self, call: Call) -> None:
        """Know before when there are no requests at all, whatever is searched for."""
        if self._known_beginning() is not None:
            return
        top = _whole_second(self._now() + _AHEAD)
        end = silent_from = self._reaches_to or top
        while silent_from - end < self._silence:
            if end != (heard := self._silences.past(end)):
                end = heard
                continue
            start = end - self._longest
            told = self._places.rows(await self._client.requests(start, end, Search(), call))
            if any(start <= row.at < end for row in told):
                # Kept at once: if the time for this call runs out, the next goes on from here.
                silent_from = self._reaches_to = start
            else:
                self._silences.note(start, end)
            end = start
        # In a city without any, one may be made at any moment.
        before = min(silent_from, self._now() - _AHEAD)
        self._beginning = (before, self._now() + HOLDS)

    async def _window_before(
        self, end: datetime, lowest: datetime | None, asked: Asked, limit: int, call: Call
    ) -> Window[Row]:
        pace = self._pace(asked.search)
        start = _whole_second(end - pace.span)
        if lowest is not None:
            start = max(start, lowest)
        window = await self._windows(asked.search, call).before(end, start)
        pace.learn(window, aim=self._aim(limit))
        return window

    async def _window_after(
        self, start: datetime, end: datetime, asked: Asked, limit: int, call: Call
    ) -> Window[Row]:
        pace = self._pace(asked.search)
        end = min(end, start + pace.span)
        window = await self._windows(asked.search, call).after(start, end)
        pace.learn(window, aim=self._aim(limit))
        return window

    def _windows(self, search: Search, call: Call) -> Windows[Row]:
        async def fetch(start: datetime, end: datetime, page: int) -> Sequence[Row]:
            told = await self._client.requests(start, end, search, call, page=page)
            return self._places.rows(told)

        return Windows(fetch, self._options.most_rows, paged=self._options.page_size is not None)

    def _pace(self, search: Search) -> Pace:
        if len(self._paces) >= _MOST_PACES:
            self._paces.clear()
        return self._paces.setdefault(search, Pace(self._longest, self._longest))

    def _aim(self, limit: int) -> int:
        wanted = max(_ROWS_PER_WINDOW, _PAGES_PER_WINDOW * limit + 13)
        return max(1, min(int(self._options.most_rows * _PART_OF_THE_CAP), wanted))


def _following(
    rows: Sequence[Row], after: Key | None, source: SourceId, direction: Direction
) -> list[Row]:
    """The rows that follow `after`, in order."""
    ranked = [(Key(row.at, source, row.id).rank(direction), row) for row in rows]
    if after is not None:
        place = after.rank(direction)
        ranked = [(rank, row) for rank, row in ranked if place < rank]
    return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]


def _whole_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _next_second(at: datetime) -> datetime:
    """The first whole second after `at`."""
    return _whole_second(at) + SECOND


def _time() -> float:
    return asyncio.get_running_loop().time()


def _half_of(call: Call) -> float:
    """When half of a call's time is over: then what was found is better than a page lost."""
    return (_time() + call.deadline) / 2
