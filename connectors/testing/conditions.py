"""Draw, from records, conditions that try every filter at its edges."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from connectors.contract.query import (
    LISTED,
    TIMES,
    Box,
    Condition,
    Field,
    Op,
    searched_text,
    value_of,
)
from connectors.contract.records import Complaint
from connectors.contract.text import SHORTEST_TERM
from connectors.testing.scenario import NOON

Conditions = Mapping[tuple[Field, Op], Sequence[Condition]]

_TICK: Final = timedelta(seconds=1)


def conditions(records: Sequence[Complaint]) -> Conditions:
    """For every filter of the contract some conditions; values are taken from `records`."""
    return {
        **{(name, Op.IN): _lists(name, records) for name in LISTED},
        **{(name, op): _bounds(name, op, records) for name in TIMES for op in (Op.GTE, Op.LT)},
        (Field.POSITION, Op.WITHIN): _boxes(records),
        (Field.OVERDUE, Op.AS_OF): _instants(records),
        (Field.TEXT, Op.CONTAINS): _searches(records),
    }


def one_each(records: Sequence[Complaint]) -> Sequence[Condition]:
    """One condition for every filter of the contract: the one that divides `records` best."""
    return tuple(
        min(some, key=lambda condition: _unbalance(condition, records))
        for some in conditions(records).values()
    )


def _unbalance(condition: Condition, records: Sequence[Complaint]) -> int:
    return abs(2 * sum(condition.holds(record) for record in records) - len(records))


def _lists(name: Field, records: Sequence[Complaint]) -> Sequence[Condition]:
    known = sorted({value for record in records if (value := value_of(record, name)) is not None})
    lists = [known[:1], known[-2:], known[::2], known, []]
    drawn = dict.fromkeys(frozenset(values) for values in lists)
    return tuple(Condition(name, Op.IN, values) for values in drawn)


def _bounds(name: Field, op: Op, records: Sequence[Complaint]) -> Sequence[Condition]:
    known = _times(name, records)
    middle = known[len(known) // 2]
    bounds = (known[0], middle, middle + _TICK, known[-1], known[-1] + _TICK)
    return tuple(Condition(name, op, bound) for bound in dict.fromkeys(bounds))


def _times(name: Field, records: Sequence[Complaint]) -> Sequence[datetime]:
    known = {value for record in records if (value := value_of(record, name)) is not None}
    return sorted(known) or [NOON]


def _boxes(records: Sequence[Complaint]) -> Sequence[Condition]:
    points = sorted(
        (place.latitude, place.longitude)
        for record in records
        if (place := record.location) and place.latitude is not None and place.longitude is not None
    ) or [(0.0, 0.0)]
    south, west = points[0]
    north, east = points[len(points) // 2]
    boxes = (
        Box(south=north, west=east, north=north, east=east),
        Box(south=south, west=min(west, east), north=north, east=max(west, east)),
        Box(south=-90.0, west=-180.0, north=90.0, east=180.0),
        Box(south=89.0, west=179.0, north=90.0, east=180.0),
    )
    return tuple(Condition(Field.POSITION, Op.WITHIN, box) for box in boxes)


def _instants(records: Sequence[Complaint]) -> Sequence[Condition]:
    known = _times(Field.DUE, records)
    middle = known[len(known) // 2]
    return tuple(
        Condition(Field.OVERDUE, Op.AS_OF, instant)
        for instant in (known[0], middle, middle + _TICK, known[-1] + _TICK)
    )


def _searches(records: Sequence[Complaint]) -> Sequence[Condition]:
    texts = [_words(record) for record in records]
    known = sorted({word for words in texts for word in words})
    inside = [word[1:-1] for word in known if len(word) >= 5][::9]
    searches = [(term,) for term in (*known[::7], *inside, "nosuchword")]
    pairs = [(words[-1], words[0]) for words in texts[::17] if len(words) > 1]
    return tuple(Condition(Field.TEXT, Op.CONTAINS, terms) for terms in (*searches, *pairs))


def _words(record: Complaint) -> Sequence[str]:
    text = searched_text(record.title, record.description)
    return [word for word in text.split() if len(word) >= SHORTEST_TERM]
