"""What agencies' systems are still to hear: handed out one attempt at a time, until it is settled.

An attempt is on record before it begins: whoever comes upon one that was broken off knows that it
may have arrived.
"""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.connector import Filing
from connectors.contract.outbox import (
    Arrived,
    Backlog,
    Delivery,
    DeliveryState,
    Due,
    Settled,
    Verb,
    Which,
)
from connectors.contract.records import AgencyCode, SourceId
from connectors.store.dialect import Dialect
from connectors.store.engine import Engine
from connectors.store.queueing import filings, said
from connectors.store.rows import Row
from connectors.store.settling import Rows, awaited, note_arrival, settle

_READY: Final = (
    "((o.state = 'PENDING' AND o.next_at <= {now})"
    " OR (o.state = 'SENDING' AND o.lease_until < {now}))"
    # To one system one after the other in a case, and nothing before it has taken the filing.
    " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.ledger_id = o.ledger_id"
    " AND b.source = o.source AND b.position < o.position AND (b.state IN ('PENDING', 'SENDING')"
    " OR (b.state = 'UNCERTAIN' AND b.code = 'RESTORED')"
    " OR (b.verb = 'FILE' AND b.state <> 'DELIVERED')))"
)
DUE: Final = (
    "o.id",
    "o.ledger_id",
    "l.reference",
    "o.source",
    "o.source_id",
    "o.act",
    "o.verb",
    "o.payload",
    "o.idempotency_key",
    "o.attempts",
    "o.created_at",
    "o.tried_at",
    "o.maybe_sent",
    "o.token",
)
"""What tells a delivery whose turn it is, of `outbox o` and `ledger l`."""
VERB: Final = DUE.index("o.verb")
"""Where in that the verb stands."""
_SHOWN: Final = (
    "o.id",
    "l.reference",
    "o.agency_code",
    "o.source",
    "o.act",
    "o.verb",
    "o.state",
    "o.attempts",
    "o.created_at",
    "o.next_at",
    "o.tried_at",
    "o.code",
)
_SHOW: Final = f"SELECT {', '.join(_SHOWN)} FROM outbox o JOIN ledger l ON l.id = o.ledger_id"


