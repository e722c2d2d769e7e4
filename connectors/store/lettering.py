"""Queue letters to whoever complains, each once, in the transaction that gives the reason."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from datetime import datetime
from typing import Final
from uuid import uuid4

from connectors.contract.letters import LetterKind, LetterState
from connectors.contract.notices import NoticeName
from connectors.contract.outbox import RESTORED
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction

_BETWEEN_CODE_LINKS: Final = 3 * 3600
"""Seconds in which one of them is sent at most, whoever asks."""

HOLD_LETTERS: Final = (
    f"UPDATE letter SET state = '{LetterState.DEAD}', code = '{RESTORED}'"
    f" WHERE state IN ('{LetterState.PENDING}', '{LetterState.SENDING}')"
)
"""Of a store that was put back: what waited in it may have been sent since."""


async def queue_letter(
    transaction: Transaction,
    dialect: Dialect,
    ledger_id: int,
    kind: LetterKind | None,
    version: int,
    at: datetime,
) -> None:
    """Queue the letter, if one is written, of what brought the case to `version`."""
    if kind is not None:
        await _queue(transaction, dialect, "l.id", ledger_id, kind, f"v{version}", at)


async def queue_notice(
    transaction: Transaction,
    dialect: Dialect,
    row_id: int,
    kind: LetterKind | None,
    name: NoticeName,
    at: datetime,
) -> None:
    """Queue the letter, if one is written, of a notice about our copy of the case."""
    if kind is not None:
        cause = f"{name.cycle}+{name.extension}/{name.name}"
        await _queue(transaction, dialect, "l.complaint_id", row_id, kind, cause, at)


async def queue_code_link(
    transaction: Transaction, dialect: Dialect, reference: str, at: datetime
) -> None:
    """Queue the letter with a link to a new tracking code, if none was in the last while."""
    cause = f"code/{int(at.timestamp()) // _BETWEEN_CODE_LINKS}"
    await _queue(
        transaction, dialect, "l.reference", storable(reference), LetterKind.CODE_LINK, cause, at
    )


async def _queue(
    transaction: Transaction,
    dialect: Dialect,
    column: str,
    id_: int | str,
    kind: LetterKind,
    cause: str,
    at: datetime,
) -> None:
    """To the address on file in the case whose `column` is `id_`; without one nothing is queued."""
    mark = dialect.marker
    values = (kind, cause, uuid4().hex, at, at)
    await transaction.fetch(
        "INSERT INTO letter (ledger_id, kind, cause, name, state, queued_at, next_at)"
        f" SELECT l.id, {mark}2, {mark}3, {mark}4, '{LetterState.PENDING}', {mark}5, {mark}6"
        " FROM ledger l JOIN complainant p ON p.ledger_id = l.id"
        f" WHERE {column} = {mark}1 AND p.email IS NOT NULL ON CONFLICT DO NOTHING",
        [id_, *(dialect.write(value) for value in values)],
    )
