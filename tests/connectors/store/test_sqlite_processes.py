"""One process writes a SQLite file; a receipt it gave survives its death."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import pytest

from connectors.store import SecondWriter, Store
from tests.connectors.store.cases import filing, got, listed
from tests.connectors.store.leftovers import open_sqlite_files

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
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(sqlite_url)) as store:
        yield store


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
    before = open_sqlite_files()
    with pytest.raises(SecondWriter):
        await Store.open(sqlite_url)
    assert open_sqlite_files() == before


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
