"""Write the store's reading statements: pure, and the same text for every question of one shape.

A statement's text depends on which filters, order and fields are used, never on their values or
on how many agencies are named; so texts are kept, and the database keeps their plans.
"""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Final

from connectors.contract.lifecycle import OPEN
from connectors.contract.query import (
    TIMES,
    Condition,
    Direction,
    Field,
    Key,
    Op,
    Order,
)
from connectors.contract.text import SHORTEST_TERM
from connectors.store.dialect import Dialect, storable

NAMES: Final = (
    Field.AGENCY,
    Field.STATUS,
    Field.KIND,
    Field.CHANNEL,
    Field.SERVICE,
    Field.CATEGORY,
    Field.AREA,
)
"""The fields that are compared with a set of words; the value is their column's name."""

FILTERS: Final = frozenset(
    {(name, Op.IN) for name in NAMES}
    | {(time, op) for time in TIMES for op in (Op.GTE, Op.LT)}
    | {
        (Field.POSITION, Op.WITHIN),
        (Field.OVERDUE, Op.AS_OF),
        (Field.TEXT, Op.CONTAINS),
    }
)

_OWED: Final = ", ".join(f"'{status}'" for status in sorted(OPEN))


@dataclass(frozen=True, slots=True)
class Clause:
    """What a condition's text depends on."""

    field: Field
    op: Op
    values: int
    """How many values it binds."""
    indexed: bool = False
    """TEXT: whether a trigram index can find candidates."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the text of "after this key" depends on."""

    known: bool
    """False if the place is among the rows whose time is unknown."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Conditions in two parts: what the text depends on, and the values to bind, in order."""

    clauses: tuple[Clause, ...]
    values: tuple[Any, ...]


def bind(dialect: Dialect, where: Sequence[Condition]) -> Bound:
    """Take `where` apart."""
    clauses: list[Clause] = []
    values: list[Any] = []
    for condition in where:
        bound = _values(dialect, condition)
        indexed = condition.op is Op.CONTAINS and any(
            len(term) >= SHORTEST_TERM for term in condition.value
        )
        clauses.append(Clause(condition.field, condition.op, len(bound), indexed))
        values += bound
    return Bound(tuple(clauses), tuple(values))


def bind_place(dialect: Dialect, after: Key | None) -> tuple[Place | None, tuple[Any, ...]]:
    """The place to go on from, likewise in two parts."""
    if after is None:
        return None, ()
    time = () if after.at is None else (dialect.write(after.at),)
    place = (storable(after.source), storable(after.source_id))
    return Place(known=after.at is not None), (*time, *place)


def _values(dialect: Dialect, condition: Condition) -> tuple[Any, ...]:
    value = condition.value
    match condition.op:
        case Op.IN:
            # A null never matches.
            return (among(dialect, sorted(str(word) for word in value if word is not None)),)
        case Op.WITHIN:
            return (value.south, value.north, value.west, value.east)
        case Op.CONTAINS:
            return dialect.terms([storable(term) for term in value])
        case _:
            return (dialect.write(value),)


def among(dialect: Dialect, words: Sequence[str]) -> Any:
    """`words` bound as one value, without those that no stored text can equal."""
    return dialect.array([word for word in words if storable(word) == word])


@lru_cache(maxsize=1024)
def page(
    dialect: Dialect,
    columns: tuple[str, ...],
    clauses: tuple[Clause, ...],
    order: Order,
    place: Place | None,
) -> str:
    """The rows of one page; binds the clauses' values, the place's, and the limit."""
    marks = _marks(dialect)
    sort = _sorted_by(dialect, order)
    asked = _where(dialect, clauses, order, marks, column=dialect.walking)
    # The place in front: of two bounds to one index, SQLite seeks by the first.
    where = [*_after(dialect, order, place, marks), *asked]
    way = order.direction.value
    return (
        f"SELECT {', '.join(columns)} FROM complaint WHERE {' AND '.join(where)}"
        f" ORDER BY {sort} {way}, source {way}, source_id {way} LIMIT {next(marks)}"
    )


