"""The graph behind its real door: HTTP on a socket, and WebSockets, over an empty store."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from connectors.testing.serving import serve
from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys

KEYS = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
REGISTRY = """
version: 1
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
  - {code: roads, name: {ar: الطرق, fr: Routes}, class: EEP}
"""
WHO = "{ viewer { role agencies { code } } }"


def config(
    folder: Path, database_url: str, environ: Mapping[str, str], registry: str = REGISTRY
) -> Config:
    path = folder / "agencies.yaml"
    path.write_text(registry, encoding="utf-8")
    settings = read_settings(
        {"CHIKAYA_ENV": "development", "CHIKAYA_LOOPS": "off"} | dict(environ),
        database_url=database_url,
    )
    return Config(settings=settings, configured=load(path), keys=KEYS)


def signing_in(issuer: str, audience: str = "chikaya") -> dict[str, str]:
    return {"CHIKAYA_OIDC_ISSUER": issuer, "CHIKAYA_OIDC_AUDIENCE": audience}


@dataclass(frozen=True)
class Door:
    app: Starlette
    client: httpx2.AsyncClient

    async def ask(self, document: str = WHO, **headers: str) -> httpx2.Response:
        """The answer to a question with these headers."""
        accept = {"Accept": "application/graphql-response+json"}
        return await self.client.post(
            "/graphql", json={"query": document}, headers=accept | headers
        )

    async def as_(self, token: str, document: str = WHO) -> httpx2.Response:
        return await self.ask(document, Authorization=f"Bearer {token}")

    async def who(self, token: str | None = None) -> Any:
        """How the graph sees who asks."""
        answer = await (self.ask() if token is None else self.as_(token))
        assert answer.status_code == 200, answer.text
        viewer = answer.json()["data"]["viewer"]
        return viewer["role"], [each["code"] for each in viewer["agencies"]]


@asynccontextmanager
async def opened(
    folder: Path, database_url: str, environ: Mapping[str, str]
) -> AsyncIterator[Door]:
    app = build(config(folder, database_url, environ))
    async with (
        app.router.lifespan_context(app),
        serve(app) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        yield Door(app, client)
