"""A served application answers at once, ends at once and leaves nothing behind."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from connectors.contract.errors import SourceUnavailable
from connectors.http import AiohttpClient
from connectors.testing.asking import call
from connectors.testing.serving import serve


async def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


async def never(request: Request) -> Response:
    request.app.state.asked.set()
    await asyncio.Event().wait()
    raise AssertionError


APP = Starlette(routes=[Route("/hello", hello), Route("/never", never)])


async def test_an_application_is_served_on_loopback_and_no_longer() -> None:
    before = asyncio.all_tasks()
    async with serve(APP) as url, serve(APP) as other:
        assert url.startswith("http://127.0.0.1:")
        assert url != other
        client = AiohttpClient(url)
        assert (await client.request("GET", "hello", call=call())).body == b"hello"
    with pytest.raises(SourceUnavailable):
        await client.request("GET", "hello", call=call())
    await client.aclose()
    assert asyncio.all_tasks() == before


async def test_many_small_answers_do_not_wait_for_acknowledgements() -> None:
    async with serve(APP) as url:
        client = AiohttpClient(url)
        begun = asyncio.get_running_loop().time()
        for _ in range(50):
            await client.request("GET", "hello", call=call())
        # 40 ms each if small writes waited for each other.
        assert asyncio.get_running_loop().time() - begun < 1.0
        await client.aclose()


async def test_a_request_that_is_still_being_answered_is_cut_off_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = asyncio.all_tasks()
    APP.state.asked = asyncio.Event()
    async with serve(APP) as url:
        client = AiohttpClient(url)
        asking = asyncio.create_task(client.request("GET", "never", call=call()))
        await APP.state.asked.wait()
    with pytest.raises(SourceUnavailable):
        await asking
    await client.aclose()
    assert asyncio.all_tasks() == before
    assert caplog.records == []


@pytest.mark.parametrize("turns", range(6))
async def test_a_connection_that_is_just_being_accepted_ends_too(turns: int) -> None:
    with socket.socket() as theirs:
        theirs.settimeout(5)
        async with serve(APP) as url:
            address = urlsplit(url)
            theirs.connect((address.hostname, address.port))
            theirs.sendall(b"GET /hello HTTP/1.1\r\n")
            for _ in range(turns):
                await asyncio.sleep(0)
        try:
            answered = await asyncio.to_thread(theirs.recv, 1)
        except ConnectionResetError:
            answered = b""
        assert answered == b""


async def test_an_error_inside_ends_it_as_well() -> None:
    before = asyncio.all_tasks()
    with pytest.raises(ZeroDivisionError):
        async with serve(APP):
            raise ZeroDivisionError
    assert asyncio.all_tasks() == before
