"""Many new cases at once are kept just as single ones are, and found just so."""

import sqlite3
from collections.abc import Sequence

import asyncpg
import pytest

from connectors.contract.query import EVERYTHING, Condition, Field, ListQuestion, Op, Order
from connectors.contract.records import STORE, Complaint, Mode
from connectors.store import Store
from connectors.testing import scenario
from connectors.testing.asking import call
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import complaint, listed

CASES = scenario.complaints(source=STORE, mode=Mode.OWN)


async def _everything(store: Store) -> Sequence[Complaint]:
    page = await store.connector.list(ListQuestion((), Order(), EVERYTHING, 1000), call())
    return page.records


async def test_what_is_added_in_bulk_reads_as_if_it_had_been_put(store: Store) -> None:
    await store.bulk.add(CASES[::2], heard_at=NOON)
    await store.mirror.put(CASES[1::2], source=STORE, heard_at=NOON)
    found = {case.origin.source_id: case for case in await _everything(store)}
    # What keeps no children is told by None, which a put leaves as it was.
    for case in CASES:
        kept = found[case.origin.source_id]
        assert (kept.title, kept.messages, kept.events) == (case.title, case.messages, case.events)


async def test_a_case_that_is_known_stays_as_it_is(store: Store) -> None:
    await store.mirror.put([complaint("1", title="first")], source=STORE, heard_at=NOON)
    again = [complaint("1", title="second"), complaint("2")]
    assert await store.bulk.add(again, heard_at=NOON) == 1
    assert await store.bulk.add(again, heard_at=NOON) == 0
    assert {case.title for case in await _everything(store)} == {"first", complaint("2").title}


async def test_words_of_cases_added_in_bulk_are_found_and_later_ones_too(store: Store) -> None:
    await store.bulk.add([complaint("1", title="Lampadaire")], heard_at=NOON)
    await store.mirror.put([complaint("2", title="Lampadaire")], source=STORE, heard_at=NOON)
    await store.bulk.add([complaint("3", title="Lampadaire")], heard_at=NOON)
    found = await listed(store, Condition(Field.TEXT, Op.CONTAINS, ("lampadaire",)))
    assert {case.origin.source_id for case in found} == {"1", "2", "3"}


async def test_a_bulk_that_fails_leaves_nothing(store: Store) -> None:
    twice = [complaint("1"), complaint("1")]
    with pytest.raises((sqlite3.IntegrityError, asyncpg.UniqueViolationError)):
        await store.bulk.add(twice, heard_at=NOON)
    assert await _everything(store) == []
    await store.mirror.put([complaint("2", title="Lampadaire")], source=STORE, heard_at=NOON)
    found = await listed(store, Condition(Field.TEXT, Op.CONTAINS, ("lampadaire",)))
    assert [case.origin.source_id for case in found] == ["2"]
