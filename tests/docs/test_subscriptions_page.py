"""The program on the page follows a list, across a restart of the gateway too."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gateway.execution.events import BEAT_SECONDS
from gateway.execution.websockets import _MOST_OPERATIONS
from resolvers.watching.watchers import MOST, MOST_OF_ONE
from tests.docs.pages import page
from tests.gateway.cli.command import environment, serving
from tests.gateway.subscriptions.test_processes import DEVELOPMENT, REGISTRY, file

PAGE = page("subscriptions")


@contextmanager
def followed(folder: Path, url: str) -> Iterator[Iterator[Any]]:
    """What the program prints, line by line."""
    (folder / "follow.py").write_text(PAGE.files["follow.py"], encoding="utf-8")
    program = subprocess.Popen(
        (sys.executable, "-u", "follow.py"),
        cwd=folder,
        env=environment({"GATEWAY": url.removesuffix("/graphql")}),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        yield map(json.loads, program.stdout)
    finally:
        program.kill()
        program.wait()
        assert program.stdout is not None
        program.stdout.close()


def test_the_program_goes_on_where_it_was(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    arguments = ("--no-demo", "--database-url", sqlite_url)
    with (
        serving(*arguments, folder=tmp_path, env=DEVELOPMENT) as served,
        followed(tmp_path, served.url) as told,
    ):
        assert next(told) == {"id": None, "left": False, "complaint": None}
        first = file(served)
        assert next(told)["id"] == f"Complaint:{first}"
        served.process.terminate()
        served.process.wait()
        port = served.url.rpartition(":")[2].partition("/")[0]
        with serving(*arguments, "--port", port, folder=tmp_path, env=DEVELOPMENT) as again:
            second = file(again)
            assert next(told)["id"] == f"Complaint:{second}"


def test_the_numbers_are_those_of_the_code() -> None:
    text = " ".join(PAGE.path.read_text(encoding="utf-8").split())
    assert f"at most {MOST_OF_ONE} subscriptions" in text
    assert f"a WebSocket carries at most {_MOST_OPERATIONS}, a process {MOST:,}" in text
    assert f"every {BEAT_SECONDS:.0f} seconds" in text
