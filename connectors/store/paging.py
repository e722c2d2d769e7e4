"""Find the rows of one page, and never read much more of the table than that page.

First a few thousand rows are walked in the order asked for; most questions end there. What is
rarer, or lies farther off, is looked up by its words, one stretch of time after another, each
longer than the one before, until the page is full. Where a stretch holds too many candidates, a
shorter one is tried, and in the shortest one a walk begins again. When all that a page may cost is
spent, it ends where the search stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

from connectors.contract.query import Condition, Direction, Field, Key, ListQuestion, Order
from connectors.contract.records import SourceId
from connectors.store import lookup, statements, words
from connectors.store.dialect import Dialect
from connectors.store.engine import Engine
from connectors.store.rows import ORIGIN, Row

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_MODE, _TIME = ORIGIN.index("mode"), ORIGIN.index("heard_at")
_WIDER: Final = 4


@dataclass(frozen=True, slots=True)
class Effort:
    """How many rows a page may cost."""

    walked: int = 1500
    """In one walk."""
    candidates: int = 1500
    """In one stretch; more are not looked at."""
    total: int = 9_000
    """In all; then the page ends with what it has."""
    counted: int = 10_000
    """Rows that a total counts; more are told as "at least so many"."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a page, in order."""

    rows: Sequence[Row]
    more: bool
    read_to: Key | None
    """As of a `Page`."""


async def find(
    engine: Engine, columns: tuple[str, ...], question: ListQuestion, order: Order, effort: Effort
) -> Found:
    """The rows that answer `question`, as many as can be found with that effort."""
    search = _Search(engine, columns, question, order, effort)
    await search.run()
    full = len(search.rows) >= question.limit
    return Found(search.rows[: question.limit], search.more, None if full else search.ended_at)


