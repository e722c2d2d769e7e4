"""The fault proxy does what its script says, to the byte, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from connectors.testing.weather import (
    FAIR,
    Cut,
    Delay,
    Endless,
    Fault,
    FaultProxy,
    Garbage,
    HalfClose,
    Hang,
    Length,
    Reset,
    Trickle,
    Weather,
    weathered,
)
from tests.connectors.http.upstreams import Visit, upstream

ASKED = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n"
BODY = b"abcdefghijklmnopqrstuvwxyz"


class Heard:
    """What arrived at the upstream, connection by connection."""

    def __init__(self) -> None:
        self.bytes: list[bytes] = []
        self.ended = asyncio.Event()

    async def handle(self, visit: Visit) -> None:
        """Answer every 32 bytes, which is one request."""
        number = len(self.bytes)
        self.bytes.append(b"")
        while data := await visit.reader.read(65_536):
            self.bytes[number] += data
            if len(self.bytes[number]) % len(ASKED) == 0:
                await visit.say(HEAD, BODY)
        self.ended.set()


@asynccontextmanager
async def behind(weather: Weather = FAIR) -> AsyncIterator[tuple[FaultProxy, Heard]]:
    heard = Heard()
    async with upstream(heard.handle) as there, weathered(there.url) as proxy:
        await proxy.turn(weather)
        yield proxy, heard


async def told(proxy: FaultProxy, *, most: int = -1) -> bytes:
    """What a client is told that asks and then listens: to the end, or until it has `most`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        writer.write(ASKED)
        return await (reader.read() if most < 0 else reader.readexactly(most))
    finally:
        writer.close()
        await writer.wait_closed()


async def test_in_fair_weather_everything_passes_unchanged_and_is_counted() -> None:
    async with behind() as (proxy, heard):
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        for _ in range(3):
            writer.write(ASKED)
            assert await reader.readexactly(len(HEAD + BODY)) == HEAD + BODY
        assert (proxy.connections, proxy.open) == (1, 1)
        writer.close()
        await writer.wait_closed()
        await proxy.until_left()
        assert heard.bytes == [ASKED * 3]
        assert (proxy.connections, proxy.exchanges, proxy.open, proxy.struck) == (1, 3, 0, 0)


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Cut(), b""),
        (Cut(after=5), HEAD[:5]),
        (Cut(after=5, in_body=True), HEAD + BODY[:5]),
        (Cut(after=len(HEAD + BODY)), HEAD + BODY),
        (HalfClose(after=7), HEAD[:7]),
        (Length(by=3), HEAD.replace(b"26", b"29") + BODY),
        (Length(by=-30), HEAD.replace(b"26", b"0") + BODY),
        (Delay(seconds=0.01, after=5), HEAD + BODY),
        (Trickle(per_second=1e5, in_body=True), HEAD + BODY),
    ],
    ids=lambda each: str(each) if isinstance(each, Fault) else "",
)
async def test_an_answer_passes_up_to_where_the_fault_strikes(fault: Fault, answer: bytes) -> None:
    async with behind(Weather(answer=fault)) as (proxy, heard):
        ends = isinstance(fault, Cut | HalfClose)
        assert await told(proxy, most=-1 if ends else len(answer)) == answer
        await proxy.until_left()
        assert heard.bytes == [ASKED]
        assert proxy.struck == 1


@pytest.mark.parametrize("fault", [Cut(after=9), HalfClose(after=9), Reset(after=9), Hang(after=9)])
async def test_a_request_passes_up_to_where_the_fault_strikes(fault: Fault) -> None:
    async with behind(Weather(request=fault)) as (proxy, heard):
        asking = asyncio.create_task(told(proxy))
        await proxy.until_struck(1)
        if isinstance(fault, Hang):
            asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await proxy.until_left()
        await heard.ended.wait()
        assert heard.bytes == [ASKED[:9]]


