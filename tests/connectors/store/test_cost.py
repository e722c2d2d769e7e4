"""A page costs one statement a table, and reads only what was selected."""

import re
from collections.abc import Sequence
from typing import Final

import pytest

from connectors.contract.query import (
    EVERYTHING,
    SELECTABLE,
    Child,
    Condition,
    Field,
    ListQuestion,
    Op,
    Order,
    Selection,
)
from connectors.contract.records import STORE
from connectors.store import Store
from connectors.testing import scenario
from connectors.testing.asking import call
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import AGENCIES, complaint

CHILD_TABLES: Final = {
    Child.MESSAGES: "message",
    Child.EVENTS: "event",
    Child.DECISIONS: "decision",
    Child.ATTACHMENTS: "attachment",
}
ALL: Final = Condition(Field.AGENCY, Op.IN, frozenset(AGENCIES))


@pytest.mark.parametrize("agencies", [1, 29, 1700])
@pytest.mark.parametrize("limit", [1, 100])
async def test_a_page_is_one_statement_for_each_table_however_many_agencies_are_named(
    scenes: Store, statements: list[str], agencies: int, limit: int
) -> None:
    among = Condition(Field.AGENCY, Op.IN, frozenset(AGENCIES[:agencies]))
    page = await scenes.connector.list(ListQuestion((among,), Order(), EVERYTHING, limit), call())
    assert page.records
    assert sorted(map(_table, statements)) == sorted(["complaint", *CHILD_TABLES.values()])


async def test_the_text_of_a_statement_does_not_grow_with_the_agencies_named(
    scenes: Store, statements: list[str]
) -> None:
    # A single agency has a walk of its own.
    for count in (2, 29, 1700):
        among = Condition(Field.AGENCY, Op.IN, frozenset(AGENCIES[:count]))
        await scenes.connector.list(ListQuestion((among,), Order(), Selection(), 10), call())
    assert len(set(statements)) == 1


async def test_a_get_of_many_is_one_statement_for_each_table(
    scenes: Store, statements: list[str]
) -> None:
    known = [case.origin.source_id for case in scenario.complaints()]
    found = await scenes.connector.get(known, EVERYTHING, call())
    assert len(found) == len(known)
    assert sorted(map(_table, statements)) == sorted(["complaint", *CHILD_TABLES.values()])


@pytest.mark.parametrize("name", sorted(SELECTABLE))
async def test_a_column_that_was_not_selected_is_not_read(
    scenes: Store, statements: list[str], name: str
) -> None:
    page = await scenes.connector.list(
        ListQuestion((), Order(), Selection(fields=SELECTABLE - {name}), 10), call()
    )
    (statement,) = statements
    columns = set(_columns(statement))
    place = {"address", "area_code", "latitude", "longitude"}
    assert not columns & (place if name == "location" else {name})
    assert columns >= SELECTABLE - {name, "location"}
    assert {getattr(row, name) for row in page.records} in ({None}, {"INSTANT"})


@pytest.mark.parametrize("child", list(Child))
async def test_a_child_that_was_not_selected_is_not_read(
    scenes: Store, statements: list[str], child: Child
) -> None:
    selection = Selection(children=frozenset(Child) - {child})
    await scenes.connector.list(ListQuestion((), Order(), selection, 50), call())
    assert CHILD_TABLES[child] not in map(_table, statements)
    assert len(statements) == 4
    assert f"{child.value}_held" not in statements[0]


async def test_nothing_selected_reads_one_table_and_no_text(
    scenes: Store, statements: list[str]
) -> None:
    await scenes.connector.list(ListQuestion((), Order(), Selection(), 50), call())
    (statement,) = statements
    assert not {"title", "description", "id", "folded"} & set(_columns(statement))


async def test_a_total_costs_one_statement_and_only_when_asked_for(
    scenes: Store, statements: list[str]
) -> None:
    for total in (False, True):
        selection = Selection(total=total)
        await scenes.connector.list(ListQuestion((ALL,), Order(), selection, 5), call())
    assert ["count(*)" in text for text in statements] == [False, False, True]


async def test_children_of_rows_that_keep_none_cost_nothing(
    store: Store, statements: list[str]
) -> None:
    await store.mirror.put([complaint("1"), complaint("2")], source=STORE, heard_at=NOON)
    await store.connector.list(ListQuestion((), Order(), EVERYTHING, 50), call())
    assert list(map(_table, statements)) == ["complaint"]


def _table(statement: str) -> str:
    found = re.search(r" FROM (\w+)", statement)
    assert found is not None
    return found[1]


def _columns(statement: str) -> Sequence[str]:
    return statement.removeprefix("SELECT ").partition(" FROM ")[0].split(", ")
