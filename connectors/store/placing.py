"""Have a case held elsewhere from now on: its number and history stay, its old ids go on to lead to it."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Collection

from connectors.contract.changes import Goes, Places
from connectors.contract.connector import Attaching
from connectors.contract.outbox import DeliveryState
from connectors.contract.records import STORE, SourceId
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction

_UNKNOWN = frozenset({DeliveryState.SENDING, DeliveryState.UNCERTAIN})
"""States of a filing that may have arrived."""
ON_ITS_WAY = (
    "EXISTS (SELECT 1 FROM outbox o WHERE o.ledger_id = l.id AND o.verb = 'FILE'"
    " AND (o.state IN ('SENDING', 'UNCERTAIN') OR (o.state = 'PENDING' AND o.maybe_sent)))"
)
"""Says of a ledger row `l` that a system may have its case of which no id is known yet."""


async def places_of(transaction: Transaction, dialect: Dialect, ledger_id: int) -> Places:
    """Where the case of this ledger row is known; no delivery of its filing begins meanwhile."""
    mark = dialect.marker
    former = await transaction.fetch(
        f"SELECT source, source_id FROM former_place WHERE ledger_id = {mark}1", [ledger_id]
    )
    filings = await transaction.fetch(
        f"SELECT state, maybe_sent FROM outbox WHERE ledger_id = {mark}1 AND verb = 'FILE'"
        f" AND state <> 'DELIVERED'{dialect.lock}",
        [ledger_id],
    )
    files = await transaction.fetch(
        "SELECT a.source_id, a.name, a.media_type, a.bytes FROM ledger l JOIN attachment a"
        " ON a.complaint_id = l.complaint_id JOIN upload u ON u.id = a.source_id"
        f" WHERE l.id = {mark}1 AND a.message IS NULL AND a.decision IS NULL ORDER BY a.position",
        [ledger_id],
    )
    return Places(
        files=tuple(Attaching(*file) for file in files),
        former={SourceId(source): source_id for source, source_id in former},
        on_its_way=any(
            state in _UNKNOWN or (state == DeliveryState.PENDING and maybe_sent)
            for state, maybe_sent in filings
        ),
    )


async def go(
    transaction: Transaction, dialect: Dialect, ledger_id: int, row_id: int, goes: Goes
) -> None:
    """Lead the reference to where the case is held from now on; `row_id` is our copy's."""
    await _leave(transaction, dialect, ledger_id)
    mark = dialect.marker
    ours = goes.source == STORE
    await transaction.fetch(
        f"UPDATE ledger SET source = {mark}2, mode = {mark}3, heard_status = NULL,"
        " heard_digest = NULL, follow_at = NULL, source_id = coalesce("
        f"{mark}4, (SELECT source_id FROM complaint WHERE id = {mark}5)) WHERE id = {mark}1",
        [ledger_id, goes.source, goes.mode, goes.source_id, row_id],
    )
    await transaction.fetch(
        f"UPDATE complaint SET listed = {mark}2, mode = CASE WHEN {mark}2 THEN {mark}3 ELSE mode"
        f" END WHERE id = {mark}1",
        [row_id, ours, goes.mode],
    )
    if not ours:
        await _return(transaction, dialect, ledger_id, goes.source)


async def elsewhere(
    transaction: Transaction, dialect: Dialect, source: SourceId, source_ids: Collection[str]
) -> frozenset[str]:
    """Those of these cases of `source` that went on to another place."""
    known = dialect.texts.format(column="source_id", mark=f"{dialect.marker}2")
    rows = await transaction.fetch(
        f"SELECT source_id FROM former_place WHERE source = {dialect.marker}1 AND {known}",
        [source, dialect.array(sorted(source_ids))],
    )
    return frozenset(row[0] for row in rows)


async def leads_elsewhere(
    transaction: Transaction, dialect: Dialect, place: tuple[SourceId, str], ledger_id: int
) -> bool:
    """Whether `place` leads, or led, to another case than that of this ledger row."""
    mark = dialect.marker
    source, source_id = place
    taken = await transaction.fetch(
        f"SELECT 1 FROM case_place WHERE source = {mark}1 AND source_id = {mark}2"
        f" AND ledger_id <> {mark}3",
        [source, storable(source_id), ledger_id],
    )
    return bool(taken)


async def _leave(transaction: Transaction, dialect: Dialect, ledger_id: int) -> None:
    mark = dialect.marker
    left = await transaction.fetch(
        "INSERT INTO former_place (ledger_id, source, source_id) SELECT id, source, source_id"
        f" FROM ledger WHERE id = {mark}1 AND source <> '{STORE}' RETURNING source, source_id",
        [ledger_id],
    )
    for place in left:
        await _list(transaction, dialect, list(place), listed=False)
    # Of what was on its way to a system that does not have the case nobody there knows.
    await transaction.fetch(
        f"DELETE FROM outbox WHERE ledger_id = {mark}1 AND state <> 'DELIVERED' AND source IN"
        f" (SELECT source FROM outbox WHERE ledger_id = {mark}1 AND verb = 'FILE'"
        " AND state <> 'DELIVERED')",
        [ledger_id],
    )


async def _return(
    transaction: Transaction, dialect: Dialect, ledger_id: int, source: SourceId
) -> None:
    mark = dialect.marker
    back = await transaction.fetch(
        f"DELETE FROM former_place WHERE ledger_id = {mark}1 AND source = {mark}2"
        " RETURNING source, source_id",
        [ledger_id, source],
    )
    for place in back:
        await _list(transaction, dialect, list(place), listed=True)
        # As a row that was never heard it is written by the next pass that meets it.
        await transaction.fetch(
            f"DELETE FROM mirror_row WHERE source = {mark}1 AND source_id = {mark}2", list(place)
        )


async def _list(
    transaction: Transaction, dialect: Dialect, place: list[str], *, listed: bool
) -> None:
    """Have the row of a mirrored source in lists or not, if there is one."""
    mark = dialect.marker
    await transaction.fetch(
        f"UPDATE complaint SET listed = {mark}3 WHERE source = {mark}1 AND source_id = {mark}2",
        [*place, listed],
    )
