"""The store on SQLite: one writing connection, and reading ones in threads of their own.

Write-ahead logging lets readers go on beside the writer; every commit is on the disk before it
is reported (`synchronous=FULL`).
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

import aiosqlite
from tortoise.backends.sqlite.client import SqliteClient

from connectors.contract.errors import SourceUnavailable
from connectors.store.dialect import SQLITE, Dialect
from connectors.store.engine import OnStatement
from connectors.store.lock import WriterLock
from connectors.store.rows import Row
from connectors.store.sqlite_transaction import SqliteTransaction

READERS: Final = 4
OLDEST: Final = (3, 38, 0)
"""The first version that has all that our statements use."""

_AGAIN: Final = 0.05
"""Seconds until a statement that goes on is interrupted again."""

_PRAGMAS: Final[Mapping[str, Any]] = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": 5000,
    # Kibibytes: the indexes of a large table are written all over.
    "cache_size": -131_072,
}
_DOWN: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CORRUPT,
    }
)


class WriteClient(SqliteClient):
    """Tortoise's client whose transactions take the write lock when they begin.

    A plain BEGIN takes it at the first write, and fails there if another one wrote meanwhile.
    """

    @asynccontextmanager
    async def immediate(self) -> AsyncIterator[aiosqlite.Connection]:
        """The connection, in a transaction of its own; others wait."""
        async with self.acquire_connection() as connection:
            try:
                await connection.execute("BEGIN IMMEDIATE")
                yield connection
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise

    async def fold_log(self) -> None:
        """Bring what is in the log beside the file into the file, so that its copy is whole."""
        async with self.acquire_connection() as connection:
            # If it cannot be done now, whoever opens the file next does it.
            with suppress(sqlite3.DatabaseError):
                # A connection that has not read since others wrote, as after a migration, would
                # wait for itself until `busy_timeout`.
                await connection.execute_fetchall("SELECT count(*) FROM sqlite_master")
                await connection.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")


class Sqlite:
    """An opened SQLite file."""

    dialect: Dialect = SQLITE

    def __init__(self, path: Path, *, on_statement: OnStatement) -> None:
        self._path = path
        self._on_statement = on_statement
        self._lock = WriterLock(path)
        self._writer: WriteClient | None = None
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._readers: list[sqlite3.Connection] = []
        self._idle: asyncio.Queue[sqlite3.Connection] = asyncio.LifoQueue()
        self._taken: set[str] = set()
        self._hearers: list[Callable[[str | None], None]] = []

    @classmethod
    async def open(cls, path: Path, *, writes: bool, on_statement: OnStatement) -> Self:
        """Open `path`, created if it is to be written. Raises `SecondWriter`."""
        engine = cls(path, on_statement=on_statement)
        try:
            with _translated():
                if writes:
                    await engine._open_writer()
                await asyncio.to_thread(engine._open_readers)
        except BaseException:
            await engine.aclose()
            raise
        return engine

    async def fetch(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """Run one reading statement in a reader's thread; cancelling interrupts it."""
        self._on_statement(statement)
        connection = await self._idle.get()
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, _read, connection, statement, values)
        work.add_done_callback(lambda done: self._give_back(connection, done))
        try:
            with _translated():
                return await asyncio.shield(work)
        except asyncio.CancelledError:
            self._interrupt(connection, work)
            raise

    async def fetch_by_bitmaps(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """As any other: the statement names the index."""
        return await self.fetch(statement, values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteTransaction]:
        """A transaction on the writing connection; one at a time."""
        if self._writer is None:
            raise RuntimeError(f"{self._path} was opened for reading only")
        told: list[str] = []
        try:
            with _translated():
                async with self._writer.immediate() as connection:
                    yield SqliteTransaction(connection, told)
        finally:
            # Whoever was cancelled while it was committed cannot know whether it was: who looks
            # for a change that is none finds nothing.
            for text in told:
                for heard in self._hearers:
                    heard(text)

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[Mapping[str, Any]]:
        """The lock file keeps other processes out, the writing connection our own tasks."""
        if self._writer is None:
            raise RuntimeError(f"{self._path} was opened for reading only")
        with _translated():
            async with self._writer.acquire_connection():
                yield {
                    "engine": "tortoise.backends.sqlite",
                    "credentials": {"file_path": str(self._path), **_PRAGMAS},
                }

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[bool]:
        """The lock file keeps other processes out; our own tasks are told apart here."""
        free = what not in self._taken
        self._taken.add(what)
        try:
            yield free
        finally:
            if free:
                self._taken.remove(what)

    async def hear(self, heard: Callable[[str | None], None]) -> None:
        """In memory: only this process writes."""
        self._hearers.append(heard)
        try:
            heard(None)
            await asyncio.Event().wait()
        finally:
            self._hearers.remove(heard)

    async def faults(self) -> list[str]:
        """A SQLite that is too old or was built without full-text search."""
        if sqlite3.sqlite_version_info < OLDEST:
            needed = ".".join(map(str, OLDEST))
            return [f"SQLite {sqlite3.sqlite_version} is too old: Python needs {needed} or later"]
        options = await self.fetch("PRAGMA compile_options")
        if ("ENABLE_FTS5",) not in options:
            return ["this SQLite was built without FTS5, which text search needs"]
        return []

    async def aclose(self) -> None:
        """Close readers and writer, then let others write."""
        ended = asyncio.ensure_future(asyncio.to_thread(self._threads.shutdown))
        while not ended.done():
            for reader in self._readers:
                reader.interrupt()
            await asyncio.wait({ended}, timeout=_AGAIN)
        # Before the readers close: the last of several to use the log would try to fold it, and a
        # reader cannot.
        if self._writer is not None:
            await self._writer.fold_log()
        while self._readers:
            self._readers.pop().close()
        if self._writer is not None:
            await self._writer.close()
            self._writer = None
        self._lock.release()

    async def _open_writer(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.take()
        # It holds what people told their administration: nobody else on the machine reads it.
        self._path.touch(mode=0o600)
        writer = WriteClient(str(self._path), connection_name="default", **_PRAGMAS)
        try:
            await writer.create_connection(with_db=True)
        except BaseException:
            # Its thread would keep the program from ending.
            await writer.close()
            raise
        self._writer = writer

    def _open_readers(self) -> None:
        if not self._path.exists():
            raise SourceUnavailable(
                f"the store's file {self._path} does not exist; `chikaya migrate` makes it",
                sent=False,
            )
        for _ in range(READERS):
            reader = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=ro",
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                cached_statements=512,
            )
            self._readers.append(reader)
            reader.execute(f"PRAGMA busy_timeout={_PRAGMAS['busy_timeout']}")
            self._idle.put_nowait(reader)

    def _interrupt(self, connection: sqlite3.Connection, work: "asyncio.Future[list[Row]]") -> None:
        """Until it has stopped: a statement that had not begun hears nothing."""
        if not work.done():
            connection.interrupt()
            asyncio.get_running_loop().call_later(_AGAIN, self._interrupt, connection, work)

    def _give_back(self, connection: sqlite3.Connection, done: "asyncio.Future[list[Row]]") -> None:
        if not done.cancelled():
            done.exception()  # Heard by the caller, unless they went away.
        self._idle.put_nowait(connection)


def _read(connection: sqlite3.Connection, statement: str, values: Sequence[Any]) -> list[Row]:
    return connection.execute(statement, values).fetchall()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        # The low byte is the kind; the rest says more about it.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DOWN:
            raise
        raise SourceUnavailable(
            "the store's file cannot be used now", detail=f"{error.sqlite_errorname}: {error}"
        ) from error
