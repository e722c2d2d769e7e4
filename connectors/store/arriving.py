"""Note what an agency's system has taken: a case is held, and listed, there from then on."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from connectors.contract.following import SOON
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Arrived
from connectors.contract.records import Mode, SourceId
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction
from connectors.store.placing import leads_elsewhere

_INDEXED: Final = (
    "agency_code",
    "status",
    "kind",
    "reference",
    "version",
    "demonstration",
    "service_code",
    "category",
    "channel",
    "address",
    "area_code",
    "latitude",
    "longitude",
    "created_at",
    "created_precision",
    "received_at",
    "updated_at",
    "due_at",
)
"""What an index row has of our copy until the system itself is heard; no words of people's."""


async def follow_soon(
    transaction: Transaction, dialect: Dialect, ledger_ids: Sequence[int], at: datetime
) -> None:
    """Have the systems that hold these cases asked soon after `at`."""
    mark = dialect.marker
    those = dialect.numbers.format(column="id", mark=f"{mark}1")
    await transaction.fetch(
        f"UPDATE ledger SET follow_at = {mark}2 WHERE {those}",
        [dialect.array(ledger_ids), dialect.write(at + SOON)],
    )


async def arrived(
    transaction: Transaction,
    dialect: Dialect,
    ledger_id: int,
    source: SourceId,
    settled: Arrived,
) -> bool:
    """Lead the reference to where the case is now; False if another reference leads there."""
    mark = dialect.marker
    place = [source, storable(settled.source_id or "")]
    if await leads_elsewhere(transaction, dialect, (source, settled.source_id or ""), ledger_id):
        return False
    mode = Mode.MIRROR if settled.mirrored else Mode.LIVE
    # First: whoever is just doing something in the case is waited for, and then seen below.
    ((copy, reference),) = await transaction.fetch(
        f"UPDATE ledger SET source = {mark}1, source_id = {mark}2, mode = {mark}3"
        f" WHERE id = {mark}4 RETURNING complaint_id, reference",
        [*place, mode, ledger_id],
    )
    await transaction.fetch(
        f"UPDATE outbox SET source_id = {mark}2 WHERE source = {mark}1 AND ledger_id = {mark}3"
        " AND source_id IS NULL",
        [*place, ledger_id],
    )
    await transaction.fetch(f"UPDATE complaint SET listed = FALSE WHERE id = {mark}1", [copy])
    if settled.mirrored:
        # Until the next pass brings it the case would be in no list.
        await transaction.fetch(_index(dialect), [*place, copy, dialect.write(settled.at)])
        await transaction.fetch(
            f"UPDATE complaint SET reference = {mark}3 WHERE source = {mark}1"
            f" AND source_id = {mark}2",
            [*place, reference],
        )
    return True


async def heard(
    transaction: Transaction, dialect: Dialect, ledger_id: int, source: SourceId, status: Status
) -> None:
    """Note where `source` has said that the case stands, if it still holds it."""
    mark = dialect.marker
    await transaction.fetch(
        f"UPDATE ledger SET heard_status = {mark}1, heard_digest = NULL WHERE id = {mark}2"
        f" AND source = {mark}3",
        [status, ledger_id, source],
    )


@lru_cache(maxsize=2)
def _index(dialect: Dialect) -> str:
    mark = dialect.marker
    copied = ", ".join(_INDEXED)
    return (
        f"INSERT INTO complaint (source, source_id, mode, heard_at, {copied})"
        f" SELECT {mark}1, {mark}2, '{Mode.MIRROR}', {mark}4, {copied} FROM complaint"
        f" WHERE id = {mark}3 ON CONFLICT DO NOTHING"
    )
