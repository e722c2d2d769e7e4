"""Files come in at the door: known by their content, held to limits, whole or not at all."""

import asyncio
import hashlib
import operator
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from connectors.contract.records import utc_now
from connectors.store import Store
from gateway.uploads import Folder
from resolvers.uploads.sweeping import Sweeping
from tests.gateway.uploads.door import BOUNDARY, CITIZEN, REGISTRY, TYPE, Door, body, opened, part
from tests.gateway.uploads.samples import JPEG, PDF, REFUSED, TAKEN, png


@pytest.fixture
async def door(tmp_path: Path, database_url: str) -> AsyncIterator[Door]:
    async with opened(tmp_path, database_url) as there:
        yield there


@pytest.fixture
async def sqlite_door(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Door]:
    async with opened(tmp_path, sqlite_url) as there:
        yield there


async def test_files_are_kept_as_they_are_and_told_by_what_they_are(door: Door) -> None:
    told = await door.send(("../été.png", png()), ("lettre", PDF))
    assert told["problems"] == []
    picture, letter = told["uploads"]
    assert picture == {
        "index": 0,
        "field": "file",
        "id": picture["id"],
        "name": "été.png",
        "mediaType": "image/png",
        "bytes": len(png()),
        "sha256": hashlib.sha256(png()).hexdigest(),
    }
    assert (letter["name"], letter["mediaType"]) == ("lettre.pdf", "application/pdf")
    assert door.kept() == {picture["id"]: png(), letter["id"]: PDF}
    assert door.folder.stat().st_mode & 0o077 == 0
    assert len(picture["id"]) == 32


async def test_every_kind_that_phones_make_is_taken(sqlite_door: Door) -> None:
    for content, called, media_type in TAKEN.values():
        told = await sqlite_door.send((called, content))
        assert [(each["name"], each["mediaType"]) for each in told["uploads"]] == [
            (called, media_type)
        ]


async def test_what_is_not_taken_is_told_file_by_file_and_leaves_nothing(door: Door) -> None:
    for name, content in REFUSED.items():
        told = await door.send((f"{name}.jpg", content), ("good.png", png()))
        assert [(each["index"], each["code"]) for each in told["problems"]] == [(0, "FILE_KIND")]
        assert [each["index"] for each in told["uploads"]] == [1]
    told = await door.send(("empty.jpg", b""), **{"Accept-Language": "fr"})
    assert told["problems"] == [
        {"index": 0, "field": "file", "name": "empty.jpg", "code": "FILE_EMPTY"}
        | {"message": "le fichier est vide", "parameters": {}}
    ]
    assert set(door.kept().values()) == {png()}


async def test_the_clients_word_for_what_it_is_does_not_count(sqlite_door: Door) -> None:
    sent = [("file", ("photo.jpg", b"<script>alert(1)</script>", "image/jpeg"))]
    answer = await sqlite_door.client.post("/uploads", files=sent)
    assert [each["code"] for each in answer.json()["problems"]] == ["FILE_KIND"]


async def test_one_that_is_too_large_is_told_and_the_others_are_kept(door: Door) -> None:
    large, small = JPEG + bytes(200_000), JPEG + bytes(1000)
    told = await door.send(("large.jpg", large), ("small.jpg", small))
    [problem] = told["problems"]
    assert (problem["code"], problem["parameters"]) == ("FILE_TOO_LARGE", {"most": "0.2"})
    assert list(door.kept().values()) == [small]


async def test_all_together_are_held_to_a_limit_and_so_is_their_number(sqlite_door: Door) -> None:
    half = JPEG + bytes(180_000)
    told = await sqlite_door.send(("1.jpg", half), ("2.jpg", half))
    assert [(each["index"], each["code"]) for each in told["problems"]] == [(1, "FILES_TOO_LARGE")]
    told = await sqlite_door.send(*((f"{number}.png", png(number)) for number in range(5)))
    assert [(each["index"], each["code"]) for each in told["problems"]] == [
        (3, "TOO_MANY_FILES"),
        (4, "TOO_MANY_FILES"),
    ]


async def until(door: Door, count: int) -> None:
    """Wait until so many files lie there, whole or not."""
    async with asyncio.timeout(20):
        while len(door.kept()) != count:  # noqa: ASYNC110 - nobody tells when a file appears
            await asyncio.sleep(0.01)


async def test_a_cut_upload_leaves_nothing(tmp_path: Path, database_url: str) -> None:
    registry = REGISTRY.replace("00000", "0000000")
    async with opened(tmp_path, database_url, registry) as door:
        film = JPEG + bytes(5_000_000)
        whole = body([part("file", png(), "whole.png"), part("file", film, "cut.jpg")])
        port = httpx2.URL(str(door.client.base_url)).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Type: {TYPE}\r\n"
        writer.write(f"{head}Content-Length: {len(whole)}\r\n\r\n".encode() + whole[:4_000_000])
        await writer.drain()
        # The first file is there, and the second is coming.
        await until(door, 2)
        writer.close()
        await until(door, 0)
        assert await reader.read() == b""


