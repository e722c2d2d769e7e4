"""SIGHUP, told to `chikaya serve`: the registry is read at once, and nobody is cut off."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.cli.command import COMMAND, Served, environment, serving

OWN = """\
version: 1
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
"""
ANOTHER = "  - {code: rabat, name: {ar: الرباط, fr: Rabat}, class: COLLECTIVITE}\n"
PATIENCE_SECONDS = 30.0


def registry(folder: Path, text: str) -> None:
    """Put the file in its place."""
    (folder / "draft").write_text(text, "utf-8")
    (folder / "draft").rename(folder / "agencies.yaml")


def events(folder: Path) -> list[dict[str, Any]]:
    """What the server logged, in order; its last line may still be being written."""
    lines = (folder / "serve.log").read_text("utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]


def until(holds: Callable[[], bool]) -> None:
    """Return as soon as it holds."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < ends, "it did not come to hold"
        time.sleep(0.01)


def count(folder: Path, event: str) -> int:
    return sum(each["event"] == event for each in events(folder))


def codes(served: Served) -> set[str]:
    data = served.ask("{ agencies { nodes { code } } }")["data"]
    return {node["code"] for node in data["agencies"]["nodes"]}


def test_a_hangup_has_the_registry_read_and_a_bad_one_is_told_and_left(tmp_path: Path) -> None:
    registry(tmp_path, OWN)
    with serving("--no-demo", folder=tmp_path) as served:
        served.process.send_signal(signal.SIGHUP)
        until(lambda: count(tmp_path, "registry_reloaded") == 1)
        registry(tmp_path, OWN + ANOTHER.replace("COLLECTIVITE", "CITY"))
        served.process.send_signal(signal.SIGHUP)
        until(lambda: count(tmp_path, "registry_kept") == 1)
        assert codes(served) == {"water"}
        told = served.get("/healthz").json()["registry"]
        assert (told["agencies"], told["refused"]["mistakes"]) == (1, 1)
        registry(tmp_path, OWN + ANOTHER)
        served.process.send_signal(signal.SIGHUP)
        until(lambda: codes(served) == {"water", "rabat"})
        assert served.get("/healthz").json()["registry"]["refused"] is None
    [mistaken] = [each for each in events(tmp_path) if each["event"] == "registry_mistaken"]
    assert mistaken["mistake"].startswith('agencies.yaml:4:57: agency "rabat", class: expected')


def test_a_changed_file_is_enough_without_a_signal(tmp_path: Path) -> None:
    registry(tmp_path, OWN)
    with serving("--no-demo", folder=tmp_path) as served:
        registry(tmp_path, OWN + ANOTHER)
        until(lambda: codes(served) == {"water", "rabat"})


def test_a_server_in_a_terminal_takes_the_signal_and_ends_when_the_terminal_is_closed(
    tmp_path: Path,
) -> None:
    registry(tmp_path, OWN)
    held, terminal = os.openpty()
    with serving("--no-demo", folder=tmp_path, stdin=terminal) as served:
        os.close(terminal)
        served.process.send_signal(signal.SIGHUP)
        until(lambda: count(tmp_path, "registry_reloaded") == 1)
        assert codes(served) == {"water"}
        os.close(held)
        served.process.send_signal(signal.SIGHUP)
        assert served.process.wait(PATIENCE_SECONDS) in (0, -signal.SIGTERM)


@contextmanager
def workers(folder: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Two of them behind a free port; with several, nothing is said on the standard output."""
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            (*COMMAND, "serve", "--port", "0", "--workers", "2", "--json"),
            cwd=folder,
            env=environment({"CHIKAYA_ENV": "development", "CHIKAYA_DATABASE_URL": url}),
            stderr=log,
        )
    try:
        yield process
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.long
def test_every_one_of_several_workers_takes_the_change(tmp_path: Path, postgres_url: str) -> None:
    registry(tmp_path, OWN)
    with workers(tmp_path, postgres_url) as process:
        until(lambda: count(tmp_path, "started") == 2)
        registry(tmp_path, OWN + ANOTHER)
        until(lambda: count(tmp_path, "registry_reloaded") == 2)
        process.send_signal(signal.SIGHUP)
        until(lambda: count(tmp_path, "registry_reloaded") == 4)
        registry(tmp_path, "version: 2\n")
        process.send_signal(signal.SIGHUP)
        until(lambda: count(tmp_path, "registry_kept") >= 2)
        # Nobody was put in another's place: the workers are those of the beginning.
        assert count(tmp_path, "started") == 2
