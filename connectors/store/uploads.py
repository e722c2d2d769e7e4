"""What is known of files that people sent: drafts until an act claims them, then with its case."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from connectors.contract.ledger import FileOfCase
from connectors.contract.query import Child, Selection
from connectors.contract.records import utc_now
from connectors.contract.uploads import KeptUpload, UploadsHeld
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Engine
from connectors.store.ledger_rows import OF_LEDGER, row_of
from connectors.store.reading import Reading
from connectors.store.rows import Row
from connectors.store.writing import insert_into

_FILES: Final = Selection(children=frozenset({Child.ATTACHMENTS}))
_COLUMNS: Final = ("id", "name", "media_type", "bytes", "sha256", "at")


class StoreUploads:
    """Meets `resolvers.uploads.keeping.KeepsUploads` and `resolvers.uploads.serving.FindsFiles`."""

    def __init__(self, engine: Engine, reading: Reading) -> None:
        self._engine = engine
        self._reading = reading
        self._dialect = engine.dialect

    async def keep(self, upload: KeptUpload) -> None:
        """Keep a draft, durably."""
        values = [self._dialect.write(getattr(upload, name)) for name in _COLUMNS]
        async with self._engine.transaction() as transaction:
            await transaction.fetch(insert_into(self._dialect, "upload", _COLUMNS), values)

    async def find_all(self, ids: Collection[str]) -> Mapping[str, KeptUpload]:
        """Drafts and attachments by their ids; unknown ones are absent."""
        if not ids:
            return {}
        rows = await self._engine.fetch(
            f"SELECT {', '.join(_COLUMNS)}, ledger_id IS NOT NULL FROM upload WHERE {self._these}",
            [self._array(ids)],
        )
        return {row[0]: upload_of(self._dialect, row) for row in rows}

    async def case_of(self, id_: str) -> FileOfCase | None:
        """The case that the file of that id is attached to; None for a draft, and for none."""
        rows = await self._engine.fetch(
            f"SELECT l.complaint_id, {OF_LEDGER} FROM upload u JOIN ledger l ON l.id = u.ledger_id"
            f" WHERE u.id = {self._dialect.marker}1",
            [storable(id_)],
        )
        if not rows:
            return None
        copy, *row = rows[0]
        copies = await self._reading.copies([copy], _FILES, now=utc_now())
        return FileOfCase(row_of(self._dialect, row), copies[copy])

    async def draft_bytes(self) -> int:
        """The bytes of all drafts together."""
        rows = await self._engine.fetch("SELECT sum(bytes) FROM upload WHERE ledger_id IS NULL")
        return int(rows[0][0] or 0)

    async def attached(self) -> Mapping[str, str]:
        """The SHA-256 digest, in hexadecimal, of each file that belongs to a case, by its id."""
        rows = await self._engine.fetch("SELECT id, sha256 FROM upload WHERE ledger_id IS NOT NULL")
        return {row[0]: row[1] for row in rows}

    async def held(self) -> UploadsHeld:
        """How many files there are, and of how many bytes."""
        rows = await self._engine.fetch(
            "SELECT ledger_id IS NULL, count(*), sum(bytes) FROM upload GROUP BY ledger_id IS NULL"
        )
        found = {bool(draft): (count, int(size)) for draft, count, size in rows}
        return UploadsHeld(*found.get(True, (0, 0)), *found.get(False, (0, 0)))

    async def forget(self, ids: Collection[str]) -> None:
        """Forget those of these that are drafts still."""
        if not ids:
            return
        async with self._engine.transaction() as transaction:
            await transaction.fetch(
                # In one order, lest two at once wait for each other's rows.
                f"DELETE FROM upload WHERE id IN (SELECT id FROM upload WHERE {self._these}"
                f" AND ledger_id IS NULL ORDER BY id{self._dialect.lock})",
                [self._array(ids)],
            )

    async def drafts(self, before: datetime) -> Sequence[str]:
        """The ids of all drafts that came before."""
        rows = await self._engine.fetch(
            f"SELECT id FROM upload WHERE ledger_id IS NULL AND at < {self._dialect.marker}1"
            " ORDER BY at",
            [self._dialect.write(before)],
        )
        return [row[0] for row in rows]

    @property
    def _these(self) -> str:
        return self._dialect.texts.format(column="id", mark=f"{self._dialect.marker}1")

    def _array(self, ids: Collection[str]) -> object:
        return self._dialect.array([storable(id_) for id_ in sorted(ids)])


def upload_of(dialect: Dialect, row: Row) -> KeptUpload:
    """What a row says."""
    id_, name, media_type, size, sha256, at, claimed = row
    return KeptUpload(id_, name, media_type, size, sha256, dialect.moment(at), bool(claimed))
