"""Find where in the answers the cases stand: their list, and one alone."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from gateway.drafting import words
from gateway.drafting.evidence import Answer
from gateway.drafting.words import tokens

_DEEPEST: Final = 4
_ALIKE: Final = 0.6
_TELLING: Final = frozenset(
    {*words.TITLE, *words.DESCRIPTION, *words.STATUS, *words.SERVICE, *words.ID}
    | {word for names in words.TIMES.values() for word in names}
)

Case = Mapping[str, Any]
Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that the answers hold."""

    answer: Answer
    """The one that lists them."""
    steps: Steps
    """Where in it their list stands; empty if it is the answer itself."""
    listed: Sequence[Case]
    single: Sequence[tuple[str, Steps, Case]]
    """Cases that came alone: the name of the answer, where in it, and the case."""
    holding: Collection[str]
    """The names of all answers that hold cases, further pages of the list among them."""

    @property
    def all(self) -> Sequence[Case]:
        """Every case, listed or alone."""
        return [*self.listed, *(case for _, _, case in self.single)]


def found_in(answers: Sequence[Answer]) -> Found:
    """The cases of `answers`. Raises `ValueError` if none of them lists any."""
    lists = [
        (_likeness(cases), -len(steps), answer, steps, cases)
        for answer in answers
        for steps, cases in _lists(answer.body, ())
    ]
    if not lists:
        names = ", ".join(answer.name for answer in answers if answer.body is not None) or "none"
        raise ValueError(f"no list of cases was found; looked for an array of objects in: {names}")
    _, _, answer, steps, cases = max(lists, key=lambda each: each[:2])
    known = {name for case in cases for name in case}
    others = [other for other in answers if other is not answer]
    single = [
        (other.name, where, case)
        for other in others
        for where, case in _objects(other.body, ())
        if _alike(case, known)
    ]
    pages = [
        other.name
        for other in others
        if any(_alike(case, known) for _, rows in _lists(other.body, ()) for case in rows)
    ]
    holding = {answer.name, *pages, *(name for name, _, _ in single)}
    return Found(answer, steps, cases, single, holding)


def _alike(case: Case, known: AbstractSet[str]) -> bool:
    return len(known & case.keys()) >= _ALIKE * len(known) > 0


def _lists(value: Any, steps: Steps) -> Iterator[tuple[Steps, Sequence[Case]]]:
    if isinstance(value, list):
        if value and all(isinstance(each, dict) for each in value):
            yield steps, value
    elif isinstance(value, dict) and len(steps) < _DEEPEST:
        for name, held in value.items():
            yield from _lists(held, (*steps, name))


def _objects(value: Any, steps: Steps) -> Iterator[tuple[Steps, Case]]:
    if isinstance(value, dict) and len(steps) < _DEEPEST:
        yield steps, value
        for name, held in value.items():
            yield from _objects(held, (*steps, name))


def _likeness(cases: Sequence[Case]) -> int:
    """How much these objects look like cases: by how many of their names tell something."""
    names = {name for case in cases for name in case}
    return sum(bool(_TELLING & set(tokens(name))) for name in names)
