"""Say how many files an act may have and how large they may be, and how fast they may come."""

from dataclasses import dataclass
from typing import Final

from resolvers.attempts import Attempts
from resolvers.policy import Role, Viewer


@dataclass(frozen=True, slots=True)
class AttachmentLimits:
    """How much may come with one act."""

    count: int = 10
    """Files."""
    largest_bytes: int = 50_000_000
    """Of one: a photo has 5 MB, and a minute of a telephone's video 50 at the most usual setting."""
    total_bytes: int = 100_000_000
    """Of all."""
    drafts_bytes: int = 20_000_000_000
    """Of all files, from everyone, that no act has claimed; beyond, none are taken."""


USUAL_FILES: Final = AttachmentLimits()
"""Unless somebody decided otherwise."""


class UploadLimit:
    """How many files came within a minute: by address, or by name from who is signed in."""

    def __init__(self, per_minute: int) -> None:
        """Allow each so many."""
        self._sent = Attempts(per_minute, within_seconds=60.0)

    def count(self, viewer: Viewer, caller: str | None) -> None:
        """Count a file that comes from `caller`, an address. Raises `TooManyAttempts`.

        Nothing is counted where neither name nor address is known.
        """
        if viewer.role is not Role.ANONYMOUS:
            # A name is no address, whatever it looks like.
            self._sent.begin(f"subject {viewer.subject}")
        elif caller is not None:
            self._sent.begin(f"address {caller}")
