"""The baseline answers what the product answers, so that a race between them means something."""

from pathlib import Path

import pytest

from tests.benchmarks import bench
from tests.databases import Databases


@pytest.mark.timeout(300)
@pytest.mark.long
async def test_both_ways_answer_the_same_at_any_size(
    databases: Databases,
    engine: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bench, "ROUNDS", 2)
    monkeypatch.setattr(bench, "ASKED", 2)
    await bench._race(databases, engine, 3000, tmp_path)
    rows = [line for line in capsys.readouterr().out.splitlines() if "rows) |" in line]
    assert len(rows) == 6
    assert "50 rows" in rows[0]
