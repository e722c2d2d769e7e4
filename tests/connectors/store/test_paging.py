"""A search that goes too far ends where it stands, and the next page goes on from there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    TIMES,
    Condition,
    Direction,
    Field,
    ListQuestion,
    Op,
    Order,
    Page,
    Selection,
    key_of,
)
from connectors.contract.records import Complaint
from connectors.store import Store
from connectors.store.paging import Effort
from connectors.store.reading import Reading
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import complaint

SOON_SPENT = Effort(walked=5, candidates=5, total=20)
CLOSED = Condition(Field.STATUS, Op.IN, frozenset({Status.CLOSED}))
LAMP = Condition(Field.TEXT, Op.CONTAINS, ("lampadaire",))
ORDERS = [Order(time, direction) for time in TIMES for direction in Direction]
TIMED = Selection(frozenset(TIMES))


def _crowd(found: dict[int, str]) -> list[Complaint]:
    """Sixty closed cases within an hour, with titles that are usual but for those in `found`."""
    return [
        complaint(
            f"{number:03}",
            status=Status.CLOSED,
            title=found.get(number, "Nid-de-poule"),
            created_at=NOON - timedelta(minutes=number),
        )
        for number in range(60)
    ]


def _through_the_years() -> list[Complaint]:
    """Sixty cases over five years, every other closed, many with times that are not known."""
    return [
        complaint(
            f"{number:03}",
            status=Status.CLOSED if number % 2 else Status.IN_PROGRESS,
            title="Lampadaire" if number % 7 in {1, 2} else "Nid-de-poule",
            created_at=NOON - timedelta(days=31 * number),
            updated_at=NOON - timedelta(days=17 * number) if number % 3 else None,
            due_at=NOON + timedelta(days=40 - number) if number < 8 else None,
            closed_at=NOON - timedelta(days=200 * (number % 9)) if 15 < number < 30 else None,
        )
        for number in range(60)
    ]


async def _pages(store: Store, question: ListQuestion, effort: Effort) -> Sequence[Page]:
    """All pages of `question`, each asked for after the place where the one before ended."""
    found: list[Page] = []
    while not found or found[-1].more:
        page = await Reading(store._engine, effort).page(question, now=NOON)
        assert page.records or page.read_to or not page.more
        assert len(found) < 100
        found.append(page)
        order = question.order
        assert order is not None
        if page.more:
            after = page.read_to or key_of(page.records[-1], order)
            rank = after.rank(order.direction)
            assert question.after is None or question.after.rank(order.direction) < rank
            question = replace(question, after=after)
    return found


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: f"{order.by}-{order.direction}")
async def test_pages_that_end_early_show_each_row_once_in_any_order(
    store: Store, order: Order
) -> None:
    await store.bulk.add(_through_the_years(), heard_at=NOON)
    at_once, early = replace(SOON_SPENT, total=9), False
    for where, effort in product(((CLOSED,), (LAMP,), (CLOSED, LAMP)), (SOON_SPENT, at_once)):
        question = ListQuestion(where, order, TIMED, 3)
        pages = await _pages(store, question, effort)
        right = await _pages(store, replace(question, limit=60), Effort())
        assert len(right) == 1
        assert right[0].records
        assert [row for page in pages for row in page.records] == right[0].records
        early |= any(page.read_to for page in pages)
    assert early


async def test_what_is_common_apart_and_never_together_is_looked_for_to_the_end(
    store: Store,
) -> None:
    lamps = [complaint(f"lamp {number}", title="Lampadaire") for number in range(20)]
    await store.bulk.add([*_crowd({}), *lamps], heard_at=NOON)
    question = ListQuestion((CLOSED, LAMP), Order(), TIMED, 3)
    pages = await _pages(store, question, SOON_SPENT)
    assert not any(page.records for page in pages)
    if store._engine.dialect.name == "sqlite":
        # Words and text have an index each.
        assert pages[0].read_to is not None
    (page,) = await _pages(store, question, Effort())
    assert (page.records, page.read_to) == ([], None)


async def test_a_full_page_does_not_end_early(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    try:
        lamps = dict.fromkeys((0, 1, 2, *range(41, 60)), "Lampadaire")
        await store.bulk.add(_crowd(lamps), heard_at=NOON)
        question = ListQuestion((CLOSED, LAMP), Order(), TIMED, 3)
        page = await Reading(store._engine, SOON_SPENT).page(question, now=NOON)
        assert [row.origin.source_id for row in page.records] == ["000", "001", "002"]
        assert (page.more, page.read_to) == (True, None)
    finally:
        await store.aclose()