class _Ahead:
    """The spans of time still to be looked at, in the direction of the order."""

    def __init__(self, spans: Sequence[int]) -> None:
        self.spans = spans
        self._width = 1
        self._crowded = 0
        """How many of the next spans are known to hold too much together."""

    @property
    def stretch(self) -> Sequence[int]:
        """What is looked at next."""
        return self.spans[: self._width]

    def pass_by(self) -> None:
        """Go on behind the stretch; a longer one is next, unless it is known to hold too much."""
        self.spans = self.spans[self._width :]
        self._crowded = max(self._crowded - self._width, 0)
        if not self._crowded:
            self._width *= _WIDER

    def narrow(self) -> None:
        """Look at a part of the stretch, which holds too much."""
        self._crowded = min(self._width, len(self.spans))
        self._width = max(self._crowded // _WIDER, 1)

    def go_on_from(self, spans: Sequence[int]) -> None:
        """Look at `spans`, the first of which was walked in part."""
        self.spans, self._width, self._crowded = spans, 1, 0


class _Search:
    def __init__(
        self,
        engine: Engine,
        columns: tuple[str, ...],
        question: ListQuestion,
        order: Order,
        effort: Effort,
    ) -> None:
        self._engine = engine
        self._dialect: Dialect = engine.dialect
        self._columns = columns
        self._order = order
        self._effort = effort
        # One row more than asked for tells whether others follow.
        self._wanted = question.limit + 1
        self._place = question.after
        """Up to where all was looked at."""
        self._spent = 0
        self.rows: list[Row] = []
        self.more = False
        self.ended_at: Key | None = None
        """The place, if the search ended early."""
        bounds = [each for each in question.where if statements.bounds_walk(each, order)]
        others = [each for each in question.where if each not in bounds]
        self._own = _own_walk(others, order)
        if self._own is not None:
            others = [each for each in others if each.field is not self._own[0]]
        self._within = statements.bind(self._dialect, bounds)
        self._asked = statements.bind(self._dialect, others)
        self._where = question.where

    @cached_property
    def _all(self) -> statements.Bound:
        # Most searches end in the walk, and need neither this nor a look-up.
        return statements.bind(self._dialect, self._where)

    @cached_property
    def _lookup(self) -> lookup.Lookup:
        return lookup.Lookup(self._dialect, self._where)

    async def run(self) -> None:
        """Fill `rows` with as many as are wanted, or all there are."""
        if await self._walk():
            return
        if not await self._look_up_at_once():
            await self._look_up_by_stretches()

    async def _walk(self) -> bool:
        """Whether the search is over; else `_place` is where the walk was cut off."""
        place, place_values = statements.bind_place(self._dialect, self._place)
        text = statements.walk(
            self._dialect,
            self._columns,
            self._within.clauses,
            self._asked.clauses,
            self._order,
            place,
            own=None if self._own is None else self._own[0],
        )
        own = () if self._own is None else (self._own[1],)
        wanted = self._wanted - len(self.rows)
        values = [*self._within.values, *own, *place_values, wanted]
        if self._asked.clauses:
            values += [*self._asked.values, max(self._effort.walked, wanted)]
        rows = list(await self._engine.fetch(text, values))
        cut = rows.pop() if rows and rows[-1][_MODE] is None else None
        self.rows += rows
        self.more = len(self.rows) >= self._wanted
        if cut is None:
            return True
        self._spent += 2 * self._effort.walked
        time = cut[_TIME]
        at = None if time is None else self._dialect.moment(time)
        self._place = Key(at, SourceId(cut[0]), cut[1])
        return False

    async def _look_up_at_once(self) -> bool:
        """Look all up, where that is cheap to try; whether that was all."""
        tried = (self._lookup.by_text(), lookup.of_agencies(self._dialect, self._where))
        for found in tried:
            if found is not None and await self._take(found, streaming=True):
                return True
        return False

    async def _look_up_by_stretches(self) -> None:
        ahead = _Ahead(await self._spans())
        while ahead.spans and len(self.rows) < self._wanted:
            if self._over():
                return
            stretch = ahead.stretch
            between = words.between(self._order.by, min(stretch), max(stretch))
            if await self._take(self._lookup.among(between)):
                ahead.pass_by()
                self._place = self._before(ahead.spans)
            elif len(stretch) > 1:
                ahead.narrow()
            elif await self._walk():
                return
            else:
                ahead.go_on_from(self._spans_from_place(ahead.spans))
        if len(self.rows) < self._wanted and not await self._take(
            self._lookup.among(words.unknown(self._order.by))
        ):
            await self._walk_to_the_end()

    async def _take(self, found: lookup.Found, *, streaming: bool = False) -> bool:
        """Add what `found` finds after the place; False, and nothing, if it is too much."""
        place, place_values = statements.bind_place(self._dialect, self._place)
        text = statements.matches(
            self._dialect,
            found.text,
            len(found.values),
            self._all.clauses,
            self._order,
            place,
        )
        limit = self._effort.candidates + 1
        values = [*found.values, limit, *self._all.values, *place_values]
        read = self._engine.fetch if streaming else self._engine.fetch_by_bitmaps
        candidates = await read(text, values)
        self._spent += len(candidates)
        if len(candidates) == limit:
            return False
        await self._add([row for row in candidates if row[4]])
        return True

    async def _add(self, matches: Sequence[Row]) -> None:
        """Add the first of `matches`, as many as are wanted, in order."""
        if not matches:
            return
        moment = self._dialect.moment
        ranked = sorted(
            matches,
            key=lambda row: Key(
                None if row[0] is None else moment(row[0]), SourceId(row[1]), row[2]
            ).rank(self._order.direction),
        )
        ids = [row[3] for row in ranked[: self._wanted - len(self.rows)]]
        rows = await self._engine.fetch(
            statements.by_row_ids(self._dialect, self._columns), [self._dialect.array(ids)]
        )
        by_id = {row[0]: tuple(row)[1:] for row in rows}
        # What was taken away meanwhile is absent.
        self.rows += [by_id[row_id] for row_id in ids if row_id in by_id]
        self.more = len(self.rows) >= self._wanted

    async def _walk_to_the_end(self) -> None:
        while not await self._walk():
            if self._over():
                return

    def _over(self) -> bool:
        """Whether the page ends here with what it has, since all that it may cost is spent."""
        if self._spent <= self._effort.total:
            return False
        self.more, self.ended_at = True, self._place
        return True

    def _before(self, spans: Sequence[int]) -> Key:
        """The place before all rows of `spans` and later; without any, of unknown times."""
        ascending = self._order.direction is Direction.ASC
        if spans:
            at: datetime | None = _moment(words.edge(spans[0] if ascending else spans[0] + 1))
        else:
            at = None if ascending else _EARLIEST
        return Key(at, SourceId(""), "")

    async def _spans(self) -> Sequence[int]:
        """Those in which a row may lie, from the place on."""
        rows = await self._engine.fetch(statements.ends(self._dialect, self._order))
        if not rows:
            return ()
        first, last = (words.span_of(self._dialect.moment(row[0])) for row in rows)
        ahead = range(first, last + 1) if first <= last else range(first, last - 1, -1)
        return self._spans_from_place(ahead)

    def _spans_from_place(self, spans: Sequence[int]) -> Sequence[int]:
        place = self._place
        if place is None:
            return spans
        if place.at is None:
            return ()
        here = words.span_of(place.at)
        ascending = self._order.direction is Direction.ASC
        return [span for span in spans if (span >= here if ascending else span <= here)]


def _own_walk(where: Sequence[Condition], order: Order) -> tuple[Field, str] | None:
    """The one agency, or else the one area, that has an index of its own to be walked."""
    if order != Order(Field.CREATED, Direction.DESC):
        return None
    for field in (Field.AGENCY, Field.AREA):
        asked = [each.value for each in where if each.field is field]
        if len(asked) == 1 and len(asked[0]) == 1:
            (word,) = asked[0]
            if isinstance(word, str):
                return field, word
    return None


def _moment(seconds: float) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)
