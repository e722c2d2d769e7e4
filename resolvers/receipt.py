"""Make and read the two numbers a person is given: the reference and the tracking code.

Both are said on the telephone and typed on Arabic keyboards: digits only, grouped, Arabic-Indic
digits, spaces and dashes accepted. The reference is 12 random digits and an ISO 7064 Mod 11,10
check digit. The code is 10 digits, derived under a kept key from the reference and its generation,
so that a replayed filing is told the same code; only a keyed hash of it is stored.
"""

import hmac
import secrets
import unicodedata
from typing import Final

from stdnum.iso7064 import mod_11_10

_DRAWN_DIGITS: Final = 12
_REFERENCE_DIGITS: Final = _DRAWN_DIGITS + 1
_CODE_DIGITS: Final = 10
_IGNORED: Final = frozenset(" -\u00a0\u2010\u2011\u2012\u2013\u200e\u200f\u202f")


def draw_reference() -> str:
    """A new reference, as it is stored and shown: `1234-5678-9012-3`."""
    digits = "".join(secrets.choice("0123456789") for _ in range(_DRAWN_DIGITS))
    return _group(digits + mod_11_10.calc_check_digit(digits))


def read_reference(typed: str) -> str | None:
    """The reference that was typed, in its stored form; None if it cannot be one."""
    digits = _digits(typed)
    if digits is None or len(digits) != _REFERENCE_DIGITS or not mod_11_10.is_valid(digits):
        return None
    return _group(digits)


class TrackingCodes:
    """Derives and checks tracking codes."""

    def __init__(self, key: bytes) -> None:
        """Derive and hash under `key`, at least 32 bytes, the same for as long as cases live."""
        self._key = key

    def derive(self, reference: str, generation: int) -> str:
        """The code of this generation of `reference`, grouped: `12345-67890`."""
        seed = hmac.digest(self._key, f"code\0{reference}\0{generation}".encode(), "sha256")
        digits = f"{int.from_bytes(seed, 'big') % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"
        return f"{digits[:5]}-{digits[5:]}"

    def hash(self, reference: str, code: str) -> bytes:
        """What is stored of a code; takes the same time for anything that was typed."""
        digits = _digits(code) or ""
        return hmac.digest(self._key, f"hash\0{reference}\0{digits}".encode(), "sha256")

    def matches(self, reference: str, code: str, stored: bytes | None) -> bool:
        """Whether `code` opens `reference`; as slow for an unknown case (`stored` None)."""
        return hmac.compare_digest(self.hash(reference, code), stored or bytes(32))


def _digits(typed: str) -> str | None:
    signs = [sign for sign in typed if sign not in _IGNORED]
    if not all(sign.isdecimal() for sign in signs):
        return None
    return "".join(str(unicodedata.decimal(sign)) for sign in signs)


def _group(digits: str) -> str:
    return "-".join((digits[:4], digits[4:8], digits[8:12], digits[12:]))
