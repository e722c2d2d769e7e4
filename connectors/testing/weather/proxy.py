"""Carry bytes between clients and one upstream, and let each exchange have its weather.

    async with weathered(city_url) as proxy:
        connector = ...                                  # opened on proxy.url
        await proxy.turn(Weather(answer=Reset()))        # from the next exchange on
        proxy.forecast(FAIR, Weather(answer=Hang()))     # first these two, one after the other

An exchange begins with a connection, and with the first byte of a request that follows an answer
on a kept one. Nothing here is left to chance, and nothing waits but what a fault is.
"""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from connectors.testing.weather.connection import Connection
from connectors.testing.weather.kinds import FAIR, Weather


class FaultProxy:
    """What clients meet instead of the upstream; `weathered` opens one."""

    def __init__(self, host: str, port: int) -> None:
        """Lead to `host` and `port`; nothing listens yet."""
        self.port = 0
        """On 127.0.0.1; the same in any weather."""
        self.connections = 0
        """Connections that were taken."""
        self.exchanges = 0
        self.struck = 0
        """Faults that came to strike."""
        self._upstream = (host, port)
        self._weather = FAIR
        self._coming: deque[Weather] = deque()
        self._server: asyncio.Server | None = None
        self._closed_door: socket.socket | None = None
        self._open: dict[asyncio.Task[None], Connection] = {}
        self._changed = asyncio.Condition()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """Connections that are open."""
        return len(self._open)

    async def turn(self, weather: Weather) -> None:
        """Let every exchange that begins from now on have `weather`.

        Where nobody listens any more, and where doors are slammed, open connections end too.
        """
        self._weather = weather
        self._coming.clear()
        if weather.refused or weather.slammed:
            for connection in self._open.values():
                connection.abort()
            await self.until_left()
        if weather.refused:
            await self._shut()
        else:
            await self._listen()

    def forecast(self, *weathers: Weather) -> None:
        """Let the next exchanges have `weathers`, one each, before those that `turn` said."""
        if any(weather.refused for weather in weathers):
            raise ValueError("a refusal is no exchange: turn to it")
        self._coming.extend(weathers)

    async def until_met(self, exchanges: int) -> None:
        """Return when so many exchanges have begun in all."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.exchanges >= exchanges)

    async def until_struck(self, faults: int) -> None:
        """Return when so many faults have come to strike in all."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.struck >= faults)

    async def until_left(self) -> None:
        """Return when no connection is open."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._open)

    async def aclose(self) -> None:
        """Listen no more, cut what is open, and leave nothing behind."""
        await self._shut()
        if self._closed_door is not None:
            self._closed_door.close()
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        if self._server is not None:
            return
        if self._closed_door is not None:
            self._closed_door.close()
            self._closed_door = None
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server = None
        # Bound without listening, so that nobody else gets the port and everybody is refused.
        self._closed_door = socket.socket()
        self._closed_door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._closed_door.bind(("127.0.0.1", self.port))

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.connections += 1
        connection = self._open[task] = Connection(self, reader, writer)
        try:
            await connection.carry(self._upstream)
        finally:
            del self._open[task]
            await self._tell()

    async def begin(self) -> Weather:
        """The weather of an exchange that begins now."""
        self.exchanges += 1
        await self._tell()
        return self._coming.popleft() if self._coming else self._weather

    async def strike(self) -> None:
        """Count a fault that is about to be felt."""
        self.struck += 1
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@asynccontextmanager
async def weathered(url: str) -> AsyncIterator[FaultProxy]:
    """A proxy to the upstream at `url`, in fair weather at first."""
    parts = urlsplit(url)
    if parts.hostname is None or parts.port is None:
        raise ValueError(f"expected a URL with a host and a port, got {url!r}")
    proxy = FaultProxy(parts.hostname, parts.port)
    await proxy.turn(FAIR)
    try:
        yield proxy
    finally:
        await proxy.aclose()
