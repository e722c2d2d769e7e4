"""A folder to import in."""

from pathlib import Path

import pytest

AGENCIES = """\
version: 1
include: [agencies.d/*.yaml]
agencies:
  - {code: interior, name: {ar: وزارة الداخلية, fr: Ministère de l'Intérieur}, class: MINISTRY}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a registry."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "agencies.yaml").write_text(AGENCIES, encoding="utf-8")
    return folder
