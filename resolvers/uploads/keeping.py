"""What is asked of whoever keeps files: what is known of them, and apart from it their content."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from connectors.contract.uploads import KeptUpload


class FindsUploads(Protocol):
    """What is known of files. Raises `ConnectorError` if the store fails."""

    async def find_all(self, ids: Collection[str]) -> Mapping[str, KeptUpload]:
        """Drafts and attachments by their ids; unknown ones are absent."""


class KeepsUploads(FindsUploads, Protocol):
    """Where that is kept."""

    async def keep(self, upload: KeptUpload) -> None:
        """Keep a draft, durably."""

    async def forget(self, ids: Collection[str]) -> None:
        """Forget those of these that are drafts still."""

    async def draft_bytes(self) -> int:
        """The bytes of all drafts together."""

    async def drafts(self, before: datetime) -> Sequence[str]:
        """The ids of all drafts that came before."""


class Writing(Protocol):
    """A content that comes; nobody sees it before it is finished."""

    async def write(self, chunk: bytes) -> None:
        """Take what comes next."""

    async def finish(self) -> None:
        """Keep it, durably."""

    async def abandon(self) -> None:
        """Leave nothing of it."""


class ReadsContents(Protocol):
    """The contents of files, by the files' ids. Raises `OSError` if they fail."""

    async def read(self, id_: str) -> bytes:
        """All of it. Raises `FileNotFoundError` for none."""


class Contents(ReadsContents, Protocol):
    """Where they are kept."""

    def begin(self, id_: str) -> Writing:
        """Begin to take the content of a new file."""

    def stream(self, id_: str, first: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from number `first` up to and without number `end`, in pieces."""

    async def delete(self, ids: Collection[str]) -> None:
        """Leave nothing of these; one that is not there is no mistake."""

    async def tidy(self, before: datetime) -> None:
        """Leave nothing of what was begun before and broken off by the end of a process."""
