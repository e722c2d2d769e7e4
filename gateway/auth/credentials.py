"""Find the token in what a connection shows: a header, or on a WebSocket its first message."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import HTTPConnection

from gateway.auth.refusals import Unauthenticated

_NAME: Final = "authorization"
_EXPECTED: Final = "Authorization: expected once, as `Bearer` and a token."


def token_of(connection: HTTPConnection) -> str | None:
    """The token that is shown; None if nothing is. Raises `Unauthenticated` for anything else."""
    # A browser cannot set headers on a WebSocket: what it says first stands in their place.
    shown = _said(connection) or connection.headers.getlist(_NAME)
    match shown:
        case []:
            return None
        case [str(text)]:
            scheme, _, token = text.strip().partition(" ")
            if scheme.lower() == "bearer" and (token := token.strip()):
                return token
    raise Unauthenticated(_EXPECTED)


def _said(connection: HTTPConnection) -> list[object]:
    parameters = getattr(connection.state, "connection_params", None)
    if not isinstance(parameters, Mapping):
        return []
    return [value for name, value in parameters.items() if str(name).lower() == _NAME]
