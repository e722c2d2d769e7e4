"""Take files as they come, piece by piece: held to the limits, known by their content, kept as drafts."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.contract.records import utc_now
from connectors.contract.uploads import KeptUpload
from resolvers.attempts import TooManyAttempts
from resolvers.policy import Viewer
from resolvers.uploads.keeping import Contents, KeepsUploads, Writing
from resolvers.uploads.kinds import HEAD_BYTES, FileKind, kind_of
from resolvers.uploads.limits import AttachmentLimits, UploadLimit
from resolvers.uploads.naming import file_name
from resolvers.wording import Problem, Sentence

_ID_BYTES: Final = 24
"""192 random bits: who has a file's id may claim it, so nobody may come upon one."""
_MEGABYTE: Final = 1_000_000
PATH: Final = ("uploads",)
"""The input field that problems of files are about."""


def megabytes(number: int) -> str:
    """So many bytes, as people are told it."""
    return f"{number / _MEGABYTE:g}"


def too_many(limits: AttachmentLimits) -> Problem:
    """There are more files than an act may have."""
    return Problem("TOO_MANY_FILES", Sentence.TOO_MANY_FILES, PATH, {"most": limits.count})


def too_large_together(limits: AttachmentLimits) -> Problem:
    """All files of an act together are too large."""
    told = {"most": megabytes(limits.total_bytes)}
    return Problem("FILES_TOO_LARGE", Sentence.FILES_TOO_LARGE, PATH, told)


@dataclass(frozen=True, slots=True)
class Receiving:
    """Takes the files that people send."""

    uploads: KeepsUploads
    contents: Contents
    limits: AttachmentLimits
    rate: UploadLimit
    now: Callable[[], datetime] = utc_now

    async def full(self) -> bool:
        """Whether there are as many drafts as may be. Raises `ConnectorError`."""
        return await self.uploads.draft_bytes() >= self.limits.drafts_bytes

    def batch(self, viewer: Viewer, caller: str | None) -> "Batch":
        """What `viewer` sends at once, from `caller`, an address as far as known."""
        return Batch(self, viewer, caller)


class Batch:
    """The files of one request, which are meant for one act."""

    def __init__(self, receiving: Receiving, viewer: Viewer, caller: str | None) -> None:
        self._receiving = receiving
        self._viewer = viewer
        self._caller = caller
        self._count = 0
        self._bytes = 0
        self._kept: list[str] = []
        self._coming: Incoming | None = None

    def begin(self, typed_name: str) -> "Incoming":
        """The next file, once the one before has ended."""
        self._count += 1
        self._coming = Incoming(self, self._receiving, typed_name, self._too_many())
        return self._coming

    async def discard(self) -> None:
        """Leave nothing of all that came."""
        if self._coming is not None:
            await self._coming.abandon()
        await self._receiving.contents.delete(self._kept)
        await self._receiving.uploads.forget(self._kept)

    def _too_many(self) -> Problem | None:
        receiving = self._receiving
        if self._count > receiving.limits.count:
            return too_many(receiving.limits)
        try:
            receiving.rate.count(self._viewer, self._caller)
        except TooManyAttempts:
            # As data: whatever else the form holds is not lost by it.
            return Problem("TOO_MANY_UPLOADS", Sentence.TOO_MANY_UPLOADS, PATH)
        return None

    def holds(self, size: int) -> bool:
        """Whether that much more fits in; it counts from then on, until it is given back."""
        self._bytes += size
        return self._bytes <= self._receiving.limits.total_bytes

    def give_back(self, size: int) -> None:
        """That much of what was counted is not kept."""
        self._bytes -= size

    def note(self, upload: KeptUpload) -> None:
        """Remember what was kept."""
        self._kept.append(upload.id)


class Incoming:
    """One file that comes."""

    def __init__(
        self, batch: Batch, receiving: Receiving, typed_name: str, problem: Problem | None
    ) -> None:
        """Take nothing of it if there is a `problem` already."""
        self.name = file_name(typed_name, None)
        """As it may be shown; what was kept of it may have another suffix."""
        self._batch = batch
        self._receiving = receiving
        self._typed_name = typed_name
        self._problem = problem
        self._id = secrets.token_urlsafe(_ID_BYTES)
        self._head = bytearray()
        self._kind: FileKind | None = None
        self._writing: Writing | None = None
        self._digest = hashlib.sha256()
        self._size = 0
        self._counted = 0
        """How much of it counts in the batch."""

    async def write(self, chunk: bytes) -> None:
        """Take what comes next; of a file that is not taken, nothing is kept."""
        if self._problem is not None:
            return
        self._size += len(chunk)
        if problem := self._too_large(len(chunk)):
            await self._refuse(problem)
        elif self._writing is not None:
            await self._pass_on(self._writing, chunk)
        else:
            self._head += chunk
            if len(self._head) >= HEAD_BYTES:
                await self._recognize()

    async def end(self) -> KeptUpload | Problem:
        """The draft that it is now, durably, or why it is not taken."""
        if self._problem is None and self._writing is None:
            await self._recognize()
        if self._problem is not None or self._writing is None or self._kind is None:
            return self._problem or _of_no_kind()
        upload = KeptUpload(
            id=self._id,
            name=file_name(self._typed_name, self._kind),
            media_type=self._kind.media_type,
            bytes=self._size,
            sha256=self._digest.hexdigest(),
            at=self._receiving.now(),
        )
        self._batch.note(upload)
        # Known first: whatever ends the process in between, it is found when it is swept.
        await self._receiving.uploads.keep(upload)
        await self._writing.finish()
        return upload

    async def abandon(self) -> None:
        """Leave nothing of it, unless it has ended."""
        if self._writing is not None:
            await self._writing.abandon()

    def _too_large(self, more: int) -> Problem | None:
        limits = self._receiving.limits
        if self._size > limits.largest_bytes:
            told = {"most": megabytes(limits.largest_bytes)}
            return Problem("FILE_TOO_LARGE", Sentence.FILE_TOO_LARGE, PATH, told)
        self._counted += more
        return None if self._batch.holds(more) else too_large_together(limits)

    async def _recognize(self) -> None:
        head = bytes(self._head)
        self._kind = kind_of(head[:HEAD_BYTES])
        if self._kind is None:
            await self._refuse(_empty() if not head else _of_no_kind())
            return
        if await self._receiving.full():
            await self._refuse(_no_room())
            return
        self._writing = self._receiving.contents.begin(self._id)
        await self._pass_on(self._writing, head)

    async def _pass_on(self, writing: Writing, chunk: bytes) -> None:
        self._digest.update(chunk)
        await writing.write(chunk)

    async def _refuse(self, problem: Problem) -> None:
        self._problem = problem
        self._batch.give_back(self._counted)
        await self.abandon()


def _of_no_kind() -> Problem:
    return Problem("FILE_KIND", Sentence.FILE_KIND, PATH)


def _no_room() -> Problem:
    return Problem("NO_ROOM", Sentence.NO_ROOM, PATH)


def _empty() -> Problem:
    return Problem("FILE_EMPTY", Sentence.FILE_EMPTY, PATH)
