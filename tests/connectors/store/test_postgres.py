"""On PostgreSQL a lost connection is an outcome, not a surprise, and a URL says what URLs say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest

from connectors.contract.connector import Call
from connectors.contract.errors import SourceTimeout, SourceUnavailable
from connectors.contract.query import EVERYTHING, ListQuestion, Order
from connectors.contract.records import STORE
from connectors.store import Store, statements
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import complaint, filing, listed
from tests.databases import PostgresServer

SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND application_name = $2"


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(postgres_url, now=lambda: NOON)) as store:
        yield store


async def test_several_stores_write_one_database(store: Store, postgres_url: str) -> None:
    async with aclosing(await Store.open(postgres_url, now=lambda: NOON)) as other:
        await asyncio.gather(
            *(
                each.ledger.open_case(filing(f"{name}{number}", key=f"{name}{number}"))
                for name, each in (("a", store), ("b", other))
                for number in range(10)
            )
        )
        assert await listed(store) == await listed(other)
        assert len(await listed(store)) == 20


async def test_a_connection_that_lost_its_thread_is_never_used_again(store: Store) -> None:
    pid = "SELECT pg_backend_pid()"
    used = []

    async def lose_it() -> None:
        async with store._engine.transaction() as transaction:
            used.append((await transaction.fetch(pid))[0][0])
            raise asyncpg.InternalClientError("in a state that nobody knows")

    with pytest.raises(SourceUnavailable):
        await lose_it()
    assert used[0] not in {(await store._engine.fetch(pid))[0][0] for _ in range(5)}


async def test_two_who_put_the_same_rows_at_once_do_not_lock_each_other_out(
    store: Store, postgres_url: str
) -> None:
    cases = [complaint(f"{number}", title="t") for number in range(100)]
    async with aclosing(await Store.open(postgres_url)) as other:
        for _ in range(3):
            await asyncio.gather(
                store.mirror.put(cases, source=STORE, heard_at=NOON),
                other.mirror.put(cases[::-1], source=STORE, heard_at=NOON),
            )
    assert len(await listed(store)) == 100


async def test_a_server_that_does_not_answer_is_unavailable_and_names_no_password() -> None:
    with pytest.raises(SourceUnavailable) as error:
        await Store.open("postgresql://citizen:hidden-word@127.0.0.1:1/none")
    assert not error.value.sent
    assert "hidden-word" not in f"{error.value} {error.value.detail}"


async def test_a_wrong_password_or_database_is_unavailable(postgres_server: PostgresServer) -> None:
    url = postgres_server.url("no_such_database")
    with pytest.raises(SourceUnavailable):
        await Store.open(url)
    wrong = url.replace(":", ":x", 2).replace("x//", "//")
    with pytest.raises(SourceUnavailable):
        await Store.open(wrong)


async def test_sessions_that_the_server_ended_are_replaced(
    store: Store, postgres_url: str, postgres_server: PostgresServer
) -> None:
    await store.mirror.put([complaint()], source=STORE, heard_at=NOON)
    sleeping = asyncio.create_task(store._engine.fetch("SELECT pg_sleep(60)"))
    async with postgres_server.connection(postgres_url) as connection:
        await _until(
            connection, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        )
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(SourceUnavailable):
        await sleeping
    assert len(await listed(store)) == 1


async def test_a_cancelled_read_stops_on_the_server_too(
    store: Store, postgres_url: str, postgres_server: PostgresServer
) -> None:
    sleeping = asyncio.create_task(store._engine.fetch("SELECT pg_sleep(60)"))
    async with postgres_server.connection(postgres_url) as connection:
        count = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        await _until(connection, count)
        sleeping.cancel()
        await asyncio.wait([sleeping])
        await _until(connection, f"SELECT 1 - ({count})")
    assert [tuple(row) for row in await store._engine.fetch("SELECT 1")] == [(1,)]


async def test_the_deadline_ends_a_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "walk", lambda *_, **__: "SELECT pg_sleep(60), $1::int")
    late = Call(deadline=asyncio.get_running_loop().time() + 0.1)
    with pytest.raises(SourceTimeout):
        await store.connector.list(ListQuestion((), Order(), EVERYTHING, 10), late)


async def test_a_bug_of_ours_is_not_called_an_outage(store: Store) -> None:
    with pytest.raises(Exception, match="out of int64 range") as error:
        await store._engine.fetch("SELECT $1::bigint", [2**70])
    assert not isinstance(error.value, SourceUnavailable)


async def test_nothing_is_left_when_a_store_is_closed(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    name = postgres_url.rpartition("/")[2]
    async with postgres_server.connection() as connection:
        for _ in range(2):
            store = await Store.open(postgres_url)
            await asyncio.gather(*(listed(store) for _ in range(8)))
            await store.faults()
            await store.migrate()
            assert await connection.fetchval(SESSIONS, name, "chikaya") > 0
            await store.aclose()
            await store.aclose()
            # The server notices a closed session in its own time.
            await _until(connection, f"SELECT (({SESSIONS}) = 0)::int", name, "chikaya")


async def test_a_url_may_size_the_pool_and_name_a_schema(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    async with postgres_server.connection(postgres_url) as connection:
        await connection.execute("CREATE SCHEMA elsewhere")
    asked = "minsize=1&maxsize=2&statement_cache_size=0&schema=elsewhere,public"
    async with aclosing(await Store.open(f"{postgres_url}?{asked}")) as store:
        assert await store.faults() == []
        await store.migrate()
        (row,) = await store._engine.fetch("SHOW search_path")
        assert row[0] == "elsewhere,public"
        await asyncio.gather(*(listed(store) for _ in range(6)))
        pids = await asyncio.gather(
            *(store._engine.fetch("SELECT pg_backend_pid(), pg_sleep(0.01)") for _ in range(6))
        )
        assert len({rows[0][0] for rows in pids}) <= 2


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hidden-word@h/db",
        "postgresql://u:hidden-word@h:port/db",
        "postgresql://u:hidden-word@h:5432",
        "postgresql://u:hidden-word@h:5432/",
        "sqlite://relative",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file?mode=memory",
        "hidden-word",
        "",
    ],
)
async def test_a_url_that_is_none_of_ours_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"the store takes sqlite:///.* or postgresql://") as error:
        await Store.open(url)
    assert "hidden-word" not in str(error.value)


async def _until(connection: Any, count: str, *values: object) -> None:
    """Ask until the server counts something; the test's own time limit ends it."""
    while not await connection.fetchval(count, *values):  # noqa: ASYNC110 - the server has no event
        await asyncio.sleep(0.01)
