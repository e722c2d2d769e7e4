"""How a request goes out: what is sent, over which connections, and what is known if it fails."""

import asyncio
import json
from typing import Any

import pytest

from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NotSupported,
    SourceTimeout,
    SourceUnavailable,
)
from connectors.http import AiohttpClient
from connectors.testing.asking import call
from tests.connectors.http.upstreams import Visit, answering, closed_port, silent, upstream

SECRET = "s3cret-key"


def assert_nothing_leaks(error: ConnectorError, *words: str) -> None:
    for word in (SECRET, "127.0.0.1", "localhost", "invalid", *words):
        assert word not in str(error)
    assert SECRET not in (error.detail or "")


async def get(client: AiohttpClient, *, seconds: float = 5.0) -> ConnectorError:
    """What a GET that carries a secret fails with."""
    with pytest.raises(ConnectorError) as failed:
        await client.request("GET", "a.json", call=call(seconds=seconds), params=[("key", SECRET)])
    await client.aclose()
    return failed.value


async def heard(**said: object) -> bytes:
    """What the upstream hears of a POST."""
    requests = []

    async def hear(visit: Visit) -> None:
        requests.append(await visit.request())
        await visit.answer()

    async with upstream(hear) as there:
        client = AiohttpClient(f"{there.url}/open311/v2/")
        await client.request("POST", "requests.json", call=call(), **said)
        await client.aclose()
    return requests[0]


async def test_paths_are_below_the_base_and_parameters_are_encoded() -> None:
    request = await heard(params=[("q", "a&b c\r\nX: y"), ("q", "é"), ("empty", "")])
    line = request.split(b"\r\n")[0]
    assert line == b"POST /open311/v2/requests.json?q=a%26b+c%0D%0AX:+y&q=%C3%A9&empty= HTTP/1.1"


async def test_a_path_that_is_encoded_stays_so() -> None:
    async def echo(visit: Visit) -> None:
        await visit.answer((await visit.request()).split()[1])

    async with upstream(echo) as there:
        client = AiohttpClient(f"{there.url}/v2")
        answer = await client.request("GET", "requests/a%2Fb%3F%20c.json", call=call())
        await client.aclose()
    assert answer.body == b"/v2/requests/a%2Fb%3F%20c.json"


async def test_a_form_is_sent_in_order_and_in_utf_8() -> None:
    request = await heard(form=[("attribute[A][]", "1"), ("attribute[A][]", "2"), ("d", "ضوء")])
    head, _, body = request.partition(b"\r\n\r\n")
    assert b"application/x-www-form-urlencoded" in head
    assert body == b"attribute%5BA%5D%5B%5D=1&attribute%5BA%5D%5B%5D=2&d=%D8%B6%D9%88%D8%A1"


async def test_json_and_headers_are_sent() -> None:
    request = await heard(json={"a": ["é"]}, headers={"X-Agency": "rabat"})
    head, _, body = request.partition(b"\r\n\r\n")
    assert json.loads(body) == {"a": ["é"]}
    assert b"X-Agency: rabat" in head


async def refused(url: str = "a.json", **said: Any) -> ConnectorError:
    """What a POST fails with that nobody hears of."""
    async with upstream(answering()) as there:
        client = AiohttpClient(there.url)
        with pytest.raises(ConnectorError) as failed:
            await client.request("POST", url, **({"call": call()} | said))
        await client.aclose()
        assert there.connections == 0
    assert not failed.value.sent
    return failed.value


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-A", "b\r\nX-C: d"), ("X-A\n", "b"), ("X-A", "\0"), ("X-A", "\x1b"), ("X-A", "\udce9")],
)
async def test_a_header_that_cannot_be_sent_is_refused(name: str, value: str) -> None:
    assert isinstance(await refused(headers={name: value}), NotSupported)


async def test_half_a_character_is_not_sent() -> None:
    assert isinstance(await refused(form=[("description", "\ud800")]), NotSupported)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://other.example/next", "another address"),
        ("http://[x", "what is no address"),
        ("http://a:99999/", "address"),
        ("mailto:a@b.example", "what is no address"),
        ("a\r\nX-C: d", "what is no address"),
    ],
)
async def test_an_address_that_is_not_the_sources_is_refused_before_anything_is_sent(
    url: str, problem: str
) -> None:
    with pytest.raises(BadData, match=problem):
        raise await refused(url)


async def test_a_whole_address_of_the_source_is_asked() -> None:
    async with upstream(answering()) as there:
        client = AiohttpClient(there.url)
        answer = await client.request("GET", f"{there.url}/next", call=call())
        await client.aclose()
    assert answer.status == 200


@pytest.mark.parametrize("seconds", [0, -1])
async def test_without_time_left_nothing_is_sent(seconds: float) -> None:
    late = await refused(call=call(seconds=seconds))
    assert isinstance(late, SourceTimeout)
    assert str(late) == "no time was left for the source"


