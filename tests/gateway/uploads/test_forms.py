"""A form that carries fields and files at once, as a browser sends it without a script."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from connectors.contract.uploads import KeptUpload
from connectors.store import Store
from gateway.uploads import Folder, read_form
from resolvers.policy import ANONYMOUS
from resolvers.uploads.limits import AttachmentLimits, UploadLimit
from resolvers.uploads.receiving import Receiving
from tests.gateway.uploads.door import BOUNDARY, TYPE, body, part
from tests.gateway.uploads.samples import PDF, png


@pytest.fixture
async def client(tmp_path: Path, sqlite_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Of a page that tells what its form brought."""
    store = await Store.open(sqlite_url)
    limits, rate = AttachmentLimits(count=2, largest_bytes=1000), UploadLimit(100)
    receiving = Receiving(store.uploads, Folder(tmp_path / "files"), limits, rate)

    async def page(request: Request) -> JSONResponse:
        form = await read_form(request, receiving.batch(ANONYMOUS, "192.0.2.1"))
        files: list[Any] = [
            (each.field, each.name, isinstance(each.came, KeptUpload)) for each in form.files
        ]
        return JSONResponse({"fields": form.fields, "files": files, "text": form.value("text")})

    app = Starlette(routes=[Route("/", page, methods=["POST"])])
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://page"
    ) as opened:
        yield opened
    await store.aclose()


async def sent(client: httpx2.AsyncClient, *parts: bytes) -> Any:
    answer = await client.post("/", content=body(parts), headers={"Content-Type": TYPE})
    return answer.json()


async def test_fields_and_files_come_together_in_order(client: httpx2.AsyncClient) -> None:
    told = await sent(
        client,
        part("text", "Fuite d'eau\r\nrue 12 — تسرب".encode()),
        part("photo", png(), "a.png"),
        part("choice", b"one"),
        part("letter", PDF, "لِ.pdf"),
        part("choice", b"two"),
        part("empty", b""),
    )
    text = "Fuite d'eau\r\nrue 12 — تسرب"
    assert told == {
        "fields": {"text": [text], "choice": ["one", "two"], "empty": [""]},
        "files": [["photo", "a.png", True], ["letter", "لِ.pdf", True]],
        "text": text,
    }


async def test_a_field_of_files_in_which_none_was_chosen_brings_none(
    client: httpx2.AsyncClient,
) -> None:
    told = await sent(client, part("photo", b"", ""), part("text", b"x"))
    assert (told["files"], told["fields"]) == ([], {"text": ["x"]})
    nameless = await sent(client, part("photo", png(), ""))
    assert nameless["files"] == [["photo", "file.png", True]]


async def test_what_was_typed_is_there_although_a_file_is_too_large(
    client: httpx2.AsyncClient,
) -> None:
    large = part("photo", png() + bytes(5000), "a.png")
    told = await sent(client, part("text", b"before"), large, part("more", b"after"))
    assert told["fields"] == {"text": ["before"], "more": ["after"]}
    assert told["files"] == [["photo", "a.png", False]]


@pytest.mark.parametrize("size", [1, 3, 7])
async def test_a_form_that_comes_in_crumbs_is_the_same(
    client: httpx2.AsyncClient, size: int
) -> None:
    whole = body([part("text", f"--{BOUNDARY[:-1]}".encode()), part("photo", png(), "a.png")])

    async def crumbs() -> AsyncIterator[bytes]:
        for start in range(0, len(whole), size):
            yield whole[start : start + size]

    answer = await client.post("/", content=crumbs(), headers={"Content-Type": TYPE})
    told = answer.json()
    assert told["fields"] == {"text": [f"--{BOUNDARY[:-1]}"]}
    assert told["files"] == [["photo", "a.png", True]]
