"""Whoever lost a code gets a new one by the pages alone, from the question to the opened case."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys
from resolvers.receipt import draw_reference
from tests.gateway.letters.catcher import Catcher, catching

REGISTRY = """
version: 1
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
"""
FILE = """mutation { fileComplaint(input: {agency: "water", description: "Fuite", language: "fr",
  contact: {email: "amina@example.org"}, idempotencyKey: "a key of twenty-two signs"}) {
  receipt { reference trackingCode } } }"""


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    async with catching() as catcher:
        yield catcher


@pytest.fixture
async def client(
    tmp_path: Path, sqlite_url: str, catcher: Catcher
) -> AsyncIterator[httpx2.AsyncClient]:
    (tmp_path / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    environ = {
        "CHIKAYA_ENV": "development",
        "CHIKAYA_SMTP_URL": f"smtp://127.0.0.1:{catcher.port}",
        "CHIKAYA_MAIL_FROM": "no-reply@chikaya.example",
        "CHIKAYA_URL": "http://127.0.0.1:8000",
    }
    config = Config(
        settings=read_settings(environ, database_url=sqlite_url),
        configured=load(tmp_path / "agencies.yaml"),
        keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
    )
    app = build(config)
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        yield client


async def test_from_the_question_to_the_opened_case(
    client: httpx2.AsyncClient, catcher: Catcher
) -> None:
    answer = await client.post("/graphql", json={"query": FILE})
    receipt = answer.json()["data"]["fileComplaint"]["receipt"]
    asked = await client.get("/fr/follow")
    assert 'href="/fr/follow/lost-code"' in asked.text
    wrong = await client.post("/fr/follow/lost-code", data={"reference": "12"})
    assert (wrong.status_code, "12" in wrong.text) == (422, True)
    nobody = await client.post("/fr/follow/lost-code", data={"reference": draw_reference()})
    somebody = await client.post("/fr/follow/lost-code", data={"reference": receipt["reference"]})
    assert (somebody.status_code, somebody.text) == (200, nobody.text)

    async with asyncio.timeout(30):
        await catcher.has(2)
    body = catcher.caught[1].message.get_body(("plain",))
    assert body is not None
    (link,) = re.findall(
        r"http://127\.0\.0\.1:8000(/fr/follow/new-code\?token=\S+)", body.get_content()
    )
    page = await client.get(link)
    # Whatever only opens the link changes nothing.
    assert receipt["trackingCode"] not in page.text
    (token,) = re.findall(r'name="token" value="([^"]+)"', page.text)
    made = await client.post("/fr/follow/new-code", data={"token": token})
    reference, code = re.findall(r'class="number">([^<]+)<', made.text)
    assert reference == receipt["reference"]
    assert code != receipt["trackingCode"]
    again = await client.post("/fr/follow/new-code", data={"token": token})
    assert (again.status_code, 'class="number"' in again.text) == (422, False)

    old = {"reference": reference, "code": receipt["trackingCode"]}
    assert (await client.post("/fr/follow", data=old)).status_code == 422
    opened = await client.post("/fr/follow", data={"reference": reference, "code": code})
    assert (opened.status_code, opened.headers["location"]) == (303, "/fr/case")


async def test_a_link_of_nobodys_is_told_as_such(client: httpx2.AsyncClient) -> None:
    page = await client.get("/ar/follow/new-code", params={"token": '"><script>'})
    assert page.status_code == 200
    assert '"><script>' not in page.text
    made = await client.post("/ar/follow/new-code", data={"token": '"><script>'})
    assert made.status_code == 422
    assert 'href="/ar/follow/lost-code"' in made.text
