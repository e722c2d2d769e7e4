"""Say what a fault does to the bytes that go one way, once so many of them have passed."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final, Protocol

_LENGTH: Final = re.compile(rb"(\r\ncontent-length:\s*)(\d+)", re.IGNORECASE)
_FILLING: Final = b" " * 65_536


class Way(Protocol):
    """One direction of a connection, as a fault may use it."""

    @property
    def broken(self) -> bool:
        """Whether the receiver is gone."""

    async def send(self, data: bytes) -> None:
        """Pass `data` on to the receiver, as quickly as it takes it."""

    def end(self) -> None:
        """Tell the receiver that nothing more comes this way."""

    def cut(self) -> None:
        """Close the connection on both sides; what was passed on still arrives."""

    def reset(self) -> None:
        """Close it so that the client is told of a reset; the upstream has what was passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(ABC):
    """What happens one way in one exchange, once the point is reached where it strikes.

    At `after=0` that is the first byte, before it passes.
    """

    after: int = 0
    """Bytes that pass unharmed."""
    in_body: bool = False
    """Whether they are counted from the end of an HTTP message's head, which then passes."""

    @property
    def reads_head(self) -> bool:
        """Whether the head is wanted whole, to be passed as `head` says."""
        return self.in_body

    def head(self, head: bytes) -> bytes:
        """The head that passes instead of `head`."""
        return head

    @abstractmethod
    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:
        """Do it to `data`, which comes after that point; `first` when it strikes."""


class Cut(Fault):
    """The connection is closed; what had passed arrives."""

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:  # noqa: ARG002
        """Close it."""
        way.cut()


class Reset(Fault):
    """The client is told of a reset."""

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:  # noqa: ARG002
        """Reset it."""
        way.reset()


class HalfClose(Fault):
    """Nothing more comes this way, and the receiver is told so; the other way stays open."""

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:  # noqa: ARG002
        """End this way."""
        if first:
            way.end()


class Hang(Fault):
    """Nothing more comes this way, and nobody is told."""

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:
        """Swallow it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(Fault):
    """There is one pause."""

    seconds: float

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:
        """Wait, then pass everything on."""
        if first:
            await asyncio.sleep(self.seconds)
        await way.send(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trickle(Fault):
    """Byte after byte comes, slowly."""

    per_second: float
    """Bytes."""

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:  # noqa: ARG002
        """Pass it on drop by drop, as long as anyone receives it."""
        for each in _bytes(data):
            if way.broken:
                return
            await way.send(each)
            await asyncio.sleep(1 / self.per_second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage(Fault):
    """Other bytes come, as many; the same ones for the same seed."""

    seed: int = 0

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:  # noqa: ARG002
        """Pass noise on instead."""
        await way.send(Random(self.seed).randbytes(len(data)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(Fault):
    """The length that the head states is wrong."""

    by: int
    """So many bytes more than there are, or fewer if negative."""

    @property
    def reads_head(self) -> bool:
        """Always: it is what is changed."""
        return True

    def head(self, head: bytes) -> bytes:
        """The head with the wrong length; one that states none, as that of a 204, passes."""
        return _LENGTH.sub(
            lambda said: said[1] + str(max(0, int(said[2]) + self.by)).encode(), head
        )

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:  # noqa: ARG002
        """Pass it on: the head did the harm."""
        await way.send(data)


class Endless(Fault):
    """The body, of which no length is stated, never ends."""

    @property
    def reads_head(self) -> bool:
        """Always: no length may be stated."""
        return True

    def head(self, head: bytes) -> bytes:
        """The head without a length: the body lasts as long as the connection."""
        return _LENGTH.sub(b"", head)

    async def befall(self, data: bytes, way: Way, *, first: bool) -> None:  # noqa: ARG002
        """Pass it on, and blanks after it as long as anyone takes them."""
        await way.send(data)
        while not way.broken:
            await way.send(_FILLING)


def _bytes(data: bytes) -> Iterator[bytes]:
    return (data[place : place + 1] for place in range(len(data)))
