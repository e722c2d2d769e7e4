"""The source is told who asks in each way there is; what expires is renewed once, for all who wait."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.connector import Saying
from connectors.contract.errors import BadData, ConnectorError, SourceUnavailable, Unauthorized
from connectors.contract.query import Selection
from connectors.contract.records import AuthorRole, Visibility
from connectors.rest import RestConnector
from connectors.testing.asking import call, plain
from connectors.testing.scenario import NOON
from connectors.testing.serving import serve
from tests.connectors.rest.describing import connect, plainly, row

AT_ONCE = 20


@dataclass
class Guarded:
    """A system with a door; `logins` counts who came to it."""

    expires_in: object = 3600
    logins: int = 0
    calls: list[dict[str, Any]] = field(default_factory=list)
    wrong: int = 0
    """How many logins are refused."""
    broken: int = 0
    """How many fail."""
    code: int = 401
    """How a call with an old token is refused."""
    notes: list[Any] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    cookie: bool = False
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    let_in: asyncio.Event | None = None
    """Logins wait for it, if there is one."""

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/token", self._login, methods=["POST", "GET"]),
                Route("/{path:path}", self._answer, methods=["POST", "GET"]),
            ]
        )

    async def _login(self, request: Request) -> Response:
        self.logins += 1
        self.entered.set()
        if self.let_in is not None:
            await self.let_in.wait()
        self.calls.append(
            {
                "form": dict(parse_qsl((await request.body()).decode())),
                "headers": dict(request.headers),
            }
        )
        if self.logins <= self.broken:
            return Response(status_code=503)
        if self.logins <= self.broken + self.wrong:
            return JSONResponse({"error": "invalid_client"}, 401)
        token = f"token-{self.logins}"
        self.good = {token}
        said = {"access_token": token, "expires_in": self.expires_in, "token_type": "Bearer"}
        answer = JSONResponse(said)
        if self.cookie:
            answer.set_cookie("lang", "fr")
            answer.set_cookie("SESSION", token, path="/", httponly=True)
            answer.set_cookie("last", "x")
        return answer

    async def _answer(self, request: Request) -> Response:
        said = {"headers": dict(request.headers), "query": dict(request.query_params)}
        told = f"{request.headers.get('authorization')} {request.headers.get('x-session')}"
        told += f" {request.headers.get('cookie')} {request.query_params.get('sid')}"
        words = told.replace("=", " ").split()
        if not self.good & set(words):
            return JSONResponse({"code": "SESSION_OVER"}, self.code)
        self.calls.append(said)
        if request.method == "POST":
            self.notes.append(await request.json())
            return Response(status_code=204)
        return JSONResponse({"cases": [row(1)]})


SAY = {"say": {"public": {"request": {"path": "cases/{id}", "json": {"t": {"from": "body"}}}}}}


@asynccontextmanager
async def behind(system: Guarded, auth: dict[str, Any], **how: Any) -> AsyncIterator[RestConnector]:
    async with serve(system.app) as url:
        filled = {key: f"{url}/token" if value == "URL" else value for key, value in auth.items()}
        connector = connect({"url": url, "auth": filled} | plainly(acts=SAY), **how)
        try:
            yield connector
        finally:
            await connector.aclose()


async def ask(connector: RestConnector) -> None:
    page = await connector.list(plain(connector.capabilities), call())
    assert len(page.records) == 1


OAUTH2 = {
    "kind": "oauth2",
    "token_url": "URL",
    "client_id": "gate way",
    "client_secret": "s3:cret",
    "scope": "cases",
}


def session(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "session",
        "login": {"path": "token", "form": {"user": "gateway", "password": "s3{c}ret"}},
        "token": {"path": "$.access_token"},
        "send": {"header": "X-Session"},
    } | changes


@pytest.mark.parametrize(
    ("auth", "where", "name", "value"),
    [
        (
            {"kind": "basic", "username": "gateway", "password": "é:x"},
            "headers",
            "authorization",
            "Basic " + base64.b64encode("gateway:é:x".encode()).decode(),
        ),
        ({"kind": "header", "name": "X-Key", "value": "k{1}"}, "headers", "x-key", "k{1}"),
        ({"kind": "query", "name": "key", "value": "a&b=c"}, "query", "key", "a&b=c"),
        ({"kind": "bearer", "token": "t-1"}, "headers", "authorization", "Bearer t-1"),
    ],
)
async def test_a_fixed_key_goes_with_every_call(
    auth: dict[str, Any], where: str, name: str, value: str
) -> None:
    system = Guarded(good={"None"})
    system.good |= {value.rsplit(maxsplit=1)[-1]}
    async with behind(system, auth) as connector:
        await ask(connector)
    assert system.calls[-1][where][name] == value


async def test_a_fixed_key_that_is_refused_is_asked_with_once() -> None:
    system = Guarded()
    async with behind(system, {"kind": "bearer", "token": "t-1"}) as connector:
        with pytest.raises(Unauthorized):
            await ask(connector)
    assert system.logins == 0


async def test_a_token_is_fetched_once_and_kept() -> None:
    system = Guarded()
    async with behind(system, OAUTH2) as connector:
        for _ in range(3):
            await ask(connector)
    assert system.logins == 1
    asked = system.calls[0]
    assert asked["form"] == {"grant_type": "client_credentials", "scope": "cases"}
    words = base64.b64decode(asked["headers"]["authorization"].removeprefix("Basic "))
    assert words == b"gate%20way:s3%3Acret"
    assert system.calls[-1]["headers"]["authorization"] == "Bearer token-1"


async def test_a_secret_may_go_in_the_form() -> None:
    system = Guarded()
    async with behind(system, OAUTH2 | {"secret_in": "form"}) as connector:
        await ask(connector)
    asked = system.calls[0]
    assert (asked["form"]["client_id"], asked["form"]["client_secret"]) == ("gate way", "s3:cret")
    assert "authorization" not in asked["headers"]


@pytest.mark.parametrize("seconds", [600, "600"])
async def test_a_token_is_renewed_before_it_expires(seconds: object) -> None:
    now = [NOON]
    system = Guarded(expires_in=seconds)
    async with behind(system, OAUTH2, now=lambda: now[0]) as connector:
        await ask(connector)
        now[0] += timedelta(seconds=539)
        await ask(connector)
        assert system.logins == 1
        now[0] += timedelta(seconds=2)
        await ask(connector)
        assert system.logins == 2


@pytest.mark.parametrize("auth", [OAUTH2, session()])
async def test_what_many_wait_for_is_obtained_once(auth: dict[str, Any]) -> None:
    system = Guarded(let_in=asyncio.Event())
    async with behind(system, auth) as connector:
        waiting = [asyncio.ensure_future(ask(connector)) for _ in range(AT_ONCE)]
        await system.entered.wait()
        assert system.let_in is not None
        system.let_in.set()
        await asyncio.gather(*waiting)
    assert system.logins == 1


@pytest.mark.parametrize("auth", [OAUTH2, session()])
async def test_an_expired_pass_is_renewed_once_for_many_calls(auth: dict[str, Any]) -> None:
    system = Guarded()
    async with behind(system, auth) as connector:
        await ask(connector)
        system.good.clear()
        await asyncio.gather(*(ask(connector) for _ in range(AT_ONCE)))
    assert system.logins == 2


async def test_what_was_refused_for_its_pass_is_written_once() -> None:
    system = Guarded()
    async with behind(system, session()) as connector:
        await ask(connector)
        system.good.clear()
        saying = Saying("bonjour", AuthorRole.AGENCY, Visibility.PUBLIC)
        await connector.say("1", saying, key="k", call=call())
    assert system.notes == [{"t": "bonjour"}]


async def test_a_new_pass_that_is_refused_too_is_for_a_person_to_mend() -> None:
    system = Guarded()
    async with behind(system, OAUTH2) as connector:
        await ask(connector)
        system.good.clear()
        system.wrong = 99
        with pytest.raises(Unauthorized) as refused:
            await ask(connector)
    assert system.logins == 2
    assert not refused.value.sent


async def test_a_login_that_fails_fails_for_all_who_wait_and_is_tried_again_later() -> None:
    system = Guarded(broken=1, let_in=asyncio.Event())
    async with behind(system, OAUTH2) as connector:
        waiting = [asyncio.ensure_future(ask(connector)) for _ in range(AT_ONCE)]
        await system.entered.wait()
        assert system.let_in is not None
        system.let_in.set()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        failed = [each for each in results if isinstance(each, SourceUnavailable)]
        assert len(failed) == AT_ONCE
        assert not any(each.sent for each in failed)
        assert system.logins == 1
        await ask(connector)
    assert system.logins == 2


async def test_a_call_that_gives_up_leaves_the_login_to_the_others() -> None:
    system = Guarded(let_in=asyncio.Event())
    async with behind(system, OAUTH2) as connector:
        hasty = asyncio.ensure_future(ask(connector))
        await system.entered.wait()
        patient = asyncio.ensure_future(ask(connector))
        hasty.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hasty
        assert system.let_in is not None
        system.let_in.set()
        await patient


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"access_token": ""},
        {"access_token": 3},
        {"access_token": "a\r\nX-Who: b"},
        {"access_token": "é"},
        [],
    ],
)
async def test_a_token_server_that_gives_no_token_is_bad_data(said: Any) -> None:
    app = Starlette(routes=[Route("/token", lambda _: JSONResponse(said), methods=["POST"])])
    async with serve(app) as url:
        auth = OAUTH2 | {"token_url": f"{url}/token"}
        connector = connect({"url": url, "auth": auth} | plainly())
        with pytest.raises(BadData, match="without a token"):
            await ask(connector)
        await connector.aclose()


@pytest.mark.parametrize(
    ("auth", "status", "error"),
    [
        (OAUTH2, 404, BadData),
        (OAUTH2, 410, BadData),
        (OAUTH2, 405, BadData),
        (session(), 404, Unauthorized),
        (session(), 200, Unauthorized),
    ],
)
async def test_a_door_that_is_not_there_is_not_a_case_that_is_not_there(
    auth: dict[str, Any], status: int, error: type[ConnectorError]
) -> None:
    app = Starlette(
        routes=[Route("/token", lambda _: JSONResponse({"no": 1}, status), methods=["POST"])]
    )
    async with serve(app) as url:
        auth = {name: f"{url}/token" if said == "URL" else said for name, said in auth.items()}
        said = plainly(
            get={"request": {"path": "cases/{id}"}}, errors=[{"path": "$.no", "means": "not_found"}]
        )
        connector = connect({"url": url, "auth": auth} | said)
        with pytest.raises(error) as failed:
            await connector.get(["1"], Selection(), call())
        await connector.aclose()
    assert not failed.value.sent


@pytest.mark.parametrize(
    "send",
    [
        {"header": "X-Session"},
        {"header": "Authorization", "prefix": "Bearer "},
        {"query": "sid"},
        {"cookie": "SESSION"},
    ],
)
@pytest.mark.parametrize("token", [{"path": "$.access_token"}, {"cookie": "SESSION"}])
async def test_a_session_is_told_where_the_source_wants_it(
    send: dict[str, str], token: dict[str, str]
) -> None:
    system = Guarded(cookie=True)
    auth = session(send=send, token=token, headers={"App-Token": "app"})
    async with behind(system, auth) as connector:
        await ask(connector)
    assert system.calls[0]["form"] == {"user": "gateway", "password": "s3{c}ret"}
    assert [each["headers"]["app-token"] for each in system.calls] == ["app", "app"]


async def test_a_session_lasts_as_long_as_it_is_said_to() -> None:
    now = [NOON]

    def clock() -> datetime:
        return now[0]

    system = Guarded()
    async with behind(system, session(lifetime_seconds=60), now=clock) as connector:
        await ask(connector)
        now[0] += timedelta(seconds=59)
        await ask(connector)
        assert system.logins == 1
        now[0] += timedelta(seconds=1)
        await ask(connector)
    assert system.logins == 2


@pytest.mark.parametrize(("values", "logins"), [(["SESSION_OVER"], 2), (["OTHER"], 1)])
async def test_an_answer_of_200_may_say_that_the_session_is_over(
    values: list[str], logins: int
) -> None:
    system = Guarded(code=200)
    expired = {"status": [200], "path": "$.code", "values": values}
    async with behind(system, session(expired=expired)) as connector:
        await ask(connector)
        system.good.clear()
        if logins == 2:
            await ask(connector)
        else:
            with pytest.raises(BadData):
                await ask(connector)
    assert system.logins == logins


@pytest.mark.parametrize("token", [{"path": "$.missing"}, {"header": "X-None"}, {"cookie": "none"}])
async def test_a_login_without_a_session_is_for_a_person_to_mend(token: dict[str, str]) -> None:
    async with behind(Guarded(), session(token=token)) as connector:
        with pytest.raises(Unauthorized):
            await ask(connector)


@pytest.mark.parametrize("said", [b'"a\\u0001b"', b'"a\\r\\nX-Who: b"'])
async def test_a_session_that_cannot_be_sent_is_none(said: bytes) -> None:
    answer = Response(b'{"access_token": ' + said + b"}", media_type="application/json")
    app = Starlette(routes=[Route("/{path:path}", lambda _: answer, methods=["POST"])])
    async with serve(app) as url:
        auth = session(token={"path": "$.access_token"})
        connector = connect({"url": url, "auth": auth} | plainly())
        with pytest.raises(Unauthorized, match="without a session"):
            await ask(connector)
        await connector.aclose()


async def test_a_cookie_that_is_no_text_is_no_session() -> None:
    answer = Response(headers={"Set-Cookie": "SESSION=a\xe9b"})
    app = Starlette(routes=[Route("/{path:path}", lambda _: answer, methods=["POST"])])
    async with serve(app) as url:
        auth = session(token={"cookie": "SESSION"}, send={"cookie": "SESSION"})
        connector = connect({"url": url, "auth": auth} | plainly())
        with pytest.raises(Unauthorized, match="without a session"):
            await ask(connector)
        await connector.aclose()
