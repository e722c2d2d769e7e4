"""The gateway where browsers find it, and browsers: on sockets, with what they keep and send."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.testing.serving import serve
from gateway.app import build
from tests.gateway.auth.doors import REGISTRY, WHO, config

CLIENT = "chikaya-portal"
SECRET = "marked secret:/%"


class _Late:
    """An application whose address is known before it is made."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Browser:
    """A browser that has the gateway's pages open."""

    client: httpx2.AsyncClient
    url: str

    async def get(self, address: str, **headers: str) -> httpx2.Response:
        """Where a link leads; redirections are not followed."""
        return await self.client.get(address, headers=headers)

    async def post(self, path: str, data: Mapping[str, str], **headers: str) -> httpx2.Response:
        """What becomes of a form; without headers, of a page of the gateway's own."""
        own = {"Origin": self.url}
        return await self.client.post(path, data=dict(data), headers=headers or own)

    async def ask(self, document: str = WHO, **headers: str) -> httpx2.Response:
        """The answer to a question of a page."""
        accept = {"Accept": "application/graphql-response+json"}
        own = headers or {"Sec-Fetch-Site": "same-origin"}
        return await self.client.post("/graphql", json={"query": document}, headers=accept | own)

    async def who(self) -> Any:
        """How the graph sees who asks."""
        answer = await self.ask()
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["viewer"]["role"]

    async def told(self) -> Any:
        """What the gateway tells of this browser's sessions."""
        return (await self.get("/auth/session")).json()

    async def back_from(self, provider_says: httpx2.Response) -> httpx2.Response:
        """The gateway's answer to what the provider had the browser bring."""
        return await self.get(provider_says.headers["location"])

    async def sign_in(self, onward: str = "/graphql") -> httpx2.Response:
        """The last answer of the whole way to the provider and back."""
        sent_off = await self.get(f"/auth/login?next={onward}")
        return await self.back_from(await self.get(sent_off.headers["location"]))

    def put(self, name: str, value: str) -> None:
        """Have it keep another cookie of that name."""
        self.client.cookies.set(name, value, domain="127.0.0.1", path="/")

    @property
    def cookies(self) -> dict[str, str]:
        """What it keeps for the gateway."""
        return {each.name: each.value or "" for each in self.client.cookies.jar}


@dataclass(frozen=True)
class Place:
    """A running gateway."""

    url: str

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A browser that was never here."""
        async with httpx2.AsyncClient(base_url=self.url) as client:
            yield Browser(client, self.url)


def refused(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of an answer that refuses."""
    [error] = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"]


def query_of(address: str) -> dict[str, str]:
    """What an address asks for."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


def by_browser(issuer: str, *, secret: str | None = SECRET) -> dict[str, str]:
    """The settings with which browsers sign in at `issuer`."""
    told = {
        "CHIKAYA_OIDC_ISSUER": issuer,
        "CHIKAYA_OIDC_AUDIENCE": "chikaya",
        "CHIKAYA_OIDC_CLIENT_ID": CLIENT,
        "CHIKAYA_OIDC_CLIENT_SECRET": secret,
    }
    return {name: value for name, value in told.items() if value is not None}


@asynccontextmanager
async def placed(
    folder: Path,
    database_url: str,
    environ: Mapping[str, str],
    *,
    tells_itself: bool = True,
    registry: str = REGISTRY,
) -> AsyncIterator[Place]:
    """A gateway of the agencies of `registry` that knows its own address, if `tells_itself`."""
    late = _Late()
    async with serve(late) as url:
        own = {"CHIKAYA_URL": url} if tells_itself else {}
        app = build(config(folder, database_url, own | dict(environ), registry))
        async with app.router.lifespan_context(app):
            late.app = app
            yield Place(url)
