"""`chikaya work`: the loops alone on PostgreSQL, and not at all on SQLite; a server without them."""

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from shutil import copyfile

from connectors.contract.beats import Beat
from connectors.store import Store
from tests.gateway.cli.command import COMMAND, chikaya, environment, serving

REGISTRY = Path(__file__).parents[3] / "agencies.yaml"
PATIENCE_SECONDS = 60
LOOPS = {"mirrors", "delivery", "following", "clock", "beats"}


@contextmanager
def at_work(folder: Path, url: str) -> Iterator[tuple[subprocess.Popen[str], set[str]]]:
    """A running `chikaya work`, and the loops that it says to run."""
    process = subprocess.Popen(
        (*COMMAND, "work", "--json"),
        cwd=folder,
        env=environment({"CHIKAYA_DATABASE_URL": url, "CHIKAYA_ENV": "development"}),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, set(json.loads(process.stdout.readline())["loops"])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def beats_in(url: str) -> Sequence[Beat]:
    async def asked() -> Sequence[Beat]:
        async with aclosing(await Store.open(url)) as store:
            return await store.beats.all()

    return asyncio.run(asked())


def test_it_runs_the_loops_tells_their_beats_and_ends_in_order(
    tmp_path: Path, postgres_url: str
) -> None:
    copyfile(REGISTRY, tmp_path / "agencies.yaml")
    with at_work(tmp_path, postgres_url) as (process, loops):
        assert loops >= LOOPS
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (beats := beats_in(postgres_url)):
            assert time.monotonic() < deadline
        assert {beat.loop for beat in beats} == loops
        assert {beat.process.rpartition(":")[2] for beat in beats} == {str(process.pid)}
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert beats_in(postgres_url) == []


def test_on_sqlite_it_refuses_naming_postgresql(tmp_path: Path) -> None:
    copyfile(REGISTRY, tmp_path / "agencies.yaml")
    refused = chikaya("work", folder=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr == (
        "SQLite serves one writing process, and `chikaya serve` runs the loops itself; "
        "use PostgreSQL to run them alone\n"
    )
    assert not (tmp_path / "var").exists()


def test_on_postgresql_that_is_not_migrated_it_refuses(
    tmp_path: Path, postgres_server: object
) -> None:
    copyfile(REGISTRY, tmp_path / "agencies.yaml")
    url = postgres_server.url("template1")  # type: ignore[attr-defined]
    refused = chikaya(
        "work", "--database-url", url, folder=tmp_path, env={"CHIKAYA_ENV": "development"}
    )
    assert refused.returncode == 2
    assert refused.stderr == "the database is not migrated: run `chikaya migrate` first\n"


def test_a_server_tells_its_loops_and_can_leave_them_out(tmp_path: Path) -> None:
    copyfile(REGISTRY, tmp_path / "agencies.yaml")
    with serving("--no-demo", folder=tmp_path) as served:
        told = served.get("/healthz").json()
        assert told["status"] == "alive"
        assert {loop["name"] for loop in told["loops"]} >= LOOPS
    with serving("--no-demo", "--no-loops", folder=tmp_path) as served:
        assert "loops" not in served.get("/healthz").json()
