"""Find the files that an act claims, and make attachments of them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.contract.records import Attachment, AuthorRole, utc_now
from connectors.contract.uploads import KeptUpload
from resolvers.deadline import store_given_up_at
from resolvers.uploads.keeping import FindsUploads
from resolvers.uploads.kinds import is_recording
from resolvers.uploads.limits import AttachmentLimits
from resolvers.uploads.receiving import PATH, too_large_together, too_many
from resolvers.wording import Language, Problem, Sentence
from resolvers.wording.saying import say

FILES: Final = "/files"
"""The address below which contents are given out."""
_MAIN_TAG: Final = re.compile(r"[A-Za-z]+")

GONE: Final = Problem("FILE_NOT_FOUND", Sentence.FILE_NOT_FOUND, PATH)
"""A file is not there to be claimed: whether it ever was is not told."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The files of an act, as far as is known before it is done."""

    uploads: tuple[KeptUpload, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why they cannot be claimed; then nothing is to be done."""

    @property
    def digests(self) -> tuple[str, ...]:
        """Equal for the same contents, sent anew or not, in whatever order."""
        return tuple(sorted(each.sha256 for each in self.uploads))

    @property
    def recorded(self) -> bool:
        """Whether something was said or filmed."""
        return any(is_recording(each.media_type) for each in self.uploads)

    def attachments(
        self,
        at: datetime,
        author: AuthorRole,
        *,
        message: str | None = None,
        decision: str | None = None,
    ) -> tuple[Attachment, ...]:
        """What a case has of them from then on, with the message or answer that they came with."""
        return tuple(
            Attachment(
                id=each.id,
                name=each.name,
                media_type=each.media_type,
                bytes=each.bytes,
                sha256=each.sha256,
                url=f"{FILES}/{each.id}",
                at=at,
                author=author,
                message=message,
                decision=decision,
            )
            for each in self.uploads
        )


@dataclass(frozen=True, slots=True)
class Claiming:
    """Looks files up for acts; that nobody else claims them is for the act's transaction."""

    uploads: FindsUploads
    limits: AttachmentLimits
    now: Callable[[], datetime] = utc_now

    async def find(self, ids: Sequence[str], *, deadline: float) -> Claimed:
        """The files of these ids, those too that an act claimed before: it may be this one again.

        `deadline` is loop time. Raises `ConnectorError` if the store fails.
        """
        wanted = tuple(dict.fromkeys(ids))
        if len(wanted) > self.limits.count:
            return Claimed(problems=(too_many(self.limits),))
        if not wanted:
            return Claimed()
        async with store_given_up_at(deadline):
            known = await self.uploads.find_all(wanted)
        now = self.now()
        there = {id_: each for id_, each in known.items() if not each.expired(now)}
        if len(there) < len(wanted):
            return Claimed(problems=(GONE,))
        uploads = tuple(there[id_] for id_ in wanted)
        if sum(each.bytes for each in uploads) > self.limits.total_bytes:
            return Claimed(problems=(too_large_together(self.limits),))
        return Claimed(uploads)


def instead_of_words(sentence: Sentence, language: str | None) -> str:
    """`sentence` in the language of that BCP 47 tag; in Arabic and French if it is none of ours."""
    main = _MAIN_TAG.match(language or "")
    known = [each for each in Language if main is not None and each == main[0].lower()]
    return " — ".join(say(sentence, each, {}) for each in known or (Language.AR, Language.FR))
