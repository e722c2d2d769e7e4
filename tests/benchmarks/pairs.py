"""Every pair of filters, each filter with common, rare and far-away values; and drawn questions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from random import Random
from typing import Any, Final

from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    TIMES,
    Box,
    ComplaintQuery,
    Condition,
    Direction,
    Field,
    Op,
    Order,
    searched_text,
    value_of,
)
from connectors.contract.records import Channel, Complaint, Kind, Location
from connectors.contract.text import SHORTEST_TERM


def _in(field: Field, *values: str) -> Condition:
    return Condition(field, Op.IN, frozenset(values))


def _times(field: Field) -> Sequence[Condition]:
    return (
        Condition(field, Op.GTE, datetime(2026, 1, 20, tzinfo=UTC)),
        Condition(field, Op.LT, datetime(2019, 3, 1, tzinfo=UTC)),
        Condition(field, Op.GTE, datetime(2020, 5, 10, tzinfo=UTC)),
    )


NOW: Final = datetime(2026, 2, 2, 12, tzinfo=UTC)

VALUES: Final[Mapping[Field, Sequence[Condition]]] = {
    Field.AGENCY: (
        _in(Field.AGENCY, "cnss"),
        _in(Field.AGENCY, "commune-tanger"),
        _in(Field.AGENCY, "adm", "transport"),
    ),
    Field.STATUS: (
        _in(Field.STATUS, Status.CLOSED),
        _in(Field.STATUS, Status.SUBMITTED),
        _in(Field.STATUS, Status.REOPENED, Status.IN_PROGRESS),
    ),
    Field.KIND: (_in(Field.KIND, Kind.COMPLAINT), _in(Field.KIND, Kind.SUGGESTION)),
    Field.CHANNEL: (_in(Field.CHANNEL, Channel.WEB), _in(Field.CHANNEL, Channel.EMAIL)),
    Field.SERVICE: (_in(Field.SERVICE, "family-allowances"), _in(Field.SERVICE, "parking")),
    Field.CATEGORY: (
        _in(Field.CATEGORY, "التعويضات العائلية"),
        _in(Field.CATEGORY, "Stationnement"),
    ),
    Field.AREA: (_in(Field.AREA, "MA-CAS"), _in(Field.AREA, "MA-TIZ")),
    **{time: _times(time) for time in TIMES},
    Field.POSITION: (
        Condition(Field.POSITION, Op.WITHIN, Box(33.5, -7.7, 33.6, -7.5)),
        Condition(Field.POSITION, Op.WITHIN, Box(30.0, -10.0, 35.0, -5.0)),
        Condition(Field.POSITION, Op.WITHIN, Box(29.68, -9.74, 29.71, -9.72)),
    ),
    Field.OVERDUE: (
        Condition(Field.OVERDUE, Op.AS_OF, NOW),
        Condition(Field.OVERDUE, Op.AS_OF, datetime(2019, 1, 1, tzinfo=UTC)),
    ),
    Field.TEXT: (
        Condition(Field.TEXT, Op.CONTAINS, ("retard",)),
        Condition(Field.TEXT, Op.CONTAINS, ("lampadaires",)),
        Condition(Field.TEXT, Op.CONTAINS, ("الدعم",)),
        Condition(Field.TEXT, Op.CONTAINS, ("4637",)),
    ),
}


def questions() -> Iterator[ComplaintQuery]:
    """Every pair of filters with every pair of their values, the latest case first."""
    for one, other in combinations(VALUES, 2):
        for condition in VALUES[one]:
            for second in VALUES[other]:
                yield ComplaintQuery((condition, second))


def drawn(cases: Sequence[Complaint], count: int, *, seed: int) -> Iterator[ComplaintQuery]:
    """Questions nobody chose: two or three filters, each met by some case, in any order."""
    random = Random(seed)
    orders = [Order(time, direction) for time in TIMES for direction in Direction]
    for _ in range(count):
        fields = random.sample(list(VALUES), random.choice((2, 2, 3)))
        where = tuple(_met_by(random, field, cases) for field in fields)
        yield ComplaintQuery(where, random.choice(orders))


def _met_by(random: Random, field: Field, cases: Sequence[Complaint]) -> Condition:
    while (condition := _of(random, field, random.choice(cases))) is None:
        pass
    return condition


def _of(random: Random, field: Field, told: Complaint) -> Condition | None:
    """A condition that the case `told` meets, if it tells enough."""
    value = told.location if field is Field.POSITION else _value(field, told)
    if value is None:
        return None
    if field is Field.TEXT:
        return Condition(field, Op.CONTAINS, (random.choice(value),))
    if field is Field.OVERDUE:
        return Condition(field, Op.AS_OF, value)
    if field is Field.POSITION:
        return _around(random, value)
    if field in TIMES:
        return Condition(field, random.choice((Op.GTE, Op.LT)), value)
    return _in(field, value)


def _value(field: Field, told: Complaint) -> Any:
    if field is Field.TEXT:
        words = searched_text(told.title, told.description).split()
        return [word for word in words if len(word) >= SHORTEST_TERM] or None
    return told.due_at if field is Field.OVERDUE else value_of(told, field)


def _around(random: Random, place: Location) -> Condition | None:
    if place.latitude is None or place.longitude is None:
        return None
    off = random.choice((0.01, 0.1, 1.0, 5.0))
    south, west = place.latitude - off, place.longitude - off
    return Condition(Field.POSITION, Op.WITHIN, Box(south, west, south + 2 * off, west + 2 * off))
