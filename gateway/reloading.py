"""Take a changed configuration into force while requests are answered: whole, or not at all.

The files are looked at rather than watched, once in a while: that sees a folder that is replaced
by moving a link, a file on another machine and one mounted into a container, which notifications
do not. A change counts when it has stood still from one look to the next.
"""

import asyncio
import os
import signal
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from connectors.contract.records import utc_now
from gateway.config import ConfigError, Configured
from gateway.config.files import Stamp
from gateway.generations import Gateway
from gateway.sources import Change

_log = structlog.get_logger(__name__)

Load = Callable[[], Configured]
"""Reads the configuration anew, in a thread. Raises `ConfigError`."""

LOOK_SECONDS: Final = 1.0
"""From one look at the files to the next."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A configuration that is not in force, for its mistakes."""

    at: datetime
    mistakes: int


class Reloads:
    """The configuration that is in force, and what became of changes to it."""

    def __init__(self, gateway: Gateway, load: Load) -> None:
        """Change nothing before `watch` runs."""
        self.since = utc_now()
        """Since when the configuration is in force that is."""
        self.refused: Refused | None = None
        """The latest change, if it could not be taken into force."""
        self._gateway = gateway
        self._load = load
        self._tried = gateway.now.configured.files
        """The files as they were at the latest try."""
        self._asked = asyncio.Event()

    def told(self) -> dict[str, object]:
        """What is in force, for whoever runs this: counts and times, no names."""
        now, refused = self._gateway.now.configured, self.refused
        return {
            "agencies": len(now.agencies),
            "sources": len(now.sources),
            "since": self.since.isoformat(),
            "refused": refused and {"at": refused.at.isoformat(), "mistakes": refused.mistakes},
        }

    def ask(self) -> None:
        """Have the files read again now, changed or not."""
        self._asked.set()

    async def watch(self, *, look_seconds: float = LOOK_SECONDS) -> None:
        """Reload when asked, and when a change of the files has stood still; until cancelled."""
        seen: Mapping[Path, Stamp] | None = None
        while True:
            asked = await self._asked_within(look_seconds)
            found = await self._look()
            if asked or (self._changed(found) and found == seen):
                await self.reload()
            seen = found

    async def reload(self) -> bool:
        """Whether what the files say is in force now; if not, what was before still is."""
        found = await self._look()
        try:
            configured = await asyncio.to_thread(self._load)
            self._tried = configured.files or self._tried
            change = await self._gateway.renew(configured)
        except ConfigError as error:
            self._tried = error.files or self._tried
            self._keep([str(mistake) for mistake in error.mistakes])
            return False
        except Exception as error:  # noqa: BLE001 - whatever a connector raises, the old one serves on
            if self._tried is not None and found is not None:
                self._tried = replace(self._tried, read=found)
            self._keep([f"the configuration cannot be opened: {_where(error)}"])
            return False
        self._took(change)
        return True

    async def _asked_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._asked.wait()
        asked = self._asked.is_set()
        self._asked.clear()
        return asked

    async def _look(self) -> Mapping[Path, Stamp] | None:
        # A file system may take its time; nobody's answer waits for it.
        return None if self._tried is None else await asyncio.to_thread(self._tried.now)

    def _changed(self, found: Mapping[Path, Stamp] | None) -> bool:
        return self._tried is not None and found != self._tried.read

    def _took(self, change: Change) -> None:
        self.since = utc_now()
        self.refused = None
        now = self._gateway.now.configured
        _log.info(
            "registry_reloaded",
            agencies=len(now.agencies),
            sources=len(now.sources),
            added=len(change.added),
            changed=len(change.changed),
            removed=len(change.removed),
        )

    def _keep(self, mistakes: list[str]) -> None:
        self.refused = Refused(utc_now(), len(mistakes))
        for mistake in mistakes:
            _log.warning("registry_mistaken", mistake=mistake)
        now = self._gateway.now.configured
        _log.error(
            "registry_kept",
            mistakes=len(mistakes),
            agencies=len(now.agencies),
            sources=len(now.sources),
        )


@asynccontextmanager
async def reloading(gateway: Gateway, load: Load | None) -> AsyncIterator[Reloads | None]:
    """Have changes and SIGHUP heeded inside; without `load` the configuration stays as it is."""
    if load is None:
        yield None
        return
    reloads = Reloads(gateway, load)
    watching = asyncio.create_task(reloads.watch())
    try:
        with _hangups_told_to(reloads.ask):
            yield reloads
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def at_terminal() -> bool:
    """Whether there is a terminal that this process reads from; none any more after it closed."""
    return os.isatty(0)


@contextmanager
def _hangups_told_to(ask: Callable[[], None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        # Only there can signals be heard.
        yield
        return
    began_at_terminal = at_terminal()

    def heard() -> None:
        if began_at_terminal and not at_terminal():
            # The terminal was closed, and what runs in it ends, as it always did.
            signal.raise_signal(signal.SIGTERM)
        else:
            ask()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, heard)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


def _where(error: Exception) -> str:
    """Kind and place of what was raised; its own words may hold anybody's secrets."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__qualname__} at {frame.filename}:{frame.lineno}"
