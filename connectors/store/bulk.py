"""Take in many new cases at once: by COPY on PostgreSQL, by one prepared insert on SQLite."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from connectors.contract.records import STORE, Complaint
from connectors.store.dialect import Dialect
from connectors.store.engine import Engine, Transaction
from connectors.store.rows import CHILDREN, COLUMNS, child_rows, row_of
from connectors.store.statements import by_ids

_RESERVE: Final = {
    "postgres": "SELECT nextval(pg_get_serial_sequence('complaint', 'id'))"
    " FROM generate_series(1, $1::bigint)",
    # One writer: nobody takes them meanwhile.
    "sqlite": "WITH RECURSIVE taken(id, left) AS ("
    "SELECT (SELECT coalesce(max(id), 0) FROM complaint) + 1, ?1"
    " UNION ALL SELECT id + 1, left - 1 FROM taken WHERE left > 1) SELECT id FROM taken",
}


class Bulk:
    """Adds own cases by the thousand; those known already stay as they are."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, records: Sequence[Complaint], *, heard_at: datetime) -> int:
        """Add those of `records` whose id is new, in one transaction; how many they were.

        Some thousand at once are best. No id may stand in `records` twice.
        """
        dialect = self._engine.dialect
        async with self._engine.transaction() as transaction:
            known = await _known(transaction, dialect, records)
            new = [record for record in records if record.origin.source_id not in known]
            if new:
                await _add(transaction, dialect, new, heard_at)
        return len(new)


async def _known(
    transaction: Transaction, dialect: Dialect, records: Sequence[Complaint]
) -> set[str]:
    rows = await transaction.fetch(
        by_ids(dialect, ("source_id",)),
        [STORE, dialect.array([record.origin.source_id for record in records])],
    )
    return {row[0] for row in rows}


async def _add(
    transaction: Transaction, dialect: Dialect, records: Sequence[Complaint], heard_at: datetime
) -> None:
    reserved = await transaction.fetch(_RESERVE[dialect.name], [len(records)])
    ids = [row[0] for row in reserved]
    rows = [
        [row_id, *row_of(dialect, record, source=STORE, heard_at=heard_at)]
        for row_id, record in zip(ids, records, strict=True)
    ]
    await transaction.load("complaint", ("id", *COLUMNS), rows)
    for child, table in CHILDREN.items():
        lines = [
            line
            for row_id, record in zip(ids, records, strict=True)
            for line in child_rows(dialect, table, row_id, getattr(record, child.value) or ())
        ]
        if lines:
            await transaction.load(table.table, ("complaint_id", "position", *table.columns), lines)
