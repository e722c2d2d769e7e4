"""What a store that was closed may have left behind in this process."""

from pathlib import Path


def open_sqlite_files() -> list[str]:
    """The names of the files of SQLite that are open here."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            name = str(entry.readlink())
        except FileNotFoundError:
            continue
        if "sqlite3" in name:
            found.append(name)
    return sorted(found)
