"""Which cases have to be asked for in the systems that hold them, handed out to one worker each."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from connectors.contract.following import Followed, Heard, Remembered
from connectors.contract.records import STORE, SourceId
from connectors.store.engine import Engine
from connectors.store.hearing import hear

_DUE: Final = (
    "o.id",
    "o.source_id",
    "coalesce(c.updated_at, o.received_at)",
    # While something is on its way the same words may mean something else.
    (
        "CASE WHEN EXISTS (SELECT 1 FROM outbox b WHERE b.ledger_id = o.id"
        " AND b.source = o.source AND b.state <> 'DELIVERED') THEN NULL ELSE o.heard_digest END"
    ),
)


class StoreFollowing:
    """Meets `resolvers.ports.Follows`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def waiting(self, now: datetime) -> Sequence[SourceId]:
        """The sources of which some case is due at `now`, in the order of their names."""
        rows = await self._engine.fetch(
            f"SELECT DISTINCT source FROM ledger WHERE follow_at <= {self._dialect.marker}1"
            f" AND source <> '{STORE}' ORDER BY source",
            [self._dialect.write(now)],
        )
        return [SourceId(row[0]) for row in rows]

    async def begin(
        self, source: SourceId, *, now: datetime, until: datetime, most: int
    ) -> Sequence[Followed]:
        """Take up to `most` cases that `source` holds and that are due, the longest due first.

        They are due again at `until` unless something is noted of them before.
        """
        dialect, mark = self._dialect, self._dialect.marker
        async with self._engine.transaction() as transaction:
            rows = await transaction.fetch(
                f"SELECT {', '.join(_DUE)} FROM ledger o JOIN complaint c ON c.id = o.complaint_id"
                f" WHERE o.source = {mark}1 AND o.follow_at <= {mark}2"
                f" ORDER BY o.follow_at, o.id LIMIT {mark}3{dialect.skip_locked}",
                [source, dialect.write(now), most],
            )
            if not rows:
                return []
            those = dialect.numbers.format(column="id", mark=f"{mark}1")
            await transaction.fetch(
                f"UPDATE ledger SET follow_at = {mark}2 WHERE {those}",
                [dialect.array([row[0] for row in rows]), dialect.write(until)],
            )
        return [
            Followed(
                id=id_,
                source_id=source_id,
                until=until,
                changed_at=dialect.moment(changed_at),
                heard_digest=None if digest is None else bytes(digest),
            )
            for id_, source_id, changed_at, digest in rows
        ]

    async def again(self, cases: Sequence[Followed], at: datetime | None) -> None:
        """Have `cases`, of which nothing new was heard, asked for again at `at`; None: never.

        Those that became due for another reason meanwhile stay so.
        """
        dialect, mark = self._dialect, self._dialect.marker
        those = dialect.numbers.format(column="id", mark=f"{mark}1")
        async with self._engine.transaction() as transaction:
            for until in {case.until for case in cases}:
                ids = [case.id for case in cases if case.until == until]
                await transaction.fetch(
                    # In one order, lest two at once wait for each other's rows.
                    f"UPDATE ledger SET follow_at = {mark}2 WHERE id IN (SELECT id FROM ledger"
                    f" WHERE {those} AND follow_at = {mark}3 ORDER BY id{dialect.lock})",
                    [dialect.array(ids), dialect.write(at), dialect.write(until)],
                )

    async def hear(
        self, source: SourceId, case: Followed, decide: Callable[[Remembered], Heard]
    ) -> Heard | None:
        """Take in what `source` told of `case`, all that `decide` makes of it or nothing, durably.

        None if the case is no longer held there.
        """
        async with self._engine.transaction() as transaction:
            return await hear(transaction, self._dialect, source, case, decide)