async def test_a_body_that_ends_before_its_end_is_refused_and_leaves_nothing(door: Door) -> None:
    whole = body([part("file", png(), "a.png")])
    for end in (len(whole) - 6, len(whole) // 2, 30):
        answer = await door.client.post(
            "/uploads", content=whole[:end], headers={"Content-Type": TYPE}
        )
        assert answer.status_code == 400
        [error] = answer.json()["errors"]
        assert error["extensions"]["code"] == "BAD_REQUEST"
    assert door.kept() == {}


async def test_what_is_no_such_form_is_refused(sqlite_door: Door) -> None:
    for kind, content, status in (
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"", 415),
        ("multipart/mixed; boundary=x", b"", 415),
        (f"multipart/form-data; boundary={'x' * 500}", b"--x", 400),
        (TYPE, b"nothing of the kind", 400),
        (TYPE, b"", 400),
        (TYPE, f"--{BOUNDARY}\r\n\r\nno name\r\n--{BOUNDARY}--\r\n".encode(), 400),
        (TYPE, f"--{BOUNDARY}\r\n{'x' * 20_000}: y\r\n\r\n--{BOUNDARY}--\r\n".encode(), 400),
        (TYPE, body([part("text", b"x" * 1_000_001)]), 413),
        (TYPE, body([part("text", b"x")] * 201), 413),
    ):
        answer = await sqlite_door.client.post(
            "/uploads", content=content, headers={"Content-Type": kind}
        )
        assert answer.status_code == status, answer.text
        assert "errors" in answer.json()


async def test_what_is_not_taken_leaves_its_room_to_the_others(sqlite_door: Door) -> None:
    much, half, small = (JPEG + bytes(size) for size in (250_000, 180_000, 100_000))
    told = await sqlite_door.send(("1.jpg", much), ("2.jpg", half), ("3.jpg", small))
    assert [(each["index"], each["code"]) for each in told["problems"]] == [(0, "FILE_TOO_LARGE")]
    told = await sqlite_door.send(("1.jpg", half), ("2.jpg", half), ("3.jpg", small))
    assert [(each["index"], each["code"]) for each in told["problems"]] == [(1, "FILES_TOO_LARGE")]


async def test_a_file_of_any_size_passes_in_little_memory(sqlite_door: Door) -> None:
    size = 64_000_000
    chunk = bytes(64_000)
    begin = part("file", JPEG, "film.jpg").removesuffix(b"\r\n")
    chunks = iter([begin, *[chunk] * (size // len(chunk)), f"\r\n--{BOUNDARY}--\r\n".encode()])
    answers: list[Any] = []

    async def receive() -> dict[str, Any]:
        data = next(chunks, None)
        return {"type": "http.request", "body": data or b"", "more_body": data is not None}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": "/uploads", "query_string": b""}
    scope |= {"headers": [(b"content-type", TYPE.encode())], "client": ("127.0.0.1", 1)}
    tracemalloc.start()
    try:
        await sqlite_door.app(scope, receive, send)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert b"FILE_TOO_LARGE" in answers[1]["body"]
    assert most < 5_000_000
    assert sqlite_door.kept() == {}


async def test_what_may_be_sent_can_be_asked_for(sqlite_door: Door) -> None:
    asked = "{ attachmentLimits { count largestBytes totalBytes mediaTypes } }"
    limits = (await sqlite_door.ask(asked))["attachmentLimits"]
    assert set(limits.pop("mediaTypes")) == {kind for _, _, kind in TAKEN.values()}
    assert limits == {"count": 3, "largestBytes": 200_000, "totalBytes": 300_000}


async def test_there_are_only_so_many_drafts_of_everyone_together(
    tmp_path: Path, database_url: str
) -> None:
    registry = REGISTRY.replace("count: 3", "drafts_bytes: 1500, count: 3")
    async with opened(tmp_path, database_url, registry) as door:
        draft = await door.upload("1.jpg", JPEG + bytes(1500))
        told = await door.send(("2.jpg", JPEG), ("page.html", b"<html>"))
        assert [each["code"] for each in told["problems"]] == ["NO_ROOM", "FILE_KIND"]
        filed = await door.file(CITIZEN, uploads=[draft])
        assert filed["problems"] == []
        # Of what belongs to a case it is not asked how much there is.
        await door.upload("3.jpg", JPEG)
        assert len(door.kept()) == 2


async def test_so_many_from_one_address_in_a_minute_and_then_later(
    tmp_path: Path, sqlite_url: str
) -> None:
    asked = {"CHIKAYA_OIDC_ISSUER": "http://127.0.0.1:9", "CHIKAYA_OIDC_AUDIENCE": "chikaya"}
    async with opened(tmp_path, sqlite_url, **asked, CHIKAYA_UPLOADS_PER_MINUTE="2") as door:
        await door.send(("1.png", png()))
        told = await door.send(("2.png", png()), ("3.png", png()))
        assert [each["index"] for each in told["uploads"]] == [0]
        assert [(each["index"], each["code"]) for each in told["problems"]] == [
            (1, "TOO_MANY_UPLOADS")
        ]
        assert len(door.kept()) == 2


async def test_who_shows_a_bad_token_sends_nothing(sqlite_door: Door) -> None:
    answer = await sqlite_door.client.post(
        "/uploads", files=[("file", ("a.png", png()))], headers={"Authorization": "Bearer x"}
    )
    assert answer.status_code == 401
    assert sqlite_door.kept() == {}


async def test_what_nobody_claims_is_removed_a_day_later(tmp_path: Path, database_url: str) -> None:
    async with opened(tmp_path, database_url) as door:
        told = await door.send(("a.png", png()))
        (door.folder / "zz").mkdir()
        (door.folder / "zz" / "zz-broken-off#1").write_bytes(b"half")
    [upload] = told["uploads"]
    store = await Store.open(database_url)
    try:
        for hours, left in ((23, True), (26, False)):
            later = partial(operator.add, utc_now(), timedelta(hours=hours))
            sweeping = Sweeping(store.uploads, Folder(door.folder), now=later)
            assert await sweeping.sweep() == (0 if left else 1)
            assert (upload["id"] in await store.uploads.find_all([upload["id"]])) == left
            assert bool(door.kept()) == left
    finally:
        await store.aclose()
