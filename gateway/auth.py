"""Decide who asks."""

from typing import Final

from starlette.requests import HTTPConnection

from resolvers.policy import ANONYMOUS, Role, Viewer

DEMONSTRATION: Final = Viewer(Role.NATIONAL_SUPERVISOR, "demonstration-supervisor")
"""Whoever uses the embedded default on this machine."""


class Authenticator:
    """Turns a connection into a viewer."""

    def __init__(self, *, production: bool) -> None:
        """In `production` nobody is signed in by default."""
        self._default = ANONYMOUS if production else DEMONSTRATION

    def viewer(self, _connection: HTTPConnection) -> Viewer:
        """Who asks; tokens and sessions are to be read here."""
        return self._default
