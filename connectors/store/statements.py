"""Write the store's reading statements: pure, and the same text for every question of one shape.

A statement's text depends on which filters, order and fields are used, never on their values or
on how many agencies are named; so texts are kept, and the database keeps their plans.
"""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Final

from connectors.contract.lifecycle import OPEN
from connectors.contract.query import (
    LISTED,
    TIMES,
    Condition,
    Direction,
    Field,
    Key,
    Op,
    Order,
)
from connectors.store.dialect import Dialect, storable

FILTERS: Final = frozenset(
    {(name, Op.IN) for name in LISTED}
    | {(time, op) for time in TIMES for op in (Op.GTE, Op.LT)}
    | {
        (Field.POSITION, Op.WITHIN),
        (Field.OVERDUE, Op.AS_OF),
        (Field.TEXT, Op.CONTAINS),
    }
)

_COMPARED: Final[Mapping[Field, tuple[str, ...]]] = {
    **{name: (name.value,) for name in (*LISTED, *TIMES)},
    Field.POSITION: ("latitude", "longitude"),
    Field.OVERDUE: ("status", "due_at"),
    Field.TEXT: ("folded",),
}
"""The columns that a condition on a field looks at."""

_OWED: Final = ", ".join(f"'{status}'" for status in sorted(OPEN))


@dataclass(frozen=True, slots=True)
class Clause:
    """What a condition's text depends on."""

    field: Field
    op: Op
    values: int
    """How many values it binds."""


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
        bound = values_of(dialect, condition)
        clauses.append(Clause(condition.field, condition.op, len(bound)))
        values += bound
    return Bound(tuple(clauses), tuple(values))


def bind_place(dialect: Dialect, after: Key | None) -> tuple[Place | None, tuple[Any, ...]]:
    """The place to go on from, likewise in two parts."""
    if after is None:
        return None, ()
    time = () if after.at is None else (dialect.write(after.at),)
    place = (storable(after.source), storable(after.source_id))
    return Place(known=after.at is not None), (*time, *place)


def values_of(dialect: Dialect, condition: Condition) -> tuple[Any, ...]:
    """What `condition` binds."""
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


def bounds_walk(condition: Condition, order: Order) -> bool:
    """Whether `condition` only says where a walk in `order` begins or ends."""
    return condition.field is order.by and condition.op in {Op.GTE, Op.LT}


@lru_cache(maxsize=1024)
def walk(
    dialect: Dialect,
    columns: tuple[str, ...],
    within: tuple[Clause, ...],
    clauses: tuple[Clause, ...],
    order: Order,
    place: Place | None,
    *,
    own: Field | None,
) -> str:
    """The rows that meet `clauses` among the next so many that meet `within`, in order.

    Binds the values of `within`, the word of the field whose `own` index is walked, the place's, the limit,
    and, if there are `clauses`, theirs and how many rows are walked past. Where the walk is cut
    off before the limit is reached, a last row tells where: without a mode, with source,
    source id, and the time ordered by in the place of `heard_at`.
    """
    marks = _marks(dialect)
    bounds = ["listed", *_conditions(dialect, within, order, marks)]
    if own is not None:
        bounds.append(f"{own.value} = {next(marks)}")
    # The place in front: of two bounds to one index, SQLite seeks by the first.
    bounded = " AND ".join([*_after(dialect, order, place, marks), *bounds])
    limit = next(marks)
    ways = f"ORDER BY {_ways(dialect, order)}"
    if not clauses:
        return f"SELECT {', '.join(columns)} FROM complaint WHERE {bounded} {ways} LIMIT {limit}"
    asked = " AND ".join(_conditions(dialect, clauses, order, marks))
    walked = next(marks)
    read = dict.fromkeys(
        (*columns, *(name for clause in clauses for name in _COMPARED[clause.field]))
    )
    end = {name: name for name in columns} | {"mode": "NULL", "heard_at": order.by.value}
    return (
        f"SELECT * FROM (SELECT {', '.join(columns)} FROM"
        f" (SELECT {', '.join(read)} FROM complaint WHERE {bounded} {ways} LIMIT {walked})"
        f" AS walked WHERE {asked} LIMIT {limit}) AS met"
        f" UNION ALL SELECT * FROM (SELECT {', '.join(end[name] for name in columns)}"
        f" FROM complaint WHERE {bounded} {ways} LIMIT 1 OFFSET {walked} - 1) AS cut"
        f" LIMIT {limit}"
    )