async def test_connections_are_kept_and_no_more_are_opened_than_allowed() -> None:
    async with upstream(answering()) as there:
        client = AiohttpClient(there.url, max_concurrent=2)
        for _ in range(5):
            await client.request("GET", "a.json", call=call())
        assert there.connections == 1
        await asyncio.gather(*(client.request("GET", "a.json", call=call()) for _ in range(10)))
        assert there.connections == 2
        await client.aclose()


async def test_cookies_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = []

    async def set_cookie(visit: Visit) -> None:
        while request := await visit.request():
            requests.append(request)
            await visit.answer(set_cookie="who=you; Path=/")

    # An environment that names a proxy changes nothing either: this one would refuse.
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    async with upstream(set_cookie) as there:
        # By name, for no cookie jar keeps those of bare addresses.
        client = AiohttpClient(there.url.replace("127.0.0.1", "localhost"))
        await client.request("GET", "a.json", call=call())
        await client.request("GET", "a.json", call=call())
        await client.aclose()
    assert len(requests) == 2
    assert not any(b"cookie" in request.lower() for request in requests)


async def test_a_refused_connection_is_known_to_have_sent_nothing() -> None:
    error = await get(AiohttpClient(f"http://127.0.0.1:{closed_port()}"))
    assert (type(error), error.sent) == (SourceUnavailable, False)
    assert_nothing_leaks(error)


async def test_an_unknown_name_is_known_to_have_sent_nothing() -> None:
    error = await get(AiohttpClient("http://no-such-name.invalid"))
    assert (type(error), error.sent) == (SourceUnavailable, False)
    assert_nothing_leaks(error)


async def test_a_failed_tls_handshake_is_known_to_have_sent_nothing() -> None:
    async def speak_plainly(visit: Visit) -> None:
        await visit.reader.read(1)
        await visit.answer(status="400 Plain HTTP here")

    async with upstream(speak_plainly) as there:
        error = await get(AiohttpClient(there.url.replace("http:", "https:")))
    assert (type(error), error.sent) == (SourceUnavailable, False)
    assert_nothing_leaks(error)


async def test_a_reset_before_the_request_was_read_may_have_taken_it() -> None:
    async def reset(visit: Visit) -> None:
        visit.reset()

    async with upstream(reset) as there:
        error = await get(AiohttpClient(there.url))
    assert (type(error), error.sent) == (SourceUnavailable, True)
    assert_nothing_leaks(error)


async def test_a_reset_after_the_request_was_read_may_have_taken_it() -> None:
    async def reset(visit: Visit) -> None:
        await visit.request()
        visit.reset()

    async with upstream(reset) as there:
        error = await get(AiohttpClient(there.url))
    assert (type(error), error.sent) == (SourceUnavailable, True)
    assert_nothing_leaks(error)


@pytest.mark.parametrize("head", ["Content-Length: 100", "Transfer-Encoding: chunked"])
async def test_an_answer_that_breaks_off_is_told(head: str) -> None:
    async def half(visit: Visit) -> None:
        await visit.request()
        await visit.say(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode(), b"32\r\n[1, 2")

    async with upstream(half) as there:
        error = await get(AiohttpClient(there.url))
    assert (type(error), error.sent) == (SourceUnavailable, True)
    assert_nothing_leaks(error)


async def test_a_silent_upstream_costs_no_more_than_the_deadline() -> None:
    async with upstream(silent) as there:
        begun = asyncio.get_running_loop().time()
        error = await get(AiohttpClient(there.url), seconds=0.1)
        assert asyncio.get_running_loop().time() - begun < 2.0
        await there.left.wait()
    assert (type(error), error.sent) == (SourceTimeout, True)
    assert_nothing_leaks(error)


async def test_an_upstream_that_drips_costs_no_more_than_the_deadline() -> None:
    async def drip(visit: Visit) -> None:
        await visit.request()
        await visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not visit.writer.is_closing():
            await visit.say(b" ")
            await asyncio.sleep(0.01)

    async with upstream(drip) as there:
        error = await get(AiohttpClient(there.url), seconds=0.1)
        await there.left.wait()
    assert isinstance(error, SourceTimeout)


async def test_waiting_for_a_free_connection_sends_nothing() -> None:
    async with upstream(silent) as there:
        client = AiohttpClient(there.url, max_concurrent=1)
        first = asyncio.create_task(client.request("GET", "a", call=call()))
        await there.met.wait()
        with pytest.raises(SourceTimeout) as late:
            await client.request("GET", "b", call=call(seconds=0.05))
        assert not late.value.sent
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await client.aclose()


async def test_a_call_that_is_cancelled_closes_its_connection() -> None:
    async with upstream(silent) as there:
        client = AiohttpClient(there.url)
        asking = asyncio.create_task(client.request("GET", "a.json", call=call()))
        await there.met.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert asking.cancelled()
        async with asyncio.timeout(2):
            await there.left.wait()
        await client.aclose()


async def test_a_closed_client_sends_nothing_more() -> None:
    async with upstream(answering()) as there:
        client = AiohttpClient(there.url)
        await client.aclose()
        await client.aclose()
        error = await get(client)
        assert (type(error), error.sent, there.connections) == (SourceUnavailable, False, 0)
