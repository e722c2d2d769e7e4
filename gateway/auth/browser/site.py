"""Know our own address: what our cookies are called, and which pages are ours."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response
from strawberry.http.websocket_origin import normalize_origin

from gateway.config.values import is_loopback

_SAFE: Final = frozenset({"GET", "HEAD"})


class From(Enum):
    """Whose page sent a request, as far as the browser tells."""

    OURS = auto()
    ANOTHERS = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Site:
    """Where browsers find us."""

    url: str | None
    """As they see it, such as https://chikaya.example; None: wherever on this machine."""

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https."""
        return self.url is not None and self.url.startswith("https:")

    def serves(self, connection: HTTPConnection) -> bool:
        """Whether this is where browsers may have sessions.

        Without an address of ours only what is addressed to this machine: another page could have
        its own name lead here.
        """
        return self.url is not None or _host_is_loopback(connection)

    def sender(self, connection: HTTPConnection) -> From:
        """Whose page sent this. Fetch Metadata first, which no page can forge, then `Origin`."""
        site = connection.headers.get("sec-fetch-site")
        if site is not None:
            # What the person typed or chose from their bookmarks is nobody's page.
            return From.OURS if site in {"same-origin", "none"} else From.ANOTHERS
        origin = connection.headers.get("origin")
        # A page that hides its address says null, also to itself.
        if origin in {None, "null"}:
            return From.UNKNOWN
        ours = normalize_origin(self.url or f"http://{connection.headers.get('host')}")
        return From.OURS if normalize_origin(origin or "") == ours else From.ANOTHERS

    def cookie(self, name: str) -> str:
        """What the cookie `name` is called.

        By https it has the prefix with which browsers take it from this host alone, whole and by
        https: no neighbouring host can set it. They refuse the prefix by http, also on loopback,
        where nobody listens on the way.
        """
        return f"__Host-{name}" if self.secure else name

    def shown(self, connection: HTTPConnection, name: str) -> str | None:
        """The value of the cookie `name`; None if there is none."""
        return connection.cookies.get(self.cookie(name)) or None

    def give(
        self, response: Response, name: str, value: str, *, seconds: int | None = None
    ) -> None:
        """Have the browser keep a cookie for `seconds`, or else until it is closed."""
        response.set_cookie(
            self.cookie(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def take_back(self, response: Response, name: str) -> None:
        """Have the browser forget a cookie."""
        response.delete_cookie(
            self.cookie(name), path="/", secure=self.secure, httponly=True, samesite="lax"
        )


def only_reads(connection: HTTPConnection) -> bool:
    """Whether a request can change nothing."""
    return connection.scope["type"] == "http" and connection.scope["method"] in _SAFE


def is_navigation(connection: HTTPConnection) -> bool:
    """Whether the browser goes there itself, as by a link: the page before does not see the answer."""
    return connection.headers.get("sec-fetch-mode") == "navigate"


def _host_is_loopback(connection: HTTPConnection) -> bool:
    try:
        return is_loopback(urlsplit(f"//{connection.headers.get('host', '')}").hostname or "")
    except ValueError:
        return False
