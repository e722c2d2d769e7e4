"""Fold Arabic and French text so that a search finds what a reader would call the same word.

Folding: compatibility forms and case; tashkeel and tatweel dropped; the alefs, hamza carriers,
alef maqsura and taa marbuta written as their plain letter; Arabic-Indic digits as Western ones;
Latin accents dropped; everything that is no letter or digit becomes one space.
Every engine and every connector that declares text search uses this very function, so that the
store, a live source's remainder and a test agree.
"""

import re
import unicodedata
from typing import Final

SHORTEST_TERM: Final = 3
"""Letters; a trigram index cannot serve less."""

# What is left when canonical decomposition has taken the marks off, hamza on its carriers too.
_LETTERS: Final = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ة": "ه",
        "ء": None,
        "ـ": None,
        "œ": "oe",
        "æ": "ae",
    }
)
_GAPS: Final = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The folded form of `text`: lower case, one space between words, none at the ends."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(
        _digit(sign)
        for sign in unicodedata.normalize("NFD", plain)
        if not unicodedata.combining(sign)
    )
    return _GAPS.sub(" ", letters.translate(_LETTERS)).strip()


def _digit(sign: str) -> str:
    return str(unicodedata.digit(sign)) if sign.isdigit() and not sign.isascii() else sign


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
