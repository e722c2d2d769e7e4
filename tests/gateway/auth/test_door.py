"""Who shows a token is taken for whom it is about, or turned away; never for nobody."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from structlog.testing import capture_logs

from gateway.auth import Authenticator, Unauthenticated
from gateway.auth.authenticator import _MOST_KEPT, KEPT_SECONDS
from gateway.auth.local import local_issuer, local_token
from gateway.auth.published import PublishedKeys
from gateway.auth.tokens import Issuer
from gateway.config import Claims
from gateway.execution import GraphQLView
from gateway.keys import Keys
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.clients import toy
from tests.gateway.auth.doors import KEYS, Door, opened, signing_in
from tests.gateway.auth.provider import AUDIENCE, Provider, by_hand, key, provided

OFFICER = {"realm_access": {"roles": ["chikaya-officer"]}, "agencies": ["water", "gone"]}
PROTOCOL = "graphql-transport-ws"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with provided() as provider:
        yield provider


@pytest.fixture
async def door(tmp_path: Path, sqlite_url: str, provider: Provider) -> AsyncIterator[Door]:
    async with opened(tmp_path, sqlite_url, signing_in(provider.url)) as door:
        yield door


async def test_a_good_token_says_who_asks_and_none_says_nobody(
    door: Door, provider: Provider
) -> None:
    assert await door.who(provider.token(**OFFICER)) == ("OFFICER", ["water"])
    assert await door.who(provider.token()) == ("CITIZEN", [])
    assert await door.who() == ("ANONYMOUS", [])


async def test_a_bad_token_is_401_in_the_form_of_graphql_and_nothing_of_it_is_told(
    door: Door, provider: Provider
) -> None:
    now = int(time.time())
    bad = [
        provider.token(signed_with=key("RS256", "two")),
        provider.token(exp=now - 61),
        provider.token(nbf=now + 120),
        provider.token(aud="another"),
        provider.token(iss="https://another.example"),
        by_hand({"alg": "none"}, provider.claims()),
        local_token(KEYS, Viewer(Role.ADMIN, "marked-subject"), minutes=5),
        "marked-no-token",
        provider.token() + "x" * 20_000,
    ]
    with capture_logs() as told:
        for token in bad:
            answer = await door.as_(token)
            assert answer.status_code == 401, token
            assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
            assert answer.headers["content-type"].startswith("application/graphql-response+json")
            assert list(answer.json()) == ["errors"]
            [error] = answer.json()["errors"]
            assert error["extensions"] == {"code": "UNAUTHENTICATED"}
            for part in (*token.split("."), "marked", "another", provider.url):
                assert not part or part not in answer.text + str(answer.headers)
    assert told == []


@pytest.mark.parametrize(
    "shown", ["Bearer", "Basic dXNlcjpwdw==", "token", "", "Bearer a b", "Bearer ,"]
)
async def test_what_is_no_bearer_token_is_not_taken_for_nobody(door: Door, shown: str) -> None:
    answer = await door.ask(Authorization=shown)
    assert (answer.status_code, "data" in answer.json()) == (401, False)


async def test_the_word_bearer_is_written_as_one_likes(door: Door, provider: Provider) -> None:
    answer = await door.ask(Authorization=f"bEARER  {provider.token(**OFFICER)}")
    assert answer.json()["data"]["viewer"]["role"] == "OFFICER"


async def test_two_tokens_are_one_too_many(door: Door, provider: Provider) -> None:
    shown = ("Authorization", f"Bearer {provider.token()}")
    answer = await door.client.post(
        "/graphql", json={"query": "{ viewer { role } }"}, headers=[shown, shown]
    )
    assert answer.status_code == 401


async def test_a_token_in_the_address_is_none(door: Door, provider: Provider) -> None:
    parameters = {"query": "{ viewer { role } }", "access_token": provider.token(**OFFICER)}
    answer = await door.client.get("/graphql", params=parameters)
    assert answer.json() == {"data": {"viewer": {"role": "ANONYMOUS"}}}


async def test_rotated_keys_are_followed_and_a_silent_issuer_does_not_matter_to_known_ones(
    door: Door, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.auth.published.PAUSE_SECONDS", 0.0)
    assert (await door.who(provider.token()))[0] == "CITIZEN"
    provider.keys = [key("ES256", "two")]
    new = provider.token("ES256", signed_with=key("ES256", "two"), **OFFICER)
    assert (await door.who(new))[0] == "OFFICER"
    assert (await door.as_(provider.token(sub="other"))).status_code == 401
    provider.failing = True
    later = provider.token("ES256", signed_with=key("ES256", "two"), sub="later")
    assert (await door.who(later))[0] == "CITIZEN"
    assert (await door.who())[0] == "ANONYMOUS"


async def test_keys_that_cannot_be_had_are_no_reason_to_call_a_token_bad(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with provided() as provider:
        token = provider.token()
    # It is gone now; the gateway starts, and serves everyone else.
    async with opened(tmp_path, sqlite_url, signing_in(provider.url)) as door:
        assert (await door.who())[0] == "ANONYMOUS"
        answer = await door.as_(token)
    assert answer.status_code == 503
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "SERVICE_UNAVAILABLE", "retryAfter": 10.0}
    assert provider.url not in answer.text


class TestKept:
    """What was checked is remembered for a minute, and never longer than the token is good."""

    @pytest.fixture
    async def issuer(self, provider: Provider) -> AsyncIterator[Issuer]:
        keys = PublishedKeys(provider.url)
        yield Issuer(provider.url, AUDIENCE, keys, Claims())
        await keys.aclose()

    @staticmethod
    def shown(token: str) -> HTTPConnection:
        headers = [(b"authorization", f"Bearer {token}".encode())]
        return HTTPConnection({"type": "http", "headers": headers, "state": {}})

    async def test_it_is_looked_at_again_after_a_minute(
        self, issuer: Issuer, provider: Provider
    ) -> None:
        now = time.time()
        keeper = Authenticator([issuer], default=ANONYMOUS, clock=lambda: now)
        token = provider.token()
        await keeper.known(self.shown(token))
        object.__setattr__(issuer, "audience", "another")
        now += KEPT_SECONDS - 1
        await keeper.known(self.shown(token))
        now += 1
        with pytest.raises(Unauthenticated):
            await keeper.known(self.shown(token))

    async def test_it_is_not_remembered_beyond_its_end(
        self, issuer: Issuer, provider: Provider
    ) -> None:
        now = float(int(time.time()))
        keeper = Authenticator([issuer], default=ANONYMOUS, clock=lambda: now)
        token = provider.token(exp=int(now) + 10)
        await keeper.known(self.shown(token))
        now += 9
        assert keeper._kept.popitem()[1].until == now + 1
        now += 1 + 60  # no clock is that far off
        with pytest.raises(Unauthenticated, match="expired"):
            await keeper.known(self.shown(token))

    async def test_no_more_are_remembered_than_there_is_room_for(
        self, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, provider: Provider
    ) -> None:
        assert _MOST_KEPT <= 10_000
        monkeypatch.setattr("gateway.auth.authenticator._MOST_KEPT", 3)
        keeper = Authenticator([issuer], default=ANONYMOUS)
        tokens = [provider.token(sub=f"{number}") for number in range(5)]
        for token in tokens:
            await keeper.known(self.shown(token))
        assert len(keeper._kept) == 3
        assert not any(token.encode() in bytes(each) for each in keeper._kept for token in tokens)


async def test_the_token_of_one_trusted_issuer_is_not_taken_for_anothers(
    provider: Provider,
) -> None:
    async with provided() as other:
        other.keys = [key("RS512", "two")]
        issuers = [
            Issuer(each.url, audience, PublishedKeys(each.url), Claims())
            for each, audience in ((provider, AUDIENCE), (other, "elsewhere"))
        ]
        keeper = Authenticator(issuers, default=ANONYMOUS)
        good = other.token("RS512", signed_with=key("RS512", "two"), aud="elsewhere")
        assert (await keeper.known(TestKept.shown(good))).viewer.subject == f"{other.url} somebody"
        confused = [
            # Signed by one in the other's name, with either's id of a key.
            provider.token(iss=other.url, aud="elsewhere"),
            other.token("RS512", signed_with=key("RS512", "two"), iss=provider.url),
            # Good for one, meant for the other.
            other.token("RS512", signed_with=key("RS512", "two")),
            provider.token(aud="elsewhere"),
            provider.token(iss=[provider.url, other.url]),
            provider.token(iss=None),
        ]
        for token in confused:
            with pytest.raises(Unauthenticated):
                await keeper.known(TestKept.shown(token))
        await keeper.aclose()


class TestLocal:
    """On the embedded default the gateway takes tokens that it made itself."""

    async def test_without_a_token_one_is_the_demonstration_and_with_one_somebody_else(
        self, tmp_path: Path, sqlite_url: str
    ) -> None:
        token = local_token(KEYS, Viewer(Role.OFFICER, "amina", frozenset({"water"})), minutes=5)
        others = [
            local_token(Keys(b"c" * 32, b"x" * 32), Viewer(Role.ADMIN, "x"), minutes=5),
            local_token(KEYS, Viewer(Role.ADMIN, "x"), minutes=-2),
        ]
        async with opened(tmp_path, sqlite_url, {}) as door:
            assert await door.who() == ("NATIONAL_SUPERVISOR", [])
            assert await door.who(token) == ("OFFICER", ["water"])
            for other in others:
                assert (await door.as_(other)).status_code == 401

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANONYMOUS])
    async def test_every_role_can_be_had(self, role: Role) -> None:
        keeper = Authenticator([local_issuer(KEYS)], default=ANONYMOUS)
        asked = TestKept.shown(local_token(KEYS, Viewer(role, "x"), minutes=1))
        assert (await keeper.known(asked)).viewer.role is role

    async def test_production_takes_none_and_takes_nobody_for_the_demonstration(
        self, tmp_path: Path, sqlite_url: str
    ) -> None:
        token = local_token(KEYS, Viewer(Role.ADMIN, "x"), minutes=5)
        async with opened(tmp_path, sqlite_url, {"CHIKAYA_ENV": "production"}) as door:
            assert await door.who() == ("ANONYMOUS", [])
            assert (await door.as_(token)).status_code == 401


class TestWebSockets:
    """A browser's token comes in the first message."""

    @staticmethod
    def connect(authenticator: Authenticator, shown: Any, **headers: str) -> Any:
        async def context(connection: HTTPConnection) -> toy.Context:
            viewer = (await authenticator.known(connection)).viewer
            return toy.Context(f"{viewer.role} {viewer.subject}")

        view = GraphQLView(toy.schema(), context)
        app = Starlette(routes=[WebSocketRoute("/graphql", view)])
        session = TestClient(app).websocket_connect(
            "/graphql", subprotocols=[PROTOCOL], headers=headers
        )
        return session, {"type": "connection_init", "payload": shown}

    @pytest.mark.parametrize("name", ["authorization", "Authorization"])
    def test_it_says_who_asks(self, name: str) -> None:
        keeper = Authenticator([local_issuer(KEYS)], default=ANONYMOUS)
        token = local_token(KEYS, Viewer(Role.ANALYST, "y"), minutes=1)
        opening, init = self.connect(keeper, {name: f"Bearer {token}"})
        with opening as socket:
            socket.send_json(init)
            assert socket.receive_json()["type"] == "connection_ack"
            assert self.who(socket) == {"token": "ANALYST chikaya-local y"}

    def test_a_header_does_as_well_and_nothing_is_nobody(self) -> None:
        keeper = Authenticator([local_issuer(KEYS)], default=ANONYMOUS)
        token = local_token(KEYS, Viewer(Role.ANALYST, "y"), minutes=1)
        for headers, role in (({"Authorization": f"Bearer {token}"}, "ANALYST"), ({}, "ANON")):
            opening, init = self.connect(keeper, {"other": 1}, **headers)
            with opening as socket:
                socket.send_json(init)
                socket.receive_json()
                assert self.who(socket)["token"].startswith(role)

    @pytest.mark.parametrize(
        "shown", ["Bearer marked.token.x", "marked", 7, None, ["Bearer x"], {"Bearer": "x"}]
    )
    def test_a_bad_one_is_sent_away(self, shown: object) -> None:
        keeper = Authenticator([local_issuer(KEYS)], default=ANONYMOUS)
        opening, init = self.connect(keeper, {"authorization": shown})
        with capture_logs() as told, opening as socket:
            socket.send_json(init)
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
        assert (closed.value.code, told) == (4403, [])
        assert "marked" not in closed.value.reason

    def test_one_that_ends_meanwhile_is_told_with_the_next_operation(self) -> None:
        now = time.time()
        keeper = Authenticator([local_issuer(KEYS)], default=ANONYMOUS, clock=lambda: now)
        token = local_token(KEYS, Viewer(Role.ANALYST, "y"), minutes=1)
        opening, init = self.connect(keeper, {"authorization": f"Bearer {token}"})
        with opening as socket:
            socket.send_json(init)
            socket.receive_json()
            assert self.who(socket)
            now += 60 + 61
            socket.send_json({"type": "subscribe", "id": "2", "payload": {"query": "{ token }"}})
            answer = socket.receive_json()
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"] == {"code": "UNAUTHENTICATED"}

    @staticmethod
    def who(socket: Any) -> Any:
        socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": "{ token }"}})
        answer = socket.receive_json()
        socket.receive_json()
        return answer["payload"]["data"]
