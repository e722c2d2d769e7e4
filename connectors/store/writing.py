"""Write complaints with their children, inside a transaction that somebody opened."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from connectors.contract.query import OF_THE_LEDGER, Child
from connectors.contract.records import Complaint, SourceId
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction
from connectors.store.rows import CHILDREN, COLUMNS, ChildTable, child_rows, row_of
from connectors.store.statements import by_ids

_KEY: Final = ("source", "source_id")
_KEPT: Final = ("reference", "secret", "version", *(table.held for table in CHILDREN.values()))
"""What a newer row does not simply replace."""
_LEDGERS: Final = ("participants", *sorted(OF_THE_LEDGER))
"""What no source knows of."""
_TOLD: Final = tuple(
    name for name in COLUMNS if name not in {*_KEY, *_KEPT, *_LEDGERS, "heard_at", "folded"}
)
"""What counts as a change if it differs."""


_PARTICIPANTS_KEPT: Final = (
    "participants = CASE excluded.participants WHEN '[]' THEN complaint.participants"
    " ELSE excluded.participants END"
)


async def insert(
    transaction: Transaction,
    dialect: Dialect,
    record: Complaint,
    *,
    heard_at: datetime,
    listed: bool = True,
) -> int | None:
    """Write a new complaint and its children; its row's id, or None if its key is taken."""
    source = record.origin.source
    row = row_of(dialect, record, source=source, heard_at=heard_at, listed=listed)
    found = await transaction.fetch(_insert(dialect), row)
    if not found:
        return None
    row_id: int = found[0][0]
    await _write_children(transaction, dialect, {row_id: record})
    return row_id


@dataclass(frozen=True, slots=True)
class Told:
    """A complaint as a source tells it, and the row that it is kept as."""

    record: Complaint
    row: list[Any]


def told_by(
    dialect: Dialect, records: Iterable[Complaint], *, source: SourceId, heard_at: datetime
) -> dict[str, Told]:
    """`records` by their ids as the store has them; of two with one id the later."""
    return {
        storable(record.origin.source_id): Told(
            record, row_of(dialect, record, source=source, heard_at=heard_at)
        )
        for record in records
    }


async def upsert(
    transaction: Transaction,
    dialect: Dialect,
    told: Mapping[str, Told],
    *,
    source: SourceId,
) -> None:
    """Write complaints, by their ids as the store has them, as `source` tells them now.

    A row that changed counts its version on. A reference once known stays, whether it is secret too, and so do children
    that these records do not carry.
    """
    # In one order, lest two at once wait for each other's rows.
    await transaction.many(_upsert(dialect), [told[source_id].row for source_id in sorted(told)])
    carrying = [
        source_id
        for source_id, each in told.items()
        if any(getattr(each.record, child.value) is not None for child in Child)
    ]
    if carrying:
        ids = dialect.array(carrying)
        found = await transaction.fetch(by_ids(dialect, ("source_id", "id")), [source, ids])
        records = {row_id: told[source_id].record for source_id, row_id in found}
        await _write_children(transaction, dialect, records, anew=True)


async def note_heard(
    transaction: Transaction, dialect: Dialect, source: SourceId, heard_at: datetime
) -> None:
    """Note that `source` was heard in full as of `heard_at`."""
    await transaction.fetch(
        f"INSERT INTO mirror_state (source, heard_at) VALUES ({dialect.marker}1, {dialect.marker}2)"
        " ON CONFLICT (source) DO UPDATE SET heard_at = excluded.heard_at",
        [source, dialect.write(heard_at)],
    )


async def _write_children(
    transaction: Transaction,
    dialect: Dialect,
    records: Mapping[int, Complaint],
    *,
    anew: bool = False,
) -> None:
    """Write the children that `records`, by their row ids, carry."""
    for child, table in CHILDREN.items():
        lists = {
            row_id: children
            for row_id, record in records.items()
            if (children := getattr(record, child.value)) is not None
        }
        if anew and lists:
            await transaction.fetch(_forget(dialect, table), [dialect.array(lists)])
        rows = [
            row
            for parent, children in lists.items()
            for row in child_rows(dialect, table, parent, children)
        ]
        if rows:
            await transaction.many(_add(dialect, table), rows)


def insert_into(dialect: Dialect, table: str, columns: Sequence[str]) -> str:
    """The text that adds one row."""
    marks = ", ".join(f"{dialect.marker}{at}" for at in range(1, len(columns) + 1))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"


@lru_cache(maxsize=2)
def _insert(dialect: Dialect) -> str:
    return f"{insert_into(dialect, 'complaint', COLUMNS)} ON CONFLICT DO NOTHING RETURNING id"


@lru_cache(maxsize=2)
def _upsert(dialect: Dialect) -> str:
    before = ", ".join(f"complaint.{name}" for name in _TOLD)
    after = ", ".join(f"excluded.{name}" for name in _TOLD)
    changed = f"({before}) {dialect.distinct} ({after})"
    own = {*_KEY, *_KEPT, *_LEDGERS}
    replaced = [f"{name} = excluded.{name}" for name in COLUMNS if name not in own]
    held = [
        f"{table.held} = complaint.{table.held} OR excluded.{table.held}"
        for table in CHILDREN.values()
    ]
    changes = [
        *replaced,
        *held,
        *(
            f"{name} = coalesce(excluded.{name}, complaint.{name})"
            for name in ("reference", *sorted(OF_THE_LEDGER))
        ),
        _PARTICIPANTS_KEPT,
        "secret = coalesce(complaint.secret, excluded.secret)",
        f"version = complaint.version + CASE WHEN {changed} THEN 1 ELSE 0 END",
    ]
    return (
        f"{insert_into(dialect, 'complaint', COLUMNS)}"
        f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {', '.join(changes)}"
    )


@lru_cache(maxsize=16)
def _forget(dialect: Dialect, table: ChildTable) -> str:
    parents = dialect.numbers.format(column="complaint_id", mark=f"{dialect.marker}1")
    return f"DELETE FROM {table.table} WHERE {parents}"


@lru_cache(maxsize=16)
def _add(dialect: Dialect, table: ChildTable) -> str:
    return insert_into(dialect, table.table, ("complaint_id", "position", *table.columns))
