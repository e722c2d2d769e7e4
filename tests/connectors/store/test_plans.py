"""A page walks an index from where the last one ended, on both engines."""

import json
import re
from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Any, Final

import pytest

from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    EVERYTHING,
    SELECTABLE,
    TIMES,
    Condition,
    Direction,
    Field,
    Key,
    ListQuestion,
    Op,
    Order,
    Selection,
)
from connectors.contract.records import STORE, Location
from connectors.store import Store
from connectors.store import statements as written
from connectors.store.paging import Effort
from connectors.store.reading import Reading
from connectors.store.rows import layout
from connectors.testing import scenario
from connectors.testing.asking import call
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import AGENCIES, complaint
from tests.databases import Databases

ALL: Final = Condition(Field.AGENCY, Op.IN, frozenset(AGENCIES))
WALKED: Final = {
    "everything": (),
    "1,700 agencies": (ALL,),
    "a third of them": (Condition(Field.AGENCY, Op.IN, frozenset(AGENCIES[::3])),),
    "open cases": (Condition(Field.STATUS, Op.IN, frozenset({Status.SUBMITTED})),),
    "a range": (ALL, Condition(Field.CREATED, Op.LT, NOON - timedelta(hours=1))),
    "overdue": (ALL, Condition(Field.OVERDUE, Op.AS_OF, NOON + timedelta(days=365))),
}
"""Questions of which a good part of the table is the answer."""


@pytest.fixture
async def filled(store: Store, databases: Databases, database_url: str) -> Store:
    return await _fill(store, databases, database_url, 2000)


async def test_every_page_is_a_walk_of_an_index(filled: Store) -> None:
    for name, where in WALKED.items():
        for by in TIMES:
            for direction in Direction:
                plan = await _plan(filled, where, Order(by, direction), None)
                _assert_walk(plan, f"{name} by {by} {direction}")


async def test_every_deep_page_begins_where_the_last_one_ended(filled: Store) -> None:
    places = (Key(NOON - timedelta(hours=20), STORE, "5"), Key(None, STORE, "5"))
    for name, where in WALKED.items():
        for direction in Direction:
            for place in places:
                plan = await _plan(filled, where, Order(Field.CREATED, direction), place)
                _assert_walk(plan, f"{name} {direction} after {place.at}")
                assert "SEARCH" in plan or "Index Cond" in plan, (name, plan)


async def test_postgresql_knows_how_many_rows_follow_a_place(
    databases: Databases, postgres_url: str
) -> None:
    async with aclosing(await Store.open(postgres_url)) as store:
        await _fill(store, databases, postgres_url, 2000)
        middle = Key(NOON - timedelta(minutes=1000), STORE, "")
        early = (Condition(Field.CREATED, Op.LT, NOON - timedelta(minutes=500)),)
        for where, least, most in (((), 800, 1200), (early, 500, 1200)):
            text, values = _page(store, where, Order(), middle)
            (row,) = await store._engine.fetch(f"EXPLAIN (FORMAT JSON) {text}", values)
            walk = _leaf(json.loads(row[0])[0]["Plan"])
            assert walk["Node Type"] == "Index Scan"
            assert least <= walk["Plan Rows"] <= most, where


async def test_one_agency_is_a_walk_of_its_own_index(filled: Store, statements: list[str]) -> None:
    statements.clear()
    one = (Condition(Field.AGENCY, Op.IN, frozenset(AGENCIES[:1])),)
    page = await filled.connector.list(ListQuestion(one, Order(), Selection(), 50), call())
    assert len(page.records) == 2
    (text,) = statements
    plan = await _explained(filled, text, [AGENCIES[0], 51])
    assert "complaint_agency_created" in plan


async def test_one_area_is_a_walk_of_its_own_index(filled: Store, statements: list[str]) -> None:
    statements.clear()
    where = (
        Condition(Field.AREA, Op.IN, frozenset({"MA-04"})),
        Condition(Field.STATUS, Op.IN, frozenset({Status.IN_PROGRESS})),
    )
    await filled.connector.list(ListQuestion(where, Order(), Selection(), 50), call())
    plan = await _explained(
        filled, statements[0], ["MA-04", 51, filled._engine.dialect.array(["IN_PROGRESS"]), 1500]
    )
    assert "complaint_area_created" in plan


async def test_rare_words_are_found_by_their_index(filled: Store, statements: list[str]) -> None:
    reading = Reading(filled._engine, Effort(walked=60, candidates=100))
    for words in (("n1234",), ("مصباح1234",)):
        statements.clear()
        rare = (Condition(Field.TEXT, Op.CONTAINS, words),)
        page = await reading.page(ListQuestion(rare, Order(), Selection(), 10), now=NOON)
        assert [row.origin.source_id for row in page.records] == ["1234"]
        assert any("complaint_words" in text or "complaint_text" in text for text in statements)


