"""Work for several sources at once, each for itself: what one does not answer keeps no other."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

import structlog

from connectors.contract.records import SourceId
from resolvers.asking import Asker
from resolvers.deadline import loop_time

_log: Final = structlog.get_logger(__name__)

Askers: TypeAlias = Callable[[], Mapping[SourceId, Asker]]
"""The sources that are configured now."""


class SourceWork(ABC):
    """Looks for which sources there is something to do, and does it, one task for each."""

    def __init__(self, name: str, askers: Askers, look_seconds: float) -> None:
        """Work for those of `askers`, which is asked again each time.

        From one look to the next it is worth waiting `look_seconds`.
        """
        self.name = name
        self._askers = askers
        self._look_seconds = look_seconds
        self._working: dict[SourceId, asyncio.Task[None]] = {}
        self._told_to_end_at: float | None = None

    @abstractmethod
    async def _waiting(self) -> Sequence[SourceId]:
        """The sources for which there is something to do."""

    @abstractmethod
    async def _do_some(self, asker: Asker) -> bool:
        """Do some of it for one of them; False if nothing is left, or it does not answer."""

    async def turn(self) -> float:
        """Have every source worked for that something waits for; returns without waiting for any.

        Gives the seconds until it is worth another look. Raises `ConnectorError` if the store
        fails.
        """
        askers = self._askers()
        for source in await self._waiting():
            if source in askers and source not in self._working:
                task = asyncio.create_task(self._work_for(source), name=f"{self.name}: {source}")
                self._working[source] = task
                task.add_done_callback(partial(self._worked, source))
        return self._look_seconds

    async def idle(self) -> None:
        """Wait until nothing is being done."""
        while self._working:
            await asyncio.wait(self._working.values())

    def end(self) -> None:
        """Begin nothing more; what is under way goes on."""
        if self._told_to_end_at is None:
            self._told_to_end_at = loop_time()
        self._askers = dict

    async def aclose(self, *, grace_seconds: float) -> None:
        """End; what is under way has so long from when that was told, and is broken off then."""
        self.end()
        left = (self._told_to_end_at or 0.0) + grace_seconds - loop_time()
        working = list(self._working.values())
        if working:
            await asyncio.wait(working, timeout=max(0.0, left))
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    async def _work_for(self, source: SourceId) -> None:
        """Until nothing is left for it, or it is to be left alone."""
        # Looked up each time: one that was configured anew has another connector.
        while (asker := self._askers().get(source)) is not None and not asker.guard.resting:
            if not await self._do_some(asker):
                return

    def _worked(self, source: SourceId, done: asyncio.Task[None]) -> None:
        del self._working[source]
        if not done.cancelled() and (error := done.exception()) is not None:
            # Nothing is lost by it: what was begun is due again after its lease.
            _log.error("source_work_broke", loop=self.name, source=source, exc_info=error)
