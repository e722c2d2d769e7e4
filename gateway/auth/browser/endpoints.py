"""Know where a provider signs people in and out: asked for when it is needed, and kept."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from yarl import URL

from connectors.contract.errors import BadData, ConnectorError
from connectors.http import AiohttpClient
from gateway.auth.discovery import RENEW_SECONDS, discovered

BASIC: Final = "client_secret_basic"
POST: Final = "client_secret_post"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider does what, all at its own address."""

    authorization: str
    token: str
    end_session: str | None
    """None: it does not sign people out for others."""
    takes: frozenset[str]
    """How it lets a client prove itself."""
    names_itself: bool
    """Whether it says with each code whose it is; RFC 9207."""


class PublishedEndpoints:
    """The endpoints of one issuer. What is known stays known while the issuer is down."""

    def __init__(
        self,
        issuer: str,
        client: AiohttpClient,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask `issuer` by `client`, which somebody else closes."""
        self._issuer = issuer
        self._client = client
        self._clock = clock
        self._known: Endpoints | None = None
        self._heard_at = -RENEW_SECONDS

    async def get(self) -> Endpoints:
        """Where it does what. Raises `ConnectorError` if that was never known and cannot be had."""
        now = self._clock()
        if self._known is None or now - self._heard_at > RENEW_SECONDS:
            try:
                about = await discovered(self._client, self._issuer)
                self._known, self._heard_at = _read(about, URL(self._issuer)), now
            except ConnectorError:
                if self._known is None:
                    raise
        return self._known


def _read(about: Mapping[str, Any], issuer: URL) -> Endpoints:
    authorization = _own(about.get("authorization_endpoint"), issuer)
    token = _own(about.get("token_endpoint"), issuer)
    if authorization is None or token is None:
        raise BadData("the issuer does not say where people sign in")
    takes = about.get("token_endpoint_auth_methods_supported")
    return Endpoints(
        authorization,
        token,
        _own(about.get("end_session_endpoint"), issuer),
        # What a provider takes that does not say; OpenID Connect Discovery 1.0 section 3.
        frozenset(map(str, takes)) if isinstance(takes, list) else frozenset({BASIC}),
        about.get("authorization_response_iss_parameter_supported") is True,
    )


def _own(url: object, issuer: URL) -> str | None:
    """`url`, which is at the issuer's own address; None for what is no URL."""
    if not isinstance(url, str):
        return None
    try:
        own = URL(url).origin() == issuer.origin()
    except ValueError:
        own = False
    if not own:
        raise BadData("the issuer leads to another address than its own")
    return url
