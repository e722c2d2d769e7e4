"""Keep index rows of cases that other systems hold, and know when those were last heard."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from connectors.contract.ledger import MirrorBusy, MirrorState
from connectors.contract.query import Selection
from connectors.contract.records import STORE, Complaint, SourceId, utc_now
from connectors.store.engine import Engine
from connectors.store.mirroring import Mirroring
from connectors.store.reading import Reading
from connectors.store.writing import note_heard, told_by, upsert


class Mirror:
    """Meets `resolvers.ports.Mirrors` and `KeepsMirrors`; imports write by `put`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def states(self, sources: Sequence[SourceId]) -> Sequence[MirrorState]:
        """The state of those `sources` that were ever heard; one statement."""
        dialect = self._engine.dialect
        known = dialect.texts.format(column="source", mark=f"{dialect.marker}1")
        rows = await self._engine.fetch(
            f"SELECT source, heard_at FROM mirror_state WHERE {known} ORDER BY source",
            [dialect.array(sources)],
        )
        return [MirrorState(SourceId(row[0]), dialect.moment(row[1])) for row in rows]

    async def kept(
        self, source: SourceId, ids: Sequence[str], selection: Selection
    ) -> Mapping[str, Complaint]:
        """What is kept of the cases that `source` knows by `ids`; the others are absent."""
        return await Reading(self._engine).get(source, ids, selection, now=utc_now())

    @asynccontextmanager
    async def alone_with(self, source: SourceId) -> AsyncIterator[Mirroring]:
        """Be the only one, in any process, who carries the mirror of `source` on.

        Raises `MirrorBusy`.
        """
        async with self._engine.alone(f"mirror of {source}") as alone:
            if not alone:
                raise MirrorBusy(f'source "{source}" is mirrored by somebody else just now')
            yield Mirroring(self._engine, source)

    async def put(
        self, records: Sequence[Complaint], *, source: SourceId, heard_at: datetime
    ) -> None:
        """Keep `records` as `source` told them at `heard_at`, in one transaction.

        Rows known already are overwritten; child lists that are None stay as they were.
        """
        dialect = self._engine.dialect
        async with self._engine.transaction() as transaction:
            told = told_by(dialect, records, source=source, heard_at=heard_at)
            await upsert(transaction, dialect, told, source=source)
            if source != STORE:
                await note_heard(transaction, dialect, source, heard_at)
