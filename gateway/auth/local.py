"""Sign people in on the embedded default, without an issuer elsewhere: for trying roles."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode

from gateway.auth.tokens import Issuer, PublicKey
from gateway.config.oidc import Claims
from gateway.keys import Keys
from resolvers.policy import Role, Viewer

_NAME: Final = "chikaya-local"
_METHOD: Final = "Ed25519"
_CLAIMS: Final = Claims(roles="roles", words={role.word: role for role in Role})


@dataclass(frozen=True, slots=True)
class _OwnKey:
    """The one key with which this gateway signs for itself."""

    key: OKPKey

    async def of(self, _key_id: str | None, key_type: str, /) -> Sequence[PublicKey]:
        """It, for whoever looks for its type."""
        return [self.key] if key_type == self.key.key_type else []

    async def aclose(self) -> None:
        """Nothing is held."""


def local_issuer(keys: Keys) -> Issuer:
    """The gateway itself, trusted by itself."""
    return Issuer(_NAME, _NAME, _OwnKey(_key_of(keys)), _CLAIMS)


def local_token(keys: Keys, viewer: Viewer, *, minutes: float) -> str:
    """A token that says for so long that who shows it is `viewer`, whose subject is a short name."""
    now = int(time.time())
    claims = {
        "iss": _NAME,
        "aud": _NAME,
        "iat": now,
        "exp": now + int(minutes * 60),
        "sub": viewer.subject,
        "roles": [viewer.role.word],
        "agencies": sorted(viewer.agencies),
    }
    return jwt.encode({"alg": _METHOD}, claims, _key_of(keys), algorithms=[_METHOD])


def _key_of(keys: Keys) -> OKPKey:
    seed = keys.derived("local tokens")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return OKPKey.import_key(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "d": urlsafe_b64encode(seed).decode(),
            "x": urlsafe_b64encode(public).decode(),
        }
    )
