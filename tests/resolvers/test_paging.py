"""What paging promises, over own, mirrored and live sources at once."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract.capabilities import Paging
from connectors.contract.connector import Call
from connectors.contract.errors import SourceUnavailable
from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.query import (
    TIMES,
    Box,
    ComplaintQuery,
    Condition,
    Direction,
    Field,
    Key,
    ListQuestion,
    Op,
    Order,
    Page,
    Rank,
    key_of,
)
from connectors.contract.records import STORE, Complaint, Kind, SourceId
from connectors.contract.text import terms
from resolvers.asking import Asker
from resolvers.cursor import Position, digest
from resolvers.outcome import ComplaintPage, SourceStatus
from resolvers.reader import Limits
from resolvers.registry import GuardSettings
from tests.resolvers.clockwork import run
from tests.resolvers.world import (
    KINDS_OF_SOURCE,
    NOON,
    SUPERVISOR,
    World,
    expected,
    ids,
    make_world,
)

ORDERS = [Order(by, direction) for by in TIMES for direction in Direction]
CONDITIONS = [
    Condition(Field.STATUS, Op.IN, OPEN),
    Condition(Field.STATUS, Op.IN, frozenset({Status.CLOSED, Status.ANSWERED})),
    Condition(Field.KIND, Op.IN, frozenset({Kind.COMPLAINT})),
    Condition(Field.AREA, Op.IN, frozenset({"MA-01"})),
    Condition(Field.POSITION, Op.WITHIN, Box(31, -8, 34, -6)),
    Condition(Field.CREATED, Op.GTE, NOON.replace(hour=15)),
    Condition(Field.CREATED, Op.LT, NOON.replace(hour=20)),
    Condition(Field.DUE, Op.LT, NOON.replace(hour=18)),
    Condition(Field.OVERDUE, Op.AS_OF, NOON.replace(hour=18)),
    Condition(Field.TEXT, Op.CONTAINS, ("rue",)),
    Condition(Field.TEXT, Op.CONTAINS, terms("شكاية الماء")),
]

CITY = SourceId("city")
ANSWERED = {SourceStatus.OK, SourceStatus.STALE}
GUARDS = [
    GuardSettings(retries=0, breaker_failures=10_000, per_second=1e6),
    GuardSettings(retries=1, breaker_failures=3, per_second=1e6, timeout_seconds=1.0),
]


@pytest.mark.parametrize("first", [1, 7, 50])
@pytest.mark.parametrize("order", ORDERS, ids=lambda o: f"{o.by.value}-{o.direction.value}")
async def test_pages_join_up_without_gap_or_repeat(order: Order, first: int) -> None:
    world = make_world(KINDS_OF_SOURCE, each=8)
    query = ComplaintQuery(order=order)
    pages = await world.walk(query, first=first)
    assert ids(pages) == expected(world.records, query)
    assert all(page.complete for page in pages)
    assert all(len(page.edges) == first for page in pages[:-1])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    kinds=st.sets(st.sampled_from(sorted(KINDS_OF_SOURCE)), max_size=4),
    where=st.lists(st.sampled_from(CONDITIONS), max_size=3, unique=True),
    order=st.sampled_from(ORDERS),
    first=st.sampled_from([1, 7, 50]),
    seed=st.integers(0, 1000),
)
def test_a_filtered_walk_gives_just_the_rows_that_match(
    kinds: set[str], where: list[Condition], order: Order, first: int, seed: int
) -> None:
    async def scenario() -> None:
        live = {kind: KINDS_OF_SOURCE[kind] for kind in kinds}
        world = make_world(live, each=12, seed=seed)
        query = ComplaintQuery(tuple(where), order)
        assert ids(await world.walk(query, first=first)) == expected(world.records, query)

    run(scenario())


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    kinds=st.sets(st.sampled_from(sorted(KINDS_OF_SOURCE)), min_size=1, max_size=4),
    order=st.sampled_from(ORDERS),
    where=st.lists(st.sampled_from(CONDITIONS), max_size=1),
    first=st.sampled_from([1, 7, 50]),
    guard=st.sampled_from(GUARDS),
    remembered=st.booleans(),
    store_too=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_what_a_failing_source_missed_is_announced_and_comes_when_asked_again(
    kinds: set[str],
    order: Order,
    where: list[Condition],
    first: int,
    guard: GuardSettings,
    remembered: bool,
    store_too: bool,
    seed: int,
) -> None:
    async def scenario() -> None:
        live = {kind: KINDS_OF_SOURCE[kind] for kind in sorted(kinds)}
        world = make_world(live, each=9, seed=seed, guard=guard)
        query = ComplaintQuery(tuple(where), order)
        if remembered:
            await world.walk(query, first=first)
        world.weather.chance = random.Random(seed)
        world.weather.changeable = {SourceId(kind) for kind in kinds}
        if store_too:
            world.weather.changeable.add(STORE)
        got = await world.walk(query, first=first)
        world.weather.changeable = set()
        # What rests after many failures may be asked again.
        await asyncio.sleep(60)

        every = expected(world.records, query)
        assert len(set(ids(got))) == len(ids(got))
        assert ids(got) == [each for each in every if each in set(ids(got))]
        _answering_sources_left_nothing_out(got, world, query)
        missed = {each.missed_before for each in got[-1].sources}
        again = [ids(await world.walk(query, first=50, after=cursor)) for cursor in missed - {None}]
        assert all(rows == every[len(every) - len(rows) :] for rows in again)
        assert set(ids(got)).union(*again) == set(every)
        assert all(page.complete for page in got) == (not any(map(_said, got)))

    run(scenario())


def _answering_sources_left_nothing_out(
    pages: list[ComplaintPage], world: World, query: ComplaintQuery
) -> None:
    """A source that answers on a page resumes at the key of the page before."""
    every = expected(world.records, query)
    start = 0
    for page in pages:
        rows = ids([page])
        end = every.index(rows[-1]) + 1 if page.page_info.has_next_page else len(every)
        for outcome in page.sources:
            own = [each for each in every[start:end] if _holder(each) == outcome.source]
            shown = [each for each in rows if _holder(each) == outcome.source]
            if outcome.status in ANSWERED:
                assert shown == own
            assert outcome.rows == len(shown)
        start = end


def _holder(global_id: str) -> str:
    return global_id.split(":")[1]


def _said(page: ComplaintPage) -> bool:
    return any(each.status is not SourceStatus.OK for each in page.sources)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    paging=st.sampled_from([Paging.KEYSET, Paging.TOKEN]),
    max_page=st.integers(1, 6),
    budget=st.integers(1, 25),
    condition=st.sampled_from(CONDITIONS),
    order=st.sampled_from(ORDERS),
    first=st.sampled_from([1, 7, 50]),
    seed=st.integers(0, 1000),
)
def test_a_spent_row_budget_ends_pages_early_and_loses_nothing(
    paging: Paging,
    max_page: int,
    budget: int,
    condition: Condition,
    order: Order,
    first: int,
    seed: int,
) -> None:
    async def scenario() -> None:
        blunt = replace(KINDS_OF_SOURCE["full"], filters={}, paging=paging, max_page=max_page)
        world = make_world({"city": blunt}, each=15, seed=seed, limits=Limits(row_budget=budget))
        query = ComplaintQuery((condition,), order)
        pages = await world.walk(query, first=first)
        assert ids(pages) == expected(world.records, query)
        for page in pages[:-1]:
            early = [each.source for each in page.sources if each.ended_early]
            assert early == ([CITY] if len(page.edges) < first else [])
        # Whatever lies before the end of a page is on it.
        assert all(page.complete for page in pages)

    run(scenario())


class Hasty:
    """A source that looks at so many rows for a page, whatever it is asked, and then stops."""

    capabilities = KINDS_OF_SOURCE["full"]

    def __init__(self, own: Sequence[Complaint], looks: int) -> None:
        self._own = own
        self._looks = looks

    async def list(self, question: ListQuestion, call: Call) -> Page:
        order = question.order
        assert order is not None

        def rank(key: Key) -> Rank:
            return key.rank(order.direction)

        rows = sorted(self._own, key=lambda row: rank(key_of(row, order)))
        if question.after is not None:
            place = rank(question.after)
            rows = [row for row in rows if place < rank(key_of(row, order))]
        looked = rows[: self._looks]
        found = [row for row in looked if all(asked.holds(row) for asked in question.where)]
        more, full = len(rows) > len(looked), len(found) >= question.limit
        return Page(
            found[: question.limit],
            more=more or len(found) > question.limit,
            as_of=NOON,
            read_to=key_of(looked[-1], order) if more and not full else None,
            applied=question.where,
        )

    async def aclose(self) -> None:
        pass


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    looks=st.integers(1, 20),
    condition=st.sampled_from(CONDITIONS),
    order=st.sampled_from(ORDERS),
    first=st.sampled_from([1, 7, 50]),
    seed=st.integers(0, 1000),
)
def test_a_source_that_stops_looking_ends_pages_early_and_loses_nothing(
    looks: int, condition: Condition, order: Order, first: int, seed: int
) -> None:
    async def scenario() -> None:
        world = make_world({"city": KINDS_OF_SOURCE["full"]}, each=15, seed=seed)
        own = [each for each in world.records if each.origin.source == CITY]
        source = world.engine.registry.sources[CITY]
        world.engine.askers[CITY] = Asker(source, Hasty(own, looks))  # type: ignore[index]
        query = ComplaintQuery((condition,), order)
        pages = await world.walk(query, first=first)
        assert ids(pages) == expected(world.records, query)
        for page in pages[:-1]:
            early = [each.source for each in page.sources if each.ended_early]
            assert early == ([CITY] if len(page.edges) < first else [])
        assert all(page.complete for page in pages)

    run(scenario())


def test_a_source_that_fails_in_the_middle_of_its_unsorted_pages_loses_none_of_them() -> None:
    async def scenario() -> None:
        world = make_world({"city": KINDS_OF_SOURCE["unsorted-by-token"]}, each=12)
        calls = 0

        async def second_call_fails(verb: str, asked: object) -> None:
            nonlocal calls
            calls += 1
            if calls == 2:
                raise SourceUnavailable("down for the test")

        own = [each for each in world.records if each.origin.source == CITY]
        world.hold(CITY, own, before=second_call_fails)
        cut_page = await world.page(first=7)
        assert calls == 2
        rest = await world.walk(first=50, after=cut_page.page_info.end_cursor)
        every = expected(world.records, ComplaintQuery())
        assert ids(rest) == every[every.index(ids([cut_page])[-1]) + 1 :]

    run(scenario())


async def test_a_source_read_to_its_end_is_not_read_again_from_its_beginning() -> None:
    world = make_world({"city": KINDS_OF_SOURCE["by-token"]}, limits=Limits(row_budget=12))
    a_day = timedelta(days=1)
    newest = [
        msgspec.structs.replace(each, created_at=each.created_at + a_day)
        for each in world.records
        if each.origin.source == CITY and each.created_at
    ]
    world.hold(CITY, newest)
    pages = await world.walk(first=10)
    others = [each for each in world.records if each.origin.source != CITY]
    assert ids(pages) == expected([*newest, *others], ComplaintQuery())
    assert all(page.complete for page in pages)
    # Once for every page of four rows, and then only the last of them.
    assert world.weather.count("city") == 5 + len(pages) - 1


async def test_a_page_token_that_the_source_forgot_costs_a_reading_from_the_start() -> None:
    world = make_world({"city": KINDS_OF_SOURCE["by-token"]}, each=12)
    page = await world.page(first=15)
    cursors, query = world.engine.cursors, ComplaintQuery()
    bound = digest(query, SUPERVISOR.scope)
    cursor = page.page_info.end_cursor
    assert cursor is not None
    place = cursors.read(cursor, bound).place
    assert place.tokens
    forgotten = Position(replace(place, tokens={CITY: "forgotten"}))
    rest = await world.walk(query, first=50, after=cursors.write(forgotten, bound))
    assert ids([page, *rest]) == expected(world.records, query)
    assert all(each.complete for each in rest)


async def test_any_rows_cursor_resumes_just_after_it_whatever_pages_the_source_gives() -> None:
    world = make_world(KINDS_OF_SOURCE, each=4)
    every = expected(world.records, ComplaintQuery())
    page = await world.page(first=len(every))
    for place, edge in enumerate(page.edges, start=1):
        assert ids([await world.page(first=3, after=edge.cursor)]) == every[place : place + 3]


async def test_a_cursor_asked_twice_gives_the_same_page() -> None:
    world = make_world(KINDS_OF_SOURCE, each=8)
    cursor = (await world.page(first=7)).page_info.end_cursor
    once, twice = await world.page(first=7, after=cursor), await world.page(first=7, after=cursor)
    assert ids([once]) == ids([twice]) == expected(world.records, ComplaintQuery())[7:14]


def test_the_list_ends_with_the_last_source_that_answers_and_tells_what_was_missed() -> None:
    async def scenario() -> None:
        world = make_world({"city": KINDS_OF_SOURCE["full"]}, each=5)
        world.weather.down = {CITY}
        page = await world.page(first=50)
        assert not page.page_info.has_next_page
        missed = {each.source: each.missed_before for each in page.sources}["city"]
        assert missed is not None
        world.weather.down = set()
        again = await world.page(first=50, after=missed)
        assert ids([again]) == expected(world.records, ComplaintQuery())
        assert again.complete

    run(scenario())


async def test_a_source_that_cannot_take_part_in_an_order_is_named() -> None:
    blind = replace(
        KINDS_OF_SOURCE["full"],
        orders=frozenset(),
        fields=KINDS_OF_SOURCE["full"].fields - {"due_at"},
        filters={},
    )
    world = make_world({"blind": blind})
    page = await world.page(ComplaintQuery(order=Order(Field.DUE)))
    status = {each.source: each.status for each in page.sources}
    assert status["blind"] is SourceStatus.UNSUPPORTED_ORDER
    assert not page.complete
    filtered = await world.page(ComplaintQuery((Condition(Field.DUE, Op.LT, NOON),)))
    status = {each.source: each.status for each in filtered.sources}
    assert status["blind"] is SourceStatus.UNSUPPORTED_FILTER
