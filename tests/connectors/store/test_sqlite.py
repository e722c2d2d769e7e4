"""A SQLite file is durable, private, written while it is read, and whole when it is closed."""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from connectors.contract.errors import SourceUnavailable
from connectors.contract.records import STORE
from connectors.store import Store
from connectors.store.sqlite import Sqlite
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import complaint, filing, listed
from tests.connectors.store.leftovers import open_sqlite_files


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(sqlite_url)) as store:
        yield store


async def test_the_log_is_written_ahead_and_every_commit_is_on_the_disk(
    store: Store, path: Path
) -> None:
    settings = {}
    async with store._engine.transaction() as transaction:
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            (row,) = await transaction.fetch(f"PRAGMA {name}")
            settings[name] = row[0]
    full = 2
    assert settings == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


async def test_nobody_else_on_the_machine_may_read_the_files(tmp_path: Path) -> None:
    path = tmp_path / "new" / "store.sqlite3"
    async with aclosing(await Store.open(f"sqlite:///{path}")) as store:
        await store.migrate()
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == dict.fromkeys(
        (f"store.sqlite3{end}" for end in ("", "-wal", "-shm", ".lock")), 0o600
    )


async def test_readers_go_on_while_something_is_written(store: Store) -> None:
    await store.mirror.put([complaint("before")], source=STORE, heard_at=NOON)
    async with store._engine.transaction() as transaction:
        await transaction.fetch("UPDATE complaint SET title = 'half written'")
        seen = await asyncio.gather(*(listed(store) for _ in range(20)))
        assert {row.title for rows in seen for row in rows} == {None}
    assert [row.title for row in await listed(store)] == ["half written"]


async def test_writers_of_one_process_wait_for_each_other(store: Store) -> None:
    opened = await asyncio.gather(
        *(store.ledger.open_case(filing(f"{n}", key=f"{n}")) for n in range(30))
    )
    assert len({each.reference for each in opened}) == 30
    assert len(await listed(store)) == 30


async def test_nothing_is_left_when_a_store_is_closed(sqlite_url: str, path: Path) -> None:
    before = open_sqlite_files()
    threads = {thread for thread in threading.enumerate() if not _of_the_loop(thread)}
    for _ in range(3):
        store = await Store.open(sqlite_url)
        await asyncio.gather(*(listed(store) for _ in range(8)))
        await store.mirror.put([complaint()], source=STORE, heard_at=NOON)
        await store.aclose()
        await store.aclose()
    assert open_sqlite_files() == before
    assert _running_beside(threads) == set()
    # A copy of the file is a copy of the store.
    assert sorted(each.name for each in path.parent.glob(f"{path.name}*")) == [
        path.name,
        f"{path.name}.lock",
    ]


async def test_a_file_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="does not exist"):
        await Store.open(f"sqlite:///{tmp_path / 'none.sqlite3'}", writes=False)
    garbage = tmp_path / "garbage.sqlite3"
    garbage.write_bytes(b"this is no database, but a letter to the mayor" * 100)
    for writes in (True, False):
        with pytest.raises(SourceUnavailable) as error:
            async with aclosing(await Store.open(f"sqlite:///{garbage}", writes=writes)) as store:
                await store.pending_migrations()
        assert "mayor" not in str(error.value)
    assert garbage.read_bytes().startswith(b"this is no database")


@pytest.mark.parametrize("content", [b"no database at all" * 500, b"SQLite format 3\0" + b"x" * 99])
async def test_a_file_that_is_no_database_leaves_nothing_running(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(content)
    before = {thread for thread in threading.enumerate() if not _of_the_loop(thread)}
    with pytest.raises(SourceUnavailable, match="cannot be used now"):
        await Store.open(f"sqlite:///{path}")
    # A thread of the database would keep the program from ending.
    assert _running_beside(before) == set()


async def test_an_old_sqlite_or_one_without_full_text_search_is_a_fault(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await store.faults() == []
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 2))
    (fault,) = await store.faults()
    assert "too old" in fault


async def test_a_full_disk_refuses_a_filing_whole(store: Store) -> None:
    engine = store._engine
    assert isinstance(engine, Sqlite)
    assert engine._writer is not None
    async with engine._writer.acquire_connection() as connection:
        (row,) = await connection.execute_fetchall("PRAGMA page_count")
        await connection.execute_fetchall(f"PRAGMA max_page_count = {row[0]}")
    with pytest.raises(SourceUnavailable):
        await _file_long_texts(store, 1000)
    async with engine._writer.acquire_connection() as connection:
        await connection.execute_fetchall("PRAGMA max_page_count = 1000000")
    before = len(await listed(store))
    assert not (await store.ledger.open_case(filing())).replayed
    assert len(await listed(store)) == before + 1
    assert len(await engine.fetch("SELECT 1 FROM ledger")) == before + 1
    assert len(await engine.fetch("SELECT 1 FROM event")) == before + 1


async def _file_long_texts(store: Store, count: int) -> None:
    for number in range(count):
        await store.ledger.open_case(filing(f"{number}", key=f"{number}", text="x" * 5000))


def _of_the_loop(thread: threading.Thread) -> bool:
    return thread.name.startswith("asyncio_")


def _running_beside(known: set[threading.Thread]) -> set[threading.Thread]:
    """Threads that were begun since, and do not end: who says to have ended may take a moment."""
    begun = {each for each in threading.enumerate() if not _of_the_loop(each)} - known
    for thread in begun:
        thread.join(timeout=5)
    return {thread for thread in begun if thread.is_alive()}
