"""Measure how far two texts tell the same, by the telling words that they have in common."""

from collections.abc import Iterator
from itertools import takewhile
from math import sqrt
from typing import Final

from resolvers.advice.catalogue import Catalogue
from resolvers.advice.words import readings, telling

LEAST: Final = 0.2
"""From here on two texts count as alike; the page on advice tells how that was found."""
_UNKNOWN: Final = 0.5
"""What a word weighs by which no service is found."""
_SHORTEST: Final = 3


class Likeness:
    """How far texts tell the same as one text."""

    def __init__(self, catalogue: Catalogue, text: str, *, known_only: bool) -> None:
        """Compare with `text`, by the words of services alone if `known_only`.

        Those words are public: who is told what others are like learns nothing of other words.
        """
        self._catalogue = catalogue
        self._unknown = 0.0 if known_only else _UNKNOWN
        self._words: dict[str, str] = {}
        self._weights: dict[str, float] = {}
        for each, weight, word in self._weighed(text):
            self._weights[each] = weight
            self._words.setdefault(each, word)
        self._whole = sum(self._weights.values())

    def word_to_search(self, preferred: frozenset[str]) -> str | None:
        """A part of the most telling word, as it stands in folded texts; None if none tells.

        Words with stems among `preferred` come first.
        """
        best = max(
            self._weights,
            key=lambda each: (each in preferred, self._weights[each], len(each), each),
            default=None,
        )
        return None if best is None else _searched(self._words[best], best)

    def of(self, other: str) -> float:
        """0 for texts with no telling word in common, up to 1 for those with all."""
        weights = {each: weight for each, weight, _ in self._weighed(other)}
        whole = sum(weights.values())
        if not whole or not self._whole:
            return 0.0
        shared = sum(weight for each, weight in self._weights.items() if each in weights)
        return shared / sqrt(self._whole * whole)

    def _weighed(self, text: str) -> Iterator[tuple[str, float, str]]:
        """Each telling word of `text` as a stem, with its weight and as it was written, folded."""
        index = self._catalogue.by_words
        for word in telling(text):
            every = readings(word)
            known = next((each for each in every if each in index), None)
            if known is not None:
                yield known, index.rarity(known), word
            elif self._unknown and len(every[0]) >= _SHORTEST and not word.isdigit():
                yield every[0], self._unknown, word


def _searched(word: str, stem: str) -> str | None:
    """The part of a folded word that its other forms have too, if that is enough to search for."""
    # A stem has some letters changed: only as far as it has not is it a part of the word.
    part = stem if stem in word else _common_beginning(stem, word)
    if len(part) < (_SHORTEST if stem in word and not stem.isascii() else _SHORTEST + 1):
        part = word[:-1] if word[-1] in "sx" and len(word) > _SHORTEST else word
    return part if len(part) >= _SHORTEST else None


def _common_beginning(one: str, other: str) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(letter for letter, _ in pairs)