@lru_cache(maxsize=1024)
def total(dialect: Dialect, clauses: tuple[Clause, ...]) -> str:
    """How many rows there are in all; binds the clauses' values."""
    where = _where(dialect, clauses, Order(), _marks(dialect))
    return f"SELECT count(*) FROM complaint WHERE {' AND '.join(where)}"


@lru_cache(maxsize=256)
def by_ids(dialect: Dialect, columns: tuple[str, ...]) -> str:
    """The rows behind ids, listed or not; binds a source and an array of its ids."""
    marks = _marks(dialect)
    source = next(marks)
    ids = dialect.texts.format(column="source_id", mark=next(marks))
    return f"SELECT {', '.join(columns)} FROM complaint WHERE source = {source} AND {ids}"


@lru_cache(maxsize=64)
def children(dialect: Dialect, table: str, columns: tuple[str, ...], only: str | None) -> str:
    """The children of many complaints, oldest first; binds an array of row ids."""
    parents = dialect.numbers.format(column="complaint_id", mark=f"{dialect.marker}1")
    narrowed = f" AND {only}" if only else ""
    return (
        f"SELECT complaint_id, {', '.join(columns)} FROM {table}"
        f" WHERE {parents}{narrowed} ORDER BY complaint_id, position"
    )


def _marks(dialect: Dialect) -> Iterator[str]:
    return (f"{dialect.marker}{number}" for number in count(1))


def _sorted_by(dialect: Dialect, order: Order) -> str:
    """The time with the unknown ones put last, as the indexes have it."""
    last = dialect.latest if order.direction is Direction.ASC else dialect.earliest
    return f"coalesce({order.by.value}, {last})"


def _where(
    dialect: Dialect,
    clauses: Sequence[Clause],
    order: Order,
    marks: Iterator[str],
    *,
    column: str = "{column}",
) -> list[str]:
    """The conditions, written for `order`; `column` is the form of a column compared with words."""
    return ["listed", *(_condition(dialect, clause, order, marks, column) for clause in clauses)]


def _condition(
    dialect: Dialect, clause: Clause, order: Order, marks: Iterator[str], column: str
) -> str:
    bound = [next(marks) for _ in range(clause.values)]
    match clause.op:
        case Op.IN:
            named = column.format(column=clause.field.value)
            return dialect.texts.format(column=named, mark=bound[0])
        case Op.GTE | Op.LT:
            sign = ">=" if clause.op is Op.GTE else "<"
            return _range(dialect, clause.field, sign, bound[0], order)
        case Op.WITHIN:
            south, north, west, east = bound
            return f"latitude BETWEEN {south} AND {north} AND longitude BETWEEN {west} AND {east}"
        case Op.AS_OF:
            return f"status IN ({_OWED}) AND {_range(dialect, Field.DUE, '<', bound[0], order)}"
        case Op.CONTAINS:
            return dialect.contains(bound, clause.indexed)


def _range(dialect: Dialect, time: Field, sign: str, mark: str, order: Order) -> str:
    """Written as the indexes have it, so that the range is a part of the walk."""
    indexed = _sorted_by(dialect, Order(time, order.direction))
    return f"{indexed} {sign} {mark} AND {time.value} IS NOT NULL"


def _after(dialect: Dialect, order: Order, place: Place | None, marks: Iterator[str]) -> list[str]:
    if place is None:
        return []
    ascending = order.direction is Direction.ASC
    sort = _sorted_by(dialect, order)
    last = dialect.latest if ascending else dialect.earliest
    at = next(marks) if place.known else last
    sign = ">" if ascending else "<"
    after = f"({sort}, source, source_id) {sign} ({at}, {next(marks)}, {next(marks)})"
    # Says nothing new, but gives an index that must be entered by one expression its entry; where
    # it is of no use, a planner would take it for a second condition that holds for fewer rows.
    return [after] if dialect.seeks_rows else [f"{sort} {sign}= {at}", after]
