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
import struct
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from connectors.testing.weather.faults import Fault
from connectors.testing.weather.kinds import FAIR, Weather

_CHUNK: Final = 65_536
_END_OF_HEAD: Final = b"\r\n\r\n"
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: closing resets."""


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
        self._open: dict[asyncio.Task[None], _Connection] = {}
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
        connection = self._open[task] = _Connection(self, reader, writer)
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


class _Connection:
    """A client's connection and the one that it leads to."""

    def __init__(
        self, proxy: FaultProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.proxy = proxy
        self.left = False
        """Whether the client ended its side."""
        self._reader = reader
        self._writers = [writer]

    async def carry(self, upstream: tuple[str, int]) -> None:
        """Carry what comes either way, until nothing more can come."""
        try:
            await self._carry(upstream)
            self.cut()
        except* (OSError, asyncio.CancelledError):
            # One side is gone, in the middle of things: so is the other.
            self.abort()
        finally:
            await self._until_closed()

    async def _carry(self, upstream: tuple[str, int]) -> None:
        weather = await self.proxy.begin()
        if weather.slammed:
            await self.proxy.strike()
            self.reset()
            return
        reader, away = await asyncio.open_connection(*upstream)
        request = _Direction(self, away, weather.request)
        answer = _Direction(self, self._writers[0], weather.answer)
        self._writers.append(away)
        heard: asyncio.Queue[bytes] = asyncio.Queue()
        async with asyncio.TaskGroup() as both:
            there = both.create_task(self._requests(heard, request, answer))
            back = both.create_task(answer.carry_all(reader))
            # Read whatever a fault keeps waiting, so that a client who leaves is noticed.
            while data := await self._reader.read(_CHUNK):
                heard.put_nowait(data)
            self.left = True
            heard.put_nowait(b"")
            if request.struck or answer.struck:
                there.cancel()
                back.cancel()

    async def _requests(
        self, heard: asyncio.Queue[bytes], request: "_Direction", answer: "_Direction"
    ) -> None:
        while data := await heard.get():
            if answer.begun:
                weather = await self.proxy.begin()
                request.renew(weather.request)
                answer.renew(weather.answer)
            await request.carry(data)
        request.end()

    def cut(self) -> None:
        """Close both sides when what was written has gone out."""
        for writer in self._writers:
            writer.close()

    def reset(self) -> None:
        """Reset the client, and let the upstream have what was passed on."""
        for writer in self._writers[1:]:
            writer.close()
        _abort(self._writers[0])

    def abort(self) -> None:
        """Reset both sides, whatever was still to go out."""
        for writer in self._writers:
            _abort(writer)

    async def _until_closed(self) -> None:
        for writer in self._writers:
            with suppress(OSError):
                await writer.wait_closed()


class _Direction:
    """One way of a connection, and what befalls it in the present exchange."""

    def __init__(
        self, connection: _Connection, to: asyncio.StreamWriter, fault: Fault | None
    ) -> None:
        self.to = to
        self.begun = False
        """Whether anything came this way in this exchange."""
        self._connection = connection
        self.renew(fault)

    def renew(self, fault: Fault | None) -> None:
        """Begin another exchange."""
        self.begun = False
        self.struck = False
        """Whether the fault is at work."""
        self._fault = fault
        self._left = 0 if fault is None else fault.after
        self._head: bytes | None = b"" if fault is not None and fault.reads_head else None

    async def carry_all(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(_CHUNK):
            await self.carry(data)
        self.end()

    async def carry(self, data: bytes) -> None:
        self.begun = True
        if self._fault is None:
            await self.send(data)
            return
        if self._head is not None:
            self._head += data
            head, found, data = self._head.partition(_END_OF_HEAD)
            if not found:
                return
            self._head = None
            await self.send(self._fault.head(head + found))
        if not self.struck:
            unharmed, data = data[: self._left], data[self._left :]
            self._left -= len(unharmed)
            if unharmed:
                await self.send(unharmed)
            if self._left:
                return
        first, self.struck = not self.struck, True
        if first:
            await self._connection.proxy.strike()
        await self._fault.befall(data, self, first=first)

    @property
    def broken(self) -> bool:
        return self.to.is_closing() or self._connection.left

    async def send(self, data: bytes) -> None:
        if not self.to.is_closing():
            self.to.write(data)
            await self.to.drain()

    def end(self) -> None:
        if not self.to.is_closing():
            self.to.write_eof()

    def cut(self) -> None:
        self._connection.cut()

    def reset(self) -> None:
        self._connection.reset()


def _abort(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # It is closed already.
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()


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
