"""The keys of an issuer are asked for when they are needed, not more often, and kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs

from connectors.testing.serving import serve
from gateway.auth import CannotCheck
from gateway.auth.published import PAUSE_SECONDS, RENEW_SECONDS, PublishedKeys
from tests.gateway.auth.provider import Provider, key, provided

BOTH = ["/.well-known/openid-configuration", "/jwks"]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def published(
    provider: Provider, clock: Clock, keys_url: str | None = None
) -> AsyncIterator[PublishedKeys]:
    keys = PublishedKeys(provider.url, keys_url=keys_url, clock=clock)
    try:
        yield keys
    finally:
        await keys.aclose()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with provided() as provider:
        yield provider


async def test_many_that_ask_at_once_have_the_issuer_asked_once(provider: Provider) -> None:
    async with published(provider, Clock()) as keys:
        found = await asyncio.gather(*(keys.of("one", "RSA") for _ in range(20)))
    assert all(len(each) == 1 for each in found)
    assert provider.asked == BOTH


async def test_a_new_key_is_found_by_asking_again_but_not_for_every_made_up_id(
    provider: Provider,
) -> None:
    clock = Clock()
    async with published(provider, clock) as keys:
        assert await keys.of("one", "RSA")
        provider.keys = [key("RS256"), key("RS256", "two")]
        for made_up in ("two", "three", "four"):
            assert await keys.of(made_up, "RSA") == []
        assert provider.asked == BOTH
        clock.now += PAUSE_SECONDS
        assert await keys.of("two", "RSA")
        assert await keys.of("three", "RSA") == []
    assert provider.asked == BOTH * 2


async def test_a_withdrawn_key_is_forgotten_when_the_others_are_renewed(
    provider: Provider,
) -> None:
    clock = Clock()
    async with published(provider, clock) as keys:
        assert await keys.of("one", "RSA")
        provider.keys = [key("RS256", "two")]
        clock.now += RENEW_SECONDS + 1
        assert await keys.of("one", "RSA")  # nobody waits for the renewal
        assert keys._asking is not None
        await keys._asking
        clock.now += PAUSE_SECONDS
        assert await keys.of("one", "RSA") == []
        assert await keys.of("two", "RSA")


async def test_known_keys_outlive_the_issuer_and_it_is_told_once(provider: Provider) -> None:
    clock = Clock()
    with capture_logs() as told:
        async with published(provider, clock) as keys:
            assert await keys.of("one", "RSA")
            provider.failing = True
            for _ in range(3):
                clock.now += RENEW_SECONDS + 1
                assert await keys.of("one", "RSA")
                assert keys._asking is not None
                await keys._asking
            with pytest.raises(CannotCheck):  # it may be new: nobody can say
                await keys.of("two", "RSA")
            provider.failing = False
            clock.now += PAUSE_SECONDS
            assert await keys.of("two", "RSA") == []
    assert [(each["event"], each["issuer"]) for each in told] == [
        ("issuer_failed", provider.url),
        ("issuer_recovered", provider.url),
    ]
    assert told[0]["code"] == "SOURCE_UNAVAILABLE"


async def test_an_issuer_that_is_down_at_the_start_is_found_when_it_comes() -> None:
    clock, provider = Clock(), Provider()
    async with serve(provider.app) as url:
        provider.url = url
    async with published(provider, clock) as keys:
        for _ in range(3):
            with pytest.raises(CannotCheck) as cannot:
                await keys.of("one", "RSA")
    assert cannot.value.retry_after == PAUSE_SECONDS
    async with provided() as provider:
        provider.failing = True
        async with published(provider, clock) as keys:
            with pytest.raises(CannotCheck):
                await keys.of("one", "RSA")
            provider.failing = False
            with pytest.raises(CannotCheck):  # it is left alone for a while
                await keys.of("one", "RSA")
            clock.now += PAUSE_SECONDS
            assert await keys.of("one", "RSA")


async def test_who_gives_up_waiting_does_not_end_what_others_wait_for(provider: Provider) -> None:
    async with published(provider, Clock()) as keys:
        waiting = [asyncio.create_task(keys.of("one", "RSA")) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        assert await waiting[1]
        assert waiting[0].cancelled()


async def test_an_issuer_that_calls_itself_otherwise_is_not_believed(provider: Provider) -> None:
    provider.document = {"issuer": "https://somebody-else.example"}
    async with published(provider, Clock()) as keys:
        with pytest.raises(CannotCheck):
            await keys.of("one", "RSA")
    assert provider.asked == BOTH[:1]


@pytest.mark.parametrize("jwks_uri", ["https://elsewhere.example/jwks", None, 7, "http://[", ""])
async def test_keys_are_taken_from_the_issuers_own_address_only(
    provider: Provider, jwks_uri: object
) -> None:
    provider.document = {"jwks_uri": jwks_uri}
    async with published(provider, Clock()) as keys:
        with pytest.raises(CannotCheck):
            await keys.of("one", "RSA")


async def test_keys_may_be_said_to_be_elsewhere(provider: Provider) -> None:
    async with provided() as other:
        other.keys = [key("ES256")]
        async with published(provider, Clock(), keys_url=f"{other.url}/jwks") as keys:
            assert await keys.of("one", "EC")
        assert (provider.asked, other.asked) == ([], ["/jwks"])


async def test_only_what_can_check_a_signature_is_taken_for_a_key(provider: Provider) -> None:
    weak = dict(key("RS256").as_dict(private=False), kid="weak", n="AQAB" * 40)
    provider.keys = [
        weak,
        {"kty": "oct", "kid": "one", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ"},
        dict(RSAKey.generate_key(2048).as_dict(private=False), kid="one", use="enc"),
        {"kty": "RSA", "kid": "one"},
        {"kty": "EC", "kid": "one", "crv": "P-256", "x": "?", "y": 7},
        {"kty": "XXX", "kid": "one"},
        {"kid": 7, "kty": "RSA"},
        "a key",
        key("ES256", "good"),
    ]
    async with published(provider, Clock()) as keys:
        assert await keys.of("good", "EC")
        for key_id in ("weak", "one"):
            for kind in ("RSA", "EC", "OKP", "oct"):
                assert await keys.of(key_id, kind) == []
