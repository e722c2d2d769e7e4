"""A store is put back after its deliveries went on, and agencies are asked: counted over there."""

import json
import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.outbox import DeliveryState
from tests import postgres_server
from tests.crash import registry
from tests.crash.agency import kept_in
from tests.crash.citizens import Case, Citizens
from tests.crash.processes import Process, agency, answers, free_port, ours, started
from tests.crash.promises import account_of, drained, looking_into
from tests.databases import Databases
from tests.gateway.cli.command import chikaya

FILINGS = 6
MESSAGES = 6
LATER = 3


@pytest.mark.timeout(180)
async def test_nothing_is_told_twice_after_a_restore(tmp_path: Path, sqlite_url: str) -> None:
    put_back = f"sqlite:///{tmp_path / 'put-back.sqlite3'}"

    def backed_up() -> None:
        run(tmp_path, sqlite_url, "backup", "kept.tar")

    def restored() -> None:
        run(tmp_path, put_back, "restore", "kept.tar")

    await survives_a_restore(tmp_path, sqlite_url, put_back, backed_up, restored)


@pytest.mark.long
@pytest.mark.timeout(180)
async def test_nothing_is_told_twice_after_a_pg_restore(
    tmp_path: Path, postgres_url: str, databases: Databases
) -> None:
    programs = postgres_server.wheel()
    assert programs is not None
    put_back = await databases.empty("postgres", tmp_path)
    kept = str(tmp_path / "kept.dump")

    def backed_up() -> None:
        subprocess.run([programs / "bin" / "pg_dump", "-Fc", "-f", kept, postgres_url], check=True)

    def restored() -> None:
        subprocess.run([programs / "bin" / "pg_restore", "-d", put_back, kept], check=True)
        assert run(tmp_path, put_back, "outbox", "hold", "--json") == {"held": FILINGS + MESSAGES}

    try:
        await survives_a_restore(tmp_path, postgres_url, put_back, backed_up, restored)
    finally:
        await databases.drop(put_back)


async def survives_a_restore(
    folder: Path,
    url: str,
    put_back: str,
    backed_up: Callable[[], None],
    restored: Callable[[], None],
) -> None:
    """Two filings and as many messages at each desk wait when the backup is made."""
    port, agency_port = free_port(), free_port()
    registry.write(folder, f"http://127.0.0.1:{agency_port}")
    (folder / "well").touch()
    theirs = agency(folder, agency_port, seed=0)
    citizens = Citizens(f"http://127.0.0.1:{port}/graphql", random.Random(4))
    with started(theirs):
        with serving(folder, url, port, "--no-loops") as quiet:
            await answers(port)
            await citizens.file(FILINGS, MESSAGES)
            before = list(citizens.cases)
            backed_up()
            assert quiet.end() in (0, -15), quiet.log.read_text()
        with serving(folder, url, port) as first:
            await answers(port)
            await citizens.file(LATER, 0)
            await drained(url)
            assert first.end() in (0, -15), first.log.read_text()
        there = Counter((each.desk, each.text) for each in kept_in(folder))
        assert there.total() == FILINGS + MESSAGES + LATER
        restored()

        silent = folder / "dead-search"
        silent.touch()
        dumb = told(folder, put_back)
        assert {each["source"]: each["code"] for each in dumb["not_asked"]} == {
            "key": "SOURCE_NOT_SUPPORTED",
            "none": "SOURCE_NOT_SUPPORTED",
            "search": "SOURCE_TIMEOUT",
        }
        assert (dumb["looked_up"], dumb["unknown"]) == (FILINGS + MESSAGES, [])
        silent.unlink()
        later = told(folder, put_back)
        assert later["looked_up"] == 0
        (lost,) = [each for each in citizens.cases[FILINGS:] if each.desk == "search"]
        assert [(each["source"], each["reference"]) for each in later["unknown"]] == [
            ("search", lost.reference)
        ]
        assert told(folder, put_back)["unknown"] == later["unknown"]

        with serving(folder, put_back, port) as second:
            await answers(port)
            await drained(put_back)
            assert second.end() in (0, -15), second.log.read_text()
    assert Counter((each.desk, each.text) for each in kept_in(folder)) == there
    await check_states(put_back, folder, before)


async def check_states(url: str, folder: Path, cases: list[Case]) -> None:
    """What can be known is; what cannot is uncertain, and a person is told."""
    account = await account_of(url, folder, cases)
    desks = {case.reference: case.desk for case in cases}
    states = Counter((desks[each.reference], each.state) for each in account.deliveries)
    uncertain = {desk for desk, state in states if state is DeliveryState.UNCERTAIN}
    assert uncertain == {"none"}
    assert {desk for desk, state in states if state is DeliveryState.DELIVERED} == {"key", "search"}
    async with looking_into(url) as store:
        for case in cases:
            row = await store.ledger.find(case.reference)
            assert row is not None
            assert (row.source == case.desk) is (case.desk != "none")


@contextmanager
def serving(folder: Path, url: str, port: int, *more: str) -> Iterator[Process]:
    process = ours("serve", "serve", "--no-demo", *more, folder=folder, url=url, port=port)
    with started(process):
        yield process


def told(folder: Path, url: str) -> Any:
    """What `chikaya outbox reconcile` tells, which leaves something for a person."""
    return run(folder, url, "outbox", "reconcile", "--json", code=1)


def run(folder: Path, url: str, *arguments: str, code: int = 0) -> Any:
    env = {"CHIKAYA_DATABASE_URL": url, "CHIKAYA_ENV": "development"}
    done = chikaya(*arguments, folder=folder, env=env)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if "--json" in arguments else None
