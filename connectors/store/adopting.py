"""Take a case that was never filed here into the ledger, by the first act in it."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from typing import Final
from uuid import uuid4

from msgspec.structs import replace

from connectors.contract.changes import Unfiled
from connectors.contract.records import STORE, Complaint
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction
from connectors.store.hearing import know
from connectors.store.writing import insert, insert_into

_ADOPTED: Final = (
    "reference",
    "code_hash",
    "source",
    "source_id",
    "agency_code",
    "mode",
    "subject",
    "idempotency_key",
    "content_digest",
    "received_at",
    "due_at",
    "complaint_id",
    "heard_status",
    "adopted",
    "follow_at",
)
_NOBODY: Final = ""
"""Who filed it."""


async def adopt(transaction: Transaction, dialect: Dialect, case: Unfiled) -> bool:
    """Give `case` its reference and its place in the ledger; False if there is nothing to take.

    Whoever takes the same one at the same time waits here, and then finds nothing to take.
    """
    if case.told is None:
        return await _adopt_ours(transaction, dialect, case)
    return await _adopt_told(transaction, dialect, case, case.told)


async def _adopt_ours(transaction: Transaction, dialect: Dialect, case: Unfiled) -> bool:
    mark = dialect.marker
    values = [
        STORE,
        storable(case.source_id),
        case.reference,
        case.code_hash,
        _key_of(case),
        bytes(32),
    ]
    adopted = await transaction.fetch(
        "INSERT INTO ledger (reference, code_hash, source, source_id, agency_code, mode, subject,"
        " idempotency_key, content_digest, received_at, due_at, complaint_id, adopted)"
        f" SELECT {mark}3, {mark}4, source, source_id, agency_code, mode, '{_NOBODY}', {mark}5,"
        f" {mark}6, coalesce(received_at, created_at, heard_at), due_at, id, TRUE FROM complaint"
        f" WHERE source = {mark}1 AND source_id = {mark}2 ON CONFLICT DO NOTHING RETURNING id",
        values,
    )
    if adopted:
        await _name(transaction, dialect, case)
    return bool(adopted)


async def _adopt_told(
    transaction: Transaction, dialect: Dialect, case: Unfiled, told: Complaint
) -> bool:
    origin = told.origin
    ours = replace(origin, source=STORE, source_id=uuid4().hex)
    received_at = told.received_at or told.created_at or origin.fetched_at
    copy = await insert(
        transaction,
        dialect,
        replace(
            told,
            origin=ours,
            reference=case.reference,
            version=1,
            received_at=received_at,
            due_at=case.due_at,
        ),
        heard_at=origin.fetched_at,
        listed=False,
    )
    values = (
        case.reference,
        case.code_hash,
        case.source,
        case.source_id,
        told.agency_code,
        origin.mode,
        _NOBODY,
        _key_of(case),
        bytes(32),
        received_at,
        case.due_at,
        copy,
        told.status,
        True,
        origin.fetched_at,
    )
    adopted = await transaction.fetch(
        f"{insert_into(dialect, 'ledger', _ADOPTED)} ON CONFLICT DO NOTHING RETURNING id",
        [dialect.write(value) for value in values],
    )
    for (ledger_id,) in adopted:
        await _name(transaction, dialect, case)
        known = dict.fromkeys(message.id for message in told.messages or ())
        await know(transaction, dialect, ledger_id, case.source, known)
    return bool(adopted)


async def _name(transaction: Transaction, dialect: Dialect, case: Unfiled) -> None:
    """Note the reference in the row of the lists, if they have one."""
    mark = dialect.marker
    await transaction.fetch(
        f"UPDATE complaint SET reference = {mark}3 WHERE source = {mark}1 AND source_id = {mark}2",
        [case.source, storable(case.source_id), case.reference],
    )


def _key_of(case: Unfiled) -> str:
    """Nobody filed it: no subject has this key."""
    if case.source == STORE:
        return f"adopted:{storable(case.source_id)}"
    return f"adopted:{case.source}:{storable(case.source_id)}"
