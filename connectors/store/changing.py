"""Do an act in a case of the ledger: read how it stands, let it be decided, write it all or nothing.

Whoever acts in a case holds its ledger row until the transaction ends, so what is decided from a
standing is written upon that very standing.
"""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Due, Rating, Standing
from connectors.contract.ledger import KeyReused
from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.query import Child
from connectors.contract.records import AgencyCode, AuthorRole, Record
from connectors.store.chain import BEFORE_ALL, Body, Link, body_of, same
from connectors.store.claiming import claim
from connectors.store.clockwise import case_so_far
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction
from connectors.store.involving import involved
from connectors.store.lettering import queue_letter
from connectors.store.noting import note_done
from connectors.store.placing import go, places_of
from connectors.store.queueing import queue
from connectors.store.rows import CHILDREN
from connectors.store.settling import confirm
from connectors.store.standing import standing_of
from connectors.store.writing import insert_into

_LINK: Final = (
    "ledger_id",
    "number",
    "act",
    "author",
    "subject",
    "idempotency_key",
    "at",
    "status",
    "version",
    "body_digest",
    "previous",
    "digest",
)

_REUSED: Final = "this idempotency key was used for something else"

RefusalT = TypeVar("RefusalT")
Decide = Callable[[Standing], Change | RefusalT]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act, as a link tells it."""

    author: AuthorRole
    status: Status | None
    version: int
    at: datetime


async def change(
    transaction: Transaction,
    dialect: Dialect,
    reference: str,
    doing: Doing,
    decide: Decide[RefusalT],
) -> Changed | RefusalT | None:
    """What became of `doing`; None if there is no such case.

    Raises `KeyReused`, and what `claim` and `confirm` raise.
    """
    locked = await _locked(transaction, dialect, reference, doing.other)
    ledger_id = locked.get(storable(reference))
    if ledger_id is None:
        return None
    earlier = await _earlier(transaction, dialect, ledger_id, reference, doing)
    if earlier is not None:
        return earlier
    row_id, standing = await standing_of(transaction, dialect, ledger_id)
    other = None if doing.other is None else locked.get(storable(doing.other))
    if other is not None:
        _, stands = await standing_of(transaction, dialect, other)
        standing = replace(standing, other=stands)
    if doing.act is Act.TRANSFER:
        standing = replace(standing, places=await places_of(transaction, dialect, ledger_id))
    decided = decide(standing)
    if not isinstance(decided, Change):
        return decided
    await claim(transaction, dialect, ledger_id, decided.attachments)
    await write(transaction, dialect, row_id, decided)
    if decided.agency_code is not None:
        await _note_agency(transaction, dialect, ledger_id, decided.agency_code)
    if decided.goes is not None:
        await go(transaction, dialect, ledger_id, row_id, decided.goes)
    if decided.confirmed is not None:
        await confirm(transaction, dialect, ledger_id, decided.confirmed)
    version = standing.version + 1
    done = Done(decided.author, decided.status, version, decided.at)
    await add_link(transaction, dialect, ledger_id, reference, doing, done)
    await queue(transaction, dialect, ledger_id, doing.act, decided.outgoing, decided.at)
    await queue_letter(transaction, dialect, ledger_id, decided.letter, version, decided.at)
    generation = None
    if decided.code_hash is not None:
        generation = await _renew_code(transaction, dialect, ledger_id, decided.code_hash)
    return Changed(reference, version, replayed=False, generation=generation)


async def _locked(
    transaction: Transaction, dialect: Dialect, reference: str, other: str | None
) -> Mapping[str, int]:
    """The ledger rows of the case and the other one, by reference, held until the end.

    In one order, lest two who act in each other's case wait for each other.
    """
    wanted = dialect.array([storable(each) for each in (reference, other) if each is not None])
    known = dialect.texts.format(column="reference", mark=f"{dialect.marker}1")
    rows = await transaction.fetch(
        f"SELECT reference, id FROM ledger WHERE {known} ORDER BY id{dialect.lock}", [wanted]
    )
    return {row[0]: row[1] for row in rows}


async def _note_agency(
    transaction: Transaction, dialect: Dialect, ledger_id: int, agency: AgencyCode
) -> None:
    mark = dialect.marker
    await transaction.fetch(
        f"UPDATE ledger SET agency_code = {mark}2 WHERE id = {mark}1", [ledger_id, agency]
    )


async def _renew_code(
    transaction: Transaction, dialect: Dialect, ledger_id: int, code_hash: bytes
) -> int:
    mark = dialect.marker
    ((generation,),) = await transaction.fetch(
        f"UPDATE ledger SET generation = generation + 1, code_hash = {mark}2 WHERE id = {mark}1"
        " RETURNING generation",
        [ledger_id, code_hash],
    )
    renewed: int = generation
    return renewed


async def add_link(
    transaction: Transaction,
    dialect: Dialect,
    ledger_id: int,
    reference: str,
    doing: Doing,
    done: Done,
) -> None:
    """Chain what is done to what was done before in the case. Raises `KeyReused`."""
    mark = dialect.marker
    last = await transaction.fetch(
        f"SELECT number, digest FROM history WHERE ledger_id = {mark}1"
        " ORDER BY number DESC LIMIT 1",
        [ledger_id],
    )
    number, previous = (last[0][0] + 1, bytes(last[0][1])) if last else (1, BEFORE_ALL)
    body = body_of(doing.subject, doing.content)
    link = Link(
        reference=reference,
        number=number,
        act=doing.act.value,
        author=done.author.value,
        at=done.at,
        status=None if done.status is None else done.status.value,
        version=done.version,
        body_digest=body.digest,
    )
    values = (
        ledger_id,
        number,
        link.act,
        link.author,
        doing.subject,
        doing.key,
        link.at,
        link.status,
        link.version,
        link.body_digest,
        previous,
        link.after(previous),
    )
    added = await transaction.fetch(
        f"{insert_into(dialect, 'history', _LINK)} ON CONFLICT DO NOTHING RETURNING id",
        [dialect.write(value) for value in values],
    )
    if not added:
        # In another case, at the same moment.
        raise KeyReused(_REUSED)
    await transaction.fetch(
        insert_into(dialect, "history_body", ("history_id", "salt", "body")),
        [added[0][0], body.salt, body.text],
    )
    await note_done(transaction, dialect, ledger_id, done.version)


async def _earlier(
    transaction: Transaction, dialect: Dialect, ledger_id: int, reference: str, doing: Doing
) -> Changed | None:
    """What became of the same act under the same key; None if the key is new."""
    if doing.key is None:
        return None
    mark = dialect.marker
    rows = await transaction.fetch(
        "SELECT h.ledger_id, h.act, h.version, b.salt, b.body FROM history h"
        " LEFT JOIN history_body b ON b.history_id = h.id"
        f" WHERE h.subject = {mark}1 AND h.idempotency_key = {mark}2",
        [storable(doing.subject), storable(doing.key)],
    )
    if not rows:
        return None
    its_case, act, version, salt, text = rows[0]
    again = (
        its_case == ledger_id
        and act == doing.act
        and text is not None
        and same(Body(bytes(salt), text), doing.subject, doing.content)
    )
    if not again:
        raise KeyReused(_REUSED)
    return Changed(reference, version, replayed=True)


async def write(transaction: Transaction, dialect: Dialect, row_id: int, change: Change) -> None:
    """Write what `change` does to our copy of the case, which is that row."""
    said = change.heard if change.message is None else (*change.heard, change.message)
    due = await _due(transaction, dialect, row_id, change)
    added: Sequence[tuple[Child, Sequence[Record]]] = (
        (Child.EVENTS, change.events),
        (Child.MESSAGES, said),
        (Child.DECISIONS, () if change.decision is None else (change.decision,)),
        (Child.ATTACHMENTS, change.attachments),
    )
    for child, records in added:
        for record in records:
            await _add_child(transaction, dialect, row_id, child, record)
    if change.rating is not None:
        await _rate(transaction, dialect, row_id, change.rating, change)
    columns: dict[str, Any] = {"updated_at": change.at, "source_updated_at": change.at}
    # From here on they are kept, though of an imported case earlier ones may not be known.
    columns |= {CHILDREN[child].held: True for child, records in added if records}
    if change.status is not None:
        columns |= {"status": change.status, "status_reason": change.status_reason}
        if change.closed_at is not None or change.status in OPEN:
            columns["closed_at"] = change.closed_at
    if due is not None:
        columns["due_at"] = due.at
    columns |= involved(change)
    mark = dialect.marker
    set_ = ", ".join(f"{name} = {mark}{at}" for at, name in enumerate(columns, start=2))
    await transaction.fetch(
        f"UPDATE complaint SET version = version + 1, {set_} WHERE id = {mark}1",
        [row_id, *(dialect.write(value) for value in columns.values())],
    )


async def _due(
    transaction: Transaction, dialect: Dialect, row_id: int, change: Change
) -> Due | None:
    """What is due after `change`, of which nothing is written yet; None if that does not move."""
    if change.due is None:
        return None
    return change.due(await case_so_far(transaction, dialect, row_id))


async def _add_child(
    transaction: Transaction, dialect: Dialect, row_id: int, child: Child, record: Record
) -> None:
    table = CHILDREN[child]
    mark = dialect.marker
    columns = ("complaint_id", "position", *table.columns)
    values = ", ".join(f"{mark}{at}" for at in range(2, len(table.columns) + 2))
    await transaction.fetch(
        f"INSERT INTO {table.table} ({', '.join(columns)}) SELECT {mark}1,"
        f" (SELECT coalesce(max(position) + 1, 0) FROM {table.table}"
        f" WHERE complaint_id = {mark}1), {values}",
        [row_id, *(dialect.write(getattr(record, name)) for name in table.fields)],
    )


async def _rate(
    transaction: Transaction, dialect: Dialect, row_id: int, rating: Rating, change: Change
) -> None:
    mark = dialect.marker
    values = (rating.score, rating.comment, change.at, rating.decision)
    await transaction.fetch(
        f"UPDATE decision SET rating = {mark}2, rating_comment = {mark}3, rated_at = {mark}4"
        f" WHERE complaint_id = {mark}1 AND source_id = {mark}5",
        [row_id, *(dialect.write(value) for value in values)],
    )
