"""`chikaya seed --generated` adds what is not there yet, and nothing twice."""

import json
from pathlib import Path
from typing import Any

from tests.gateway.importing.command import chikaya
from tests.gateway.importing.conftest import AGENCIES


def _seeded(folder: Path, url: str, count: int) -> dict[str, Any]:
    done = chikaya(
        folder,
        *("seed", "--generated", str(count), "--json"),
        environ={"CHIKAYA_DATABASE_URL": url, "CHIKAYA_ENV": "development"},
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_generated_cases_are_added_once(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "agencies.yaml").write_text(AGENCIES, encoding="utf-8")
    first = _seeded(tmp_path, database_url, 40)
    assert (first["new"], first["changed"], first["unchanged"]) == (40, 0, 0)
    more = _seeded(tmp_path, database_url, 60)
    assert (more["new"], more["changed"], more["unchanged"]) == (20, 0, 40)
