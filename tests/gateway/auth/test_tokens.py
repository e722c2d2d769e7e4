"""A token is taken only if its issuer signed it, for us, now."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway.auth import Unauthenticated
from gateway.auth.published import PublishedKeys
from gateway.auth.tokens import Issuer, Known, unverified
from gateway.config import Claims
from resolvers.policy import Role
from tests.gateway.auth.provider import (
    AUDIENCE,
    METHODS,
    Provider,
    by_hand,
    key,
    provided,
    signed_by_public_key,
)

NOW = 1_800_000_000
SOON = {"exp": NOW + 600, "iat": NOW - 5}


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with provided() as provider:
        yield provider


@pytest.fixture
async def issuer(provider: Provider) -> AsyncIterator[Issuer]:
    keys = PublishedKeys(provider.url)
    yield Issuer(provider.url, AUDIENCE, keys, Claims())
    await keys.aclose()


async def known(issuer: Issuer, text: str, now: float = NOW) -> Known:
    return await issuer.known(unverified(text), now)


@pytest.mark.parametrize("method", METHODS)
async def test_each_method_that_is_accepted_works(
    provider: Provider, issuer: Issuer, method: str
) -> None:
    provider.keys = [key(method)]
    used = "Ed25519" if method == "EdDSA" else method
    text = provider.token(used, signed_with=key(method), **SOON)
    if method == "EdDSA":
        text = renamed(text, method)
    found = await known(issuer, text)
    assert (found.viewer.role, found.expires_at) == (Role.CITIZEN, NOW + 600)
    assert found.viewer.subject == f"{provider.url} somebody"


def renamed(text: str, method: str) -> str:
    """The same with the older name of its method, which is part of what is signed."""
    claims = text.split(".")[1]
    head = by_hand({"alg": method, "kid": "one"}, {}).split(".")[0]
    signing = key(method).private_key
    assert signing is not None
    signature = signing.sign(f"{head}.{claims}".encode())  # type: ignore[union-attr, call-arg]
    return f"{head}.{claims}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


Forge = Callable[[Provider], str]
STRANGER = RSAKey.generate_key(2048, {"kid": "one"})

FORGED: dict[str, tuple[Forge, str]] = {
    "signed by a stranger under a known id": (
        lambda at: at.token(signed_with=STRANGER, **SOON),
        "not signed by its issuer",
    ),
    "of an id that nobody has": (
        lambda at: at.token(signed_with=key("RS256", "two"), **SOON),
        "not signed by its issuer",
    ),
    "with other claims than were signed": (
        lambda at: _grafted(at.token(**SOON), at.claims(sub="another", **SOON)),
        "not signed by its issuer",
    ),
    "without its signature": (
        lambda at: at.token(**SOON).rpartition(".")[0] + ".",
        "not signed by its issuer",
    ),
    "by no method": (
        lambda at: by_hand({"alg": "none"}, at.claims(**SOON)),
        "in a way that is not accepted",
    ),
    "by no method, told otherwise": (
        lambda at: by_hand({"alg": "NoNe", "kid": "one"}, at.claims(**SOON)),
        "in a way that is not accepted",
    ),
    "with the public key for a secret": (
        lambda at: signed_by_public_key(at.claims(**SOON)),
        "in a way that is not accepted",
    ),
    "by a method of another type": (
        lambda at: by_hand({"alg": "ES256", "kid": "one"}, at.claims(**SOON), b"x" * 64),
        "not signed by its issuer",
    ),
    "by a method that is a list": (
        lambda at: by_hand({"alg": ["RS256"]}, at.claims(**SOON)),
        "in a way that is not accepted",
    ),
    "with a number for the id of a key": (
        lambda at: by_hand({"alg": "RS256", "kid": 1}, at.claims(**SOON)),
        "not a signed JWT",
    ),
    "with something that must be understood": (
        lambda at: by_hand({"alg": "RS256", "crit": ["x"], "x": 1}, at.claims(**SOON)),
        "in a way that is not accepted",
    ),
    "with a key of its own": (
        lambda at: jwt.encode(
            {"alg": "RS256", "jwk": STRANGER.as_dict(private=False)},
            at.claims(**SOON),
            STRANGER,
        ),
        "not signed by its issuer",
    ),
    "expired": (lambda at: at.token(exp=NOW - 60, iat=NOW - 600), "has expired"),
    "not yet valid": (lambda at: at.token(nbf=NOW + 61, **SOON), "not yet valid"),
    "issued in the future": (lambda at: at.token(exp=NOW + 900, iat=NOW + 61), "not yet valid"),
    "for another service": (lambda at: at.token(aud="portal", **SOON), "not for this service"),
    "for others": (lambda at: at.token(aud=["a", "b"], **SOON), "not for this service"),
    "for something odd": (lambda at: at.token(aud={"chikaya": 1}, **SOON), "not for this service"),
    "for nobody": (lambda at: at.token(aud=None, **SOON), "does not say"),
    "for ever": (lambda at: at.token(exp=None, iat=NOW), "does not say"),
    "until a word": (lambda at: at.token(exp="tomorrow", iat=NOW), "not for this service"),
    "of another issuer": (lambda at: at.token(iss="https://other", **SOON), "not for this"),
    "about nobody": (lambda at: at.token(sub=None, **SOON), "whom it is about"),
    "about an empty name": (lambda at: at.token(sub="", **SOON), "whom it is about"),
    "about too long a name": (lambda at: at.token(sub="x" * 256, **SOON), "whom it is about"),
    "about a number": (lambda at: at.token(sub=7, **SOON), "not for this service"),
}


def _grafted(token: str, claims: dict[str, Any]) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{by_hand({}, claims).split('.')[1]}.{signature}"


@pytest.mark.parametrize("what", FORGED)
async def test_what_does_not_prove_it_is_refused(
    provider: Provider, issuer: Issuer, what: str
) -> None:
    forge, why = FORGED[what]
    with pytest.raises(Unauthenticated, match=why) as refused:
        await known(issuer, forge(provider))
    assert provider.url not in str(refused.value)


async def test_clocks_may_lie_a_minute_apart(provider: Provider, issuer: Issuer) -> None:
    assert await known(issuer, provider.token(exp=NOW - 59, iat=NOW - 600))
    assert await known(issuer, provider.token(nbf=NOW + 60, iat=NOW + 60, exp=NOW + 600))


async def test_a_token_without_the_id_of_a_key_is_tried_with_each(
    provider: Provider, issuer: Issuer
) -> None:
    provider.keys = [key("RS256", "two"), key("ES256"), key("RS256")]
    text = jwt.encode({"alg": "RS256"}, provider.claims(**SOON), key("RS256"))
    assert await known(issuer, text)


async def test_headers_that_an_issuer_adds_do_no_harm(provider: Provider, issuer: Issuer) -> None:
    added = {"alg": "RS256", "kid": "one", "x5c": ["A" * 3000], "nonce": "7", "typ": "at+jwt"}
    signed = jwt.encode({"alg": "RS256", "kid": "one"}, provider.claims(**SOON), key("RS256"))
    assert await known(issuer, signed)
    head = by_hand(added, {}).split(".")[0]
    claims = signed.split(".")[1]
    signature = _rs256(f"{head}.{claims}")
    assert await known(issuer, f"{head}.{claims}.{signature}")


def _rs256(text: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    signing = key("RS256").private_key
    assert signing is not None
    signature = signing.sign(text.encode(), PKCS1v15(), SHA256())  # type: ignore[union-attr, call-arg, arg-type]
    return base64.urlsafe_b64encode(signature).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a.b.c",
        "..",
        "é.é.é",
        "\ud800.x.x",
        by_hand({}, {}).replace(".", ".."),
        by_hand([], {}),  # type: ignore[arg-type]
        by_hand({}, "claims"),  # type: ignore[arg-type]
        "x" * 16_385,
        f"{by_hand({}, {})}.x.x",
        ".".join(base64.urlsafe_b64encode(("[" * 5000).encode()).decode() for _ in range(3)),
    ],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(Unauthenticated):
        unverified(text)


@settings(derandomize=True, max_examples=200)
@given(
    st.text(max_size=60)
    | st.builds(
        by_hand,
        st.dictionaries(st.sampled_from(["alg", "kid", "typ", "b64"]), st.text(max_size=9)),
        st.dictionaries(
            st.sampled_from(["iss", "aud", "exp", "sub"]),
            st.none() | st.integers() | st.floats(allow_nan=False) | st.lists(st.text(max_size=3)),
        ),
    )
)
def test_nothing_else_than_a_token_or_a_refusal_comes_of_any_text(text: str) -> None:
    try:
        token = unverified(text)
    except Unauthenticated:
        return
    assert json.dumps(token.header) is not None
    assert isinstance(token.claims, dict)
