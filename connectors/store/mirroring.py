"""Carry one source's mirror on: rows and the place they were read up to in one transaction."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

import msgspec

from connectors.contract.ledger import Absent, Kept, MirrorBusy, MirrorPass, MirrorProgress
from connectors.contract.query import Key
from connectors.contract.records import Complaint, SourceId
from connectors.store.dialect import Dialect
from connectors.store.engine import Engine, Transaction
from connectors.store.noting import note_rows
from connectors.store.placing import elsewhere
from connectors.store.rows import COLUMNS
from connectors.store.statements import these
from connectors.store.writing import insert_into, note_heard, told_by, upsert

_STANDING: Final = ("number", "full_number", "full_at", "watermark")
_GOING: Final = (
    "going",
    "whole",
    "way",
    "began_at",
    "since",
    "after_at",
    "after_id",
    "token",
    "latest_at",
)
_HEARD: Final = COLUMNS.index("heard_at")
_NOTHING_GOING: Final = (False, False, "", *[None] * 6)


class Mirroring:
    """Meets `resolvers.ports.MirrorWriter`; made by `Mirror.alone_with`, for one holder."""

    def __init__(self, engine: Engine, source: SourceId) -> None:
        self._engine = engine
        self._dialect = engine.dialect
        self._source = source
        self._step = 0
        self._full_number = 0

    async def progress(self) -> MirrorProgress:
        """How far earlier passes came; asked before anything is written."""
        columns = ", ".join(("step", *_STANDING, *_GOING))
        rows = await self._engine.fetch(
            f"SELECT {columns} FROM mirror_pass WHERE source = {self._dialect.marker}1",
            [self._source],
        )
        if not rows:
            return MirrorProgress()
        self._step, number, self._full_number, full_at, watermark, going, *rest = rows[0]
        return MirrorProgress(
            watermark=self._moment(watermark),
            begun=number,
            full_at=self._moment(full_at),
            going=self._pass_of(number, rest) if going else None,
        )

    async def keep(
        self, going: MirrorPass, records: Sequence[Complaint], *, heard_at: datetime
    ) -> Kept:
        """Keep `records` and how far `going` came with them; nothing of it if either fails.

        A case that went on to another place stays out of the lists.         Raises `MirrorBusy` if somebody else went on with this source meanwhile.
        """
        told = told_by(self._dialect, records, source=self._source, heard_at=heard_at)
        digests = {source_id: _digest(each.row) for source_id, each in told.items()}
        async with self._engine.transaction() as transaction:
            await self._advance(transaction, {"number": going.number, **self._columns_of(going)})
            known = await self._known(transaction, digests)
            fresh = {
                source_id: each
                for source_id, each in told.items()
                if known.get(source_id) != digests[source_id]
            }
            if fresh:
                for source_id in await elsewhere(transaction, self._dialect, self._source, fresh):
                    del fresh[source_id]
            if fresh:
                await upsert(transaction, self._dialect, fresh, source=self._source)
                await transaction.fetch(
                    _follow(self._dialect),
                    [
                        self._source,
                        self._dialect.array(sorted(fresh)),
                        self._dialect.write(heard_at),
                    ],
                )
            await self._note(transaction, digests, known, going)
            if fresh and self._full_number:
                # Before everything was read once, whatever is read is news to nobody.
                await note_rows(transaction, self._dialect, self._source, fresh)
        same = sum(known.get(source_id) == digest for source_id, digest in digests.items())
        new = sum(source_id not in known for source_id in digests)
        return Kept(new=new, changed=len(digests) - new - same, unchanged=same)

    async def absent(self, going: MirrorPass) -> Sequence[Absent]:
        """The listed rows of the source that `going`, a full pass, has not met."""
        marker = self._dialect.marker
        rows = await self._engine.fetch(
            "SELECT complaint.source_id, coalesce(heard_in, 0) FROM complaint"
            " LEFT JOIN mirror_row ON mirror_row.source = complaint.source"
            " AND mirror_row.source_id = complaint.source_id"
            f" WHERE complaint.source = {marker}1 AND listed AND coalesce(heard_in, 0) < {marker}2"
            " ORDER BY complaint.source_id",
            [self._source, going.number],
        )
        return [Absent(source_id, heard_in < self._full_number) for source_id, heard_in in rows]

    async def unlist(self, ids: Collection[str]) -> None:
        """Leave these rows out of lists from now on; by key they are still found."""
        async with self._engine.transaction() as transaction:
            await self._advance(transaction, {})
            values = [self._source, self._dialect.array(ids)]
            await transaction.fetch(_unlist(self._dialect), values)
            await note_rows(transaction, self._dialect, self._source, ids, listed=False)
            # If one comes back it is a new row to us, and is listed again.
            await transaction.fetch(_forget(self._dialect), values)

    async def finish(self, going: MirrorPass, *, watermark: datetime | None) -> None:
        """Note that `going` came to its end: the source was heard in full as of its beginning."""
        done: dict[str, Any] = {"number": going.number, "watermark": watermark}
        if going.full:
            done |= {"full_number": going.number, "full_at": going.began_at}
        async with self._engine.transaction() as transaction:
            await self._advance(transaction, done | dict(zip(_GOING, _NOTHING_GOING, strict=True)))
            await note_heard(transaction, self._dialect, self._source, going.began_at)

    async def _advance(self, transaction: Transaction, changes: Mapping[str, Any]) -> None:
        """Write what changed of the progress, if nobody else wrote since it was read."""
        names = ("source", "step", *changes)
        values = [self._source, self._step + 1, *map(self._dialect.write, changes.values())]
        replaced = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        before = f"{self._dialect.marker}{len(names) + 1}"
        found = await transaction.fetch(
            f"{insert_into(self._dialect, 'mirror_pass', names)} ON CONFLICT (source) DO UPDATE"
            f" SET {replaced} WHERE mirror_pass.step = {before} RETURNING step",
            [*values, self._step],
        )
        if not found:
            raise MirrorBusy(f'source "{self._source}" is mirrored by somebody else just now')
        self._step += 1

    async def _known(
        self, transaction: Transaction, digests: Mapping[str, bytes]
    ) -> Mapping[str, bytes]:
        ids = self._dialect.array(digests)
        rows = await transaction.fetch(_digests(self._dialect), [self._source, ids])
        return {row[0]: bytes(row[1]) for row in rows}

    async def _note(
        self,
        transaction: Transaction,
        digests: Mapping[str, bytes],
        known: Mapping[str, bytes],
        going: MirrorPass,
    ) -> None:
        """Remember what was heard; a row heard again unchanged needs that only in a full pass."""
        fresh = [
            (self._source, source_id, digest, going.number)
            for source_id, digest in sorted(digests.items())
            if known.get(source_id) != digest
        ]
        if fresh:
            await transaction.many(_note(self._dialect), fresh)
        if going.full and len(fresh) < len(digests):
            again = self._dialect.array(digests)
            await transaction.fetch(_mark(self._dialect), [self._source, again, going.number])

    def _columns_of(self, going: MirrorPass) -> dict[str, Any]:
        after = going.after
        values = (
            True,
            going.full,
            going.way,
            going.began_at,
            going.since,
            after.at if after else None,
            after.source_id if after else None,
            going.token,
            going.latest,
        )
        return dict(zip(_GOING, values, strict=True))

    def _pass_of(self, number: int, values: Sequence[Any]) -> MirrorPass:
        full, way, began_at, since, after_at, after_id, token, latest = values
        return MirrorPass(
            number=number,
            full=bool(full),
            way=way,
            began_at=self._dialect.moment(began_at),
            since=self._moment(since),
            after=None if after_id is None else Key(self._moment(after_at), self._source, after_id),
            token=token,
            latest=self._moment(latest),
        )

    def _moment(self, value: Any) -> datetime | None:
        return None if value is None else self._dialect.moment(value)


def _digest(row: Sequence[Any]) -> bytes:
    """Equal for what was told alike, whenever that was."""
    said = [*row[:_HEARD], *row[_HEARD + 1 :]]
    return blake2b(msgspec.msgpack.encode(said), digest_size=16).digest()


@lru_cache(maxsize=2)
def _digests(dialect: Dialect) -> str:
    return f"SELECT source_id, digest FROM mirror_row WHERE {these(dialect)}"


@lru_cache(maxsize=2)
def _follow(dialect: Dialect) -> str:
    """Of those that passed the gateway all is asked, and at once."""
    return (
        # In one order, lest two at once wait for each other's rows.
        f"UPDATE ledger SET follow_at = {dialect.marker}3 WHERE id IN (SELECT id FROM ledger"
        f" WHERE {these(dialect)} ORDER BY id{dialect.lock})"
    )


@lru_cache(maxsize=2)
def _note(dialect: Dialect) -> str:
    columns = ("source", "source_id", "digest", "heard_in")
    return (
        f"{insert_into(dialect, 'mirror_row', columns)} ON CONFLICT (source, source_id)"
        " DO UPDATE SET digest = excluded.digest, heard_in = excluded.heard_in"
    )


@lru_cache(maxsize=2)
def _mark(dialect: Dialect) -> str:
    number = f"{dialect.marker}3"
    return (
        f"UPDATE mirror_row SET heard_in = {number} WHERE {these(dialect)} AND heard_in <> {number}"
    )


@lru_cache(maxsize=2)
def _unlist(dialect: Dialect) -> str:
    return (
        "UPDATE complaint SET listed = FALSE, version = version + 1"
        f" WHERE {these(dialect)} AND listed"
    )


@lru_cache(maxsize=2)
def _forget(dialect: Dialect) -> str:
    return f"DELETE FROM mirror_row WHERE {these(dialect)}"
