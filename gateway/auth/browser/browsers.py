"""Know browsers by their cookies, and which of their requests are their owners' own."""

import hmac
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import msgspec
from starlette.requests import HTTPConnection
from starlette.responses import Response

from connectors.contract.errors import ConnectorError
from connectors.contract.records import AgencyCode
from gateway.auth.browser.refusals import CrossSite, SessionEnded, SessionsUnavailable
from gateway.auth.browser.sessions import Session, Sessions
from gateway.auth.browser.site import From, Site, is_navigation, only_reads
from gateway.auth.tokens import Known
from resolvers.deadline import loop_time, store_given_up_at
from resolvers.opening import OpenedCase
from resolvers.policy import Role, Viewer

TOKEN_HEADER: Final = "x-csrf-token"  # noqa: S105 - its name
_STORE_SECONDS: Final = 3.0


class Person(msgspec.Struct, frozen=True):
    """Who signed in, as the provider told it then."""

    role: Role
    subject: str
    agencies: list[AgencyCode]

    @classmethod
    def of(cls, viewer: Viewer) -> "Person":
        """What is kept of `viewer`."""
        return cls(viewer.role, viewer.subject, sorted(viewer.agencies))

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return Viewer(self.role, self.subject, frozenset(self.agencies))


ContentT = TypeVar("ContentT")


@dataclass(frozen=True, slots=True)
class Cookies(Generic[ContentT]):
    """One kind of session, and the cookie that its secret travels in."""

    site: Site
    name: str
    sessions: Sessions[ContentT]

    async def session(
        self, connection: HTTPConnection, *, token: str | None = None
    ) -> Session[ContentT] | None:
        """The session that is shown; None if none is.

        Raises `SessionEnded`, `SessionsUnavailable`, and `CrossSite` for a request that may not
        be its owner's own. `token` is the session's, where it came otherwise than in its header.
        """
        secret = self.shown(connection)
        if secret is None:
            return None
        found = await _asked(self.sessions.find(secret))
        if found is None:
            raise SessionEnded
        _require_own(self.site, connection, found.token, token)
        return found

    async def begin(
        self, connection: HTTPConnection, response: Response, content: ContentT
    ) -> None:
        """Have the browser be in a new session, whatever it was in before."""
        # Whoever had the browser take a secret of theirs before is not in the session that begins.
        await self.end(connection, response)
        secret = await _asked(self.sessions.begin(content))
        self.site.give(response, self.name, secret)

    async def end(self, connection: HTTPConnection, response: Response) -> None:
        """End the session that is shown, if one is, here and in the browser."""
        secret = self.shown(connection)
        if secret is not None:
            await _asked(self.sessions.end(secret))
            self.site.take_back(response, self.name)

    def shown(self, connection: HTTPConnection) -> str | None:
        """The secret that is shown, whatever it is worth; None if none is."""
        secret = self.site.shown(connection, self.name)
        return secret if secret is not None and self.site.serves(connection) else None


@dataclass(frozen=True, slots=True)
class Browsers:
    """Knows whom a browser is signed in as, and which case it has opened."""

    site: Site
    people: Cookies[Person]
    cases: Cookies[OpenedCase]

    async def known(self, connection: HTTPConnection, *, token: str | None = None) -> Known | None:
        """Who is signed in; None if nobody is. `token` and errors are as of `Cookies.session`."""
        session = await self.people.session(connection, token=token)
        if session is None:
            return None
        return Known(session.content.viewer, session.ends_at.timestamp())

    async def opened(
        self, connection: HTTPConnection, *, token: str | None = None
    ) -> OpenedCase | None:
        """The case that was opened here; None if none is, or somebody is signed in.

        `token` and errors are as of `Cookies.session`.
        """
        # Who acts by a right of their own must not act as the complainant unawares.
        if self.people.shown(connection) is not None:
            return None
        session = await self.cases.session(connection, token=token)
        return None if session is None else session.content


def _require_own(site: Site, connection: HTTPConnection, expected: str, token: str | None) -> None:
    """Raise `CrossSite` for what another site may have had the browser send.

    SameSite=Lax keeps cookies out of most of it, but sites of neighbouring hosts count as the
    same there. A content type proves nothing either.
    """
    sender = site.sender(connection)
    if sender is From.OURS:
        return
    if only_reads(connection):
        # By a link one arrives from anywhere; whoever lets a page of theirs ask would listen.
        if sender is From.UNKNOWN or is_navigation(connection):
            return
    elif sender is From.UNKNOWN:
        shown = token or connection.headers.get(TOKEN_HEADER, "")
        if hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), expected.encode()):
            return
    raise CrossSite


async def _asked(answer: "Awaitable[ContentT]") -> ContentT:
    """What the store answers. Raises `SessionsUnavailable` if it does not."""
    try:
        async with store_given_up_at(loop_time() + _STORE_SECONDS):
            return await answer
    except ConnectorError as error:
        raise SessionsUnavailable from error
