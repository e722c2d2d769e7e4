"""Migrations run once, whole, on databases that hold rows; unfit databases are refused by name."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from importlib import import_module
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError
from tortoise.migrations.autodetector import MigrationAutodetector

from connectors.contract.query import Condition, Field, Op
from connectors.store import Store, migrating, migrations
from connectors.store.operations import RunOn
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import listed
from tests.connectors.store.filling import fill
from tests.databases import Databases, PostgresServer

KNOWN = migrating.known()


@pytest.fixture
async def unmigrated(empty_database_url: str) -> AsyncIterator[Store]:
    """An opened store over a database without tables."""
    async with aclosing(await Store.open(empty_database_url, now=lambda: NOON)) as store:
        yield store


async def test_migrating_tells_each_step_and_leaves_nothing_to_do(unmigrated: Store) -> None:
    lines: list[str] = []
    assert await unmigrated.pending_migrations() == KNOWN
    await unmigrated.migrate(lines.append)
    assert lines == [f"{name}: {state}" for name in KNOWN for state in ("running", "done")]
    assert await unmigrated.pending_migrations() == []
    await unmigrated.migrate(lines.append)
    assert len(lines) == 2 * len(KNOWN)


async def test_looking_at_an_empty_database_changes_nothing(unmigrated: Store) -> None:
    await unmigrated.faults()
    await unmigrated.pending_migrations()
    assert await _tables(unmigrated) == []


@pytest.mark.parametrize("step", KNOWN[:-1])
async def test_each_later_step_runs_on_a_database_that_was_filled_before_it(
    unmigrated: Store, step: str
) -> None:
    engine = unmigrated._engine
    await migrating.migrate(engine, progress=lambda _: None, upto=step)
    assert await unmigrated.pending_migrations() == KNOWN[KNOWN.index(step) + 1 :]
    await fill(unmigrated, step)
    await unmigrated.migrate()
    assert await unmigrated.pending_migrations() == []
    assert await unmigrated.faults() == []
    (row,) = await listed(unmigrated)
    assert (row.title, row.created_at, row.version) == ("شكاية", NOON, 1)
    (found,) = await listed(unmigrated, Condition(Field.TEXT, Op.CONTAINS, ("شكايه",)))
    assert found == row
    assert len(found.messages or ()) == 1


async def test_a_migration_that_fails_leaves_nothing_behind_and_can_be_run_again(
    unmigrated: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = import_module(f"{migrations.__name__}.{KNOWN[-1]}").Migration
    with monkeypatch.context() as patch:
        no = ["SELECT what FROM nowhere"]
        patch.setattr(last, "operations", [*last.operations, RunOn(postgres=no, sqlite=no)])
        with pytest.raises(OperationalError, match="nowhere"):
            await unmigrated.migrate()
    assert await unmigrated.pending_migrations() == KNOWN[-1:]
    indexes = await unmigrated._engine.fetch(_INDEXES[unmigrated._engine.dialect.name])
    assert not [row[0] for row in indexes if "created_at" in row[0]]
    await unmigrated.migrate()
    assert await unmigrated.pending_migrations() == []


async def test_a_migration_and_its_note_are_one(
    unmigrated: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unnoted(*_: object) -> None:
        raise KeyError("the machine stops here")

    with monkeypatch.context() as patch:
        patch.setattr(migrating._Notes, "record_applied", unnoted)
        with pytest.raises(KeyError, match="stops here"):
            await unmigrated.migrate()
    assert await _tables(unmigrated) == ["tortoise_migrations"]
    await unmigrated.migrate()
    assert await unmigrated.pending_migrations() == []


async def test_models_and_migrations_agree() -> None:
    app = {
        "models": migrating.MODELS,
        "default_connection": "default",
        "migrations": migrations.__name__,
    }
    config = {"connections": {"default": "sqlite://:memory:"}, "apps": {migrating.APP: app}}
    async with TortoiseContext() as context:
        await context.init(config=config)
        assert context.apps is not None
        changes = await MigrationAutodetector(context.apps, {migrating.APP: app}).changes()
    assert [writer.as_string() for writer in changes] == []


async def test_what_a_later_version_ran_is_a_fault_that_names_it(store: Store) -> None:
    async with store._engine.transaction() as transaction:
        await transaction.fetch(
            "INSERT INTO tortoise_migrations (app, name, applied_at)"
            " SELECT app, '0099_of_tomorrow', applied_at FROM tortoise_migrations LIMIT 1"
        )
    (fault,) = await store.faults()
    assert fault == ("a later version migrated this database (0099_of_tomorrow): run that version")


async def test_two_who_migrate_at_once_run_each_step_once(
    databases: Databases, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = await databases.empty("postgres", tmp_path)
    lines: list[str] = []
    async with _opened(url, 3) as stores:
        await asyncio.gather(*(store.migrate(lines.append) for store in stores))
        assert [await store.pending_migrations() for store in stores] == [[]] * 3
    assert lines == [f"{name}: {state}" for name in KNOWN for state in ("running", "done")]
    await databases.drop(url)


async def test_a_second_process_is_refused_a_sqlite_file_that_is_being_migrated(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    program = (
        "import asyncio, sys\n"
        "from connectors.store import Store\n"
        "async def main():\n"
        "    store = await Store.open(sys.argv[1])\n"
        "    await store.migrate(print)\n"
        "    await store.aclose()\n"
        "asyncio.run(main())\n"
    )
    async with aclosing(await Store.open(url)) as first:
        second = await asyncio.to_thread(_run, program, url)
        assert second.returncode == 1
        assert "SecondWriter" in second.stderr
        await first.migrate()
    third = await asyncio.to_thread(_run, program, url)
    assert (third.returncode, third.stdout) == (0, "")


async def test_tasks_of_one_process_that_migrate_at_once_wait_for_each_other(
    tmp_path: Path,
) -> None:
    lines: list[str] = []
    async with aclosing(await Store.open(f"sqlite:///{tmp_path / 'store.sqlite3'}")) as store:
        await asyncio.gather(store.migrate(lines.append), store.migrate(lines.append))
    assert len(lines) == 2 * len(KNOWN)


UNFIT = {
    "SQL_ASCII": ("ENCODING 'SQL_ASCII' LOCALE 'C'", "encoding is SQL_ASCII"),
    "LATIN1": ("ENCODING 'LATIN1' LOCALE 'C'", "encoding is LATIN1"),
    "locale C": ("ENCODING 'UTF8' LOCALE 'C'", "locale knows no Arabic letters"),
    "C.UTF-8 of the builtin provider over C": (
        "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
        "locale knows no Arabic letters",
    ),
}


@pytest.mark.parametrize(("how", "fault"), UNFIT.values(), ids=UNFIT.keys())
async def test_a_database_in_which_arabic_cannot_be_searched_is_refused_with_the_cure(
    postgres_server: PostgresServer, how: str, fault: str
) -> None:
    url = await postgres_server.create(f"{how} TEMPLATE template0")
    try:
        async with aclosing(await Store.open(url)) as store:
            (told,) = await store.faults()
    finally:
        await postgres_server.drop(url)
    assert fault in told
    assert "initdb --encoding=UTF8 --locale=C.UTF-8" in told
    assert "CREATE DATABASE" in told


async def test_whoever_may_not_install_pg_trgm_is_told_whom_to_ask(
    postgres_server: PostgresServer,
) -> None:
    url = await postgres_server.create("TEMPLATE template1")
    name = url.rpartition("/")[2]
    await postgres_server.run(f"CREATE ROLE \"me@{name}\" LOGIN PASSWORD 'p@ss/w:rd%é'")
    try:
        mine = url.replace(url[: url.index("@")], f"postgresql://me%40{name}:p%40ss%2Fw%3Ard%25é")
        async with aclosing(await Store.open(mine)) as store:
            (told,) = await store.faults()
            assert "CREATE EXTENSION pg_trgm" in told
            async with postgres_server.connection(url) as connection:
                await connection.execute("CREATE EXTENSION pg_trgm")
            assert await store.faults() == []
    finally:
        await postgres_server.drop(url)
        await postgres_server.run(f'DROP ROLE "me@{name}"')


_INDEXES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgres": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
}
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    " AND name NOT LIKE 'complaint_text%' AND name NOT LIKE 'complaint_words%'",
    "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


async def _tables(store: Store) -> list[str]:
    return [row[0] for row in await store._engine.fetch(_TABLES[store._engine.dialect.name])]


@asynccontextmanager
async def _opened(url: str, count: int) -> AsyncIterator[list[Store]]:
    stores = [await Store.open(url) for _ in range(count)]
    try:
        yield stores
    finally:
        for store in stores:
            await store.aclose()


def _run(program: str, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, url], capture_output=True, text=True, check=False
    )
