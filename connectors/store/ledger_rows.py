"""Look cases of the ledger up: by reference, by where they are held, and by who filed them."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from connectors.contract.changes import Standing
from connectors.contract.ledger import LedgerRow
from connectors.contract.records import AgencyCode, Mode, SourceId
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Engine
from connectors.store.rows import Row
from connectors.store.standing import standings_of

COLUMNS: Final = (
    "reference",
    "source",
    "source_id",
    "agency_code",
    "mode",
    "generation",
    "code_hash",
    "received_at",
    "subject",
    "adopted",
    "secret",
)
OF_LEDGER: Final = ", ".join(f"l.{name}" for name in COLUMNS)
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM ledger"


class LedgerRows:
    """Finds rows of the ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def find(self, reference: str) -> LedgerRow | None:
        """The row of a reference; None if no such case passed the gateway."""
        rows = await self._engine.fetch(
            f"{_SELECT} WHERE reference = {self._dialect.marker}1", [storable(reference)]
        )
        return row_of(self._dialect, rows[0]) if rows else None

    async def find_all(self, references: Sequence[str]) -> Mapping[str, LedgerRow]:
        """The rows of these references, by reference; unknown ones are absent. One statement."""
        known = self._dialect.texts.format(column="reference", mark=f"{self._dialect.marker}1")
        found = await self._rows(f"{_SELECT} WHERE {known}", [self._array(references)])
        return {row.reference: row for row in found}

    async def standings(self, references: Sequence[str]) -> Mapping[str, Standing]:
        """How these cases stand, by reference; unknown ones are absent. One statement.

        Of their places only whether they are on their way is told.
        """
        return await standings_of(self._engine, references)

    async def find_held(
        self, places: Iterable[tuple[SourceId, str]]
    ) -> Mapping[tuple[SourceId, str], LedgerRow]:
        """The rows of the cases that are, or were, held at these places: sources and their ids.

        Those that never passed the gateway are absent. One statement for each source.
        """
        by_source: defaultdict[SourceId, list[str]] = defaultdict(list)
        for source, source_id in places:
            by_source[source].append(source_id)
        mark = self._dialect.marker
        known = self._dialect.texts.format(column="p.source_id", mark=f"{mark}2")
        found: dict[tuple[SourceId, str], LedgerRow] = {}
        for source, ids in by_source.items():
            rows = await self._engine.fetch(
                f"SELECT p.source_id, {OF_LEDGER} FROM case_place p JOIN ledger l"
                f" ON l.id = p.ledger_id WHERE p.source = {mark}1 AND {known}",
                [storable(source), self._array(ids)],
            )
            found |= {(source, row[0]): row_of(self._dialect, row[1:]) for row in rows}
        return found

    async def filed_by(
        self, subject: str, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[LedgerRow]:
        """At most `limit` cases that `subject` filed for themselves, the last received first.

        `after` is when a case was received and its reference: only those behind it.
        """
        write, mark = self._dialect.write, self._dialect.marker
        values: list[Any] = [write(subject), limit]
        behind = ""
        if after is not None:
            values += map(write, after)
            behind = f" AND (received_at, reference) < ({mark}3, {mark}4)"
        return await self._rows(
            f"{_SELECT} WHERE subject = {mark}1{behind}"
            f" ORDER BY received_at DESC, reference DESC LIMIT {mark}2",
            values,
        )

    async def count_filed_by(self, subject: str) -> int:
        """How many cases `subject` filed for themselves."""
        rows = await self._engine.fetch(
            f"SELECT count(*) FROM ledger WHERE subject = {self._dialect.marker}1",
            [storable(subject)],
        )
        count: int = rows[0][0]
        return count

    async def _rows(self, statement: str, values: Sequence[Any]) -> Sequence[LedgerRow]:
        return [row_of(self._dialect, row) for row in await self._engine.fetch(statement, values)]

    def _array(self, texts: Iterable[str]) -> Any:
        return self._dialect.array([storable(text) for text in texts])


def row_of(dialect: Dialect, row: Row) -> LedgerRow:
    """What the `COLUMNS` of a row say."""
    reference, source, source_id, agency_code, mode, generation, code_hash, *filed = row
    received_at, subject, adopted, secret = filed
    return LedgerRow(
        reference=reference,
        source=SourceId(source),
        source_id=source_id,
        agency_code=AgencyCode(agency_code),
        mode=Mode(mode),
        generation=generation,
        code_hash=code_hash,
        received_at=dialect.moment(received_at),
        subject=subject,
        filed_here=not adopted,
        secret=bool(secret),
    )
