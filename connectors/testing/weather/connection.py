"""Carry what two sides of one connection say to each other, exchange by exchange."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Final, Protocol

from connectors.testing.weather.faults import Fault
from connectors.testing.weather.kinds import Weather

_CHUNK: Final = 65_536
_END_OF_HEAD: Final = b"\r\n\r\n"
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: closing resets."""


class Sky(Protocol):
    """Where the weather comes from."""

    async def begin(self) -> Weather:
        """The weather of an exchange that begins now."""

    async def strike(self) -> None:
        """Count a fault that is about to be felt."""


class Connection:
    """A client's connection and the one that it leads to."""

    def __init__(
        self, sky: Sky, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._sky = sky
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
        weather = await self._sky.begin()
        if weather.slammed:
            await self._sky.strike()
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
                weather = await self._sky.begin()
                request.renew(weather.request)
                answer.renew(weather.answer)
            await request.carry(data)
        request.end()

    async def strike(self) -> None:
        """Tell of a fault that is about to be felt."""
        await self._sky.strike()

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
        self, connection: Connection, to: asyncio.StreamWriter, fault: Fault | None
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
            await self._connection.strike()
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
