"""Processes die at any moment, and the agency's system with them: nothing is lost, nothing twice.

The seed is told, and taken from CRASH_SEED where that is set.
"""

import asyncio
import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from tests.crash import registry
from tests.crash.agency import KEPT
from tests.crash.citizens import Citizens
from tests.crash.processes import Killer, Process, agency, answers, free_port, ours, started
from tests.crash.promises import account_of, drained
from tests.gateway.cli.command import chikaya

SEED = int(os.environ.get("CRASH_SEED", "2026"))


@pytest.mark.timeout(300)
async def test_nothing_is_lost_and_nothing_is_done_twice(
    engine: str, database_url: str, tmp_path: Path
) -> None:
    await survives(engine, database_url, tmp_path, acts=100, kills=6)


@pytest.mark.long
@pytest.mark.timeout(3000)
async def test_nothing_is_lost_of_thousands(engine: str, database_url: str, tmp_path: Path) -> None:
    await survives(engine, database_url, tmp_path, acts=2000, kills=80)


def gateways(engine: str, folder: Path, url: str, port: int) -> list[Process]:
    """One process on SQLite; on PostgreSQL one that answers and two that deliver."""
    if engine == "sqlite":
        return [ours("serve", "serve", "--no-demo", folder=folder, url=url, port=port)]
    return [
        ours("serve", "serve", "--no-demo", "--no-loops", folder=folder, url=url, port=port),
        *(ours(f"work-{n}", "work", folder=folder, url=url, port=port) for n in (1, 2)),
    ]


async def survives(engine: str, url: str, folder: Path, *, acts: int, kills: int) -> None:
    """So many filings and as many messages, while so many processes are killed."""
    sys.stdout.write(f"CRASH_SEED={SEED}\n")
    draw = random.Random(SEED)
    port, agency_port = free_port(), free_port()
    registry.write(folder, f"http://127.0.0.1:{agency_port}")
    theirs = agency(folder, agency_port, SEED)
    first, *others = gateways(engine, folder, url, port)
    citizens = Citizens(f"http://127.0.0.1:{port}/graphql", random.Random(draw.random()))

    def progress() -> int:
        path = folder / KEPT
        taken = path.read_bytes().count(b"\n") if path.exists() else 0
        return citizens.acknowledged + taken

    # What nobody knows of holds back what follows it: not all of it arrives.
    moments = sorted(draw.sample(range(1, acts * 3), kills))
    with started(theirs, first):
        await answers(port)
        with started(*others):
            killer = Killer((theirs, first, *others), draw, progress, moments)
            killing = asyncio.create_task(killer.run())
            with shown(citizens, acts * 2):
                await citizens.file(acts, acts)
            await killing
            await drained(url)
            for process in (*others, first):
                assert process.end() in (0, -15), process.log.read_text()
    assert killer.killed.total() == kills
    assert killer.killed["agency"] < kills
    at = {"CHIKAYA_DATABASE_URL": url, "CHIKAYA_ENV": "development"}
    account = await account_of(url, folder, citizens.cases)
    sys.stdout.write(f"killed: {dict(killer.killed)}; {account.told}\n")
    account.check_store()
    account.check_agency()
    doubts = chikaya("outbox", "list", "--state", "UNCERTAIN", "--json", folder=folder, env=at)
    assert [each["id"] for each in json.loads(doubts.stdout)] == account.uncertain
    proved = chikaya("audit", "verify", "--json", folder=folder, env=at)
    told = json.loads(proved.stdout)
    assert (told["cases"], told["links"], told["flaws"]) == (acts, 2 * acts, [])


@contextmanager
def shown(citizens: Citizens, total: int) -> Iterator[None]:
    """A bar, for whoever watches."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("acknowledged", total=total)
        citizens.on_acknowledged = lambda: bar.advance(task)
        yield
