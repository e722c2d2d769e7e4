"""Keep each source's last good answers with their age, and let equal questions share one call."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from resolvers.deadline import loop_time

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[_T]):
    answer: _T
    at: float
    weight: int


class LastKnown(Generic[_T]):
    """A bounded memory of answers; what was used longest ago is forgotten first."""

    def __init__(
        self, capacity: int, *, seconds: float, weigh: Callable[[_T], int] = lambda _: 1
    ) -> None:
        """Keep answers that `weigh` at most `capacity` together, none for longer than `seconds`."""
        self._capacity = capacity
        self._seconds = seconds
        self._weigh = weigh
        self._weight = 0
        self._kept: OrderedDict[Hashable, _Kept[_T]] = OrderedDict()

    def keep(self, key: Hashable, answer: _T) -> None:
        """Remember `answer` as of now."""
        self._forget(key)
        kept = _Kept(answer, loop_time(), self._weigh(answer))
        self._kept[key] = kept
        self._weight += kept.weight
        while self._weight > self._capacity:
            self._forget(next(iter(self._kept)))

    def find(self, key: Hashable, *, younger_than: float | None = None) -> _T | None:
        """The answer kept under `key`; None if there is none, or none that young (seconds)."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        age = loop_time() - kept.at
        if age >= self._seconds:
            self._forget(key)
            return None
        if younger_than is not None and age >= younger_than:
            return None
        self._kept.move_to_end(key)
        return kept.answer

    def _forget(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._weight -= kept.weight


@dataclass(slots=True, eq=False)
class _Flight:
    task: asyncio.Task[Any]
    waiting: int = 0


class SingleFlight:
    """Equal calls made while one is under way wait for that one."""

    def __init__(self) -> None:
        """Start with nothing under way."""
        self._under_way: dict[Hashable, _Flight] = {}

    async def call(self, key: Hashable, make: Callable[[], Awaitable[_T]]) -> _T:
        """The result of `make()`, or of an equal call already under way.

        The call goes on while anyone waits for it, and is cancelled with its last waiter.
        """
        flight = self._under_way.get(key)
        if flight is None:
            flight = self._under_way[key] = _Flight(asyncio.ensure_future(make()))
            flight.task.add_done_callback(partial(self._ended, key, flight))
        flight.waiting += 1
        try:
            result: _T = await asyncio.shield(flight.task)
            return result
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                # Nobody may board a call that is being cancelled.
                self._forget(key, flight)
                flight.task.cancel()

    def _ended(self, key: Hashable, flight: _Flight, task: asyncio.Task[Any]) -> None:
        self._forget(key, flight)
        if not task.cancelled():
            task.exception()  # Heard by those who wait, if anyone still does.

    def _forget(self, key: Hashable, flight: _Flight) -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]
