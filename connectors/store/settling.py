"""Write what came of deliveries: an attempt's end, or a person's word, in a transaction."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.contract.outbox import (
    FOR_A_PERSON,
    PLACE_TAKEN,
    Arrived,
    Confirmed,
    DeliveryState,
    Due,
    Later,
    NotAwaited,
    PlaceTaken,
    Settled,
    Stopped,
    Verb,
)
from connectors.contract.records import SourceId
from connectors.store.arriving import arrived, follow_soon, heard
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction
from connectors.store.rows import Row


class Rows:
    """Conditions on deliveries, and the values they bind."""

    def __init__(self, dialect: Dialect) -> None:
        self.values: list[Any] = []
        self._dialect = dialect
        self._wheres: list[str] = []

    @property
    def text(self) -> str:
        """The conditions, all of which hold."""
        return " AND ".join(self._wheres)

    def bind(self, value: Any) -> str:
        """Bind `value`; where it stands."""
        self.values.append(self._dialect.write(value))
        return f"{self._dialect.marker}{len(self.values)}"

    def where(self, column: str, value: Any) -> None:
        """Only those with this `value`."""
        self._wheres.append(f"{column} = {self.bind(value)}")

    def among(self, column: str, words: Iterable[str]) -> None:
        """Only those with one of `words`."""
        words = [storable(word) for word in sorted(words)]
        self._among(column, self._dialect.texts, words)

    def numbered(self, column: str, numbers: Iterable[int]) -> None:
        """Only those with one of `numbers`."""
        self._among(column, self._dialect.numbers, sorted(numbers))

    async def set(self, transaction: Transaction, columns: Mapping[str, Any]) -> Sequence[Row]:
        """Write `columns` of these; id, ledger row, verb and source of each."""
        changes = ", ".join(f"{name} = {self.bind(value)}" for name, value in columns.items())
        return await transaction.fetch(
            f"UPDATE outbox SET {changes} WHERE {self.text} RETURNING id, ledger_id, verb, source",
            self.values,
        )

    def _among(self, column: str, form: str, values: Sequence[Any]) -> None:
        self.values.append(self._dialect.array(values))
        mark = f"{self._dialect.marker}{len(self.values)}"
        self._wheres.append(form.format(column=column, mark=mark))


def awaited(dialect: Dialect, id_: int) -> Rows:
    """The delivery `id_`, if it waits for a person."""
    rows = Rows(dialect)
    rows.where("id", id_)
    rows.among("state", FOR_A_PERSON)
    return rows


def stopped(settled: Stopped) -> Mapping[str, Any]:
    """What a delivery is that is not tried again."""
    return {"state": settled.state, "code": settled.code, "done_at": None}


async def settle(
    transaction: Transaction, dialect: Dialect, rows: Rows, due: Due, settled: Settled
) -> bool:
    """Note what came of the attempt `due`, whose row is `rows`; False if there is none."""
    match settled:
        case Arrived():
            return await note_arrival(transaction, dialect, rows, settled)
        case Later():
            again: dict[str, Any] = {
                "state": DeliveryState.PENDING,
                "next_at": settled.at,
                "code": settled.code,
                "maybe_sent": settled.maybe_sent,
                "attempts": due.attempt if settled.counted else due.attempt - 1,
                "token": settled.token or due.token,
            }
            if not settled.counted and settled.token is None:
                # Nothing was tried: what a search has to find is still as old as it was.
                again["tried_at"] = due.tried_at
            return bool(await rows.set(transaction, again))
        case Stopped():
            return await note_stop(transaction, dialect, rows, settled)


async def note_arrival(
    transaction: Transaction, dialect: Dialect, rows: Rows, settled: Arrived
) -> bool:
    """Note that these have arrived; False if there are none.

    A filing whose place another reference has is UNCERTAIN from then on.
    """
    found = await rows.set(transaction, delivered(settled.at))
    for id_, ledger_id, verb, source in found:
        if settled.stands is not None:
            await heard(transaction, dialect, ledger_id, SourceId(source), settled.stands)
        if verb == Verb.FILE and not await arrived(
            transaction, dialect, ledger_id, SourceId(source), settled
        ):
            taken = Rows(dialect)
            taken.where("id", id_)
            await taken.set(
                transaction, stopped(Stopped(DeliveryState.UNCERTAIN, PLACE_TAKEN, settled.at))
            )
    await _follow(transaction, dialect, found, settled.at)
    return bool(found)


async def note_stop(
    transaction: Transaction, dialect: Dialect, rows: Rows, settled: Stopped
) -> bool:
    """Note that these are not tried again; False if there are none."""
    found = await rows.set(transaction, stopped(settled))
    # It may show there that they arrived nevertheless.
    await _follow(transaction, dialect, found, settled.at)
    return bool(found)


async def confirm(
    transaction: Transaction, dialect: Dialect, ledger_id: int, confirmed: Confirmed
) -> None:
    """Note a person's word on a delivery of this case. Raises `NotAwaited` and `PlaceTaken`."""
    rows = awaited(dialect, confirmed.id)
    rows.where("ledger_id", ledger_id)
    found = await rows.set(transaction, delivered(confirmed.arrived.at))
    if not found:
        raise NotAwaited(f"delivery {confirmed.id} waits for no person's word")
    ((_, _, verb, source),) = found
    if verb == Verb.FILE and not await arrived(
        transaction, dialect, ledger_id, SourceId(source), confirmed.arrived
    ):
        raise PlaceTaken(f"the id that {source} is said to know the case by is another's here")
    await _follow(transaction, dialect, found, confirmed.arrived.at)


async def _follow(
    transaction: Transaction, dialect: Dialect, found: Sequence[Row], at: datetime
) -> None:
    await follow_soon(transaction, dialect, [ledger_id for _, ledger_id, _, _ in found], at)


def delivered(at: datetime) -> Mapping[str, Any]:
    """What a delivery is that its system has."""
    return {
        "state": DeliveryState.DELIVERED,
        "done_at": at,
        "code": None,
        # What was said is in the case; a second copy would outlive its erasure.
        "payload": None,
    }
