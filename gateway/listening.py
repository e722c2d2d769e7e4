"""Hear what changes, in whichever process, and wake whoever watches."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

import structlog

from connectors.contract.errors import ConnectorError
from connectors.contract.feed import Notice
from resolvers.ports import Feed
from resolvers.watching import Watchers

_log = structlog.get_logger(__name__)

_PAUSE_SECONDS: Final = 1.0
"""Until it is listened again."""


@asynccontextmanager
async def listening(feed: Feed, watchers: Watchers) -> AsyncIterator[None]:
    """Have `watchers` woken inside, and stopped at its end."""
    running = asyncio.create_task(_Ear(feed, watchers).run(), name="changes")
    try:
        yield
    finally:
        watchers.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


class _Ear:
    def __init__(self, feed: Feed, watchers: Watchers) -> None:
        self._feed = feed
        self._watchers = watchers
        self._deaf = False

    async def run(self) -> None:
        """Listen again whenever that ends; until cancelled."""
        while True:
            try:
                await self._feed.listen(self._hear)
            except ConnectorError as error:
                self._tell(reason=error.detail or str(error))
            except Exception as error:  # noqa: BLE001 - whatever it is, others wait to be woken
                self._tell(exc_info=error)
            await asyncio.sleep(_PAUSE_SECONDS)

    def _hear(self, notice: Notice | None) -> None:
        if notice is None and self._deaf:
            self._deaf = False
            _log.info("changes_heard_again")
        self._watchers.tell(notice)

    def _tell(self, **what: object) -> None:
        if not self._deaf:
            # While it lasts nothing more is said.
            _log.warning("changes_not_heard", error_id=uuid4().hex, **what)
        self._deaf = True
