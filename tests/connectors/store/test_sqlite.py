"""On SQLite one process writes, durably, while readers go on; nothing is left behind."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.connector import Call
from connectors.contract.errors import SourceTimeout, SourceUnavailable
from connectors.contract.query import EVERYTHING, ListQuestion, Order
from connectors.contract.records import STORE
from connectors.store import SecondWriter, Store, statements
from connectors.store import sqlite as sqlite_engine
from connectors.store.sqlite import Sqlite
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import complaint, filing, got, listed

ENDLESS = "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

WRITER = """
import asyncio, sys
from connectors.store import Store
from tests.connectors.store.cases import filing

async def main():
    store = await Store.open(sys.argv[1])
    for number in range(int(sys.argv[2])):
        opened = await store.ledger.open_case(filing(f"{number}", key=f"{number}"))
        print(opened.reference, flush=True)
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


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


async def test_a_second_writing_process_is_refused_naming_the_first(sqlite_url: str) -> None:
    with _writer(sqlite_url) as first:
        with pytest.raises(SecondWriter) as refusal:
            await Store.open(sqlite_url)
        assert f"process {first.pid}," in str(refusal.value)
        assert "PostgreSQL" in str(refusal.value)


async def test_a_second_store_in_the_same_process_is_refused_too(
    store: Store, sqlite_url: str
) -> None:
    with pytest.raises(SecondWriter, match=f"process {os.getpid()},"):
        await Store.open(sqlite_url)


async def test_a_refused_writer_leaves_nothing_open(store: Store, sqlite_url: str) -> None:
    before = _open_files()
    with pytest.raises(SecondWriter):
        await Store.open(sqlite_url)
    assert _open_files() == before


async def test_beside_a_writing_process_others_may_read(sqlite_url: str) -> None:
    with _writer(sqlite_url, cases=1):
        async with aclosing(await Store.open(sqlite_url, writes=False)) as reader:
            assert [row.reference for row in await listed(reader)] == ["0"]
            with pytest.raises(RuntimeError, match="reading only"):
                await reader.ledger.open_case(filing())
            with pytest.raises(RuntimeError, match="reading only"):
                await reader.migrate()


async def test_a_killed_writer_s_lock_is_free_again(sqlite_url: str) -> None:
    with _writer(sqlite_url) as first:
        first.kill()
        first.wait()
        async with aclosing(await Store.open(sqlite_url)) as store:
            assert not (await store.ledger.open_case(filing())).replayed


async def test_a_case_whose_receipt_was_given_survives_the_kill_that_follows(
    sqlite_url: str,
) -> None:
    count = 5
    with _writer(sqlite_url, cases=count) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    async with aclosing(await Store.open(sqlite_url)) as store:
        for number in range(count):
            again = await store.ledger.open_case(filing(f"9{number}", key=f"{number}"))
            assert (again.reference, again.replayed) == (f"{number}", True)
        assert len(await listed(store)) == count
        assert len((await got(store, "0")).events or ()) == 1


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
    monkeypatch.setattr(statements, "page", lambda *_: f"{ENDLESS} WHERE ?1 > 0")
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


async def test_nothing_is_left_when_a_store_is_closed(sqlite_url: str, path: Path) -> None:
    before = _open_files()
    threads = {thread for thread in threading.enumerate() if not _of_the_loop(thread)}
    for _ in range(3):
        store = await Store.open(sqlite_url)
        await asyncio.gather(*(listed(store) for _ in range(8)))
        await store.mirror.put([complaint()], source=STORE, heard_at=NOON)
        await store.aclose()
        await store.aclose()
    assert _open_files() == before
    assert {thread for thread in threading.enumerate() if not _of_the_loop(thread)} == threads
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


@contextmanager
def _writer(url: str, cases: int = 0) -> Iterator["subprocess.Popen[str]"]:
    """Another process that writes `url`, and has filed so many `cases`."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(cases)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    try:
        assert "ready\n" in iter(process.stdout.readline, ""), "the writing process did not start"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _open_files() -> list[str]:
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            name = str(entry.readlink())
        except FileNotFoundError:
            continue
        if "sqlite3" in name:
            found.append(name)
    return sorted(found)


def _of_the_loop(thread: threading.Thread) -> bool:
    return thread.name.startswith("asyncio_")