async def test_cases_by_id_and_their_children_are_found_by_index(
    scenes: Store, statements: list[str], databases: Databases, database_url: str
) -> None:
    known = [case.origin.source_id for case in scenario.complaints()[:3]]
    statements.clear()
    await scenes.connector.get(known, EVERYTHING, call())
    dialect = scenes._engine.dialect
    bound = [[STORE, dialect.array(known)], *[[dialect.array([1, 2, 3])]] * 4]
    for text, values in zip(tuple(statements), bound, strict=True):
        if dialect.name == "sqlite":
            plan = await _explained(scenes, text, values)
            assert not re.search(r"SCAN (?!json_each)", plan), text
            continue
        async with databases.postgres.connection(database_url) as connection:
            # So few rows are read whole, unless that is forbidden.
            await connection.execute("SET enable_seqscan = off")
            rows = await connection.fetch(f"EXPLAIN {text}", *values)
        assert "Seq Scan" not in "".join(row[0] for row in rows), text


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_deep_pages_cost_like_the_first(
    store: Store, databases: Databases, database_url: str
) -> None:
    count = 20_000
    await _fill(store, databases, database_url, count)
    for name, where in WALKED.items():
        for order in (Order(), Order(Field.DUE, Direction.ASC)):
            sign = -1 if order.direction is Direction.DESC else 1
            start = NOON if order.by is Field.CREATED else NOON - timedelta(minutes=count)
            visited = []
            for depth in (0, count // 10, count // 2):
                at = start + sign * timedelta(minutes=depth)
                place = Key(at, STORE, "") if depth else None
                visited.append(await _visited(store, where, order, place))
            if min(visited):
                assert max(visited) <= 3 * max(visited[0], 200), (name, order, visited)


async def _fill(store: Store, databases: Databases, url: str, count: int) -> Store:
    """So many cases, one a minute, over all agencies; every tenth knows no time."""
    cases = [
        complaint(
            f"{number}",
            agency_code=AGENCIES[number * 7 % 1700],
            status=(Status.SUBMITTED, Status.CLOSED)[number % 2],
            title=f"Lampadaire n{number}",
            description=f"مصباح{number} معطل",
            location=Location(latitude=30 + number % 7, longitude=-7.0),
            **{
                time.value: None if number % 10 == 9 else NOON - timedelta(minutes=number)
                for time in TIMES
            },
        )
        for number in range(count)
    ]
    await store.mirror.put(cases, source=STORE, heard_at=NOON)
    if store._engine.dialect.name == "postgres":
        # On a server, autovacuum does it.
        async with databases.postgres.connection(url) as connection:
            await connection.execute("VACUUM ANALYZE")
    return store


async def _plan(store: Store, where: tuple[Condition, ...], order: Order, after: Key | None) -> str:
    text, values = _page(store, where, order, after)
    return await _explained(store, text, values)


def _page(
    store: Store, where: tuple[Condition, ...], order: Order, after: Key | None
) -> tuple[str, list[Any]]:
    dialect = store._engine.dialect
    bounds = tuple(each for each in where if written.bounds_walk(each, order))
    within = written.bind(dialect, bounds)
    asked = written.bind(dialect, tuple(each for each in where if each not in bounds))
    place, values = written.bind_place(dialect, after)
    columns = layout(dialect, Selection(fields=SELECTABLE)).columns
    text = written.walk(dialect, columns, within.clauses, asked.clauses, order, place, own=None)
    bound = [*within.values, *values, 51]
    return text, [*bound, *asked.values, 2000] if asked.clauses else bound


async def _explained(store: Store, text: str, values: Sequence[Any]) -> str:
    if store._engine.dialect.name == "sqlite":
        rows = await store._engine.fetch(f"EXPLAIN QUERY PLAN {text}", values)
        return "\n".join(row[3] for row in rows)
    rows = await store._engine.fetch(f"EXPLAIN {text}", values)
    return "\n".join(row[0] for row in rows)


def _assert_walk(plan: str, what: str) -> None:
    assert "TEMP B-TREE" not in plan, (what, plan)
    assert "Sort" not in plan, (what, plan)
    assert "Seq Scan" not in plan, (what, plan)
    assert re.search(r"(INDEX|using) complaint_\w+_at_(asc|desc)", plan), (what, plan)


def _leaf(plan: dict[str, Any]) -> dict[str, Any]:
    while "Plans" in plan:
        plan = plan["Plans"][0]
    return plan


async def _visited(
    store: Store, where: tuple[Condition, ...], order: Order, after: Key | None
) -> int:
    """Rows that the database looked at for one page; on SQLite, steps of its machine by tens."""
    text, values = _page(store, where, order, after)
    if store._engine.dialect.name == "postgres":
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {text}"
        plan = json.loads((await store._engine.fetch(explain, values))[0][0])[0]["Plan"]
        return _rows_of(plan)
    reader = store._engine._readers[0]  # type: ignore[attr-defined]
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    reader.set_progress_handler(count, 100)
    reader.execute(text, values).fetchall()
    reader.set_progress_handler(None, 0)
    return steps[0]


def _rows_of(plan: dict[str, Any]) -> int:
    removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    below = sum(_rows_of(each) for each in plan.get("Plans", ()))
    return int(plan["Actual Rows"] + removed + below)
