"""Merge the rows of many readers into one order, as far as that order is certain."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from types import MappingProxyType
from typing import Final, NamedTuple

from connectors.contract.capabilities import Paging
from connectors.contract.query import Key, Order, Rank, key_of
from connectors.contract.records import Complaint, SourceId
from resolvers.cursor import Place
from resolvers.reader import Reader

_NO_TOKENS: Final[Mapping[SourceId, str]] = MappingProxyType({})


class MergedRow(NamedTuple):
    """A row of a merged page."""

    record: Complaint
    tokens: Mapping[SourceId, str]
    """Of the pages that are read on from after it."""

    def place(self, order: Order) -> Place:
        """The place just after it."""
        return Place(key_of(self.record, order), self.tokens)


@dataclass(frozen=True, slots=True)
class Merged:
    """A page of rows, and where it ends."""

    rows: tuple[MergedRow, ...]
    end: Place | None
    """Where to read on; behind the last row if a source was read further. None: no rows."""
    more: bool
    """Whether, for all that is known, rows follow. A source that failed is not waited for: with
    nothing else left the list ends, and what it missed is told apart."""


async def merge(readers: Sequence[Reader], order: Order, count: int) -> Merged:
    """The next `count` rows of all `readers`.

    The page ends early where a reader's row budget ran out: beyond that place it is not known
    which row comes next. A reader that fails is left behind; it tells so itself.
    """
    by_token = [
        reader for reader in readers if reader.step.source.capabilities.paging is Paging.TOKEN
    ]
    rows: list[MergedRow] = []
    queue: list[tuple[Rank, int]] = []
    unqueued = list(range(len(readers)))
    limit: Key | None = None
    while len(rows) < count:
        await _fill_all([readers[index] for index in unqueued], count - len(rows))
        for index in unqueued:
            head = readers[index].head
            if head is not None:
                heappush(queue, (key_of(head, order).rank(order.direction), index))
        limit = _nearest([limit, *(readers[index].frontier for index in unqueued)], order)
        if not queue or (limit is not None and limit.rank(order.direction) < queue[0][0]):
            break
        _, index = heappop(queue)
        others = _nearest_rank(queue[0][0] if queue else None, limit, order)
        _take_run(readers[index], others, order, rows, count, by_token)
        unqueued = [index]
    end = rows[-1].place(order) if rows else None
    if len(rows) < count and limit is not None:
        end = Place(limit, _tokens(by_token))
    return Merged(tuple(rows), end, any(reader.has_more for reader in readers))


def _take_run(
    reader: Reader,
    others: Rank | None,
    order: Order,
    rows: list[MergedRow],
    count: int,
    by_token: Sequence[Reader],
) -> None:
    """Take what `reader` has at hand before the first row of `others`; at least one."""
    while True:
        record = reader.take()
        rows.append(MergedRow(record, _tokens(by_token) if by_token else _NO_TOKENS))
        head = reader.head
        if head is None or len(rows) >= count:
            return
        if others is not None and others < key_of(head, order).rank(order.direction):
            return


def _nearest_rank(head: Rank | None, limit: Key | None, order: Order) -> Rank | None:
    known = [head, None if limit is None else limit.rank(order.direction)]
    return min((rank for rank in known if rank is not None), default=None)


async def _fill_all(readers: Sequence[Reader], count: int) -> None:
    wanting = [reader for reader in readers if reader.wants]
    if len(wanting) == 1:
        await wanting[0].fill(count)
    elif wanting:
        async with asyncio.TaskGroup() as group:
            for reader in wanting:
                group.create_task(reader.fill(count))


def _nearest(limits: Iterable[Key | None], order: Order) -> Key | None:
    """The first of the places up to which a source was read; None if all read on at will."""
    known = [limit for limit in limits if limit is not None]
    return min(known, key=lambda key: key.rank(order.direction), default=None)


def _tokens(by_token: Sequence[Reader]) -> dict[SourceId, str]:
    return {reader.step.source.id: reader.token for reader in by_token if reader.token is not None}
