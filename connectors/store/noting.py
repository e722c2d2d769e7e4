"""Note, in the transaction that changes a case, that it changed, and tell whoever listens.

Nothing is told before the transaction is committed, and nothing of one that is not.
"""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from connectors.contract.feed import Notice
from connectors.contract.records import AgencyCode, SourceId
from connectors.store.dialect import Dialect
from connectors.store.engine import Transaction
from connectors.store.rows import Row
from connectors.store.statements import these

_COLUMNS: Final = "case_id, agency_code, position, version, here"
_POSITIONS: Final[Mapping[str, str]] = {
    "postgres": "pg_current_xact_id()::text::bigint",
    # Never less than the time: what a restored file had told before it was saved lies behind.
    "sqlite": "(SELECT max(coalesce(max(position), 0) + 1,"
    " CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)) FROM changed_case)",
}


async def note_done(
    transaction: Transaction, dialect: Dialect, ledger_id: int, version: int
) -> None:
    """Note that the case of this ledger row is at `version` now, where the ledger says it is."""
    here = await transaction.fetch(_of_ledger(dialect), [ledger_id, version])
    case, agency = here[0]
    left = await transaction.fetch(_left(dialect), [case, agency, version])
    await _tell(transaction, [*here, *left])


async def note_rows(
    transaction: Transaction,
    dialect: Dialect,
    source: SourceId,
    source_ids: Collection[str],
    *,
    listed: bool = True,
) -> None:
    """Note that these rows of the lists changed, and whether they still are in them."""
    values = [source, dialect.array(sorted(source_ids)), listed]
    await _tell(transaction, await transaction.fetch(_of_rows(dialect), values))


def read_notice(text: str) -> Notice:
    """What `_tell` told."""
    agency, reference = msgspec.json.decode(text, type=tuple[str, str | None])
    return Notice(AgencyCode(agency), reference)


async def _tell(transaction: Transaction, changed: Iterable[Row]) -> None:
    # Of cases that were never filed here nobody waits for a single one by its number.
    told = {(agency, None if ":" in case else case) for case, agency in changed}
    for each in told:
        await transaction.tell(msgspec.json.encode(each).decode())


@lru_cache(maxsize=2)
def _of_ledger(dialect: Dialect) -> str:
    mark = dialect.marker
    return _upsert(
        f"SELECT reference, agency_code, {_POSITIONS[dialect.name]}, CAST({mark}2 AS BIGINT), TRUE"
        f" FROM ledger WHERE id = {mark}1"
    )


@lru_cache(maxsize=2)
def _of_rows(dialect: Dialect) -> str:
    return _upsert(
        "SELECT coalesce(reference, source || ':' || source_id), agency_code,"
        f" {_POSITIONS[dialect.name]}, version, CAST({dialect.marker}3 AS BOOLEAN)"
        " FROM complaint"
        # In one order, lest two at once wait for each other's rows.
        f" WHERE {these(dialect)} ORDER BY 1, 2"
    )


def _upsert(rows: str) -> str:
    columns = ("position", "version", "here")
    return (
        f"INSERT INTO changed_case ({_COLUMNS}) {rows} ON CONFLICT (case_id, agency_code)"
        f" DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in columns)}"
        " RETURNING case_id, agency_code"
    )


@lru_cache(maxsize=2)
def _left(dialect: Dialect) -> str:
    """Told once: what becomes of a case that left an agency is none of its business."""
    mark = dialect.marker
    return (
        f"UPDATE changed_case SET here = FALSE, position = {_POSITIONS[dialect.name]},"
        f" version = {mark}3 WHERE case_id = {mark}1 AND agency_code <> {mark}2 AND here"
        " RETURNING case_id, agency_code"
    )
