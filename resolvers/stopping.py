"""Have no more letters sent to an address, by a token that only a letter to it holds.

What is kept is a keyed hash of the address, which tells nobody whose it is, and outlives whatever
is erased of the cases.
"""

import base64
import binascii
import hmac
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Final

from connectors.contract.records import utc_now
from resolvers.deadline import store_given_up_at
from resolvers.ports import Letters
from resolvers.wording import Problem, Sentence

_DIGEST_BYTES: Final = 32
_SEAL_BYTES: Final = 16
_UNFIT: Final = Problem("INVALID", Sentence.NOT_FROM_A_LETTER, ("token",))


class StopTokens:
    """Makes and reads the tokens."""

    def __init__(self, key: bytes) -> None:
        """Make them under `key`, at least 32 bytes, the same for as long as letters lie about."""
        self._key = key

    def digest(self, address: str) -> bytes:
        """The keyed hash of an address, however it is written."""
        written = unicodedata.normalize("NFC", address.strip()).casefold()
        return hmac.digest(self._key, b"address\0" + written.encode(), "sha256")

    def token(self, address: str) -> str:
        """What stops letters to `address`; fit for a URL."""
        digest = self.digest(address)
        return base64.urlsafe_b64encode(digest + self._seal(digest)).decode()

    def read(self, token: str) -> bytes | None:
        """The keyed hash of the address that `token` is for; None if we did not make it."""
        try:
            raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            return None
        digest, seal = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        return digest if hmac.compare_digest(seal, self._seal(digest)) else None

    def _seal(self, digest: bytes) -> bytes:
        return hmac.digest(self._key, b"token\0" + digest, "sha256")[:_SEAL_BYTES]


class Stopping:
    """Has letters stopped."""

    def __init__(
        self, letters: Letters, tokens: StopTokens, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        """Stop those of `letters` for whose address somebody has a token of `tokens`."""
        self._letters = letters
        self._tokens = tokens
        self._now = now

    async def stop(self, token: str, *, deadline: float) -> tuple[Problem, ...]:
        """Send nothing more to the address that `token` is for; why not, if not.

        Once more is harmless. `deadline` is loop time. Raises `ConnectorError` if the store fails.
        """
        digest = self._tokens.read(token)
        if digest is None:
            return (_UNFIT,)
        async with store_given_up_at(deadline):
            await self._letters.stop(digest, at=self._now())
        return ()
