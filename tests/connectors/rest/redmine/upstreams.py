"""Stand where Redmine stands: with what it once answered, or before a real one, which is asked."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import aiohttp
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from yarl import URL

from connectors.contract.connector import Http
from connectors.http import AiohttpClient
from connectors.testing.asking import call
from connectors.testing.serving import serve
from tests.connectors.rest.redmine.wire import (
    BASE,
    UPLOAD_TOKEN,
    Answer,
    Asked,
    Exchange,
    Recording,
    answer_of,
    asked_by,
    content_of,
    renamed,
)

GATEWAY: Final = "gateway"
ADMINISTRATOR: Final = "administrator"
NOBODY: Final = "nobody"

KEYS: Final[Mapping[str, str]] = {role: f"key-of-the-{role}" for role in (GATEWAY, ADMINISTRATOR)}
"""By role, as the tests know them; the real ones are put in on the way to a real Redmine."""

_KEY_HEADER: Final = "X-Redmine-API-Key"
_ROLES: Final = {key: role for role, key in KEYS.items()}


class Upstream(Protocol):
    """What answers."""

    async def answer(self, asked: Asked, request: Request) -> Answer | None:
        """The answer to `asked`, which came as `request`. None: it is not to be known."""


@dataclass(frozen=True)
class Recorded:
    """What Redmine answered when it was recorded."""

    recording: Recording

    async def answer(self, asked: Asked, request: Request) -> Answer | None:
        return self.recording.answer(asked)


@dataclass(frozen=True)
class Real:
    """A Redmine that runs somewhere."""

    url: str
    keys: Mapping[str, str] = field(repr=False)
    """By role."""


@dataclass(frozen=True)
class Relayed:
    """A real Redmine; what is said is kept."""

    real: Real
    session: aiohttp.ClientSession
    recording: Recording
    _uploads: dict[bytes, bytes] = field(default_factory=dict, repr=False)
    """What uploads are really called by, by what the tests call them by."""

    async def answer(self, asked: Asked, request: Request) -> Answer | None:
        query = request.url.query
        target = URL(f"{self.real.url}{request.scope['raw_path'].decode()}", encoded=True)
        headers = {_KEY_HEADER: self.real.keys.get(asked.who, "0" * 40)}
        if "content-type" in request.headers:
            headers["Content-Type"] = request.headers["content-type"]
        async with self.session.request(
            request.method,
            target.with_query(None) if not query else URL(f"{target}?{query}", encoded=True),
            data=self._with_real_names(await request.body()) or None,
            headers=headers,
            allow_redirects=False,
        ) as response:
            names = {name.lower(): value for name, value in response.headers.items()}
            content = await response.read()
        for token in UPLOAD_TOKEN.finditer(content.decode(errors="replace")):
            self._uploads[renamed(token).encode()] = token[0].encode()
        answer = answer_of(response.status, names, content, base=self.real.url)
        self.recording.keep(Exchange(asked, answer))
        return answer

    def _with_real_names(self, content: bytes) -> bytes:
        for ours, real in self._uploads.items():
            content = content.replace(b'"' + ours + b'"', b'"' + real + b'"')
        return content


@dataclass
class Redmine:
    """Redmine, as a test sees it."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    """Everything that it was asked, in the order in which that came."""
    unknown: list[Asked] = field(default_factory=list)
    """What of that the recording has no answer for."""

    async def own_api(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """What Redmine's own API tells its administrator, in JSON; None if it tells nothing."""
        async with opened(self.url) as http:
            answer = await http.request(
                method,
                path,
                call=call(seconds=60),
                params=[*query.items()],
                json=body,
                headers={_KEY_HEADER: KEYS[ADMINISTRATOR]},
            )
        assert answer.status < 300, f"Redmine answered {answer.status} to {method} {path}"
        return None if not answer.body else msgspec.json.decode(answer.body)

    async def content(self, url: str) -> bytes:
        """A file that Redmine keeps."""
        async with opened(self.url) as http:
            headers = {_KEY_HEADER: KEYS[ADMINISTRATOR]}
            answer = await http.request("GET", url, call=call(seconds=60), headers=headers)
        return answer.body

    def asked_by_the_gateway(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.who == GATEWAY]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Http]:
    """A way to `url`."""
    http = AiohttpClient(url)
    try:
        yield http
    finally:
        await http.aclose()


@asynccontextmanager
async def standing(upstream: Upstream) -> AsyncIterator[Redmine]:
    """`upstream` on a port of its own."""
    redmine = Redmine(url="")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        asked = asked_by(
            _ROLES.get(request.headers.get(_KEY_HEADER, ""), NOBODY),
            request.method,
            request.url.path,
            query=request.query_params.multi_items(),
            content=await request.body(),
            media_type=request.headers.get("content-type", ""),
        )
        redmine.asked.append(asked)
        answer = await upstream.answer(asked, request)
        if answer is None:
            redmine.unknown.append(asked)
            answer = Answer(status=500)
        content = content_of(answer.body, base=redmine.url)
        headers = {name: each.replace(BASE, redmine.url) for name, each in answer.headers.items()}
        await Response(content, answer.status, headers)(scope, receive, send)

    async with serve(app) as url:
        redmine.url = url
        yield redmine
