"""Obtain tokens by OAuth 2 client credentials."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

from connectors.contract.connector import Call, Http
from connectors.contract.errors import BadData, Unauthorized
from connectors.rest.answers import Answers
from connectors.rest.auth_options import OAuth2
from connectors.rest.credentials import Pass, Renewable, basic

_REFUSED: Final = frozenset({400, 401, 403})
_SUCCESS: Final = range(200, 300)
_SHORTEST: Final = 1.0
"""Seconds that a token is used at least, however early it is to be renewed."""


class ClientCredentials(Renewable):
    """Tokens of one authorization server."""

    def __init__(
        self, auth: OAuth2, open_http: Callable[[str], Http], now: Callable[[], datetime]
    ) -> None:
        """Ask the server of `auth`; nothing is asked of it yet."""
        super().__init__(now)
        self._auth = auth
        parts = urlsplit(str(auth.token_url))
        self._path = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
        self._http = open_http(f"{parts.scheme}://{parts.netloc}/")
        self._answers = Answers((), None)

    async def obtain(self, call: Call) -> Pass:
        """A new token. Raises `Unauthorized` if the server does not know us."""
        auth, secret = self._auth, self._auth.client_secret.get_secret_value()
        form = [("grant_type", "client_credentials")]
        headers: dict[str, str] = {}
        if auth.scope is not None:
            form.append(("scope", auth.scope))
        if auth.secret_in == "form":  # noqa: S105 - a place
            form += [("client_id", auth.client_id), ("client_secret", secret)]
        else:
            headers["Authorization"] = basic(quote(auth.client_id), quote(secret))
        asked_at = self._now()
        response = await self._http.request(
            "POST", self._path, form=form, headers=headers, call=call
        )
        if response.status in _REFUSED:
            raise Unauthorized("the source's token server does not accept our credentials")
        if response.status not in _SUCCESS:
            # What is not there is the server, and no case.
            raise BadData(
                "the source's token server does not answer as such a server does",
                detail=f"status {response.status}",
            )
        return self._pass(self._answers.read(response, writing=False), asked_at)

    async def aclose(self) -> None:
        """Close the way to the server."""
        await self._http.aclose()

    def _pass(self, said: Any, asked_at: datetime) -> Pass:
        match said:
            case {"access_token": str(token), **rest} if _sendable(token):
                seconds = rest.get("expires_in")
            case _:
                raise BadData("the source's token server answers without a token")
        until = None
        if isinstance(seconds, int | float | str) and not isinstance(seconds, bool):
            try:
                holds = max(_SHORTEST, float(seconds) - self._auth.early_seconds)
                until = asked_at + timedelta(seconds=holds)
            except (ValueError, OverflowError):
                until = None
        return Pass(headers={"Authorization": f"Bearer {token}"}, until=until)


def _sendable(token: str) -> bool:
    """Whether a header can hold it."""
    return token != "" and token.isascii() and token.isprintable()
