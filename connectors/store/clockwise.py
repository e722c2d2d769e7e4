"""Read cases as the legal clock has to know them: their times, events and decisions."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from typing import Final

from connectors.contract.query import Child, Selection
from connectors.contract.records import Complaint, utc_now
from connectors.store.dialect import Dialect
from connectors.store.engine import Transaction
from connectors.store.reading import records_of
from connectors.store.rows import layout

CLOCKED: Final = Selection(
    fields=frozenset({"created_at", "created_precision", "received_at", "due_at", "closed_at"}),
    children=frozenset({Child.EVENTS, Child.DECISIONS}),
)
"""All that moves the clock."""


async def case_so_far(transaction: Transaction, dialect: Dialect, row_id: int) -> Complaint:
    """One case as it stands in the transaction."""
    columns = ", ".join(layout(dialect, CLOCKED).columns)
    rows = await transaction.fetch(
        f"SELECT {columns} FROM complaint WHERE id = {dialect.marker}1", [row_id]
    )
    (case,) = await records_of(transaction.fetch, dialect, rows, CLOCKED, utc_now())
    return case
