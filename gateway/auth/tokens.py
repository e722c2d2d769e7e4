"""Check a token: signed by its issuer, for us, now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from gateway.auth.claims import viewer_of
from gateway.auth.refusals import Unauthenticated
from gateway.config.oidc import Claims
from resolvers.policy import Viewer

SKEW_SECONDS: Final = 60
"""How far our clock and an issuer's may lie apart."""

PublicKey = RSAKey | ECKey | OKPKey
"""Never a shared secret: whoever knows a public key could sign with it as one."""

_KEY_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
    **dict.fromkeys(("Ed25519", "EdDSA"), "OKP"),
}
"""The methods of signing that are accepted, and the type of key that each takes."""


class _Methods(JWSRegistry):
    """Those methods, whatever an issuer adds to its headers."""

    max_header_length = 8192

    def get_alg(self, name: str) -> Any:
        """The method of that name; the older name of Ed25519 stands for that curve alone."""
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


_METHODS: Final = _Methods(algorithms=list(_KEY_TYPES), strict_check_header=False)

_TIMES: Final = frozenset({"nbf", "iat"})
_LONGEST: Final = 16_384
_PARTS: Final = 3
_NO_TOKEN: Final = "The token is not a signed JWT."  # noqa: S105 - says what is none


class IssuerKeys(Protocol):
    """Knows the keys with which an issuer signs."""

    async def of(self, key_id: str | None, key_type: str, /) -> Sequence[PublicKey]:
        """Those of this id and type, or of this type without an id; none if there are none.

        Raises `CannotCheck` if that cannot be known now.
        """

    async def aclose(self) -> None:
        """Give back what it holds; calling it twice is harmless."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it claims to be: nothing of it is known to be true."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a token or a session is about, and until when it says so."""

    viewer: Viewer
    expires_at: float
    """Seconds since 1970, by the issuer's clock; infinite where nothing expires."""


def unverified(text: str) -> Token:
    """The token that `text` claims to be. Raises `Unauthenticated` for what cannot be one."""
    if len(text) > _LONGEST:
        raise Unauthenticated(f"The token is longer than {_LONGEST} characters.")
    parts = text.split(".")
    if len(parts) != _PARTS or not text.isascii():
        raise Unauthenticated(_NO_TOKEN)
    return Token(text, _object(parts[0]), _object(parts[1]))


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody whose word is taken for who asks."""

    name: str
    """The `iss` of its tokens."""
    audience: str
    """The `aud` of its tokens that are meant for us."""
    keys: IssuerKeys
    names: Claims

    async def known(self, token: Token, now: float) -> Known:
        """Whom `token` is about; `now` in seconds since 1970.

        Raises `Unauthenticated`, and `CannotCheck` if its keys cannot be had.
        """
        claims = await self.vouched(token, now)
        return Known(viewer_of(claims, self.name, self.names), claims["exp"])

    async def vouched(self, token: Token, now: float) -> dict[str, Any]:
        """What this issuer claims, by `token`, to us and now. Raises as `known` does."""
        method, key_id = token.header.get("alg"), token.header.get("kid")
        key_type = _KEY_TYPES.get(method) if isinstance(method, str) else None
        if key_type is None or "crit" in token.header:
            raise Unauthenticated("The token is signed in a way that is not accepted.")
        if key_id is not None and not isinstance(key_id, str):
            raise Unauthenticated(_NO_TOKEN)
        claims = _signed(token, await self.keys.of(key_id, key_type))
        self._check(claims, now)
        return claims

    def _check(self, claims: dict[str, Any], now: float) -> None:
        """Raise `Unauthenticated` unless `claims` are of this issuer, for us, and in force."""
        expected = jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=SKEW_SECONDS,
            iss={"essential": True, "value": self.name},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
        )
        try:
            expected.validate(claims)
        except ExpiredTokenError as error:
            raise Unauthenticated("The token has expired.") from error
        except InvalidClaimError as error:
            what = "not yet valid" if error.claim in _TIMES else "not for this service"
            raise Unauthenticated(f"The token is {what}.") from error
        except JoseError as error:
            raise Unauthenticated("The token does not say whose, for whom or how long.") from error


def _signed(token: Token, keys: Sequence[PublicKey]) -> dict[str, Any]:
    """The claims, if one of `keys` signed them. Raises `Unauthenticated`."""
    for key in keys:
        try:
            return jwt.decode(token.text, key, registry=_METHODS).claims
        except (JoseError, ValueError, RecursionError):
            # Of several keys without an id any may be of another curve, or for another method.
            continue
    raise Unauthenticated("The token is not signed by its issuer.")


def _object(part: str) -> Mapping[str, Any]:
    try:
        value = orjson.loads(urlsafe_b64decode(part.encode()))
    except ValueError as error:
        raise Unauthenticated(_NO_TOKEN) from error
    if not isinstance(value, dict):
        raise Unauthenticated(_NO_TOKEN)
    return value
