"""Mail programs end letters by a post; whoever only follows a link ends nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from connectors.store import Store
from gateway.app import Config, build
from gateway.config import Configured, read_settings
from gateway.keys import Keys
from gateway.letters import Correspondence

KEYS = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def client(sqlite_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    settings = read_settings(
        {"CHIKAYA_ENV": "development", "CHIKAYA_LOOPS": "off"}, database_url=sqlite_url
    )
    app = build(Config(settings, Configured({}, ()), KEYS))
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client


async def stopped(url: str, digest: bytes) -> bool:
    store = await Store.open(url, writes=False)
    try:
        return await store.letters.stopped(digest)
    finally:
        await store.aclose()


async def test_a_post_ends_letters_and_a_look_does_not(
    client: httpx2.AsyncClient, sqlite_url: str, tmp_path: Path
) -> None:
    stops = Correspondence(read_settings({}), KEYS).stops
    token, digest = stops.token("amina@example.test"), stops.digest("amina@example.test")
    looked = await client.get(
        "/letters/stop", params={"token": token}, headers={"Accept-Language": "ar-MA, fr;q=0.5"}
    )
    assert looked.status_code == 303
    assert looked.headers["location"] == str(
        httpx2.URL("/ar/letters/stop", params={"token": token})
    )
    assert not await stopped(sqlite_url, digest)
    for _ in range(2):
        posted = await client.post("/letters/stop", params={"token": token}, data=ONE_CLICK)
        assert (posted.status_code, posted.headers["cache-control"]) == (200, "no-store")
    assert await stopped(sqlite_url, digest)


@pytest.mark.parametrize("token", ["", "x", "//evil.example", "%0d%0aX: y", "A" * 64])
async def test_another_text_ends_nothing_and_leads_nowhere(
    client: httpx2.AsyncClient, token: str
) -> None:
    posted = await client.post("/letters/stop", params={"token": token}, data=ONE_CLICK)
    assert posted.status_code == 400
    looked = await client.get("/letters/stop", params={"token": token})
    assert looked.headers["location"].startswith("/en/letters/stop?token=")


async def test_before_the_program_has_started_nobody_is_served() -> None:
    settings = read_settings({"CHIKAYA_ENV": "development"})
    transport = httpx2.ASGITransport(build(Config(settings, Configured({}, ()), KEYS)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        assert (await client.post("/letters/stop", params={"token": "x"})).status_code == 503
