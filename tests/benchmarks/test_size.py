"""A page costs a bounded part of the table, wherever it begins and whatever it asks."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Final

import pytest

from connectors.contract.query import SELECTABLE, Condition, ListQuestion, Order, Selection, key_of
from connectors.contract.records import Complaint
from connectors.store import Store
from connectors.store.paging import Effort
from connectors.store.reading import Reading
from tests.benchmarks import size
from tests.benchmarks.counting import CountingEngine
from tests.benchmarks.pages import costs
from tests.benchmarks.pairs import NOW, drawn, questions
from tests.databases import Databases

ROWS: Final = 20_000
LIMIT: Final = 5
EFFORT: Final = Effort(walked=30, candidates=30, total=180)
"""The usual one, in the measure of so small a table."""
BEGINNING: Final = 10
"""Rows whose steps SQLite takes before a statement's first, for the list of agencies: in a large
table that is nothing."""
MOST_VISITED: Final = ROWS * 0.02

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture
def cases() -> Sequence[Complaint]:
    return sorted(
        size.complaints(ROWS),
        key=lambda case: key_of(case, Order()).rank(Order().direction),
    )


@pytest.fixture
async def store(database_url: str, databases: Databases) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(database_url, now=lambda: NOW)) as store:
        await size.fill(store, ROWS)
        if store._engine.dialect.name == "postgres":
            # On a server, autovacuum does it.
            async with databases.postgres.connection(database_url) as connection:
                await connection.execute("VACUUM ANALYZE")
        yield store


@pytest.mark.parametrize("asked", ["chosen", "drawn"])
async def test_a_page_of_any_pair_of_filters_visits_few_rows_and_is_right(
    store: Store, cases: Sequence[Complaint], asked: str
) -> None:
    queries = questions() if asked == "chosen" else drawn(cases, 200, seed=1)
    taken = await costs(store, queries, limit=LIMIT, effort=EFFORT)
    held = {
        condition: _holding(condition, cases) for cost in taken for condition in cost.query.where
    }
    for cost in taken:
        order = cost.query.order
        met = frozenset.intersection(*(held[condition] for condition in cost.query.where))
        right = sorted(
            (cases[at] for at in met), key=lambda case: key_of(case, order).rank(order.direction)
        )
        assert list(cost.ids) == [case.origin.source_id for case in right[: len(cost.ids)]], cost
        # A page may end early, and then says that more may follow.
        assert cost.more or len(right) == len(cost.ids), cost
    beginning = BEGINNING if store._engine.dialect.name == "sqlite" else 0
    over = [cost for cost in taken if cost.visited - beginning * cost.statements > MOST_VISITED]
    assert not over, over[:5]


async def test_a_page_far_down_visits_as_many_rows_as_the_first(
    store: Store, cases: Sequence[Complaint]
) -> None:
    visited = []
    for depth in (0, ROWS // 2):
        counting = CountingEngine(store._engine)
        after = key_of(cases[depth - 1], Order()) if depth else None
        question = ListQuestion((), Order(), Selection(fields=SELECTABLE), 50, after=after)
        page = await Reading(counting).page(question, now=NOW)  # type: ignore[arg-type]
        expected = [case.origin.source_id for case in cases[depth : depth + 50]]
        assert [row.origin.source_id for row in page.records] == expected
        visited.append(counting.visited)
    assert visited[1] <= 1.5 * visited[0]


async def test_a_total_beyond_what_is_counted_is_a_lower_bound(
    store: Store, cases: Sequence[Complaint]
) -> None:
    reading = Reading(store._engine)
    for where, exact in (((), False), (next(iter(questions())).where, True)):
        question = ListQuestion(where, Order(), Selection(total=True), 1)
        page = await reading.page(question, now=NOW)
        matching = sum(all(condition.holds(case) for condition in where) for case in cases)
        assert page.total is not None
        assert page.total.exact is exact
        assert page.total.value == (matching if exact else 10_000)


def _holding(condition: Condition, cases: Sequence[Complaint]) -> frozenset[int]:
    return frozenset(at for at, case in enumerate(cases) if condition.holds(case))
