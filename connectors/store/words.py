"""Know the words by which a case is looked up, as migration 0003 writes them in the index.

One word for every field that is compared with a list, two for every time (a span of thirty days
and sixteen such spans), two for a place (a cell of a tenth of a degree and one of a degree).
Words find candidates only: whoever looks up holds each row against the conditions themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import floor
from typing import Final

from connectors.contract.lifecycle import OPEN
from connectors.contract.query import Box, Condition, Field, Op
from connectors.store.dialect import storable

Group = tuple[str, ...]
"""Words of which a row has at least one."""

LETTERS: Final[Mapping[Field, str]] = {
    Field.AGENCY: "a",
    Field.STATUS: "s",
    Field.KIND: "k",
    Field.CHANNEL: "h",
    Field.SERVICE: "v",
    Field.CATEGORY: "g",
    Field.AREA: "r",
    Field.CREATED: "c",
    Field.UPDATED: "u",
    Field.RECEIVED: "e",
    Field.DUE: "d",
    Field.CLOSED: "l",
}
"""What a word begins with."""

MANY: Final = 8
"""A longer list is no place to look things up: its rows are mostly those of the whole table."""

FIRST_SPAN: Final = 365
LAST_SPAN: Final = 975
"""About the years 2000 and 2050; what lies before or after is counted to these."""
_SPAN_SECONDS: Final = 30 * 86_400
_COARSE: Final = 16
_CELLS: Final = 40


def groups(where: Sequence[Condition]) -> tuple[Group, ...]:
    """What every row that meets `where` has; conditions that words cannot tell are left out."""
    found: list[Group] = []
    for condition in where:
        match condition.op:
            case Op.IN if len(condition.value) <= MANY:
                found.append(_of_list(condition))
            case Op.WITHIN:
                found += _of_box(condition.value)
            case Op.AS_OF:
                statuses = tuple(f"{LETTERS[Field.STATUS]}{status}" for status in sorted(OPEN))
                found.append(statuses)
            case _:
                pass
    return (*found, *_of_times(where))


def span_of(at: datetime) -> int:
    """The span of thirty days in which `at` lies."""
    return min(max(floor(at.timestamp() / _SPAN_SECONDS), FIRST_SPAN), LAST_SPAN)


def edge(span: int) -> float:
    """The first second of `span` since 1970."""
    return span * _SPAN_SECONDS


def between(time: Field, first: int, last: int) -> Group:
    """The words of the spans from `first` up to and with `last`, as few as will do."""
    letter = LETTERS[time]
    return tuple(f"{letter}{word}" for word in _spans(first, last))


def unknown(time: Field) -> Group:
    """The word of those whose `time` is not known."""
    return (f"{LETTERS[time]}n",)


def _of_list(condition: Condition) -> Group:
    letter = LETTERS[condition.field]
    words = sorted(str(word) for word in condition.value if word is not None)
    return tuple(letter + word for word in words if storable(word) == word)


def _of_times(where: Sequence[Condition]) -> Iterator[Group]:
    firsts: dict[Field, int] = {}
    lasts: dict[Field, int] = {}
    for condition in where:
        time = Field.DUE if condition.op is Op.AS_OF else condition.field
        if condition.op is Op.GTE:
            firsts[time] = max(span_of(condition.value), firsts.get(time, FIRST_SPAN))
        elif condition.op in {Op.LT, Op.AS_OF}:
            lasts[time] = min(span_of(condition.value), lasts.get(time, LAST_SPAN))
    for time in firsts.keys() | lasts.keys():
        yield between(time, firsts.get(time, FIRST_SPAN), lasts.get(time, LAST_SPAN))


def _spans(first: int, last: int) -> Iterator[str]:
    span = first
    while span <= last:
        if span % _COARSE == 0 and span + _COARSE - 1 <= last:
            yield f"x{span // _COARSE}"
            span += _COARSE
        else:
            yield str(span)
            span += 1


def _of_box(box: Box) -> Iterator[Group]:
    for letter, per_degree in (("p", 10), ("q", 1)):
        south, north = (floor((edge + 90) * per_degree) for edge in (box.south, box.north))
        west, east = (floor((edge + 180) * per_degree) for edge in (box.west, box.east))
        if (north - south + 1) * (east - west + 1) <= _CELLS:
            yield tuple(
                f"{letter}{row * 3600 + column}"
                for row in range(south, north + 1)
                for column in range(west, east + 1)
            )
            return
