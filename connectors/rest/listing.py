"""Read a list as pages of ours: by places in the source's pages, and in a total order if asked.

Where a source leaves open how it orders rows of equal time, such a run is read to its end and put
in order here; a page of ours that begins within a run reads from the run's beginning.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from connectors.contract.connector import Call
from connectors.contract.errors import BadData, NotFound
from connectors.contract.query import Direction, Order
from connectors.contract.records import Complaint
from connectors.rest.client import Answer, Client
from connectors.rest.mapping import cases_in
from connectors.rest.paging import Pager, Place, mark
from connectors.rest.reading_options import ListOptions
from connectors.rest.sending import Pairs
from connectors.rest.values import Notes

LONGEST_RUN: Final = 2000
"""Rows of one moment that are put in order here."""
_MOST_EMPTY: Final = 20
"""Pages without a row that are read on from."""

Told = Callable[[Any], Complaint]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list."""

    rows: Sequence[Complaint] = ()
    next: Place | None = None
    """None: the list ends here."""
    total: int | None = None


class _Row(NamedTuple):
    record: Complaint
    place: Place


@dataclass(frozen=True, slots=True)
class _Page:
    rows: Sequence[_Row]
    """Without those that lie before the place that was asked for, and those told already."""
    following: Place | None
    total: int | None


@dataclass(slots=True)
class _Runs:
    """Rows in a total order, run by run."""

    order: Order
    after: str | None
    """Of the first run, the last row that was told."""
    told: list[_Row] = field(default_factory=list)
    """In order; each with the place of its run."""
    run: list[Complaint] = field(default_factory=list)
    begins: Place | None = None
    """Where the run lies."""

    def take(self, row: _Row) -> None:
        """The next row of the source's."""
        by = self.order.by.value
        if self.run and getattr(row.record, by) != getattr(self.run[0], by):
            self.settle()
        if not self.run:
            self.begins = row.place
        self.run.append(row.record)
        if len(self.run) > LONGEST_RUN:
            raise BadData(
                f"more than {LONGEST_RUN} of the source's cases share one {by}, and it does not "
                "keep them in order"
            )

    def settle(self) -> None:
        """The run has ended."""
        down = self.order.direction is Direction.DESC
        run = sorted(self.run, key=lambda record: record.origin.source_id, reverse=down)
        for record in run:
            id_ = record.origin.source_id
            told = self.after is not None and (id_ >= self.after if down else id_ <= self.after)
            if not told and self.begins is not None:
                self.told.append(_Row(record, self.begins))
        self.after = None
        self.run = []


class Listing:
    """One source's list."""

    def __init__(self, options: ListOptions, id_path: str, client: Client, notes: Notes) -> None:
        """Read as described; a page is recognised by what stands at `id_path` of its first row."""
        self._options = options
        self._id_path = id_path
        self._client = client
        self._pager = Pager(options.paging, options.total, client)
        self._notes = notes

    async def read(
        self,
        start: Place | None,
        limit: int,
        *,
        params: Pairs,
        order: Order | None,
        told: Told,
        call: Call,
    ) -> Stretch:
        """Up to `limit` rows from `start` on; None is the beginning."""
        if start is not None:
            self._pager.refuse_strange(start)
        if order is None:
            return await self._as_it_comes(start, limit, params, told, call)
        ordering = self._options.orders[order.by.name][order.direction]  # type: ignore[index]
        if ordering.ties == "id":
            return await self._as_it_comes(start, limit, params, told, call)
        return await self._in_runs(start, limit, params, order, told, call)

    async def _as_it_comes(
        self, start: Place | None, limit: int, params: Pairs, told: Told, call: Call
    ) -> Stretch:
        start = start or self._pager.first(limit)
        alone = limit <= self._options.paging.max_size
        rows: list[_Row] = []
        total: int | None = None
        async for page in self._pages(start, params, told, call):
            total = page.total if total is None else total
            rows += page.rows
            if page.following is None or len(rows) > limit or (rows and alone):
                rest = rows[limit].place if len(rows) > limit else page.following
                return Stretch([row.record for row in rows[:limit]], rest, total)
        return Stretch()

    async def _in_runs(
        self,
        start: Place | None,
        limit: int,
        params: Pairs,
        order: Order,
        told: Told,
        call: Call,
    ) -> Stretch:
        # One row more usually shows that the last run has ended.
        start = start or self._pager.first(limit + 1)
        runs = _Runs(order, start.done)
        total: int | None = None
        async for page in self._pages(start, params, told, call):
            total = page.total if total is None else total
            for row in page.rows:
                runs.take(row)
            if page.following is None:
                runs.settle()
                runs.begins = None
            if len(runs.told) >= limit or page.following is None:
                break
        rows = [row.record for row in runs.told[:limit]]
        return Stretch(rows, _left_at(runs, limit), total)

    async def _pages(
        self, start: Place, params: Pairs, told: Told, call: Call
    ) -> AsyncIterator[_Page]:
        """The source's pages from `start` on. Raises `BadData` for a list that never ends."""
        place, empty = start, 0
        seen: set[str] = set()
        while True:
            answer = await self._ask(place, params, call)
            page = self._page(place, answer, told, seen)
            yield page
            if page.following is None:
                return
            empty = 0 if page.rows else empty + 1
            if empty >= _MOST_EMPTY:
                raise BadData("the source's list does not come to an end")
            place = page.following

    async def _ask(self, place: Place, params: Pairs, call: Call) -> Answer:
        options = self._options
        if place.count >= options.max_pages:
            raise BadData("the source's list does not come to an end")
        address = self._pager.leads(place)
        if address is not None:
            return await self._client.follow(address, options.request, call)
        more = [*params, *self._pager.parameters(place)]
        try:
            return await self._client.ask(
                options.request, {}, call, more=more, place=options.parameters_in
            )
        except NotFound as missing:
            if place.count:
                # Where a list was left may be forgotten; then it is read from its beginning.
                raise
            raise BadData("the source's list is not where it is described") from missing

    def _page(self, place: Place, answer: Answer, told: Told, seen: set[str]) -> _Page:
        found = cases_in(answer.said, self._options.records, "list.records")
        this = mark(found[0], self._id_path) if found else ""
        # In pages of one row, a case that was made meanwhile has the same effect.
        if this and this == place.before and place.size > 1:
            raise BadData("the source's list comes back to the page it was at")
        following = self._pager.after(place, answer, len(found), this or place.before)
        with self._notes.answer():
            records = [told(case) for case in found[place.skip :]]
        rows = [
            _Row(record, self._pager.row(place, skip))
            for skip, record in enumerate(records, place.skip)
            if record.origin.source_id not in seen
        ]
        if records and not rows and following is not None:
            raise BadData("the source's list tells the same cases again")
        seen.update(row.record.origin.source_id for row in rows)
        return _Page(rows, following, self._pager.total_of(answer))


def _left_at(runs: _Runs, limit: int) -> Place | None:
    """Where the rows after the first `limit` begin; None if there are none."""
    if len(runs.told) <= limit:
        return runs.begins
    last, beyond = runs.told[limit - 1], runs.told[limit]
    if last.place == beyond.place:
        return replace(beyond.place, done=last.record.origin.source_id)
    return beyond.place
