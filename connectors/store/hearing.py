"""Take in what a system tells of a case: read what is known, let it be decided, write it whole."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Callable, Mapping
from typing import Any, Final

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Doing
from connectors.contract.connector import Attaching
from connectors.contract.following import Doubtful, Followed, Heard, OwnWords, Remembered
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import FOR_A_PERSON, Verb
from connectors.contract.records import SourceId, Visibility
from connectors.store.chain import given_with
from connectors.store.changing import Done, add_link, write
from connectors.store.clockwise import case_so_far
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction
from connectors.store.lettering import queue_letter
from connectors.store.queueing import said
from connectors.store.settling import Rows, delivered
from connectors.store.standing import standing_of

_SUBJECT: Final = "chikaya:following"
"""Who hears."""
_MOVES: Final = (
    "SELECT max(done_at), coalesce(sum(CASE WHEN state IN ('PENDING', 'SENDING') THEN 1 ELSE 0 END),"
    " 0) FROM outbox WHERE verb = 'MOVE' AND source = {mark}2 AND ledger_id = {mark}1"
)


async def hear(
    transaction: Transaction,
    dialect: Dialect,
    source: SourceId,
    case: Followed,
    decide: Callable[[Remembered], Heard],
) -> Heard | None:
    """What became of it; None if the case is no longer held by `source`."""
    mark = dialect.marker
    locked = await transaction.fetch(
        f"SELECT heard_status FROM ledger WHERE id = {mark}1 AND source = {mark}2"
        f" AND source_id = {mark}3{dialect.lock}",
        [case.id, source, case.source_id],
    )
    if not locked:
        return None
    ((heard_status,),) = locked
    row_id, remembered = await _remembered(
        transaction,
        dialect,
        case.id,
        None if heard_status is None else Status(heard_status),
    )
    heard = decide(remembered)
    await know(transaction, dialect, case.id, source, heard.messages)
    if heard.change is not None:
        await _change(
            transaction, dialect, (case.id, row_id), remembered, heard.change, heard.content
        )
    await _note(transaction, dialect, case, heard)
    if heard.arrived:
        shown = Rows(dialect)
        shown.numbered("id", heard.arrived)
        shown.among("state", FOR_A_PERSON)
        await shown.set(transaction, delivered(heard.at))
    return heard


async def _change(
    transaction: Transaction,
    dialect: Dialect,
    ids: tuple[int, int],
    remembered: Remembered,
    change: Change,
    content: Mapping[str, Any],
) -> None:
    standing = remembered.standing
    ledger_id, row_id = ids
    await write(transaction, dialect, row_id, change)
    done = Done(change.author, change.status, standing.version + 1, change.at)
    doing = Doing(Act.HEAR, _SUBJECT, None, content)
    await add_link(transaction, dialect, ledger_id, standing.reference, doing, done)
    await queue_letter(transaction, dialect, ledger_id, change.letter, done.version, change.at)


async def _remembered(
    transaction: Transaction,
    dialect: Dialect,
    ledger_id: int,
    heard_status: Status | None,
) -> tuple[int, Remembered]:
    mark = dialect.marker
    row_id, standing = await standing_of(transaction, dialect, ledger_id)
    ((moved_at, under_way),) = await transaction.fetch(
        _MOVES.format(mark=mark), [ledger_id, standing.source]
    )
    heard = await transaction.fetch(
        f"SELECT source_id, ours FROM heard_message WHERE ledger_id = {mark}1 AND source = {mark}2",
        [ledger_id, standing.source],
    )
    kept = await transaction.fetch(
        f"SELECT source_id FROM message WHERE complaint_id = {mark}1", [row_id]
    )
    return row_id, Remembered(
        standing=standing,
        case=await case_so_far(transaction, dialect, row_id),
        heard_status=heard_status,
        moved_at=None if moved_at is None else dialect.moment(moved_at),
        moves_under_way=bool(under_way),
        doubtful=await _doubtful(transaction, dialect, ledger_id, standing.source),
        known=frozenset(row[0] for row in heard),
        kept=frozenset(row[0] for row in kept),
        ours=frozenset(row[0] for row in heard if row[1] is not None),
        said=await _said_here(transaction, dialect, ledger_id, {row[1] for row in heard}),
    )


async def _said_here(
    transaction: Transaction, dialect: Dialect, ledger_id: int, recognised: set[str | None]
) -> tuple[OwnWords, ...]:
    """All that was given with acts, as messages and otherwise, and was not erased."""
    rows = await transaction.fetch(
        "SELECT h.number, h.act, b.body FROM history h JOIN history_body b ON b.history_id = h.id"
        f" WHERE h.ledger_id = {dialect.marker}1 AND h.act <> '{Act.HEAR}' ORDER BY h.number",
        [ledger_id],
    )
    given = [(f"{number}", Act(act), given_with(body).get("text")) for number, act, body in rows]
    return tuple(
        OwnWords(
            id=id_,
            body=text,
            visibility=Visibility.INTERNAL if act is Act.ADD_NOTE else Visibility.PUBLIC,
            recognised=id_ in recognised,
        )
        for id_, act, text in given
        if isinstance(text, str)
    )


async def _doubtful(
    transaction: Transaction, dialect: Dialect, ledger_id: int, source: SourceId
) -> tuple[Doubtful, ...]:
    stopped = dialect.texts.format(column="state", mark=f"{dialect.marker}2")
    rows = await transaction.fetch(
        f"SELECT id, verb, payload FROM outbox WHERE ledger_id = {dialect.marker}1 AND {stopped}"
        f" AND verb <> '{Verb.FILE}' AND source = {dialect.marker}3 ORDER BY position",
        [ledger_id, dialect.array(sorted(FOR_A_PERSON)), source],
    )
    told = ((id_, said(Verb(verb), payload)) for id_, verb, payload in rows)
    # Of files it is not heard which are there.
    return tuple(Doubtful(id_, what) for id_, what in told if not isinstance(what, Attaching))


async def know(
    transaction: Transaction,
    dialect: Dialect,
    ledger_id: int,
    source: SourceId,
    messages: Mapping[str, str | None],
) -> None:
    """Note messages of `source`, by its ids, as known, with the id of what is ours of them."""
    mark = dialect.marker
    for source_id, ours in messages.items():
        await transaction.fetch(
            f"INSERT INTO heard_message (ledger_id, source, source_id, ours) VALUES ({mark}1,"
            f" {mark}2, {mark}3, {mark}4) ON CONFLICT DO NOTHING",
            [ledger_id, source, storable(source_id), ours],
        )


async def _note(transaction: Transaction, dialect: Dialect, case: Followed, heard: Heard) -> None:
    """Whatever made the case due meanwhile stays so."""
    mark = dialect.marker
    values = (case.id, heard.status, heard.digest, heard.follow_at, case.until)
    await transaction.fetch(
        f"UPDATE ledger SET heard_status = coalesce({mark}2, heard_status), heard_digest = {mark}3,"
        f" follow_at = CASE WHEN follow_at = {mark}5 THEN {mark}4 ELSE follow_at END"
        f" WHERE id = {mark}1",
        [dialect.write(value) for value in values],
    )
