"""Write the rows that were not imported to a file of their own, where their data may stay."""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.importing.rows import Reject


@contextmanager
def rejects_file(path: Path) -> Iterator[Callable[[Reject], None]]:
    """Open `path` for rejects, as CSV with line, reason and raw; what stood there is replaced.

    Only its owner may read it, as raw rows hold people's data. A byte that could not be decoded
    is written as the escape of its surrogate. Without any reject there is no file at the end.
    """
    only_mine = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # The mode above is that of a new file only.
    os.fchmod(only_mine, 0o600)
    written = 0

    def write(reject: Reject) -> None:
        nonlocal written
        written += 1
        writer.writerow((reject.line, reject.reason, reject.raw))

    try:
        with os.fdopen(
            only_mine, "w", encoding="utf-8", errors="backslashreplace", newline=""
        ) as stream:
            writer = csv.writer(stream)
            writer.writerow(("line", "reason", "raw"))
            yield write
    finally:
        if not written:
            path.unlink()
