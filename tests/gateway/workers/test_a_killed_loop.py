"""In a running server one loop is killed: /healthz says so, it comes back, the others go on."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.databases import ONE_A_PUSH

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Running:
    """The program, its folder and where it answers."""

    process: subprocess.Popen[str]
    folder: Path
    port: int

    def health(self) -> tuple[int, dict[str, Any]]:
        """What /healthz says: its status, and what it tells of each loop."""
        answer = httpx2.get(f"http://127.0.0.1:{self.port}/healthz", timeout=30)
        return answer.status_code, {each["name"]: each for each in answer.json()["loops"]}

    def turns(self, name: str) -> int:
        """How many turns of that loop came to their end."""
        path = self.folder / name
        return len(path.read_text().splitlines()) if path.exists() else 0

    def broken(self) -> list[dict[str, Any]]:
        """What was logged about loops."""
        lines = map(json.loads, (self.folder / "log").read_text().splitlines())
        return [line for line in lines if line["event"] == "loop_broke"]


@contextmanager
def program(folder: Path, url: str) -> Iterator[Running]:
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            (sys.executable, "-m", "tests.gateway.workers.program", str(folder), url),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said, (folder / "log").read_text()
        yield Running(process, folder, int(said))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


@pytest.mark.parametrize("engine", ONE_A_PUSH)
@pytest.mark.parametrize("how", ["raise", "hang"])
def test_a_killed_loop_is_told_and_comes_back_and_the_others_are_not_disturbed(
    how: str, tmp_path: Path, database_url: str
) -> None:
    with program(tmp_path, database_url) as running:
        until(lambda: running.turns("victim") > 2)
        assert running.health()[0] == 200
        (tmp_path / how).touch()
        until(lambda: running.health()[0] == 503)
        until(lambda: running.health()[1]["victim"]["failures"] > 1)
        status, loops = running.health()
        assert status == 503
        assert {name for name, loop in loops.items() if loop["late"]} == {"victim"}
        assert {name: loop["failures"] for name, loop in loops.items() if name != "victim"} == {
            "steady": 0,
            "beats": 0,
        }
        before = running.turns("steady")
        until(lambda: running.turns("steady") > before + 5)
        dead = running.turns("victim")
        (tmp_path / how).unlink()
        until(lambda: running.turns("victim") > dead)
        until(lambda: running.health()[0] == 200)
        broken = running.broken()
        assert {each["loop"] for each in broken} == {"victim"}
        assert len({each["error_id"] for each in broken}) == len(broken) > 1


def test_a_server_that_is_told_to_stop_ends_although_a_turn_hangs(
    tmp_path: Path, database_url: str
) -> None:
    with program(tmp_path, database_url) as running:
        until(lambda: running.turns("steady") > 0)
        (tmp_path / "hang").touch()
        running.process.send_signal(signal.SIGTERM)
        # Nothing begins any more: the last turn may have been under way.
        assert running.process.wait(PATIENCE_SECONDS) in (0, -signal.SIGTERM)
