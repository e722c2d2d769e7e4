"""Let one process write a SQLite file: whoever holds the lock file beside it."""

import fcntl
import os
from pathlib import Path


class SecondWriter(OSError):
    """Another process writes this SQLite file already; the message names it and the way out."""


class WriterLock:
    """An exclusive lock on `<file>.lock`, which holds the pid; it ends with the process."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock. Raises `SecondWriter`."""
        path = self._database.with_name(f"{self._database.name}.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Whoever holds it has written its pid by now, or does so in this instant.
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise SecondWriter(
                f"{self._database} is written by process {holder}, and SQLite serves one writing"
                " process; stop that one, or use PostgreSQL to run several"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; the file stays, lest two processes lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
