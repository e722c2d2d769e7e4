"""The store on PostgreSQL: a pool of connections, and one of its own for each lock."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from hashlib import blake2b
from typing import Any, Final, Self
from urllib.parse import unquote

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.exceptions import DBConnectionError

from connectors.contract.errors import SourceUnavailable
from connectors.store.dialect import POSTGRES, Dialect
from connectors.store.engine import OnStatement
from connectors.store.rows import Row

MIGRATION_LOCK: Final = 0x6368696B617961
"""The key of the advisory lock that whoever migrates holds."""

_CHANNEL: Final = "chikaya_told"
_LOOK_AFTER_SECONDS: Final = 30.0

_CURE: Final = (
    "make one by initdb --encoding=UTF8 --locale=C.UTF-8, or by CREATE DATABASE … ENCODING"
    " 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"
)
_ARABIC: Final = "شكاية"
_OF_THE_POOL: Final = frozenset(
    {"minsize", "maxsize", "min_size", "max_size", "max_queries"}
    | {"max_inactive_connection_lifetime", "schema", "application_name"}
)
"""What a URL can say that a single connection does not take."""

_SETTINGS: Final = {
    "application_name": "chikaya",
    # Lists are short statements: compiling them or sharing them out costs more than it saves.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # Every list walks an index; of a small table, or one not analysed yet, the planner would
    # rather read and sort it all.
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
}
_ONLY_BITMAPS: Final = (
    "SET LOCAL enable_bitmapscan = on; SET LOCAL enable_indexscan = off;"
    # A bitmap that does not fit would have whole blocks read again.
    " SET LOCAL enable_indexonlyscan = off; SET LOCAL work_mem = '64MB'"
)

_DOWN: Final = (
    OSError,
    DBConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)


class PlainConnection(asyncpg.Connection):  # type: ignore[misc]  # untyped
    """A connection that returns to the pool as it is.

    What the usual reset clears (LISTEN, session locks, SET, cursors) is never used in the pool.
    """

    def get_reset_query(self) -> str:
        """Nothing to run."""
        return ""


class PooledClient(AsyncpgDBClient):
    """Tortoise's client, over such connections."""

    connection_class = PlainConnection