class StoreOutbox:
    """Meets `resolvers.ports.Outbox`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def waiting(self, now: datetime) -> Sequence[SourceId]:
        """The sources for which something is to be tried at `now`, in the order of their names."""
        ready = _READY.format(now=f"{self._dialect.marker}1")
        rows = await self._engine.fetch(
            f"SELECT DISTINCT o.source FROM outbox o WHERE {ready} ORDER BY o.source",
            [self._dialect.write(now)],
        )
        return [SourceId(row[0]) for row in rows]

    async def begin(
        self, source: SourceId, *, now: datetime, until: datetime, most: int
    ) -> Sequence[Due]:
        """Begin an attempt at up to `most` deliveries to `source`, oldest first, durably.

        Nobody else begins one at the same before `until`.
        """
        dialect, mark = self._dialect, self._dialect.marker
        ready = _READY.format(now=f"{mark}2")
        async with self._engine.transaction() as transaction:
            rows = await transaction.fetch(
                f"SELECT {', '.join(DUE)} FROM outbox o JOIN ledger l ON l.id = o.ledger_id"
                f" WHERE o.source = {mark}1 AND {ready} ORDER BY o.id LIMIT {mark}3"
                f"{dialect.skip_locked}",
                [source, dialect.write(now), most],
            )
            if not rows:
                return []
            ids = dialect.numbers.format(column="id", mark=f"{mark}1")
            await transaction.fetch(
                "UPDATE outbox SET state = 'SENDING', attempts = attempts + 1, maybe_sent = TRUE,"
                f" tried_at = {mark}2, lease_until = {mark}3 WHERE {ids}",
                [dialect.array([row[0] for row in rows]), *map(dialect.write, (now, until))],
            )
            filed = [row[1] for row in rows if row[VERB] == Verb.FILE]
            known = await filings(transaction, dialect, filed) if filed else {}
        return [due_of(dialect, row, known.get(row[1]), now) for row in rows]

    async def settle(self, due: Due, settled: Settled) -> bool:
        """Note what came of an attempt; False if another one overtook it."""
        attempt = Rows(self._dialect)
        attempt.where("id", due.id)
        attempt.where("attempts", due.attempt)
        attempt.where("tried_at", due.begun_at)
        attempt.among("state", [DeliveryState.SENDING])
        async with self._engine.transaction() as transaction:
            return await settle(transaction, self._dialect, attempt, due, settled)

    async def hasten(self, source: SourceId, *, at: datetime, codes: AbstractSet[str]) -> None:
        """Have tried from `at` on what pauses at `source` because of one of these `codes`."""
        pausing = Rows(self._dialect)
        pausing.where("source", source)
        pausing.among("state", [DeliveryState.PENDING])
        pausing.among("code", codes)
        async with self._engine.transaction() as transaction:
            await pausing.set(transaction, {"next_at": at})

    async def deliveries(self, which: Which, *, most: int, after: int = 0) -> Sequence[Delivery]:
        """The next `most` deliveries that are meant, after the id `after`, oldest first."""
        meant = _meant(self._dialect, which)
        later = meant.bind(after)
        rows = await self._engine.fetch(
            f"{_SHOW} WHERE {meant.text} AND o.id > {later} ORDER BY o.id LIMIT {meant.bind(most)}",
            meant.values,
        )
        return [_delivery(self._dialect, row) for row in rows]

    async def find(self, id_: int) -> Delivery | None:
        """The delivery of that id, whatever its state; None if there is none."""
        rows = await self._engine.fetch(f"{_SHOW} WHERE o.id = {self._dialect.marker}1", [id_])
        return _delivery(self._dialect, rows[0]) if rows else None

    async def retry(self, id_: int, *, at: datetime) -> bool:
        """Have a delivery that stopped tried again from `at` on; False if it did not stop."""
        rows = Rows(self._dialect)
        rows.where("id", id_)
        rows.among("state", [DeliveryState.UNCERTAIN, DeliveryState.DEAD])
        again = {"state": DeliveryState.PENDING, "attempts": 0, "next_at": at, "code": None}
        async with self._engine.transaction() as transaction:
            # Whoever says so has looked: it did not arrive.
            return bool(await rows.set(transaction, again | {"maybe_sent": False}))

    async def resolve(self, id_: int, settled: Arrived) -> bool:
        """Note that a person saw a delivery there, or made it by hand; False if none is awaited."""
        rows = awaited(self._dialect, id_)
        async with self._engine.transaction() as transaction:
            return await note_arrival(transaction, self._dialect, rows, settled)

    async def backlog(self) -> Sequence[Backlog]:
        """What waits, by source and state."""
        rows = await self._engine.fetch(
            "SELECT source, state, count(*), min(created_at) FROM outbox"
            f" WHERE state <> '{DeliveryState.DELIVERED}' GROUP BY source, state"
            " ORDER BY source, state"
        )
        moment = self._dialect.moment
        return [
            Backlog(SourceId(source), DeliveryState(state), count, moment(oldest))
            for source, state, count, oldest in rows
        ]


def _meant(dialect: Dialect, which: Which) -> Rows:
    meant = Rows(dialect)
    meant.among("o.state", which.states)
    if which.sources is not None:
        meant.among("o.source", which.sources)
    if which.agencies is not None:
        meant.among("o.agency_code", which.agencies)
    if which.reference is not None:
        meant.where("l.reference", which.reference)
    return meant


def due_of(dialect: Dialect, row: Row, filing: Filing | None, begun_at: datetime) -> Due:
    """The delivery that `row` tells by `DUE`, and what was filed, if it is a filing."""
    id_, _, reference, source, source_id, act, verb, payload, *rest = row
    key, attempts, created_at, tried_at, maybe_sent, token = rest
    if filing is not None and act == Act.TRANSFER:
        # They answer what another agency's service asks.
        filing = replace(filing, attributes={})
    return Due(
        id=id_,
        reference=reference,
        source=SourceId(source),
        source_id=source_id,
        act=Act(act),
        what=filing if filing is not None else said(Verb(verb), payload),
        key=key,
        attempt=attempts + 1,
        begun_at=begun_at,
        created_at=dialect.moment(created_at),
        tried_at=None if tried_at is None else dialect.moment(tried_at),
        maybe_sent=bool(maybe_sent),
        token=token,
    )


def _delivery(dialect: Dialect, row: Row) -> Delivery:
    id_, reference, agency, source, act, verb, state, attempts, *moments, code = row
    created_at, next_at, tried_at = moments
    return Delivery(
        id=id_,
        reference=reference,
        agency_code=AgencyCode(agency),
        source=SourceId(source),
        act=Act(act),
        verb=Verb(verb),
        state=DeliveryState(state),
        attempts=attempts,
        created_at=dialect.moment(created_at),
        next_at=dialect.moment(next_at),
        tried_at=None if tried_at is None else dialect.moment(tried_at),
        code=code,
    )
