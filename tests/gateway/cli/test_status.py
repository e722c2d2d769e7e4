"""`chikaya status` beside a running server, and without one."""

import json
import time
from pathlib import Path
from shutil import copyfile
from subprocess import CompletedProcess

from tests.gateway.cli.command import chikaya, serving

REGISTRY = Path(__file__).parents[3] / "agencies.yaml"
PATIENCE_SECONDS = 60


def test_beside_a_server_it_reads_only_and_ends_well(tmp_path: Path) -> None:
    copyfile(REGISTRY, tmp_path / "agencies.yaml")
    with serving("--no-demo", folder=tmp_path) as served:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (told := chikaya("status", "--json", folder=tmp_path)).returncode:
            # Its loops have not told their first beats yet.
            assert time.monotonic() < deadline, told.stdout
        rows = json.loads(told.stdout)["loops"]
        assert {row["state"] for row in rows} == {"beating"}
        assert {row["process"].rpartition(":")[2] for row in rows} == {str(served.process.pid)}
        lines = chikaya("status", folder=tmp_path).stdout.splitlines()
        assert lines[0] == "migrations: none"
        assert f"loops: {len(rows)}" in lines
    stopped = chikaya("status", folder=tmp_path)
    assert stopped.returncode == 1
    assert said(stopped)[-1] == (
        "NEEDS A PERSON  no process runs the loops: start `chikaya serve` or `chikaya work`"
    )


def test_of_a_missing_database_it_says_so(tmp_path: Path) -> None:
    copyfile(REGISTRY, tmp_path / "agencies.yaml")
    missing = chikaya("status", folder=tmp_path)
    assert missing.returncode == 2
    assert "does not exist" in missing.stderr


def said(done: CompletedProcess[str]) -> list[str]:
    return done.stdout.splitlines()