@lru_cache(maxsize=1024)
def matches(
    dialect: Dialect,
    found: str,
    values: int,
    clauses: tuple[Clause, ...],
    order: Order,
    place: Place | None,
) -> str:
    """Time ordered by, source, source id, row id of what `found` finds, and whether it counts.

    Binds the `values` of `found`, how many rows may be found, the clauses' values, the place's.
    """
    marks = _marks(dialect)
    for _ in range(values):
        next(marks)
    limit = next(marks)
    counts = ["listed", *_conditions(dialect, clauses, order, marks)]
    counts += _after(dialect, order, place, marks)
    return (
        f"SELECT {order.by.value}, source, source_id, id, ({' AND '.join(counts)})"
        f" FROM {found} LIMIT {limit}"
    )


@lru_cache(maxsize=256)
def by_row_ids(dialect: Dialect, columns: tuple[str, ...]) -> str:
    """The row id and `columns` of rows; binds an array of row ids."""
    ids = dialect.numbers.format(column="id", mark=f"{dialect.marker}1")
    return f"SELECT id, {', '.join(columns)} FROM complaint WHERE {ids}"


@lru_cache(maxsize=16)
def ends(dialect: Dialect, order: Order) -> str:
    """The first and the last known time in `order`; no row or two."""
    sort, time = _sorted_by(dialect, order), order.by.value
    # As a range of what is indexed, lest all unknown ones be walked past.
    known = f"< {dialect.latest}" if order.direction is Direction.ASC else f"> {dialect.earliest}"
    return " UNION ALL ".join(
        f"SELECT * FROM (SELECT {time} FROM complaint WHERE listed AND {sort} {known}"
        f" ORDER BY {sort} {way}, source {way}, source_id {way} LIMIT 1) AS {name}"
        for name, way in (("first_time", order.direction.value), ("last_time", _back(order)))
    )


@lru_cache(maxsize=1024)
def total(dialect: Dialect, found: str, values: int, clauses: tuple[Clause, ...]) -> str:
    """How many rows there are in all, up to a limit.

    Binds the `values` of `found`, the clauses' values, and the limit.
    """
    marks = _marks(dialect)
    for _ in range(values):
        next(marks)
    where = " AND ".join(["listed", *_conditions(dialect, clauses, Order(), marks)])
    joint = "AND" if " WHERE " in found else "WHERE"
    return f"SELECT count(*) FROM (SELECT 1 FROM {found} {joint} {where} LIMIT {next(marks)}) AS n"


@lru_cache(maxsize=256)
def by_ids(dialect: Dialect, columns: tuple[str, ...]) -> str:
    """The rows behind ids, listed or not; binds a source and an array of its ids."""
    return f"SELECT {', '.join(columns)} FROM complaint WHERE {these(dialect)}"


def these(dialect: Dialect) -> str:
    """The condition of being of a source, bound first, and among ids of it, bound second."""
    ids = dialect.texts.format(column="source_id", mark=f"{dialect.marker}2")
    return f"source = {dialect.marker}1 AND {ids}"


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


def _conditions(
    dialect: Dialect, clauses: Sequence[Clause], order: Order, marks: Iterator[str]
) -> list[str]:
    """The conditions, written for `order`."""
    return [_condition(dialect, clause, order, marks) for clause in clauses]


def _condition(dialect: Dialect, clause: Clause, order: Order, marks: Iterator[str]) -> str:
    bound = [next(marks) for _ in range(clause.values)]
    match clause.op:
        case Op.IN:
            return dialect.texts.format(column=clause.field.value, mark=bound[0])
        case Op.GTE | Op.LT:
            sign = ">=" if clause.op is Op.GTE else "<"
            return _range(dialect, clause.field, sign, bound[0], order)
        case Op.WITHIN:
            south, north, west, east = bound
            return f"latitude BETWEEN {south} AND {north} AND longitude BETWEEN {west} AND {east}"
        case Op.AS_OF:
            return f"status IN ({_OWED}) AND {_range(dialect, Field.DUE, '<', bound[0], order)}"
        case Op.CONTAINS:
            said = (dialect.contains.format(mark=mark) for mark in bound)
            return " AND ".join(said) or "TRUE"


def _ways(dialect: Dialect, order: Order) -> str:
    way = order.direction.value
    return f"{_sorted_by(dialect, order)} {way}, source {way}, source_id {way}"


def _back(order: Order) -> str:
    return (Direction.DESC if order.direction is Direction.ASC else Direction.ASC).value


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
