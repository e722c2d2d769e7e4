"""What is known of a store's having been put back from a backup, and what is held in it.

Whatever was still to be delivered may have been since: it is held until the agencies were asked.
"""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from connectors.contract.lifecycle import Status
from connectors.contract.outbox import (
    RESTORED,
    DeliveryState,
    Due,
    HeldDelivery,
    PutBack,
    Settled,
    Verb,
)
from connectors.contract.records import SourceId
from connectors.store.dialect import Dialect
from connectors.store.engine import Engine
from connectors.store.lettering import HOLD_LETTERS
from connectors.store.outbox import DUE, VERB, due_of
from connectors.store.queueing import filings
from connectors.store.settling import Rows, settle

HOLD: Final = (
    f"UPDATE outbox SET state = '{DeliveryState.UNCERTAIN}', code = '{RESTORED}'"
    f" WHERE state IN ('{DeliveryState.PENDING}', '{DeliveryState.SENDING}')"
)
"""Hold what waits."""
NOTE: Final = (
    "INSERT INTO restoration (name, known_to) SELECT 'last', max(at) FROM history WHERE TRUE"
    " ON CONFLICT (name) DO UPDATE SET reconciled_at = NULL, known_to = CASE"
    # Of two that were put back one upon the other, what neither knows is asked for.
    " WHEN restoration.reconciled_at IS NULL THEN restoration.known_to"
    " ELSE excluded.known_to END"
)
"""Note how far this store knows."""


class Restored:
    """What is known of a store's having been put back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def hold(self) -> int:
        """Have nothing delivered that was queued until now, until the agencies were asked.

        How many those are.
        """
        async with self._engine.transaction() as transaction:
            await transaction.fetch(NOTE)
            await transaction.fetch(HOLD_LETTERS)
            return len(await transaction.fetch(f"{HOLD} RETURNING id"))

    async def put_back(self) -> PutBack | None:
        """How far the store knew when it was put back; None if it never was."""
        moment = self._engine.dialect.moment
        rows = await self._engine.fetch("SELECT known_to, reconciled_at FROM restoration")
        for known_to, reconciled_at in rows:
            return PutBack(
                None if known_to is None else moment(known_to),
                None if reconciled_at is None else moment(reconciled_at),
            )
        return None

    async def reconciled(self, at: datetime) -> None:
        """Note that the agencies were asked."""
        dialect = self._engine.dialect
        async with self._engine.transaction() as transaction:
            await transaction.fetch(
                f"UPDATE restoration SET reconciled_at = {dialect.marker}1", [dialect.write(at)]
            )

    async def count(self) -> int:
        """How many deliveries are held."""
        return sum((await self.held_by_source()).values())

    async def held_by_source(self) -> Mapping[SourceId, int]:
        """How many deliveries are held, by source."""
        held = _held(self._dialect, "")
        rows = await self._engine.fetch(
            f"SELECT source, count(*) FROM outbox WHERE {held.text} GROUP BY source", held.values
        )
        return {SourceId(source): count for source, count in rows}

    async def held(
        self, source: SourceId, *, now: datetime, after: int, most: int
    ) -> Sequence[HeldDelivery]:
        """The next `most` deliveries to `source` that are held, after the id `after`, oldest first.

        An attempt at each that was broken off `now` may have arrived.
        """
        dialect = self._dialect
        held = _held(dialect)
        held.where("o.source", source)
        later, page = held.bind(after), held.bind(most)
        async with self._engine.transaction() as transaction:
            rows = await transaction.fetch(
                "SELECT CASE WHEN l.source = o.source THEN l.heard_status END,"
                f" {', '.join(DUE)} FROM outbox o"
                f" JOIN ledger l ON l.id = o.ledger_id WHERE {held.text} AND o.id > {later}"
                f" ORDER BY o.id LIMIT {page}",
                held.values,
            )
            told = [(row[0], row[1:]) for row in rows]
            filed = [due[1] for _, due in told if due[VERB] == Verb.FILE]
            known = await filings(transaction, dialect, filed) if filed else {}
        return [
            HeldDelivery(
                replace(
                    due_of(dialect, due, known[due[1]] if due[VERB] == Verb.FILE else None, now),
                    attempt=1,
                    tried_at=now,
                    maybe_sent=True,
                ),
                None if heard is None else Status(heard),
            )
            for heard, due in told
        ]

    async def settle_held(self, due: Due, settled: Settled) -> DeliveryState | None:
        """Note what is known of a delivery that is held; its state from then on.

        None if it is held no more.
        """
        held = _held(self._dialect, "")
        held.where("id", due.id)
        async with self._engine.transaction() as transaction:
            if not await settle(transaction, self._dialect, held, due, settled):
                return None
            mark = self._dialect.marker
            ((state,),) = await transaction.fetch(
                f"SELECT state FROM outbox WHERE id = {mark}1", [due.id]
            )
        return DeliveryState(state)


def _held(dialect: Dialect, table: str = "o.") -> Rows:
    held = Rows(dialect)
    held.where(f"{table}state", DeliveryState.UNCERTAIN)
    held.where(f"{table}code", RESTORED)
    return held
