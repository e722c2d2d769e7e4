"""The doors for whoever runs the gateway: alive, and ready as far as the store is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys
from tests.databases import Databases

REGISTRY = """
version: 1
sources:
  away: {connector: open311, mode: live, options: {url: "http://127.0.0.1:9/"}}
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
  - {code: away, name: {ar: بعيدة, fr: Loin}, class: OTHER, source: away}
"""


@asynccontextmanager
async def running(folder: Path, url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a gateway with an agency that nobody can reach."""
    (folder / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    config = Config(
        settings=read_settings({"CHIKAYA_ENV": "development"}, database_url=url),
        configured=load(folder / "agencies.yaml"),
        keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
    )
    app = build(config)
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client


async def told(client: httpx2.AsyncClient, path: str) -> tuple[int, Any]:
    answer = await client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()


async def test_a_gateway_is_ready_although_an_agency_is_down(
    tmp_path: Path, database_url: str
) -> None:
    async with running(tmp_path, database_url) as client:
        asked = await client.post("/graphql", json={"query": "{ complaints { complete } }"})
        assert asked.json() == {"data": {"complaints": {"complete": False}}}
        assert await told(client, "/readyz") == (200, {"status": "ready"})
        status, alive = await told(client, "/healthz")
        assert (status, alive["status"]) == (200, "alive")
        assert not [loop for loop in alive["loops"] if loop["late"]]


async def test_a_gateway_is_not_ready_before_its_database_is_migrated(
    tmp_path: Path, empty_database_url: str
) -> None:
    async with running(tmp_path, empty_database_url) as client:
        assert await told(client, "/readyz") == (
            503,
            {"status": "not ready", "faults": ["the database is not migrated"]},
        )


async def test_a_gateway_is_not_ready_while_its_database_is_gone(
    tmp_path: Path, databases: Databases, postgres_url: str
) -> None:
    async with running(tmp_path, postgres_url) as client:
        await databases.drop(postgres_url)
        assert await told(client, "/readyz") == (
            503,
            {"status": "not ready", "faults": ["the store's database cannot be used now"]},
        )
        assert (await told(client, "/healthz"))[0] == 200
