"""Cities in a process of their own, so that their work is not counted: `python -m tests.faults.canned 8`.

Says, in one line of JSON, where they are and where the one is that takes every request and never
answers. It ends with its standard input.
"""

import asyncio
import json
import sys
from functools import partial

from tests.connectors.open311 import cities
from tests.faults.times import NOW

ROWS = 60


class _City(asyncio.Protocol):
    """Answers every request with the same bytes, or with none."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(self._answer * data.count(b"\r\n\r\n"))


def _answer(city: int) -> bytes:
    rows = [cities.request(city * ROWS + number, NOW) for number in range(ROWS)]
    body = json.dumps(rows).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _serve(count: int) -> None:
    loop = asyncio.get_running_loop()
    answers = [*map(_answer, range(count)), b""]
    servers = [
        await loop.create_server(partial(_City, answer), "127.0.0.1", 0) for answer in answers
    ]
    print(json.dumps([f"http://127.0.0.1:{s.sockets[0].getsockname()[1]}" for s in servers]))  # noqa: T201
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
