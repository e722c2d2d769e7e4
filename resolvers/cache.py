"""Keep each source's last good answers with their age, and let equal questions share one call."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class LastKnown(Generic[_T]):
    """A bounded memory of answers; the one used longest ago is forgotten first."""

    def __init__(self, size: int) -> None:
        """Keep at most `size` answers."""
        self._size = size
        self._kept: OrderedDict[Hashable, tuple[float, _T]] = OrderedDict()

    def keep(self, key: Hashable, answer: _T) -> None:
        """Remember `answer` as of now."""
        self._kept[key] = (_loop_time(), answer)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def find(self, key: Hashable, *, younger_than: float | None = None) -> _T | None:
        """The answer kept under `key`; None if there is none, or none that young (seconds)."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        at, answer = kept
        if younger_than is not None and _loop_time() - at >= younger_than:
            return None
        self._kept.move_to_end(key)
        return answer

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


class SingleFlight(Generic[_T]):
    """Equal calls made while one is under way wait for that one."""

    def __init__(self) -> None:
        """Start with nothing under way."""
        self._under_way: dict[Hashable, asyncio.Task[_T]] = {}
        self._waiting: dict[Hashable, int] = {}

    async def call(self, key: Hashable, make: Callable[[], Awaitable[_T]]) -> _T:
        """The result of `make()`, or of an equal call already under way.

        The call goes on while anyone waits for it, and is cancelled with its last waiter.
        """
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.ensure_future(make())
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
                task.cancel()


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
