"""Know which files a configuration came of, and whether they are still as they were read."""

import glob
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Stamp = tuple[int, int, int, int] | None
"""Device, inode, size and time of the last change; None if there is no such file.

Links are followed, for some systems replace a whole folder by moving the link to it.
"""


def stamp(path: Path) -> Stamp:
    """What tells this state of the file from any other."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def included(main: Path, pattern: str) -> list[Path]:
    """The files that an `include` of `main` names: one for a path, in order of names for a glob."""
    if not glob.has_magic(pattern):
        return [main.parent / pattern]
    found = glob.glob(pattern, root_dir=main.parent, recursive=True)  # noqa: PTH207 - a pattern may be absolute
    return [main.parent / name for name in sorted(found) if (main.parent / name).is_file()]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one reading, each with its state just before it was read."""

    main: Path
    patterns: tuple[str, ...]
    """What the main file includes."""
    read: Mapping[Path, Stamp]

    def now(self) -> Mapping[Path, Stamp]:
        """The same at this moment: equal to `read` unless a new reading may say something else.

        Asks the file system, and may wait for it.
        """
        named = (path for pattern in self.patterns for path in included(self.main, pattern))
        return {path: stamp(path) for path in (*self.read, *named)}


@dataclass(slots=True)
class Noted:
    """The files of a reading that is under way."""

    main: Path
    _patterns: list[str] = field(default_factory=list)
    _read: dict[Path, Stamp] = field(default_factory=dict)

    def before(self, path: Path) -> None:
        """Note a file that is about to be read: a change while it is read then shows later."""
        self._read.setdefault(path, stamp(path))

    def included(self, pattern: str) -> list[Path]:
        """What an `include` names, noted."""
        self._patterns.append(pattern)
        paths = included(self.main, pattern)
        for path in paths:
            self.before(path)
        return paths

    @property
    def files(self) -> Files:
        """What was noted so far."""
        return Files(self.main, tuple(self._patterns), dict(self._read))
