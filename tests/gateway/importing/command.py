"""Run the command `chikaya` as a user does: in a process and a folder of its own."""

import os
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path

_PROGRAM = Path(sysconfig.get_path("scripts")) / "chikaya"


def chikaya(
    folder: Path, *arguments: str | Path, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What the command says and how it leaves; of the environment only `environ` is its own."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("CHIKAYA_")}
    return subprocess.run(
        [_PROGRAM, *map(str, arguments)],
        cwd=folder,
        env={**theirs, "COLUMNS": "200", "NO_COLOR": "1", **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
