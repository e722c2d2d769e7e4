"""What paging promises, over own, mirrored and live sources at once."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.query import (
    TIMES,
    Box,
    ComplaintQuery,
    Condition,
    Direction,
    Field,
    Op,
    Order,
)
from connectors.contract.records import Kind, SourceId
from resolvers.outcome import SourceStatus
from tests.resolvers.world import KINDS_OF_SOURCE, NOON, expected, ids, make_world

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
    Condition(Field.TEXT, Op.CONTAINS, ("شكايه", "الماء")),
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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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

    asyncio.run(scenario())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kinds=st.sets(st.sampled_from(sorted(KINDS_OF_SOURCE)), min_size=1, max_size=4),
    order=st.sampled_from(ORDERS),
    first=st.sampled_from([1, 7, 50]),
    seed=st.integers(0, 1000),
    data=st.data(),
)
def test_what_a_failing_source_missed_is_announced_and_comes_when_asked_again(
    kinds: set[str], order: Order, first: int, seed: int, data: st.DataObject
) -> None:
    async def scenario() -> None:
        live = {kind: KINDS_OF_SOURCE[kind] for kind in sorted(kinds)}
        world = make_world(live, each=9, seed=seed)
        query = ComplaintQuery(order=order)
        sound = set(world.engine.registry.sources)
        got, missed, cursor = [], set(), None
        while True:
            down = data.draw(st.sets(st.sampled_from([SourceId(each) for each in sorted(kinds)])))
            world.weather.down = down
            sound -= down
            page = await world.page(query, first=first, after=cursor)
            got.append(page)
            missed |= {each.missed_before for each in page.sources if each.missed_before}
            cursor = page.page_info.end_cursor or cursor
            if not page.page_info.has_next_page:
                break
        world.weather.down = set()
        rows = [edge.node for page in got for edge in page.edges]
        assert len({row.id for row in rows}) == len(rows)
        assert [row.id for row in rows if row.origin.source in sound] == [
            each for each in expected(world.records, query) if each.split(":")[1] in sound
        ]
        ranks = [world_rank(row, order) for row in rows]
        assert ranks == sorted(ranks)
        again = [page for each in missed for page in await world.walk(query, first=50, after=each)]
        assert set(ids(got)) | set(ids(again)) == {record.id for record in world.records}

    asyncio.run(scenario())


def world_rank(row, order):  # noqa: ANN001, ANN201 - a test's shorthand
    from connectors.contract.query import key_of

    return key_of(row, order).rank(order.direction)


async def test_a_cursor_asked_twice_gives_the_same_page() -> None:
    world = make_world(KINDS_OF_SOURCE, each=8)
    first = await world.page(first=7)
    for edge in first.edges:
        once = await world.page(first=7, after=edge.cursor)
        twice = await world.page(first=7, after=edge.cursor)
        assert ids([once]) == ids([twice])
        start = expected(world.records, ComplaintQuery()).index(edge.node.id) + 1
        assert ids([once]) == expected(world.records, ComplaintQuery())[start : start + 7]


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
