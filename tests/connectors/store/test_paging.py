"""A search that goes too far ends with what it has, or is refused; it never goes on for ever."""

from datetime import timedelta

import pytest

from connectors.contract.errors import NotSupported
from connectors.contract.lifecycle import Status
from connectors.contract.query import Condition, Field, ListQuestion, Op, Order, Selection, key_of
from connectors.contract.records import Complaint
from connectors.store import Store
from connectors.store.paging import Effort
from connectors.store.reading import Reading
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import complaint

SOON_SPENT = Effort(walked=5, candidates=5, total=20)
CLOSED = Condition(Field.STATUS, Op.IN, frozenset({Status.CLOSED}))
LAMP = Condition(Field.TEXT, Op.CONTAINS, ("lampadaire",))


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


async def test_what_is_common_apart_and_never_together_is_empty_or_refused(store: Store) -> None:
    lamps = [complaint(f"lamp {number}", title="Lampadaire") for number in range(20)]
    await store.bulk.add([*_crowd({}), *lamps], heard_at=NOON)
    question = ListQuestion((CLOSED, LAMP), Order(), Selection(), 3)
    strained = Reading(store._engine, SOON_SPENT).page(question, now=NOON)
    if store._engine.dialect.name == "sqlite":
        # Words and text have an index each.
        with pytest.raises(NotSupported, match="too far apart"):
            await strained
    else:
        page = await strained
        assert (page.records, page.more) == ([], False)
    page = await Reading(store._engine).page(question, now=NOON)
    assert (page.records, page.more) == ([], False)


async def test_a_page_that_ends_early_says_so_and_the_next_goes_on(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    try:
        lamps = dict.fromkeys((0, *range(41, 60)), "Lampadaire")
        await store.bulk.add(_crowd(lamps), heard_at=NOON)
        question = ListQuestion((CLOSED, LAMP), Order(), Selection(frozenset({"created_at"})), 3)
        page = await Reading(store._engine, SOON_SPENT).page(question, now=NOON)
        assert [row.origin.source_id for row in page.records] == ["000"]
        assert page.more
        after = key_of(page.records[-1], Order())
        rest = ListQuestion(question.where, Order(), question.selection, 30, after=after)
        page = await Reading(store._engine).page(rest, now=NOON)
        assert [row.origin.source_id for row in page.records] == [f"{n:03}" for n in range(41, 60)]
    finally:
        await store.aclose()