class Postgres:
    """An opened PostgreSQL database."""

    dialect: Dialect = POSTGRES

    def __init__(self, url: str, *, on_statement: OnStatement) -> None:
        self._settings = expand_db_url(url)
        credentials = self._settings["credentials"]
        if credentials.get("user"):
            # Tortoise takes the password's escapes off, and leaves the user's.
            credentials["user"] = unquote(credentials["user"])
        self._on_statement = on_statement
        self._client = PooledClient(
            connection_name="default",
            server_settings=_SETTINGS,
            **credentials,
        )

    @classmethod
    async def open(cls, url: str, *, on_statement: OnStatement) -> Self:
        """Connect. Raises `SourceUnavailable`."""
        engine = cls(url, on_statement=on_statement)
        with _translated(sent=False):
            await engine._client.create_connection(with_db=True)
        return engine

    async def fetch(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """Run one reading statement on a pooled connection; cancelling cancels it there."""
        self._on_statement(statement)
        async with self._pooled() as connection:
            rows: Sequence[Row] = await connection.fetch(statement, *values)
            return rows

    async def fetch_by_bitmaps(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """In a transaction that knows no other way."""
        self._on_statement(statement)
        async with self._pooled() as connection, connection.transaction(readonly=True):
            await connection.execute(_ONLY_BITMAPS)
            rows: Sequence[Row] = await connection.fetch(statement, *values)
            return rows

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["PostgresTransaction"]:
        """A transaction on a pooled connection."""
        async with self._pooled() as connection, connection.transaction():
            yield PostgresTransaction(connection)

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[Mapping[str, Any]]:
        """Hold the advisory lock on a connection of its own; others wait for it."""
        with _translated():
            connection = await self._connect()
            try:
                await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
                yield self._settings
            finally:
                # Ending the session gives the lock back.
                await connection.close()

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[bool]:
        """Hold an advisory lock on a connection of its own; it ends with the process, if not here."""
        key = int.from_bytes(blake2b(what.encode(), digest_size=8).digest(), signed=True)
        with _translated():
            connection = await self._connect()
        try:
            with _translated():
                free = await connection.fetchval("SELECT pg_try_advisory_lock($1)", key)
            yield free
        finally:
            try:
                # Ending the session gives the lock back too, but not before it is over there.
                with suppress(*_DOWN):
                    await connection.execute("SELECT pg_advisory_unlock_all()")
            finally:
                connection.terminate()

    async def hear(self, heard: Callable[[str | None], None]) -> None:
        """LISTEN on a connection of its own, which is looked after while nothing is told."""
        with _translated():
            connection = await self._connect()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            with _translated():
                await connection.add_listener(_CHANNEL, lambda *told: heard(told[-1]))
                heard(None)
                while not await _within(_LOOK_AFTER_SECONDS, lost):
                    # A connection that a firewall forgot says nothing, for ever.
                    await connection.execute("SELECT 1", timeout=_LOOK_AFTER_SECONDS)
        finally:
            connection.terminate()
        raise SourceUnavailable("the store's database ended the connection that hears of changes")

    async def faults(self) -> list[str]:
        """An encoding or locale in which Arabic cannot be searched; a missing pg_trgm."""
        with _translated():
            connection = await self._connect()
            try:
                return await _search_faults(connection)
            finally:
                await connection.close()

    async def aclose(self) -> None:
        """Close the pool."""
        await self._client.close()

    @asynccontextmanager
    async def _pooled(self) -> AsyncIterator[Any]:
        with _translated():
            async with self._client.acquire_connection() as connection:
                try:
                    yield connection
                except asyncpg.InternalClientError:
                    # Seen where a statement was cancelled: nobody knows what it will answer next.
                    connection.terminate()
                    raise

    async def _connect(self) -> Any:
        told = self._settings["credentials"]
        return await asyncpg.connect(
            **{name: value for name, value in told.items() if name not in _OF_THE_POOL},
            server_settings=self._client.server_settings,
        )


class PostgresTransaction:
    """A transaction on one pooled connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """Run one statement."""
        rows: Sequence[Row] = await self._connection.fetch(statement, *values)
        return rows

    async def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        await self._connection.executemany(statement, rows)

    async def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """By COPY."""
        await self._connection.copy_records_to_table(table, records=rows, columns=columns)

    async def tell(self, text: str) -> None:
        """By NOTIFY, which is part of the transaction."""
        await self._connection.execute("SELECT pg_notify($1, $2)", _CHANNEL, text)


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether it has come; waits for so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


async def _search_faults(connection: Any) -> list[str]:
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        return [f"the database's encoding is {encoding}, in which Arabic is not text: {_CURE}"]
    attempt = connection.transaction()
    await attempt.start()
    try:
        # Rolled back: migrating installs it, looking must not.
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        trigrams = await connection.fetchval("SELECT show_trgm($1)", _ARABIC)
    except asyncpg.InsufficientPrivilegeError:
        return ["pg_trgm is not installed here: let an administrator CREATE EXTENSION pg_trgm"]
    except (asyncpg.UndefinedFileError, asyncpg.FeatureNotSupportedError):
        return ["this PostgreSQL has no pg_trgm: install the contrib package of its version"]
    finally:
        await attempt.rollback()
    if not trigrams:
        return [f"the database's locale knows no Arabic letters, so no index serves them: {_CURE}"]
    return []


@contextmanager
def _translated(*, sent: bool = True) -> Iterator[None]:
    try:
        yield
    except _DOWN as error:
        raise SourceUnavailable(
            "the store's database cannot be used now",
            detail=f"{type(error).__name__}: {error}",
            sent=sent,
        ) from error
