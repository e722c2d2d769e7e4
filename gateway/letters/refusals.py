"""Why letters are not sent, in the words of docs/errors.md."""

from enum import StrEnum
from typing import Final


class Refusal(StrEnum):
    """Why a letter, or every letter, is not sent."""

    SERVER_UNAVAILABLE = "SERVER_UNAVAILABLE"
    """The mail server cannot be reached, offers no TLS or speaks no SMTP."""
    SERVER_UNAUTHORIZED = "SERVER_UNAUTHORIZED"
    """It does not take our user and password."""
    LOST = "LOST"
    """The connection broke off; it may have taken the letter."""
    TRY_LATER = "TRY_LATER"
    """It says that it may take it another time."""
    SENDER_REFUSED = "SENDER_REFUSED"
    """It sends nothing from our address."""
    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    """It sends nothing to that address."""
    ADDRESS_UNFIT = "ADDRESS_UNFIT"
    """The address is none that mail can be sent to."""
    LETTER_REFUSED = "LETTER_REFUSED"
    """It does not take the letter itself."""
    UNEXPECTED = "UNEXPECTED"
    """We failed to write it."""
    NO_ADDRESS = "NO_ADDRESS"
    """There is no address on file any more."""
    STOPPED = "STOPPED"
    """No letters are wanted at that address."""


FOR_GOOD: Final = frozenset(
    {Refusal.ADDRESS_REFUSED, Refusal.ADDRESS_UNFIT, Refusal.LETTER_REFUSED}
)
"""What trying again cannot change."""


class PostAway(Exception):
    """No letter can be handed in now."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class NotPosted(Exception):
    """One letter was not taken, as far as is known."""

    def __init__(self, refusal: Refusal, *, ends: bool = False) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.ends = ends
        """Whether the server takes no other one on this connection."""
