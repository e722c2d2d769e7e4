"""Keep who complains, and for whom, apart from the case, and write down who looks."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Callable
from typing import Final, TypeVar

from connectors.contract.connector import Contact, OnBehalfOf
from connectors.contract.ledger import Complainant, LedgerRow, Look, NewCase
from connectors.contract.records import Mandate, PersonType
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Engine, Transaction
from connectors.store.ledger_rows import COLUMNS, row_of
from connectors.store.rows import Row
from connectors.store.writing import insert_into

_KEPT: Final = ("name", "phone", "email", "language", "on_behalf_of", "mandate", "person_type")
_COLUMNS: Final = ("ledger_id", *_KEPT)
_LOOK: Final = ("ledger_id", "subject", "role", "purpose", "at")

RefusalT = TypeVar("RefusalT")


class Complainants:
    """Meets `resolvers.ports.Complainants`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def look(
        self, reference: str, look: Look, refuse: Callable[[LedgerRow], RefusalT | None]
    ) -> Complainant | RefusalT | None:
        """Who complains in the case of `reference`, once `look` is durably written down.

        What `refuse` makes of the row of the case, if anything, is given back instead, and nothing
        is written; None if there is no such case.
        """
        dialect = self._engine.dialect
        mark = dialect.marker
        async with self._engine.transaction() as transaction:
            # The row stays as it is until the look is written.
            rows = await transaction.fetch(
                f"SELECT id, {', '.join(COLUMNS)} FROM ledger"
                f" WHERE reference = {mark}1{dialect.lock}",
                [storable(reference)],
            )
            if not rows:
                return None
            row_id, *row = rows[0]
            refused = refuse(row_of(dialect, row))
            if refused is not None:
                return refused
            values = (row_id, look.subject, look.role, look.purpose, look.at)
            await transaction.fetch(
                insert_into(dialect, "complainant_look", _LOOK),
                [dialect.write(value) for value in values],
            )
            kept = await transaction.fetch(
                f"SELECT {', '.join(_KEPT)} FROM complainant WHERE ledger_id = {mark}1", [row_id]
            )
        return _complainant(kept[0]) if kept else Complainant(Contact(), None)


def _complainant(row: Row) -> Complainant:
    name, phone, email, language, other, mandate, person_type = row
    whom = None if other is None else OnBehalfOf(other, Mandate(mandate), PersonType(person_type))
    return Complainant(Contact(name, phone, email, language), whom)


async def keep(transaction: Transaction, dialect: Dialect, row_id: int, case: NewCase) -> None:
    """Write what `case` says of them, beside the ledger's row `row_id`."""
    contact, other = case.contact, case.on_behalf_of
    whom = (None, None, None) if other is None else (other.name, other.mandate, other.person_type)
    values = (contact.name, contact.phone, contact.email, contact.language, *whom)
    await transaction.fetch(
        insert_into(dialect, "complainant", _COLUMNS),
        [row_id, *(dialect.write(value) for value in values)],
    )
