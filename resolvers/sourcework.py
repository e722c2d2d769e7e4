"""Work for several sources at once, each for itself: what one does not answer keeps no other."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final

import structlog

from connectors.contract.records import SourceId
from resolvers.deadline import loop_time

_log: Final = structlog.get_logger(__name__)


class SourceWork:
    """At most one task for each source."""

    def __init__(self, loop: str) -> None:
        """Work for the loop of this name."""
        self._loop = loop
        self._working: dict[SourceId, asyncio.Task[None]] = {}
        self._told_to_end_at: float | None = None

    def __contains__(self, source: SourceId) -> bool:
        return source in self._working

    def begin(self, source: SourceId, work: Coroutine[Any, Any, None]) -> None:
        """Work for `source`, for which nothing is being done."""
        task = asyncio.create_task(work, name=f"{self._loop}: {source}")
        self._working[source] = task
        task.add_done_callback(partial(self._worked, source))

    async def idle(self) -> None:
        """Wait until nothing is being done."""
        while self._working:
            await asyncio.wait(self._working.values())

    def end(self) -> None:
        """Nothing more is going to begin; what is under way goes on."""
        if self._told_to_end_at is None:
            self._told_to_end_at = loop_time()

    async def aclose(self, *, grace_seconds: float) -> None:
        """What is under way has so long from when the end was told, and is broken off then."""
        self.end()
        left = (self._told_to_end_at or 0.0) + grace_seconds - loop_time()
        working = list(self._working.values())
        if working:
            await asyncio.wait(working, timeout=max(0.0, left))
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    def _worked(self, source: SourceId, done: asyncio.Task[None]) -> None:
        del self._working[source]
        if not done.cancelled() and (error := done.exception()) is not None:
            # Nothing is lost by it: what was begun is due again after its lease.
            _log.error("source_work_broke", loop=self._loop, source=source, exc_info=error)
