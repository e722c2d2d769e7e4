"""What is done at one process is told by another; a break of whatever kind loses nothing."""

import asyncio
import itertools
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.databases import PostgresServer
from tests.gateway.cli.command import Served, serving
from tests.gateway.subscriptions.asking import case_of, caught_up, codes, queue_of
from tests.gateway.subscriptions.listening import CASE, QUEUE, WAYS, Socket, Subscription

REGISTRY = """
version: 1
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
"""
DEVELOPMENT = {"CHIKAYA_ENV": "development"}
DEAF = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND query LIKE 'LISTEN%'"""
KEYS = itertools.count()


@contextmanager
def process(folder: Path, url: str) -> Iterator[Served]:
    (folder / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    with serving("--no-demo", "--database-url", url, folder=folder, env=DEVELOPMENT) as served:
        yield served


@contextmanager
def processes(folder: Path, url: str) -> Iterator[tuple[Served, Served]]:
    """Two over one database, with the same keys."""
    first, second = folder / "first", folder / "second"
    first.mkdir()
    with process(first, url) as one:
        copytree(first / "var", second / "var")
        with process(second, url) as other:
            yield one, other


def file(served: Served) -> str:
    """The reference of a new case."""
    told = served.ask(
        f"""mutation {{ fileComplaint(input: {{agency: "water", description: "Fuite",
            channel: COUNTER,
            idempotencyKey: "a key of twenty-two signs {next(KEYS)}"}}) {{
            receipt {{ reference trackingCode }} problems {{ code message }} }} }}"""
    )
    return str(told["data"]["fileComplaint"]["receipt"]["reference"])


def say(served: Served, reference: str) -> None:
    told = served.ask(
        f"""mutation {{ addMessage(input: {{case: {{reference: "{reference}"}}, text: "Alors ?",
            idempotencyKey: "a key of twenty-two signs {next(KEYS)}"}}) {{
            problems {{ code message }} }} }}"""
    )
    assert told == {"data": {"addMessage": {"problems": []}}}


def address(served: Served) -> str:
    return served.url.removesuffix("/graphql")


@pytest.mark.parametrize("way", WAYS)
def test_what_is_done_at_one_process_is_told_by_the_other(
    tmp_path: Path, postgres_url: str, way: str
) -> None:
    with processes(tmp_path, postgres_url) as (one, other):
        reference = file(one)
        which = {"id": f"Complaint:{reference}"}
        with (
            WAYS[way](address(other), CASE, case=which) as case,
            WAYS[way](address(other), QUEUE) as queue,
        ):
            version = case_of(case.next())["version"]
            caught_up(queue)
            say(one, reference)
            assert case_of(case.next())["version"] == version + 1
            assert queue_of(queue.next())["id"] == which["id"]
            new = file(one)
            assert queue_of(queue.next())["id"] == f"Complaint:{new}"
            cursor = queue_of_last(one, new, queue)
        # Any process goes on from where another one was.
        say(other, reference)
        with WAYS[way](address(one), QUEUE, after=cursor) as queue:
            assert queue_of(queue.next())["id"] == which["id"]
            caught_up(queue)


def queue_of_last(served: Served, reference: str, queue: Subscription) -> str:
    say(served, reference)
    return str(queue_of(queue.next())["cursor"])


def test_a_broken_connection_to_the_database_loses_nothing(
    tmp_path: Path, postgres_url: str, postgres_server: PostgresServer
) -> None:
    with processes(tmp_path, postgres_url) as (one, other):
        references = [file(one) for _ in range(2)]
        watched = {"id": f"Complaint:{references[0]}"}
        with (
            WAYS["websocket"](address(other), CASE, case=watched) as case,
            WAYS["events"](address(other), QUEUE) as queue,
        ):
            version = case_of(case.next())["version"]
            caught_up(queue)
            for _ in range(2):
                assert asyncio.run(ended(postgres_server, postgres_url)) == 2
                for reference in references:
                    say(one, reference)
                version += 1
                assert case_of(case.next())["version"] == version
                told = [queue_of(queue.next())["id"] for _ in references]
                assert told == [f"Complaint:{each}" for each in references]
                # Whoever listens again has looked again: from here on both are heard.
                asyncio.run(heard_again(postgres_server, postgres_url))
    log = (tmp_path / "second" / "serve.log").read_text()
    assert log.count('"changes_not_heard"') == log.count('"changes_heard_again"') == 2


async def ended(server: PostgresServer, url: str) -> int:
    """How many connections that hear of changes were ended."""
    async with server.connection(url) as connection:
        return len(await connection.fetch(DEAF))


async def heard_again(server: PostgresServer, url: str) -> None:
    async with server.connection(url) as connection:
        listening = DEAF.replace("pg_terminate_backend(pid)", "count(*)")
        while await connection.fetchval(listening) < 2:
            await connection.execute("SELECT pg_sleep(0.05)")


def stopped(subscription: Subscription) -> Any:
    """What is told at the end; a socket may be closed before it is."""
    try:
        told = codes(subscription.next())
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code
    assert isinstance(subscription, Socket) or subscription.ended()
    return told


def test_subscriptions_end_when_the_server_is_told_to(tmp_path: Path, sqlite_url: str) -> None:
    with (
        process(tmp_path, sqlite_url) as served,
        WAYS["events"](address(served), QUEUE) as events,
        WAYS["websocket"](address(served), QUEUE) as socket,
    ):
        cursors = [caught_up(events), caught_up(socket)]
        served.process.send_signal(signal.SIGTERM)
        assert stopped(events) == ["SERVICE_UNAVAILABLE"]
        assert stopped(socket) in (["SERVICE_UNAVAILABLE"], 1012)
        # Well before the requests under way would be cut off.
        assert served.process.wait(20) in (0, -signal.SIGTERM)
    with process(tmp_path, sqlite_url) as served:
        reference = file(served)
        for way, cursor in zip(WAYS, cursors, strict=True):
            with WAYS[way](address(served), QUEUE, after=cursor) as queue:
                assert queue_of(queue.next())["id"] == f"Complaint:{reference}"
