"""Make a copy of a SQLite store, also of one that is being written, in which deliveries are held.

Whatever is still to be delivered in a copy may have been since: nobody is told again by a store
that was put back before the agencies were asked (`Restored`).
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from connectors.store.lettering import HOLD_LETTERS
from connectors.store.restored import HOLD, NOTE


def copy_held(store: Path, copy: Path) -> None:
    """Write a whole copy of the SQLite file `store` to `copy`, which must not exist.

    Only its owner can read it. Raises `OSError`, and `sqlite3.Error` for what is no store.
    """
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source = f"{store.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as there, closing(sqlite3.connect(copy)) as to:
        there.backup(to)
        # All of it in the one file.
        to.execute("PRAGMA journal_mode = DELETE")
        with to:
            # What nobody has claimed yet is sent again, as its content is not copied.
            to.execute("DELETE FROM upload WHERE ledger_id IS NULL")
            to.execute(HOLD)
            to.execute(HOLD_LETTERS)
            to.execute(NOTE)
