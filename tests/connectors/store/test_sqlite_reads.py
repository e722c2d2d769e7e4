"""A SQLite read that nobody waits for any more is stopped, and its connection serves again."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from connectors.contract.connector import Call
from connectors.contract.errors import SourceTimeout, SourceUnavailable
from connectors.contract.query import EVERYTHING, ListQuestion, Order
from connectors.store import Store, statements
from connectors.store import sqlite as sqlite_engine

ENDLESS = "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(sqlite_url)) as store:
        yield store


async def test_a_read_that_takes_too_long_is_interrupted_and_its_connection_serves_again(
    store: Store,
) -> None:
    engine = store._engine
    endless = [asyncio.create_task(engine.fetch(ENDLESS)) for _ in range(4)]
    waiting = asyncio.create_task(engine.fetch("SELECT 1"))
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done, "a fifth reader was served beside four busy ones"
    for task in endless:
        task.cancel()
    assert [tuple(row) for row in await asyncio.wait_for(waiting, 10)] == [(1,)]
    ends = await asyncio.gather(*endless, return_exceptions=True)
    assert {type(end) for end in ends} == {asyncio.CancelledError}


async def test_a_read_cancelled_before_it_began_holds_no_connection(store: Store) -> None:
    for pauses in range(4):
        task = asyncio.create_task(store._engine.fetch(ENDLESS))
        for _ in range(pauses):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    served = asyncio.gather(*(store._engine.fetch("SELECT 1") for _ in range(8)))
    assert len(await asyncio.wait_for(served, 10)) == 8


async def test_a_read_that_begins_after_it_was_cancelled_is_interrupted_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, begin = sqlite_engine._read, threading.Event()

    def late(*given: Any) -> Any:
        begin.wait()
        return read(*given)

    monkeypatch.setattr(sqlite_engine, "_read", late)
    tasks = [asyncio.create_task(store._engine.fetch(ENDLESS)) for _ in range(4)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    begin.set()
    assert len(await asyncio.wait_for(store._engine.fetch("SELECT 1"), 10)) == 1


async def test_the_deadline_ends_a_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "walk", lambda *_, **__: f"{ENDLESS} WHERE ?1 > 0")
    late = Call(deadline=asyncio.get_running_loop().time() + 0.1)
    with pytest.raises(SourceTimeout):
        await store.connector.list(ListQuestion((), Order(), EVERYTHING, 10), late)
    rows = await asyncio.wait_for(store._engine.fetch("SELECT 1"), 10)
    assert len(rows) == 1


async def test_closing_ends_what_is_being_read(store: Store) -> None:
    reading = asyncio.create_task(store._engine.fetch(ENDLESS))
    await asyncio.sleep(0)
    await store.aclose()
    with pytest.raises(SourceUnavailable):
        await reading
