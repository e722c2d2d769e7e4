"""Write complaints with their children, inside a transaction that somebody opened."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from connectors.contract.query import Child
from connectors.contract.records import Complaint, SourceId
from connectors.store.dialect import Dialect
from connectors.store.engine import Transaction
from connectors.store.rows import CHILDREN, COLUMNS, ChildTable, child_rows, row_of
from connectors.store.statements import by_ids

_KEY: Final = ("source", "source_id")
_KEPT: Final = ("reference", "version", *(table.held for table in CHILDREN.values()))
"""What a newer row does not simply replace."""
_TOLD: Final = tuple(name for name in COLUMNS if name not in {*_KEY, *_KEPT, "heard_at", "folded"})
"""What counts as a change if it differs."""


async def insert(
    transaction: Transaction, dialect: Dialect, record: Complaint, *, heard_at: datetime
) -> bool:
    """Write a new complaint and its children; False if its key is taken."""
    source = record.origin.source
    row = row_of(dialect, record, source=source, heard_at=heard_at)
    found = await transaction.fetch(_insert(dialect), row)
    if not found:
        return False
    await _write_children(transaction, dialect, {record.origin.source_id: found[0][0]}, [record])
    return True


async def upsert(
    transaction: Transaction,
    dialect: Dialect,
    records: Sequence[Complaint],
    *,
    source: SourceId,
    heard_at: datetime,
) -> None:
    """Write complaints as `source` tells them now, of two with one id the later.

    A row that changed counts its version on. A reference once known stays, and so do children
    that these records do not carry.
    """
    latest = {record.origin.source_id: record for record in records}
    # In one order, lest two at once wait for each other's rows.
    rows = [
        row_of(dialect, latest[source_id], source=source, heard_at=heard_at)
        for source_id in sorted(latest)
    ]
    await transaction.many(_upsert(dialect), rows)
    carrying = [
        record
        for record in latest.values()
        if any(getattr(record, child.value) is not None for child in Child)
    ]
    if carrying:
        ids = dialect.array([record.origin.source_id for record in carrying])
        found = await transaction.fetch(by_ids(dialect, ("source_id", "id")), [source, ids])
        await _write_children(
            transaction, dialect, {row[0]: row[1] for row in found}, carrying, anew=True
        )


async def _write_children(
    transaction: Transaction,
    dialect: Dialect,
    row_ids: dict[str, int],
    records: Sequence[Complaint],
    *,
    anew: bool = False,
) -> None:
    for child, table in CHILDREN.items():
        lists = {
            row_ids[record.origin.source_id]: children
            for record in records
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
    replaced = [f"{name} = excluded.{name}" for name in COLUMNS if name not in {*_KEY, *_KEPT}]
    held = [
        f"{table.held} = complaint.{table.held} OR excluded.{table.held}"
        for table in CHILDREN.values()
    ]
    changes = [
        *replaced,
        *held,
        "reference = coalesce(excluded.reference, complaint.reference)",
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
