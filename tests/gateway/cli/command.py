"""Run `chikaya` as a person would: in a child process, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

COMMAND = (sys.executable, "-c", "from gateway.cli import main; main()")
_PATIENCE_SECONDS = 60


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's, without its own settings of the gateway, and wide enough for help texts."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("CHIKAYA_")}
    return own | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"} | dict(extra or {})


def chikaya(
    *arguments: str, folder: Path, env: Mapping[str, str] | None = None, said: str | None = None
) -> subprocess.CompletedProcess[str]:
    """The finished command; its exit code is the test's to look at."""
    return subprocess.run(
        (*COMMAND, *arguments),
        cwd=folder,
        env=environment(env),
        input=said,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )


@dataclass(frozen=True)
class Served:
    """A running `chikaya serve`."""

    process: subprocess.Popen[str]
    url: str
    told: list[str]
    """The lines it wrote before it said that it answers."""

    def ask(self, document: str, **headers: str) -> Any:
        """The answer to a document."""
        accept = {"Accept": "application/graphql-response+json"} | headers
        answer = httpx2.post(self.url, json={"query": document}, headers=accept, timeout=30)
        return answer.json()

    def get(self, path: str) -> httpx2.Response:
        """What another address of the same server answers."""
        return httpx2.get(self.url.removesuffix("/graphql") + path, timeout=30)


@contextmanager
def serving(
    *arguments: str,
    folder: Path,
    env: Mapping[str, str] | None = None,
    stdin: int | None = None,
) -> Iterator[Served]:
    """`chikaya serve` on a free port; it must end cleanly when it is told to stop."""
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            (*COMMAND, "serve", "--port", "0", "--json", *arguments),
            cwd=folder,
            env=environment(env),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        told: list[str] = []
        for line in process.stdout:
            if line.startswith("{"):
                yield Served(process, json.loads(line)["url"], told)
                break
            told.append(line)
        else:
            raise AssertionError((folder / "serve.log").read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(_PATIENCE_SECONDS) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
