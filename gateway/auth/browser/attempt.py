"""Remember an attempt to sign in, in the browser that makes it and nowhere else."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hmac import compare_digest
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from gateway.auth.browser.secrets import draw

SECONDS: Final = 600
"""For signing in at the provider, a forgotten password included."""


class Attempt(msgspec.Struct, frozen=True, array_like=True):
    """One attempt, which nobody else can make up or answer."""

    began: int
    """Seconds since 1970."""
    state: str
    """Comes back with the answer: so it was this browser that asked."""
    nonce: str
    """Comes back in the ID token: so that was made for this attempt."""
    verifier: str
    """Given with the code, whose request held its digest: so nobody else redeems it."""
    onward: str
    """The path to go on to."""


class Attempts:
    """Begins attempts, and knows again those that it began."""

    def __init__(self, key: bytes, *, clock: Callable[[], float] = time.time) -> None:
        """Seal under `key`, 64 bytes, the same in every process."""
        self._sealing = AESSIV(key)
        self._clock = clock

    def begin(self, onward: str) -> Attempt:
        """A new attempt."""
        return Attempt(int(self._clock()), draw(), draw(), draw(), onward)

    def sealed(self, attempt: Attempt) -> str:
        """What the browser keeps of it."""
        content = msgspec.msgpack.encode(attempt)
        return urlsafe_b64encode(self._sealing.encrypt(content, None)).decode().rstrip("=")

    def answered(self, sealed: str | None, state: str | None) -> Attempt | None:
        """The attempt that was answered with `state`; None if this browser made none such."""
        if sealed is None or state is None:
            return None
        try:
            raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            content = self._sealing.decrypt(raw, None)
        except (InvalidTag, ValueError):
            return None
        attempt = msgspec.msgpack.decode(content, type=Attempt)
        own = compare_digest(attempt.state.encode(), state.encode("utf-8", "surrogatepass"))
        return attempt if own and self._clock() - attempt.began <= SECONDS else None
