"""Upstreams that behave as told, down to the byte, on loopback."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Handle = Callable[["Visit"], Awaitable[None]]


@dataclass
class Visit:
    """One connection, as the upstream sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> bytes:
        """The head of the next request, and its body if its length is stated; empty at the end."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""
        lines = head.lower().split(b"\r\n")
        lengths = [int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length")]
        return head + await self.reader.readexactly(lengths[0] if lengths else 0)

    async def say(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))
        await self.writer.drain()

    async def answer(self, body: bytes = b"[]", *, status: str = "200 OK", **headers: str) -> None:
        """A whole answer; `content_type="x"` becomes a header."""
        said = {"content_type": "application/json", "content_length": str(len(body))} | headers
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in said.items()]
        await self.say("\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode(), body)

    def reset(self) -> None:
        """Cut the connection so that the other side is told of a reset."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass
class Upstream:
    """An upstream and what it saw."""

    url: str = ""
    connections: int = 0
    met: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody connected."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody closed a connection."""
    shut: Callable[[], None] = lambda: None
    """Lets nobody else in."""


@asynccontextmanager
async def upstream(handle: Handle) -> AsyncIterator[Upstream]:
    """An upstream that handles each connection so; those still open at the end are cut."""
    seen = Upstream()
    tasks: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        seen.connections += 1
        seen.met.set()
        try:
            await handle(Visit(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            seen.left.set()
            writer.close()

    server = await asyncio.start_server(visit, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    seen.shut = server.close
    seen.url = f"http://{host}:{port}"
    try:
        yield seen
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def answering(body: bytes = b"[]", *, status: str = "200 OK", **headers: str) -> Handle:
    """Answers every request of a connection alike."""

    async def handle(visit: Visit) -> None:
        while await visit.request():
            await visit.answer(body, status=status, **headers)

    return handle


async def silent(visit: Visit) -> None:
    """Takes the request and says nothing until the other side leaves."""
    await visit.request()
    await visit.reader.read()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
