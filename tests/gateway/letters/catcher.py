"""A mail server on loopback that keeps what it is sent, and refuses or hangs up as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

_USUAL = {
    "AUTH": b"235 welcome",
    "STARTTLS": b"220 go on",
    "QUIT": b"221 bye",
    "DATA": b"354 go on",
}


@dataclass(frozen=True)
class Caught:
    """One message as it came over the wire."""

    sender: str
    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, EmailMessage, policy=SMTP)  # type: ignore[arg-type]  # of EmailMessages


@dataclass
class Catcher:
    """What the server does and did."""

    caught: list[Caught] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """Every command, in order."""
    answers: dict[str, list[bytes | None]] = field(default_factory=dict)
    """What is answered to a command, to connecting (`connect`) or after the message (`.`), the next
    times; `b""` hangs up, and None never answers."""
    extensions: tuple[str, ...] = ("8BITMIME",)
    tls: ssl.SSLContext | None = None
    """What follows STARTTLS."""
    port: int = 0
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _gone: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def has(self, most: int) -> None:
        """Wait until it was sent so many."""
        while len(self.caught) < most:
            self._more.clear()
            await self._more.wait()

    def hang_up(self) -> None:
        self._gone.set()
        for writer in self._open:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = to = ""
        if not await self._answer(writer, "connect", b"220 catcher"):
            return
        while line := await reader.readline():
            command = line.decode().rstrip("\r\n")
            self.said.append(command)
            verb = command.partition(" ")[0].upper()
            if verb == "MAIL":
                sender = _within(command)
            elif verb == "RCPT":
                to = _within(command)
            refused = verb in self.answers and bool(self.answers[verb])
            if not await self._answer(writer, verb, self._usual(verb)):
                return
            if verb == "STARTTLS" and self.tls is not None:
                await writer.start_tls(self.tls)
            if verb == "DATA" and not refused:
                raw = await reader.readuntil(b"\r\n.\r\n")
                self.caught.append(Caught(sender, to, raw[:-3].replace(b"\r\n..", b"\r\n.")))
                self._more.set()
                if not await self._answer(writer, ".", b"250 queued"):
                    return

    def _usual(self, verb: str) -> bytes:
        if verb == "EHLO":
            *but_last, last = ("catcher", *self.extensions)
            return "\r\n".join([*(f"250-{each}" for each in but_last), f"250 {last}"]).encode()
        return _USUAL.get(verb, b"250 ok")

    async def _answer(self, writer: asyncio.StreamWriter, verb: str, usual: bytes) -> bool:
        told = self.answers.get(verb)
        answer = told.pop(0) if told else usual
        if answer is None:
            await self._gone.wait()
        if not answer:
            return False
        writer.write(answer + b"\r\n")
        await writer.drain()
        return True


def _within(command: str) -> str:
    return command.partition("<")[2].partition(">")[0]


@asynccontextmanager
async def catching(tls: ssl.SSLContext | None = None) -> AsyncIterator[Catcher]:
    """A server inside; with `tls` all is said in it."""
    catcher = Catcher()
    server = await asyncio.start_server(catcher.serve, "127.0.0.1", 0, ssl=tls)
    catcher.port = server.sockets[0].getsockname()[1]
    try:
        yield catcher
    finally:
        server.close()
        catcher.hang_up()
        await server.wait_closed()
