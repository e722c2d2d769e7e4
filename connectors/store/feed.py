"""Tell what changed since a mark, and when something changes.

Numbers from a sequence become visible in another order than they were drawn in: whoever has read
up to 7 may never see a 6 that is committed later. So on PostgreSQL a mark is a snapshot of the
transactions: which of them had been committed when it was taken. What changed since is what those
that it does not see have written, and that is neither too little nor too much, whoever was slow.
SQLite has one writer, whose numbers are committed in their order.
"""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from connectors.contract.feed import ChangedCase, Changes, Notice, StaleMark
from connectors.contract.records import AgencyCode
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Engine
from connectors.store.noting import read_notice
from connectors.store.rows import Row

_SELECTED: Final = "case_id, agency_code, here, position"
_NOT_ELSEWHERE: Final = (
    "(here OR NOT EXISTS (SELECT 1 FROM changed_case AS other"
    " WHERE other.case_id = changed_case.case_id AND other.here))"
)
_NOW: Final[Mapping[str, str]] = {
    # The numbers of transactions mean nothing in another cluster, database or timeline.
    "postgres": "SELECT concat_ws('.', (SELECT system_identifier FROM pg_control_system()),"
    " (SELECT oid FROM pg_database WHERE datname = current_database()),"
    " left(pg_walfile_name(pg_current_wal_lsn()), 8)), pg_current_snapshot()::text",
    "sqlite": "SELECT '', CAST(coalesce(max(position), 0) AS TEXT) FROM changed_case",
}
_BETWEEN: Final[Mapping[str, str]] = {
    "postgres": "position >= pg_snapshot_xmin($1::text::pg_snapshot)::text::bigint"
    " AND NOT pg_visible_in_snapshot(position::text::xid8, $1::text::pg_snapshot)"
    " AND pg_visible_in_snapshot(position::text::xid8, $2::text::pg_snapshot)",
    "sqlite": "position > CAST(?1 AS INTEGER) AND position <= CAST(?2 AS INTEGER)",
}


class _Mark(msgspec.Struct, array_like=True, frozen=True):
    """How far somebody has read."""

    database: str
    seen: str
    """Everything that was committed by then."""
    upto: str | None = None
    """Of what was committed between `seen` and then, what comes no later than `after`."""
    after: tuple[int, str, str] = (0, "", "")
    """Position, case and agency."""


class StoreFeed:
    """Meets `resolvers.ports.Feed`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def now(self) -> str:
        """The mark of this moment."""
        return _text(await self._now())

    async def since(
        self, mark: str, agencies: Collection[AgencyCode] | None, *, most: int
    ) -> Changes:
        """The first `most` cases that changed since `mark`, of these agencies or of all.

        Of a case that went to another agency the one that it left is told once; who asks about all
        is told where it is. Raises `StaleMark`.
        """
        start = msgspec.json.decode(mark, type=_Mark)
        upto = start.upto
        if upto is None:
            now = await self._now()
            if now.database != start.database:
                raise StaleMark
            upto = now.seen
        values: list[Any] = [start.seen, upto, *start.after, most + 1]
        if agencies is not None:
            values.append(self._dialect.array(sorted(agencies)))
        statement = _since(self._dialect, of_all=agencies is None)
        rows = await self._engine.fetch(statement, values)
        cases = [_changed(row, start, upto) for row in rows[:most]]
        if len(rows) > most:
            return Changes(cases, cases[-1].mark, more=True)
        # What came after `upto` has not been looked for, if it was taken some time ago.
        return Changes(cases, _text(_Mark(start.database, upto)), more=start.upto is not None)

    async def version(self, case: str) -> int | None:
        """The latest version that was noted of `case`, named as in its global id.

        None if none ever was.
        """
        mark = self._dialect.marker
        source, _, source_id = case.partition(":")
        # By its place it is found too when it has a reference by now.
        rows = await self._engine.fetch(
            f"SELECT max(version) FROM changed_case WHERE case_id = {mark}1 OR case_id ="
            " (SELECT l.reference FROM case_place p JOIN ledger l ON l.id = p.ledger_id"
            f" WHERE p.source = {mark}2 AND p.source_id = {mark}3)",
            [storable(each) for each in (case, source, source_id)],
        )
        version: int | None = rows[0][0]
        return version

    async def listen(self, hear: Callable[[Notice | None], None]) -> None:
        """Call `hear` for each change that is committed, in any process, until cancelled.

        First it is called with None: what changed before has to be looked for. Raises
        `SourceUnavailable` when something may have been missed.
        """
        await self._engine.hear(lambda text: hear(None if text is None else read_notice(text)))

    async def _now(self) -> _Mark:
        ((database, seen),) = await self._engine.fetch(_NOW[self._dialect.name])
        return _Mark(database, seen)


def _changed(row: Row, start: _Mark, upto: str) -> ChangedCase:
    case, agency, here, position = row
    mark = _Mark(start.database, start.seen, upto, (position, case, agency))
    return ChangedCase(case, AgencyCode(agency), bool(here), _text(mark))


def _text(mark: _Mark) -> str:
    return msgspec.json.encode(mark).decode()


@lru_cache(maxsize=4)
def _since(dialect: Dialect, *, of_all: bool) -> str:
    mark = dialect.marker
    agencies = dialect.texts.format(column="agency_code", mark=f"{mark}7")
    return (
        f"SELECT {_SELECTED} FROM changed_case WHERE {_NOT_ELSEWHERE if of_all else agencies}"
        f" AND {_BETWEEN[dialect.name]}"
        f" AND (position, case_id, agency_code) > ({mark}3, {mark}4, {mark}5)"
        f" ORDER BY position, case_id, agency_code LIMIT {mark}6"
    )
