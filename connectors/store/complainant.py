"""Keep who complains, and for whom, apart from the case."""

from connectors.contract.ledger import NewCase
from connectors.store.dialect import Dialect
from connectors.store.engine import Transaction
from connectors.store.writing import insert_into

_COLUMNS = ("ledger_id", "name", "phone", "email", "on_behalf_of", "mandate", "person_type")


async def keep(transaction: Transaction, dialect: Dialect, row_id: int, case: NewCase) -> None:
    """Write what `case` says of them, beside the ledger's row `row_id`."""
    contact, other = case.contact, case.on_behalf_of
    whom = (None, None, None) if other is None else (other.name, other.mandate, other.person_type)
    values = (contact.name, contact.phone, contact.email, *whom)
    await transaction.fetch(
        insert_into(dialect, "complainant", _COLUMNS),
        [row_id, *(dialect.write(value) for value in values)],
    )
