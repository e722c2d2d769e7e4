"""Make what a browser shows for a session, and from it everything else that the session needs.

The secret is 256 random bits, and only the browser has it. The name under which a session is kept,
the key that seals what it stands for, and the token that a page of ours shows beside it are made
of the secret under a key of the gateway's: none of them tells the secret, or another.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_BYTES: Final = 32


def draw() -> str:
    """A new secret, in signs that a cookie and a URL can hold."""
    return secrets.token_urlsafe(_BYTES)


class Secrets:
    """Makes the rest of a secret."""

    def __init__(self, key: bytes, purpose: str) -> None:
        """Under `key`, the same in every process; what serves another `purpose` is another."""
        self._key = hmac.digest(key, purpose.encode(), "sha256")

    def name(self, secret: str) -> str:
        """What the session of `secret` is kept under."""
        return self._made(b"name", secret).hex()

    def token(self, secret: str) -> str:
        """What a page of ours shows to prove that it is ours; others cannot read it."""
        return urlsafe_b64encode(self._made(b"token", secret)).decode().rstrip("=")

    def seal(self, secret: str, content: bytes) -> bytes:
        """`content`, which nobody reads or changes without `secret`."""
        return self._sealing(secret).encrypt(content, None)

    def open(self, secret: str, sealed: bytes) -> bytes | None:
        """What was sealed under `secret`; None if this was not."""
        try:
            return self._sealing(secret).decrypt(sealed, None)
        except (InvalidTag, ValueError):
            return None

    def _sealing(self, secret: str) -> AESSIV:
        return AESSIV(self._made(b"seal", secret, "sha512"))

    def _made(self, what: bytes, secret: str, method: str = "sha256") -> bytes:
        shown = secret.encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, what + b"\0" + shown, method)
