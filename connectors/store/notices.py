"""Keep what has to be told of cases, each notice once, and how far their clocks were looked at."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Final

from connectors.contract.lifecycle import OPEN
from connectors.contract.notices import NewNotice, NoticeName, WatchedCase, WatchProgress
from connectors.contract.records import utc_now
from connectors.store.clockwise import CLOCKED
from connectors.store.engine import Engine
from connectors.store.lettering import queue_notice
from connectors.store.once import EACH_CASE_ONCE
from connectors.store.reading import records_of
from connectors.store.rows import layout
from connectors.store.writing import insert_into

_OPEN: Final = ", ".join(f"'{status}'" for status in sorted(OPEN))
_WATCHED: Final = (
    f"(status IN ({_OPEN}) OR (status = 'ANSWERED' AND mode = 'OWN' AND reference IS NOT NULL))"
)
"""Whose clock runs, or who may be closed by it; as the index of migration 0003 has it."""

_PROGRESS: Final = ("name", "began_at", "going", "after")
_ROUND: Final = "clock"
_NOTICE: Final = ("complaint_id", "cycle", "extension", "name", "kind", "days", "at", "told_at")


class Notices:
    """Meets `resolvers.ports.KeepsNotices`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Be the only one in any process who looks; False if somebody else does."""
        return self._engine.alone("looking at the clocks")

    async def progress(self) -> WatchProgress:
        """How far the last round came."""
        rows = await self._engine.fetch(
            f"SELECT began_at, going, after FROM clock_round WHERE name = {self._dialect.marker}1",
            [_ROUND],
        )
        if not rows:
            return WatchProgress()
        began_at, going, after = rows[0]
        return WatchProgress(self._dialect.moment(began_at), bool(going), after)

    async def page(self, after: int, limit: int) -> Sequence[WatchedCase]:
        """The next cases after row `after`: at most so many, fewer only at the end.

        Cases that left their lists are not looked at, unless they passed the gateway. Of one that
        did, whoever holds it, what the ledger keeps of it is looked at.
        """
        mark = self._dialect.marker
        shown = layout(self._dialect, CLOCKED)
        rows = await self._engine.fetch(
            f"SELECT {', '.join(shown.columns)} FROM complaint WHERE id > {mark}1 AND {_WATCHED}"
            f" AND {EACH_CASE_ONCE} ORDER BY id LIMIT {mark}2",
            [after, limit],
        )
        cases = await records_of(self._engine.fetch, self._dialect, rows, CLOCKED, utc_now())
        ids = [row[shown.row_id] for row in rows]
        told = await self._told(ids)
        return [
            WatchedCase(id_, case, frozenset(told.get(id_, ())))
            for id_, case in zip(ids, cases, strict=True)
        ]

    async def tell(
        self, notices: Sequence[NewNotice], progress: WatchProgress, *, now: datetime
    ) -> int:
        """Keep them and how far the round came, both or neither; how many had not been told."""
        write = self._dialect.write
        add = f"{insert_into(self._dialect, 'notice', _NOTICE)} ON CONFLICT DO NOTHING RETURNING id"
        told = 0
        async with self._engine.transaction() as transaction:
            for each in notices:
                values = (each.row, *each.name, each.kind, each.days, each.at, now)
                added = await transaction.fetch(add, [write(value) for value in values])
                if added:
                    told += 1
                    await queue_notice(
                        transaction, self._dialect, each.row, each.letter, each.name, now
                    )
            kept = (_ROUND, progress.began_at, progress.going, progress.after)
            replaced = ", ".join(f"{name} = excluded.{name}" for name in _PROGRESS[1:])
            await transaction.fetch(
                f"{insert_into(self._dialect, 'clock_round', _PROGRESS)}"
                f" ON CONFLICT (name) DO UPDATE SET {replaced}",
                [write(value) for value in kept],
            )
        return told

    async def _told(self, ids: Sequence[int]) -> Mapping[int, list[NoticeName]]:
        """What was told of these rows, and of others of the same cases."""
        mark = f"{self._dialect.marker}1"
        rows: Sequence[Any] = await self._engine.fetch(
            "SELECT looked.id, cycle, extension, name FROM complaint looked JOIN notice"
            " ON notice.complaint_id = looked.id"
            f" WHERE {self._dialect.numbers.format(column='looked.id', mark=mark)}"
            " UNION SELECT looked.id, cycle, extension, name FROM complaint looked"
            " JOIN complaint other ON other.reference = looked.reference"
            " JOIN notice ON notice.complaint_id = other.id"
            f" WHERE {self._dialect.numbers.format(column='looked.id', mark=mark)}",
            [self._dialect.array(ids)],
        )
        found: dict[int, list[NoticeName]] = {}
        for id_, *name in rows:
            found.setdefault(id_, []).append(NoticeName(*name))
        return found
