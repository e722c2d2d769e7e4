"""What a source may have heard is not said to it again by the way out itself."""

import pytest

from connectors.contract.errors import SourceUnavailable
from connectors.http import AiohttpClient
from connectors.testing.asking import call
from connectors.testing.weather import FAIR, Cut, FaultProxy, Reset, Weather, weathered
from tests.connectors.http.upstreams import answering, upstream

DROPPED = Weather(answer=Reset())
WRITING = ("POST", "PUT", "PATCH", "DELETE")


async def fails(proxy: FaultProxy, method: str, *before: Weather) -> bool:
    """Whether the exchange after those `before`, on the same connection, says it was sent."""
    client = AiohttpClient(proxy.url)
    proxy.forecast(*before, DROPPED)
    for _ in before:
        await client.request("GET", "a", call=call())
    with pytest.raises(SourceUnavailable) as failed:
        await client.request(method, "a", call=call())
    await client.aclose()
    return failed.value.sent


@pytest.mark.parametrize("method", ["GET", *WRITING])
async def test_a_request_whose_answer_was_dropped_is_not_repeated(method: str) -> None:
    async with upstream(answering()) as there, weathered(there.url) as proxy:
        assert await fails(proxy, method)
        assert proxy.exchanges == 1


@pytest.mark.parametrize("method", WRITING)
async def test_what_is_written_is_not_repeated_on_a_kept_connection_either(method: str) -> None:
    async with upstream(answering()) as there, weathered(there.url) as proxy:
        assert await fails(proxy, method, FAIR)
        assert (proxy.exchanges, proxy.connections) == (2, 1)


@pytest.mark.parametrize("ending", [Reset(), Cut()])
async def test_a_read_on_a_kept_connection_that_ended_is_repeated_on_a_new_one(
    ending: Reset | Cut,
) -> None:
    async with upstream(answering(b"[1]")) as there, weathered(there.url) as proxy:
        client = AiohttpClient(proxy.url)
        proxy.forecast(FAIR, Weather(request=ending))
        for _ in range(2):
            assert (await client.request("GET", "a", call=call())).body == b"[1]"
        await client.aclose()
        assert (proxy.exchanges, proxy.connections) == (3, 2)


async def test_a_read_is_repeated_once_at_most() -> None:
    async with upstream(answering()) as there, weathered(there.url) as proxy:
        client = AiohttpClient(proxy.url)
        proxy.forecast(FAIR, DROPPED, DROPPED)
        await client.request("GET", "a", call=call())
        with pytest.raises(SourceUnavailable):
            await client.request("GET", "a", call=call())
        await client.aclose()
        assert proxy.exchanges == 3
