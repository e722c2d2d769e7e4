"""Fold Arabic and French text so that a search finds what a reader would call the same word.

Folding: compatibility forms and case; tashkeel and tatweel dropped; the alefs, hamza carriers,
alef maqsura and taa marbuta written as their plain letter; Arabic-Indic digits as Western ones;
Latin accents dropped; everything that is no letter or digit becomes one space.
Every engine and every connector that declares text search uses this very function, so that the
store, a live source's remainder and a test agree.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

SHORTEST_TERM: Final = 3
"""Letters; a trigram index cannot serve less."""

# What is left when canonical decomposition has taken the marks off, hamza on its carriers too.
_LETTERS: Final[Mapping[str, str | None]] = {
    "ٱ": "ا",
    "ى": "ي",
    "ة": "ه",
    "ء": None,
    "ـ": None,
    "œ": "oe",
    "æ": "ae",
}


class _Signs(dict[int, str | None]):
    """What becomes of each sign, learnt as signs come by."""

    def __missing__(self, code: int) -> str | None:
        self[code] = folded = _folded(chr(code))
        return folded


_SIGNS: Final = _Signs()


def fold(text: str) -> str:
    """The folded form of `text`: lower case, one space between words, none at the ends."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFD", plain).translate(_SIGNS).split())


def _folded(sign: str) -> str | None:
    if unicodedata.combining(sign):
        return None
    if sign.isdigit() and not sign.isascii():
        return str(unicodedata.digit(sign))
    if sign in _LETTERS:
        return _LETTERS[sign]
    return sign if sign.isalnum() else " "


def terms(text: str) -> tuple[str, ...]:
    """The folded words of a search, each once, in order.

    Raises `ValueError` naming every word shorter than `SHORTEST_TERM`, or an empty search.
    """
    words = tuple(dict.fromkeys(fold(text).split()))
    if not words:
        raise ValueError("text search needs at least one word of three letters or more; got none")
    short = [word for word in words if len(word) < SHORTEST_TERM]
    if short:
        named = ", ".join(f'"{word}"' for word in short)
        raise ValueError(f"text search needs words of three letters or more; too short: {named}")
    return words
