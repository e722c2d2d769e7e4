"""Let an act claim files, in the transaction that stores it: each file once, or nothing at all."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Sequence

from connectors.contract.records import Attachment
from connectors.contract.uploads import UploadsTaken
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction


async def claim(
    transaction: Transaction,
    dialect: Dialect,
    ledger_id: int,
    attachments: Sequence[Attachment],
) -> None:
    """Have these drafts belong to the case of that ledger row. Raises `UploadsTaken`."""
    if not attachments:
        return
    these = dialect.texts.format(column="id", mark=f"{dialect.marker}1")
    claimed = await transaction.fetch(
        # What it is called is in the case; a second copy would outlive its erasure.
        f"UPDATE upload SET ledger_id = {dialect.marker}2, name = '' WHERE id IN"
        # In one order, lest two acts wait for each other's files.
        f" (SELECT id FROM upload WHERE {these} AND ledger_id IS NULL ORDER BY id{dialect.lock})"
        " RETURNING id",
        [dialect.array([storable(each.id) for each in attachments]), ledger_id],
    )
    if len(claimed) < len(attachments):
        raise UploadsTaken("a file was claimed by another act, or is no longer kept")