async def test_a_reset_reaches_the_client_as_one_when_the_request_was_taken() -> None:
    async with behind(Weather(answer=Reset())) as (proxy, heard):
        with pytest.raises(ConnectionResetError):
            await told(proxy)
        assert heard.bytes == [ASKED]


async def test_a_slammed_door_resets_before_anything_is_read() -> None:
    async with behind(Weather(slammed=True)) as (proxy, heard):
        with pytest.raises(ConnectionResetError):
            await told(proxy)
        assert heard.bytes == []


async def test_nobody_listens_until_the_weather_turns() -> None:
    async with behind(Weather(refused=True)) as (proxy, heard):
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                await told(proxy)
        await proxy.turn(FAIR)
        assert await told(proxy, most=len(HEAD + BODY)) == HEAD + BODY
        await proxy.turn(Weather(refused=True))
        with pytest.raises(ConnectionRefusedError):
            await told(proxy)
        assert (proxy.connections, len(heard.bytes)) == (1, 1)


async def test_a_hanging_answer_ends_when_its_client_leaves() -> None:
    for weather in (
        Weather(answer=Hang(after=4)),
        Weather(answer=Delay(seconds=3600)),
        Weather(answer=Trickle(per_second=1e-3)),
        Weather(request=Delay(seconds=3600)),
        Weather(request=Trickle(per_second=1e-3)),
    ):
        async with behind(weather) as (proxy, _):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await told(proxy)
            async with asyncio.timeout(5):
                await proxy.until_left()


async def test_garbage_is_as_long_as_what_it_replaces_and_always_the_same() -> None:
    found = []
    for _ in range(2):
        async with behind(Weather(answer=Garbage(after=3, in_body=True))) as (proxy, _):
            found.append(await told(proxy, most=len(HEAD + BODY)))
    assert found[0] == found[1]
    assert found[0][: len(HEAD) + 3] == HEAD + BODY[:3]
    assert found[0][-23:] != BODY[-23:]


async def test_an_endless_body_states_no_length_and_does_not_end() -> None:
    async with behind(Weather(answer=Endless())) as (proxy, _):
        head = HEAD.replace(b"\r\nContent-Length: 26", b"")
        answer = await told(proxy, most=1_000_000)
        assert answer[: len(head + BODY)] == head + BODY
        assert set(answer[len(head + BODY) :]) == {ord(" ")}
        await proxy.until_left()


async def test_a_forecast_comes_one_exchange_after_the_other_on_one_connection() -> None:
    async with behind() as (proxy, heard):
        proxy.forecast(FAIR, Weather(answer=Length(by=1)), FAIR, Weather(answer=Cut()))
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        whole = len(HEAD + BODY)
        said = []
        for _ in range(4):
            writer.write(ASKED)
            said.append(await reader.read(whole))
        assert said == [HEAD + BODY, HEAD.replace(b"26", b"27") + BODY, HEAD + BODY, b""]
        assert await told(proxy, most=whole) == HEAD + BODY
        assert (proxy.exchanges, len(heard.bytes)) == (5, 2)
        writer.close()
        await writer.wait_closed()


async def test_a_refusal_cannot_be_forecast() -> None:
    async with behind() as (proxy, _):
        with pytest.raises(ValueError, match="turn to it"):
            proxy.forecast(Weather(refused=True))


async def test_what_is_open_at_the_end_is_cut() -> None:
    async with behind(Weather(answer=Endless())) as (proxy, _):
        _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(ASKED)
        # Nobody reads: the proxy waits for room.
        await proxy.until_met(1)
    writer.close()
    await asyncio.gather(writer.wait_closed(), return_exceptions=True)
    assert proxy.open == 0


async def test_an_upstream_that_is_down_ends_the_connection() -> None:
    async with upstream(Heard().handle) as there:
        url = there.url
    async with weathered(url) as proxy:
        with pytest.raises(ConnectionResetError):
            await told(proxy)
