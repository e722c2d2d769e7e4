"""Keep the contents of files in a folder, each under its id; what is not whole is not there."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

import obstore
from obstore.store import LocalStore

_PIECE_BYTES: Final = 1 << 20
_UNFINISHED: Final = "*#*"
"""What object stores call a file in a folder that is not whole yet; ids have no such sign."""


class Folder:
    """Meets `resolvers.uploads.keeping.Contents`."""

    def __init__(self, path: Path) -> None:
        """Keep contents below `path`, which is made when the first one comes."""
        self._path = path

    def begin(self, id_: str) -> "Coming":
        """Begin to take the content of a new file."""
        place = _place(id_)
        return Coming(self._store, place, lambda: _sync(self._path / place))

    def path(self, id_: str) -> Path:
        """Where the content of a file lies, or is to lie, for whoever copies it."""
        return self._path / _place(id_)

    async def read(self, id_: str) -> bytes:
        """All of it. Raises `FileNotFoundError` for none."""
        found = await obstore.get_async(self._store, _place(id_))
        return bytes(await found.bytes_async())

    async def stream(self, id_: str, first: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from number `first` up to and without number `end`, in pieces."""
        found = await obstore.get_async(self._store, _place(id_), options={"range": (first, end)})
        async for piece in found.stream(min_chunk_size=_PIECE_BYTES):
            yield bytes(piece)

    async def delete(self, ids: Collection[str]) -> None:
        """Leave nothing of these; one that is not there is no mistake."""
        for id_ in ids:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, _place(id_))

    async def tidy(self, before: datetime) -> None:
        """Leave nothing of what was begun before and broken off by the end of a process."""
        await asyncio.to_thread(self._tidy, before.timestamp())

    def _tidy(self, before: float) -> None:
        for path in self._path.glob(f"*/{_UNFINISHED}"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()

    @cached_property
    def _store(self) -> LocalStore:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(self._path)


class Coming:
    """Meets `resolvers.uploads.keeping.Writing`."""

    def __init__(self, store: LocalStore, place: str, sync: Callable[[], None]) -> None:
        """Write to `place`; `sync` has what is whole written through to the disk."""
        self._writer: obstore.AsyncWritableFile | None = obstore.open_writer_async(
            store, place, buffer_size=_PIECE_BYTES, max_concurrency=2
        )
        self._sync = sync

    async def write(self, chunk: bytes) -> None:
        """Take what comes next."""
        if self._writer is not None:
            await self._writer.write(chunk)

    async def finish(self) -> None:
        """Keep it, durably."""
        if self._writer is not None:
            await self._writer.close()
            self._writer = None
            await asyncio.to_thread(self._sync)

    async def abandon(self) -> None:
        """Leave nothing of it."""
        # One that is let go of without being closed removes what it has written.
        self._writer = None


def _place(id_: str) -> str:
    """Where its content lies: no folder gets all of them."""
    return f"{id_[:2]}/{id_}"


def _sync(path: Path) -> None:
    """Have `path`, and that it is there, outlast the end of the machine's current."""
    for each in (path, path.parent, path.parent.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
