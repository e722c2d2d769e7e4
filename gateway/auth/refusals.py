"""Refuse who cannot be known; no message holds a part of what was shown."""

from typing import Final

CHALLENGE: Final = "Bearer"


class Unauthenticated(Exception):
    """Something was shown to prove who asks, and it does not prove it. Never taken for nobody."""

    extensions_code = "UNAUTHENTICATED"
    challenge = f'{CHALLENGE} error="invalid_token"'
    """What HTTP's `WWW-Authenticate` says; RFC 6750."""


class CannotCheck(Exception):
    """Whoever has to be asked does not answer: whether what was shown is good is not known."""

    extensions_code = "SERVICE_UNAVAILABLE"

    def __init__(self, why: str, *, retry_after: float) -> None:
        """Say why, and when asking again makes sense, in seconds."""
        super().__init__(why)
        self.retry_after = retry_after


class IssuerSilent(CannotCheck):
    """The issuer does not answer, or not as it should."""

    def __init__(self, retry_after: float) -> None:
        """Say when asking again makes sense, in seconds."""
        super().__init__(
            "The token cannot be checked just now: its issuer does not answer.",
            retry_after=retry_after,
        )
