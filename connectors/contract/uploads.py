"""What is known of files that people send: drafts first, and attachments once an act claims them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

KEPT_AS_DRAFT: Final = timedelta(hours=24)
"""How long a file is kept that no act claims."""


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """A file whose content is kept here."""

    id: str
    """Nobody comes upon it: whoever has it may claim the file. With a case it is the attachment's."""
    name: str
    media_type: str
    """By its content, whatever was said of it."""
    bytes: int
    sha256: str
    """In hexadecimal."""
    at: datetime
    """When it had come."""
    claimed: bool = False
    """Whether it belongs to a case."""

    def expired(self, now: datetime) -> bool:
        """Whether it is too late to claim it."""
        return not self.claimed and self.at + KEPT_AS_DRAFT <= now


@dataclass(frozen=True, slots=True)
class UploadsHeld:
    """How much is kept."""

    drafts: int
    draft_bytes: int
    attachments: int
    attachment_bytes: int


class UploadsTaken(Exception):
    """A file that was to be claimed is gone, or another act claimed it; nothing was stored."""
