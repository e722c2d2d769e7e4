"""Refuse what a browser shows; no message holds a part of it."""

from gateway.auth.refusals import CHALLENGE, CannotCheck, Unauthenticated


class SignInFailed(Exception):
    """An attempt to sign in came to nothing; nothing was begun."""

    extensions_code = "SIGN_IN_FAILED"

    def __init__(self, why: str) -> None:
        """Say why, as far as that tells nothing of the person."""
        super().__init__(f"Signing in failed: {why}. Begin again at /auth/login.")


class NotOpened(Exception):
    """No case is opened by what was given; whether there is one is not told."""

    extensions_code = "NOT_OPENED"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No case is opened by this reference and this tracking code.")


class SessionEnded(Unauthenticated):
    """The cookie that was shown stands for no session any more. Never taken for nobody."""

    challenge = CHALLENGE

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The session has ended: sign in again.")


class SessionsUnavailable(CannotCheck):
    """The store of sessions cannot be asked just now: whether the session is good is not known."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The session cannot be checked just now.", retry_after=1.0)


class CrossSite(Exception):
    """A session's cookie came with what may be another site's request: that changes nothing."""

    extensions_code = "CROSS_SITE_REQUEST"

    def __init__(self) -> None:
        """Say what was expected."""
        super().__init__(
            "This is taken from pages of this site alone: expected Sec-Fetch-Site or Origin to say "
            "so, or X-CSRF-Token with the session's token."
        )
