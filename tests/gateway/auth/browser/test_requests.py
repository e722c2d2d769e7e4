"""A session's cookie does nothing in the hands of other sites."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from gateway.auth import Authenticator
from gateway.auth.browser import Browsers, Cookies, Person
from gateway.auth.browser.local_path import HOME, local_path
from gateway.auth.browser.secrets import Secrets
from gateway.auth.browser.sessions import Session, Sessions
from gateway.auth.browser.site import Site
from gateway.execution import GraphQLView
from resolvers.opening import OpenedCase
from resolvers.policy import ANONYMOUS, Role
from tests.clients import toy
from tests.gateway.auth.browser.code_provider import CodeProvider, coding
from tests.gateway.auth.browser.place import Browser, by_browser, placed, refused

ANOTHER = "https://another.example"
CROSS = (403, "CROSS_SITE_REQUEST")


@pytest.fixture
async def provider() -> AsyncIterator[CodeProvider]:
    async with coding() as provider:
        yield provider


@pytest.fixture
async def browser(
    tmp_path: Path, sqlite_url: str, provider: CodeProvider
) -> AsyncIterator[Browser]:
    """A browser in which somebody is signed in."""
    async with (
        placed(tmp_path, sqlite_url, by_browser(provider.url)) as place,
        place.browser() as browser,
    ):
        await browser.sign_in()
        yield browser


FOREIGN: Mapping[str, dict[str, str]] = {
    "from another site": {"Sec-Fetch-Site": "cross-site", "Origin": ANOTHER},
    "from a neighbouring host": {"Sec-Fetch-Site": "same-site"},
    "from another site, by its origin": {"Origin": ANOTHER},
    "from our host by another port": {"Origin": "http://127.0.0.1:1"},
    "from our host by another scheme": {"Origin": "https://127.0.0.1"},
    "from a name that begins as ours": {"Origin": "http://127.0.0.1.another.example"},
    "from a site that hides its address": {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    "from a page that hides its address": {"Origin": "null"},
    "without a word": {"X-Nothing": "1"},
}


@pytest.mark.parametrize("how", FOREIGN)
async def test_what_may_come_from_elsewhere_is_refused(browser: Browser, how: str) -> None:
    headers = FOREIGN[how]
    assert refused(await browser.ask(**headers)) == CROSS
    # A content type proves nothing, and neither does somebody else's token.
    assert refused(await browser.ask(**headers, **{"X-CSRF-Token": "x" * 43})) == CROSS
    assert refused(await browser.post("/auth/logout", {}, **headers)) == CROSS
    assert refused(await browser.post("/auth/logout", {"csrf_token": "é"}, **headers)) == CROSS
    assert await browser.who() == "CITIZEN"


@pytest.mark.parametrize(
    "how", ["from another site", "from a neighbouring host", "from another site, by its origin"]
)
async def test_a_token_does_not_help_who_says_to_be_another(browser: Browser, how: str) -> None:
    token = (await browser.told())["person"]["csrfToken"]
    assert refused(await browser.ask(**FOREIGN[how], **{"X-CSRF-Token": token})) == CROSS


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}], ids=str)
async def test_who_does_not_say_whence_proves_it_by_the_sessions_token(
    browser: Browser, headers: dict[str, str]
) -> None:
    token = (await browser.told())["person"]["csrfToken"]
    assert token not in browser.cookies.values()
    told = await browser.ask(**headers, **{"X-CSRF-Token": token})
    assert told.json()["data"]["viewer"]["role"] == "CITIZEN"
    hidden = headers or {"X-Nothing": "1"}
    out = await browser.post("/auth/logout", {"csrf_token": token}, **hidden)
    assert out.status_code == 303
    assert await browser.who() == "ANONYMOUS"


async def test_the_token_of_another_session_is_none(browser: Browser) -> None:
    earlier = (await browser.told())["person"]["csrfToken"]
    await browser.sign_in()
    assert refused(await browser.ask(**{"X-CSRF-Token": earlier})) == CROSS


async def test_our_pages_say_so_either_way(browser: Browser) -> None:
    for headers in (
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": browser.url},
        {"Origin": browser.url.upper()},
    ):
        assert (await browser.ask(**headers)).status_code == 200, headers


async def test_a_link_from_anywhere_finds_one_signed_in_and_changes_nothing(
    browser: Browser,
) -> None:
    arriving = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    asked = "/graphql?query={viewer{role}}"
    accept = {"Accept": "application/json"}
    told = await browser.get(asked, **arriving, **accept)
    assert told.json() == {"data": {"viewer": {"role": "CITIZEN"}}}
    act = '/graphql?query=mutation{withdrawComplaint(input:{case:{id:"x"},idempotencyKey:"k"}){problems{code}}}'
    assert (await browser.get(act, **accept)).status_code == 405
    assert (await browser.get("/auth/logout")).status_code == 405
    # A page elsewhere that asks for itself is another matter, streams of events included.
    for headers in (
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Origin": ANOTHER},
    ):
        for wanted in ("application/json", "text/event-stream"):
            answer = await browser.get(asked, **headers, Accept=wanted)
            assert refused(answer) == CROSS


async def test_who_shows_a_token_of_the_provider_is_asked_for_nothing_else(
    browser: Browser, provider: CodeProvider
) -> None:
    roles = {"realm_access": {"roles": ["chikaya-analyst"]}}
    shown = {"Authorization": f"Bearer {provider.token(**roles)}", "Origin": ANOTHER}
    told = await browser.ask(**shown)
    assert told.json()["data"]["viewer"]["role"] == "ANALYST"


class TestCookies:
    """What a browser is told of the cookie."""

    async def test_by_https_no_other_host_can_set_it(
        self, tmp_path: Path, sqlite_url: str, provider: CodeProvider
    ) -> None:
        environ = by_browser(provider.url) | {"CHIKAYA_URL": "https://chikaya.example"}
        async with placed(tmp_path, sqlite_url, environ) as place, place.browser() as browser:
            sent_off = await browser.get("/auth/login")
            attempt = sent_off.headers["set-cookie"]
            assert attempt.startswith("__Host-chikaya-sign-in=")
            back = await browser.get(sent_off.headers["location"])
            said = back.headers["location"].removeprefix("https://chikaya.example")
            arrived = await browser.get(said, Cookie=attempt.partition(";")[0])
            given, taken = arrived.headers.get_list("set-cookie")
            secret, *rest = given.split("; ")
            assert sorted(rest) == ["HttpOnly", "Path=/", "SameSite=lax", "Secure"]
            assert secret.startswith("__Host-chikaya=")
            assert taken.startswith('__Host-chikaya-sign-in="";')
            assert "Secure" in taken
            # Under another name it is nothing.
            plain = secret.removeprefix("__Host-")
            for shown, role in ((secret, "CITIZEN"), (plain, "ANONYMOUS")):
                own = {"Cookie": shown, "Origin": "https://chikaya.example"}
                told = await browser.ask(**own)
                assert told.json()["data"]["viewer"]["role"] == role

    async def test_on_this_machine_it_is_plain(self, browser: Browser) -> None:
        arrived = await browser.sign_in()
        given = arrived.headers.get_list("set-cookie")
        assert [each for each in given if "Secure" in each or "__Host" in each] == []
        assert all("HttpOnly" in each and "SameSite=lax" in each for each in given)

    async def test_a_page_is_kept_by_nobody_and_tells_nobody_where_it_was(
        self, browser: Browser
    ) -> None:
        for answer in (
            await browser.get("/auth/session"),
            await browser.sign_in(),
            await browser.get("/auth/callback"),
        ):
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
        asked = await browser.get("/graphql?query={viewer{role}}", Accept="application/json")
        assert asked.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "asked",
    [
        "//another.example",
        "///another.example",
        "/\\another.example",
        "\\\\another.example",
        "/%5c%5canother.example",
        "/%5Canother.example",
        "/%2fanother.example",
        "/%2Fanother.example",
        "/x/..//another.example",
        "https://another.example",
        "https:/another.example",
        "https:another.example",
        "javascript:alert(1)",
        "another.example",
        "/\tx",
        "/\t/another.example",
        "/\n/another.example",
        "/x\r\nSet-Cookie: a=b",
        " /x",
        "/é",
        "",
        "?x",
        "/" + "x" * 2048,
    ],
)
async def test_one_is_sent_on_to_a_path_of_ours_alone(browser: Browser, asked: str) -> None:
    sent_off = await browser.client.get("/auth/login", params={"next": asked})
    arrived = await browser.back_from(await browser.get(sent_off.headers["location"]))
    assert arrived.headers["location"] == HOME


@pytest.mark.parametrize("asked", ["/", "/x", "/a/b?c=//d&e=%5c#f", "/.well-known/x", "/a%2fb"])
def test_paths_of_ours_are_taken_as_they_are(asked: str) -> None:
    assert local_path(asked) == asked


class TestWebSockets:
    """A browser opens a WebSocket to anywhere, with the cookies of there."""

    @staticmethod
    def connect(url: str | None, **headers: str) -> Any:
        class Signed(Sessions[Person]):
            async def find(self, secret: str) -> Session[Person] | None:
                person = Person(Role.CITIZEN, "x", [])
                return Session(person, self._secrets.token(secret), self._clock())

        site, secrets = Site(url), Secrets(b"k" * 32, "person")
        people = Signed(Person, None, secrets, None)  # type: ignore[arg-type]
        cases: Sessions[OpenedCase] = Sessions(OpenedCase, None, secrets, None)  # type: ignore[arg-type]
        browsers = Browsers(site, Cookies(site, "chikaya", people), Cookies(site, "case", cases))
        keeper = Authenticator([], default=ANONYMOUS, browsers=browsers)

        async def context(connection: HTTPConnection) -> toy.Context:
            return toy.Context((await keeper.known(connection)).viewer.role)

        view = GraphQLView(toy.schema(), context, allowed_origins=[ANOTHER])
        client = TestClient(Starlette(routes=[WebSocketRoute("/graphql", view)]))
        shown = {"Cookie": "chikaya=secret; __Host-chikaya=secret"} | headers
        return client.websocket_connect(
            "/graphql", subprotocols=["graphql-transport-ws"], headers=shown
        )

    @pytest.mark.parametrize(
        ("url", "origin"),
        [(None, "http://127.0.0.1"), ("https://chikaya.example", "https://chikaya.example")],
    )
    def test_our_page_is_known(self, url: str | None, origin: str) -> None:
        host = origin.partition("//")[2]
        with self.connect(url, Origin=origin, Host=host) as socket:
            socket.send_json({"type": "connection_init"})
            assert socket.receive_json()["type"] == "connection_ack"
            socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": "{ token }"}})
            assert socket.receive_json()["payload"]["data"] == {"token": "CITIZEN"}

    @pytest.mark.parametrize(
        "headers",
        # The second site's pages may open WebSockets here, by tokens of their own.
        [{}, {"Origin": ANOTHER}, {"Sec-Fetch-Site": "same-site"}],
        ids=str,
    )
    def test_another_page_is_not(self, headers: dict[str, str]) -> None:
        with self.connect(None, Host="127.0.0.1", **headers) as socket:
            socket.send_json({"type": "connection_init"})
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
        assert closed.value.code == 4403


async def test_a_name_that_was_made_to_lead_here_has_no_sessions(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with (
        placed(tmp_path, sqlite_url, {}, tells_itself=False) as place,
        place.browser() as browser,
    ):
        assert await browser.told() == {"person": None, "case": None}
        elsewhere = await browser.get("/auth/session", Host="rebound.example")
        assert refused(elsewhere) == (400, "BAD_REQUEST")
