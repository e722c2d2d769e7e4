"""Keep every mirror fresh while the server runs: one loop a source, a few passes at a time.

A source whose pass fails is tried again after a growing pause; the others do not notice. Several
processes may do this over one database: whoever comes first reads, and the others see by the time
it was heard that nothing is due.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

import structlog

from connectors.contract.errors import ConnectorError
from connectors.contract.ledger import MirrorBusy
from connectors.contract.records import Mode, SourceId, utc_now
from gateway.pauses import pause_after
from gateway.workers.loop import Loop
from resolvers.asking import Asker
from resolvers.ports import KeepsMirrors
from resolvers.sync import Sync, Synced

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1.0
"""From one look at which sources are configured to the next."""
_AT_ONCE: Final = 4
"""Passes at the same time; the others wait for their turn."""
_FIRST_PAUSE_SECONDS: Final = 5.0
_LONGEST_PAUSE_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class _Keeping:
    asker: Asker
    task: asyncio.Task[None]


class MirrorLoops:
    """The loops over the mirrored sources among those that are configured."""

    def __init__(
        self,
        askers: Callable[[], Mapping[SourceId, Asker]],
        mirrors: KeepsMirrors,
        *,
        now: Callable[[], datetime],
        at_once: int,
    ) -> None:
        """Read the sources of `askers`, which is asked again and again, into `mirrors`."""
        self._askers = askers
        self._mirrors = mirrors
        self._now = now
        self._sync = Sync(mirrors, now=now)
        self._turns = asyncio.Semaphore(at_once)
        self._loops: dict[SourceId, _Keeping] = {}

    async def follow_configuration(self) -> None:
        """Have a loop for each mirrored source that is configured now."""
        askers = self._askers()
        gone = [loop for name, loop in self._loops.items() if askers.get(name) is not loop.asker]
        for loop in gone:
            del self._loops[loop.asker.source.id]
        await _end(gone)
        for name, asker in askers.items():
            if asker.source.mode is Mode.MIRROR and name not in self._loops:
                task = asyncio.create_task(self._keep_fresh(asker), name=f"mirror of {name}")
                self._loops[name] = _Keeping(asker, task)

    async def aclose(self) -> None:
        """End them all; what a pass had kept by then it goes on from."""
        await _end(self._loops.values())

    async def _keep_fresh(self, asker: Asker) -> None:
        failures = 0
        while True:
            try:
                pause = await self._due_in(asker)
                if pause <= 0:
                    async with self._turns:
                        synced = await self._sync.run(asker)
                    self._tell(synced, failures)
                    failures = 0
                    pause = await self._due_in(asker)
            except MirrorBusy:
                pause = _FIRST_PAUSE_SECONDS
            except ConnectorError as error:
                failures += 1
                pause = max(_pause(failures), error.retry_after or 0.0)
                if failures == 1:
                    # While it lasts nothing more is said: lists tell how old the mirror is.
                    _log.warning(
                        "mirror_not_synced",
                        source=asker.source.id,
                        code=error.code,
                        detail=error.detail,
                        error_id=uuid4().hex,
                    )
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the loop
                failures += 1
                pause = _pause(failures)
                _log.error(
                    "mirror_sync_broke",
                    source=asker.source.id,
                    error_id=uuid4().hex,
                    exc_info=error,
                )
            await asyncio.sleep(max(pause, LOOK_SECONDS))

    async def _due_in(self, asker: Asker) -> float:
        """The seconds until the next pass has to begin, whoever made the last one."""
        source = asker.source
        states = await self._mirrors.states([source.id])
        if not states:
            return 0.0
        age = (self._now() - states[0].heard_at).total_seconds()
        return min(source.sync.every_seconds - age, source.sync.every_seconds)

    def _tell(self, synced: Synced, failures: int) -> None:
        _log.info(
            "mirror_synced",
            source=synced.source,
            full=synced.full,
            resumed=synced.resumed,
            read=synced.read,
            new=synced.new,
            changed=synced.changed,
            unlisted=synced.unlisted,
            lag_seconds=round((self._now() - synced.began_at).total_seconds(), 1),
            failures=failures,
        )


@asynccontextmanager
async def mirroring(
    askers: Callable[[], Mapping[SourceId, Asker]],
    mirrors: KeepsMirrors,
    *,
    now: Callable[[], datetime] = utc_now,
    at_once: int = _AT_ONCE,
) -> AsyncIterator[Loop]:
    """What keeps the mirrors fresh while it runs; what it began ends here."""
    loops = MirrorLoops(askers, mirrors, now=now, at_once=at_once)
    try:
        yield Loop("mirrors", LOOK_SECONDS, loops.follow_configuration)
    finally:
        await loops.aclose()


async def _end(loops: Iterable[_Keeping]) -> None:
    """Stop them."""
    tasks = [loop.task for loop in loops]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _pause(failures: int) -> float:
    return pause_after(
        failures, first_seconds=_FIRST_PAUSE_SECONDS, longest_seconds=_LONGEST_PAUSE_SECONDS
    )
