"""Draw from choices quickly: what little the shares are off by is of no account here."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Choice = TypeVar("Choice")


class Weighted(Generic[Choice]):
    """Choices, each as likely as its weight says."""

    def __init__(self, choices: Sequence[tuple[Choice, float]]) -> None:
        self._choices = [choice for choice, _ in choices]
        self._up_to = list(accumulate(weight for _, weight in choices))
        self._last = len(choices) - 1

    def drawn(self, chance: Random) -> Choice:
        """One of them."""
        up_to = self._up_to
        return self._choices[bisect(up_to, chance.random() * up_to[-1], 0, self._last)]


def one_of(chance: Random, choices: Sequence[Choice]) -> Choice:
    """As `Random.choice`, in a third of its time."""
    return choices[int(chance.random() * len(choices))]
