"""Run the loops of this process, tell how they stand, and end them in order."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final, Protocol

from connectors.contract.beats import Beat
from connectors.contract.records import utc_now
from gateway.workers.loop import Loop

TELL_SECONDS: Final = 10.0
"""From one telling of the beats to the next."""
GRACE_SECONDS: Final = 20.0
"""For turns under way when the process is told to end."""
_KEPT: Final = timedelta(days=1)
"""For so long whoever looks can see that a process fell silent."""


class KeepsBeats(Protocol):
    """Where the beats of all processes are kept."""

    async def put(self, beats: Sequence[Beat], *, forget_before: datetime) -> None:
        """Keep `beats` in the place of earlier ones; those told before `forget_before` go."""

    async def forget(self, process: str) -> None:
        """Leave out a process that ends in order."""


class Loops:
    """The loops of one process, and beside them one that stores how they stand."""

    def __init__(
        self, loops: Sequence[Loop], beats: KeepsBeats, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        """Run nothing before `running`."""
        self._loops = (*loops, Loop("beats", TELL_SECONDS, self._store))
        self._beats = beats
        self._now = now
        self._process = f"{socket.gethostname()}:{os.getpid()}"
        self._told_to_end_at: float | None = None
        self.ended = asyncio.Event()
        """Set when no further turn begins."""

    @property
    def late(self) -> bool:
        """Whether a loop was not heard for more than three of its periods."""
        return any(loop.late for loop in self._loops)

    def told(self) -> list[dict[str, object]]:
        """Each loop, for whoever runs this."""
        return [
            {
                "name": loop.name,
                "periodSeconds": loop.period_seconds,
                "silentSeconds": round(loop.silent_seconds, 1),
                "failures": loop.failures,
                "late": loop.late,
            }
            for loop in self._loops
        ]

    def end(self) -> None:
        """Begin no further turn; those under way go on for a while."""
        if self._told_to_end_at is None:
            self._told_to_end_at = asyncio.get_running_loop().time()
        for loop in self._loops:
            loop.end()
        self.ended.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have them run inside; a turn that does not end in time is cancelled."""
        tasks = [asyncio.create_task(loop.run(), name=loop.name) for loop in self._loops]
        try:
            yield
        finally:
            self.end()
            await asyncio.wait(tasks, timeout=self._grace())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # Whatever is the matter with the store, the process ends; its silence is seen as well.
            with suppress(Exception):
                await self._beats.forget(self._process)

    async def _store(self) -> None:
        now = self._now()
        beats = [
            Beat(
                process=self._process,
                loop=loop.name,
                period_seconds=loop.period_seconds,
                beat_at=now - timedelta(seconds=loop.silent_seconds),
                failures=loop.failures,
                told_at=now,
            )
            for loop in self._loops
        ]
        await self._beats.put(beats, forget_before=now - _KEPT)

    def _grace(self) -> float:
        since = self._told_to_end_at or 0.0
        return max(0.0, since + GRACE_SECONDS - asyncio.get_running_loop().time())
