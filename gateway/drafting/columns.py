"""Lay cases out as columns: each value by the path that leads to it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from gateway.drafting.words import tokens

Scalar: TypeAlias = str | int | float | bool
_PLAIN: Final = re.compile(r"[^\W\d]\w*", re.ASCII)
DEEPEST: Final = 4
"""Names on the way to a value."""


@dataclass(frozen=True, slots=True)
class Column:
    """What stands at one path of the cases."""

    steps: tuple[str, ...]
    values: Sequence[Scalar]
    """Without nulls."""
    at: Sequence[int]
    """Which case each of them stands in, by number."""
    rows: int
    """How many cases there are."""

    @property
    def path(self) -> str:
        """As a JSONPath."""
        return path_to(self.steps)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its own name."""
        return tokens(self.steps[-1])

    @property
    def last(self) -> str:
        """The last word of its own name; empty if that is made of signs alone."""
        return self.words[-1] if self.words else ""

    @property
    def above(self) -> tuple[str, ...]:
        """The words of the names above it."""
        return tuple(word for step in self.steps[:-1] for word in tokens(step))

    @property
    def unique(self) -> bool:
        """Whether it tells cases apart."""
        return len(self.values) == self.rows == len(set(map(str, self.values)))

    @property
    def texts(self) -> Sequence[str]:
        """Its texts."""
        return [value for value in self.values if isinstance(value, str)]


def path_to(steps: Sequence[str]) -> str:
    """The JSONPath of these names."""
    return "$" + "".join(
        f".{step}"
        if _PLAIN.fullmatch(step)
        else "['" + step.replace("\\", "\\\\").replace("'", "\\'") + "']"
        for step in steps
    )


def columns_of(cases: Sequence[Mapping[str, Any]]) -> list[Column]:
    """The columns of `cases`, in the order in which they come."""
    found: dict[tuple[str, ...], dict[int, Scalar]] = {}
    for number, case in enumerate(cases):
        for steps, value in _leaves(case, ()):
            kept = found.setdefault(steps, {})
            if value is not None:
                kept[number] = value
    above = {steps[:depth] for steps in found for depth in range(1, len(steps))}
    # A place that holds null in one case and an object in another is that object.
    return [
        Column(steps, [*values.values()], [*values], len(cases))
        for steps, values in found.items()
        if steps not in above
    ]


def _leaves(
    value: Mapping[str, Any], steps: tuple[str, ...]
) -> Iterable[tuple[tuple[str, ...], Scalar | None]]:
    for name, held in value.items():
        here = (*steps, name)
        if isinstance(held, dict):
            if len(here) < DEEPEST:
                yield from _leaves(held, here)
        elif not isinstance(held, list):
            yield here, held
