"""Somebody signs in by browser, and out; who tampers with the way is not signed in as anybody."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from tests.gateway.auth.browser.code_provider import UPSTREAM, CodeProvider, coding
from tests.gateway.auth.browser.place import (
    CLIENT,
    SECRET,
    Browser,
    Place,
    by_browser,
    placed,
    query_of,
    refused,
)
from tests.gateway.auth.provider import key

OFFICER = {"realm_access": {"roles": ["chikaya-officer"]}, "agencies": ["water"]}


@pytest.fixture
async def provider() -> AsyncIterator[CodeProvider]:
    async with coding() as provider:
        yield provider


@pytest.fixture
async def place(tmp_path: Path, sqlite_url: str, provider: CodeProvider) -> AsyncIterator[Place]:
    async with placed(tmp_path, sqlite_url, by_browser(provider.url)) as place:
        yield place


@pytest.fixture
async def browser(place: Place) -> AsyncIterator[Browser]:
    async with place.browser() as browser:
        yield browser


async def test_the_whole_way_there_and_back_and_out(
    tmp_path: Path, database_url: str, provider: CodeProvider
) -> None:
    provider.person |= OFFICER
    async with (
        placed(tmp_path, database_url, by_browser(provider.url)) as place,
        place.browser() as browser,
    ):
        assert await browser.who() == "ANONYMOUS"
        arrived = await browser.sign_in("/graphql?query=%7Bagencies%7D")
        assert (arrived.status_code, arrived.headers["location"]) == (
            303,
            "/graphql?query=%7Bagencies%7D",
        )
        assert await browser.who() == "OFFICER"
        told = await browser.told()
        assert (told["person"]["role"], told["person"]["agencies"]) == ("OFFICER", ["water"])
        kept = browser.cookies["chikaya"]
        out = await browser.post("/auth/logout", {})
        assert await browser.who() == "ANONYMOUS"
        # The session is over, not only forgotten by the browser.
        browser.put("chikaya", kept)
        assert refused(await browser.ask()) == (401, "UNAUTHENTICATED")
        assert out.headers["location"].startswith(f"{provider.url}/logout?")
        assert query_of(out.headers["location"]) == {
            "client_id": CLIENT,
            "post_logout_redirect_uri": f"{place.url}/",
        }


async def test_the_provider_is_asked_as_the_standards_say(
    browser: Browser, provider: CodeProvider
) -> None:
    sent_off = await browser.get("/auth/login")
    asked = query_of(sent_off.headers["location"])
    assert sent_off.headers["location"].startswith(f"{provider.url}/authorize?")
    told = {name: asked[name] for name in ("response_type", "scope", "code_challenge_method")}
    assert told == {"response_type": "code", "scope": "openid", "code_challenge_method": "S256"}
    assert asked["redirect_uri"] == f"{browser.url}/auth/callback"
    fresh = {asked["state"], asked["nonce"], asked["code_challenge"]}
    assert {len(each) for each in fresh} == {43}
    again = query_of((await browser.get("/auth/login")).headers["location"])
    assert fresh.isdisjoint({again["state"], again["nonce"], again["code_challenge"]})


@pytest.mark.parametrize("takes", [None, ["client_secret_post"], ["client_secret_basic"]])
async def test_a_client_with_a_secret_proves_itself_as_the_provider_takes_it(
    browser: Browser, provider: CodeProvider, takes: list[str] | None
) -> None:
    provider.says(token_endpoint_auth_methods_supported=takes)
    await browser.sign_in()
    assert await browser.who() == "CITIZEN"
    assert ("client_secret" in provider.forms[-1]) == (takes == ["client_secret_post"])


async def test_a_client_without_a_secret_names_itself(
    tmp_path: Path, sqlite_url: str, provider: CodeProvider
) -> None:
    provider.secret = None
    environ = by_browser(provider.url, secret=None)
    async with placed(tmp_path, sqlite_url, environ) as place, place.browser() as browser:
        await browser.sign_in()
        assert await browser.who() == "CITIZEN"


async def test_whoever_signs_in_is_in_a_session_that_nobody_knew_before(
    browser: Browser, provider: CodeProvider
) -> None:
    browser.put("chikaya", "what somebody else put there")
    await browser.sign_in()
    first = browser.cookies["chikaya"]
    assert first != "what somebody else put there"
    provider.person["sub"] = "brahim"
    await browser.sign_in()
    second = browser.cookies["chikaya"]
    assert second != first
    browser.put("chikaya", first)
    assert refused(await browser.ask()) == (401, "UNAUTHENTICATED")


class TestTampered:
    """Each of these ways ends where it began."""

    @staticmethod
    async def nobody(browser: Browser, answer: httpx2.Response) -> None:
        assert refused(answer) == (400, "SIGN_IN_FAILED")
        assert "chikaya" not in browser.cookies
        assert "chikaya-sign-in" not in browser.cookies
        assert await browser.who() == "ANONYMOUS"

    @pytest.mark.parametrize("state", ["x" * 43, "", "é", None])
    async def test_with_another_state(
        self, browser: Browser, provider: CodeProvider, state: str | None
    ) -> None:
        sent_off = await browser.get("/auth/login")
        back = await browser.get(sent_off.headers["location"])
        brought = query_of(back.headers["location"]) | {"state": state}
        told = {name: value for name, value in brought.items() if value is not None}
        await self.nobody(browser, await browser.client.get("/auth/callback", params=told))
        assert provider.forms == []

    async def test_in_another_browser(self, browser: Browser, place: Place) -> None:
        sent_off = await browser.get("/auth/login")
        back = await browser.get(sent_off.headers["location"])
        async with place.browser() as other:
            await self.nobody(other, await other.back_from(back))
            # Nor if that one is about to sign in itself.
            await other.get("/auth/login")
            await self.nobody(other, await other.back_from(back))

    async def test_with_the_same_code_again(self, browser: Browser, provider: CodeProvider) -> None:
        sent_off = await browser.get("/auth/login")
        attempt = browser.cookies["chikaya-sign-in"]
        back = await browser.get(sent_off.headers["location"])
        assert (await browser.back_from(back)).status_code == 303
        await browser.post("/auth/logout", {})
        # The attempt is over in the browser, and the code at the provider.
        await self.nobody(browser, await browser.back_from(back))
        assert len(provider.forms) == 1
        browser.put("chikaya-sign-in", attempt)
        await self.nobody(browser, await browser.back_from(back))
        assert len(provider.forms) == 2

    async def test_with_somebody_elses_code(
        self, browser: Browser, place: Place, provider: CodeProvider
    ) -> None:
        async with place.browser() as other:
            theirs = await other.get((await other.get("/auth/login")).headers["location"])
        sent_off = await browser.get("/auth/login")
        own = await browser.get(sent_off.headers["location"])
        mixed = query_of(own.headers["location"]) | {
            "code": query_of(theirs.headers["location"])["code"]
        }
        # Its request held the digest of another verifier: the provider itself refuses.
        await self.nobody(browser, await browser.client.get("/auth/callback", params=mixed))
        assert provider.tokens == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"nonce": "x" * 43},
            {"nonce": None},
            {"aud": "chikaya"},
            {"aud": [CLIENT, "another"]},
            {"aud": [CLIENT, "another"], "azp": "another"},
            {"azp": "another"},
            {"iss": "https://another.example"},
            {"exp": 1},
            {"sub": None},
            {"signed_with": "a stranger"},
        ],
        ids=str,
    )
    async def test_with_a_token_that_does_not_hold(
        self, browser: Browser, provider: CodeProvider, wrong: Mapping[str, Any]
    ) -> None:
        strangers = {"signed_with": key("RS256", "two")} if "signed_with" in wrong else {}
        provider.wrong = dict(wrong) | strangers
        await self.nobody(browser, await browser.sign_in())
        assert len(provider.tokens) == 1

    @pytest.mark.parametrize(
        "answers",
        [{"iss": "https://another.example"}, {"error": "access_denied"}, {"code": ""}],
        ids=str,
    )
    async def test_with_an_answer_of_another_kind(
        self, browser: Browser, provider: CodeProvider, answers: Mapping[str, str]
    ) -> None:
        provider.answers = {"error_description": UPSTREAM} | dict(answers)
        answer = await browser.sign_in()
        await self.nobody(browser, answer)
        assert "marked" not in answer.text
        assert provider.forms == []

    async def test_without_the_providers_name_where_it_promises_it(
        self, browser: Browser, provider: CodeProvider
    ) -> None:
        provider.says(authorization_response_iss_parameter_supported=True)
        await self.nobody(browser, await browser.sign_in())
        provider.answers = {"iss": provider.url}
        await browser.sign_in()
        assert await browser.who() == "CITIZEN"


async def test_several_audiences_are_fine_if_the_token_was_made_for_us(
    browser: Browser, provider: CodeProvider
) -> None:
    provider.wrong = {"aud": [CLIENT, "another"], "azp": CLIENT}
    await browser.sign_in()
    assert await browser.who() == "CITIZEN"


class TestProviderAmiss:
    """Nobody is refused for a provider that fails; whoever is in stays in."""

    async def test_it_is_down_before(self, browser: Browser, provider: CodeProvider) -> None:
        provider.failing = True
        assert refused(await browser.get("/auth/login")) == (503, "SERVICE_UNAVAILABLE")
        provider.failing = False
        await browser.sign_in()
        provider.failing = True
        assert await browser.who() == "CITIZEN"

    async def test_it_goes_down_on_the_way(self, browser: Browser, provider: CodeProvider) -> None:
        sent_off = await browser.get("/auth/login")
        back = await browser.get(sent_off.headers["location"])
        provider.failing = True
        answer = await browser.back_from(back)
        assert refused(answer) == (503, "SERVICE_UNAVAILABLE")
        assert "marked" not in answer.text

    async def test_it_signs_nobody_out(self, browser: Browser, provider: CodeProvider) -> None:
        provider.says(end_session_endpoint=None)
        await browser.sign_in()
        assert (await browser.post("/auth/logout", {})).headers["location"] == "/"
        assert await browser.who() == "ANONYMOUS"

    @pytest.mark.parametrize(
        "says",
        [
            {"authorization_endpoint": "https://another.example/authorize"},
            {"token_endpoint": "https://another.example/token"},
            {"end_session_endpoint": "https://another.example/logout"},
            {"authorization_endpoint": None},
            {"token_endpoint": 7},
            {"issuer": "https://another.example"},
        ],
        ids=str,
    )
    async def test_it_leads_elsewhere(
        self, browser: Browser, provider: CodeProvider, says: Mapping[str, Any]
    ) -> None:
        provider.says(**says)
        with capture_logs() as told:
            assert refused(await browser.get("/auth/login")) == (503, "SERVICE_UNAVAILABLE")
        assert [each["event"] for each in told] == ["sign_in_failed"]


async def test_nothing_that_was_shown_or_said_is_told_or_logged(
    browser: Browser, provider: CodeProvider
) -> None:
    answers: list[httpx2.Response] = []
    with capture_logs() as told:
        for wrong in ({}, {"nonce": "x"}, {"exp": 1}, {"aud": "another"}):
            provider.wrong = wrong
            answers.append(await browser.sign_in())
        provider.secret = "another"
        answers.append(await browser.sign_in())
        answers.append(await browser.get("/auth/session"))
        answers.append(await browser.post("/auth/logout", {}))
    assert [each["event"] for each in told] == ["sign_in_failed"] * 4
    said = str(told) + "".join(f"{each.text} {each.headers.get('location')}" for each in answers)
    secrets = [*browser.cookies.values(), *provider.tokens, SECRET, "marked", UPSTREAM]
    secrets += [form[name] for form in provider.forms for name in ("code", "code_verifier")]
    assert len(secrets) > 12
    assert not [secret for secret in secrets if secret in said]


class TestUnset:
    """Without a client nobody signs in by browser, and is told so."""

    async def test_it_is_told(self, tmp_path: Path, sqlite_url: str) -> None:
        async with placed(tmp_path, sqlite_url, {}) as place, place.browser() as browser:
            for path in ("/auth/login", "/auth/callback"):
                assert refused(await browser.get(path)) == (400, "BAD_REQUEST")
            assert (await browser.post("/auth/logout", {})).headers["location"] == "/"
