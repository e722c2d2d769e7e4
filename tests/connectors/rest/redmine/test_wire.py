"""The recorded wire answers what was recorded and nothing else, and holds no secret."""

import re
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from connectors.testing.asking import call
from connectors.testing.serving import serve
from tests.connectors.rest.redmine.upstreams import (
    ADMINISTRATOR,
    GATEWAY,
    KEYS,
    Real,
    Recorded,
    Relayed,
    opened,
    standing,
)
from tests.connectors.rest.redmine.wire import Answer, Asked, Exchange, Recording

WIRE: Final = Path(__file__).with_name("wire")
TOKEN: Final = "7.d44c4eee8f72efac76c1f294e7260408825c8dad42adaaf6e9bee7e7ef4c7de3"

ONE = Asked(ADMINISTRATOR, "GET", "/issues/1.json", (("include", "journals"),))
OPEN = Answer(200, {"content-type": "application/json"}, {"json": {"status": "open"}})
CLOSED = Answer(200, {"content-type": "application/json"}, {"json": {"status": "closed"}})


async def test_a_recording_answers_what_was_asked_and_nothing_else() -> None:
    recording = Recording([Exchange(ONE, OPEN)], sequence=False)
    async with standing(Recorded(recording)) as redmine:
        told = await redmine.own_api("GET", "issues/1.json", include="journals")
        assert told == {"status": "open"}
        assert redmine.unknown == []
        async with opened(redmine.url) as http:
            for path, params in (("issues/1.json", []), ("issues/2.json", [*ONE.query])):
                with pytest.raises(Exception, match="failed to answer"):
                    await http.request("GET", path, params=params, call=call())
    assert [asked.path for asked in redmine.unknown] == ["/issues/1.json", "/issues/2.json"]
    assert {asked.who for asked in redmine.unknown} == {"nobody"}


def test_a_sequence_gives_each_answer_once_and_knows_what_is_left() -> None:
    recording = Recording([Exchange(ONE, OPEN), Exchange(ONE, CLOSED)], sequence=True)
    assert recording.answer(ONE) == OPEN
    assert recording.left == [ONE]
    assert recording.answer(ONE) == CLOSED
    assert (recording.left, recording.answer(ONE)) == ([], None)


def test_a_source_that_changes_is_not_still() -> None:
    recording = Recording([Exchange(ONE, OPEN), Exchange(ONE, OPEN)], sequence=False)
    with pytest.raises(AssertionError, match="it changed"):
        recording.keep(Exchange(ONE, CLOSED))


async def test_what_is_recorded_is_what_a_real_one_says_without_its_keys_and_address(
    tmp_path: Path,
) -> None:
    real_keys = {GATEWAY: "a" * 40, ADMINISTRATOR: "b" * 40}
    bodies: list[bytes] = []

    async def upload(request: Request) -> JSONResponse:
        bodies.append(await request.body())
        by = {key: role for role, key in real_keys.items()}[request.headers["x-redmine-api-key"]]
        address = f"{request.base_url}files/7"
        answer = {"token": TOKEN, "by": by, "name": request.query_params["name"], "url": address}
        return JSONResponse(answer, headers={"Location": address})

    async def attach(request: Request) -> JSONResponse:
        bodies.append(await request.body())
        return JSONResponse({})

    app = Starlette(
        routes=[
            Route("/uploads.json", upload, methods=["POST"]),
            Route("/issues/1.json", attach, methods=["PUT"]),
        ]
    )
    recording = Recording(sequence=True)
    said: list[Any] = []

    async def say_it(url: str) -> None:
        async with opened(url) as http:
            answer = await http.request(
                "POST",
                "uploads.json",
                params=[("name", "é & صورة")],
                content=b"\x89\xff",
                headers={"X-Redmine-API-Key": KEYS[GATEWAY], "Content-Type": "image/png"},
                call=call(),
            )
            assert answer.headers["location"] == f"{url}/files/7"
            said.append(answer.body.replace(url.encode(), b"URL"))
            body = {"uploads": [{"token": "7.upload"}]}
            await http.request("PUT", "issues/1.json", json=body, call=call())

    async with (
        serve(app) as url,
        aiohttp.ClientSession() as session,
        standing(Relayed(Real(url, real_keys), session, recording)) as relay,
    ):
        await say_it(relay.url)
    assert bodies == [b"\x89\xff", f'{{"uploads": [{{"token": "{TOKEN}"}}]}}'.encode()]

    file = tmp_path / "upload.jsonl"
    recording.write(file)
    kept = file.read_text("utf-8")
    assert not any(secret in kept for secret in (*real_keys.values(), *KEYS.values(), url, TOKEN))

    async with standing(Recorded(Recording.read(file, sequence=True))) as redmine:
        await say_it(redmine.url)
    assert said[0] == said[1]
    assert b'"by":"gateway"' in said[0]
    assert b'"token":"7.upload"' in said[0]
    assert '"é & صورة"'.encode() in said[0]


def test_the_recorded_files_hold_no_key_no_host_and_no_path_of_a_machine() -> None:
    files = sorted(WIRE.glob("*.jsonl"))
    assert files, "nothing is recorded"
    told = re.compile(r"[0-9a-f]{32}|https?://|127\.0\.0|localhost|/(?:tmp|var|usr|home|work)/")
    for file in files:
        assert told.search(file.read_text("utf-8")) is None, file.name
    assert sum(file.stat().st_size for file in files) < 400_000


def test_every_recorded_file_belongs_to_a_test() -> None:
    texts = "".join(each.read_text("utf-8") for each in WIRE.parent.glob("test_*.py"))
    modules = {each.stem.removeprefix("test_") for each in WIRE.parent.glob("test_*.py")}
    for file in WIRE.glob("*.jsonl"):
        assert file.stem in modules or f"def {file.stem}(" in texts, file.name
