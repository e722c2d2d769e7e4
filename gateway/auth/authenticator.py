"""Turn a connection into a viewer, and remember for a while whom a token is about."""

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection

from gateway.auth.browser.browsers import Browsers
from gateway.auth.credentials import token_of
from gateway.auth.refusals import Unauthenticated
from gateway.auth.tokens import Issuer, Known, unverified
from resolvers.opening import OpenedCase
from resolvers.policy import Viewer

KEPT_SECONDS: Final = 60.0
"""How long a token that was checked is not checked again, so that a withdrawn key soon tells."""
_MOST_KEPT: Final = 4096


@dataclass(frozen=True, slots=True)
class _Kept:
    known: Known
    until: float


class Authenticator:
    """Knows who asks."""

    def __init__(
        self,
        issuers: Sequence[Issuer],
        *,
        default: Viewer,
        browsers: Browsers | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Trust `issuers` and the sessions of `browsers`; who shows nothing is the `default`."""
        self._issuers = {issuer.name: issuer for issuer in issuers}
        self._default = default
        self._browsers = browsers
        self._clock = clock
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()

    async def known(self, connection: HTTPConnection) -> Known:
        """Who asks, by their token or else by their browser's session, and until when that holds.

        Raises `Unauthenticated`, `CannotCheck` or `CrossSite`; a bad token is never nobody's.
        """
        text = token_of(connection)
        if text is None:
            known = None if self._browsers is None else await self._browsers.known(connection)
            return known or Known(self._default, math.inf)
        # Tokens themselves are not kept: who reads our memory must not act for others.
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        now = self._clock()
        kept = self._kept.get(digest)
        if kept is not None and now < kept.until:
            return kept.known
        return await self._checked(text, digest, now)

    async def opened(self, connection: HTTPConnection) -> OpenedCase | None:
        """The case that a browser has opened in which nobody is signed in; None if none is.

        Raises as `known` does.
        """
        if self._browsers is None or token_of(connection) is not None:
            return None
        return await self._browsers.opened(connection)

    async def aclose(self) -> None:
        """Give back what the issuers hold."""
        for issuer in self._issuers.values():
            await issuer.keys.aclose()

    async def _checked(self, text: str, digest: bytes, now: float) -> Known:
        self._kept.pop(digest, None)
        token = unverified(text)
        name = token.claims.get("iss")
        issuer = self._issuers.get(name) if isinstance(name, str) else None
        if issuer is None:
            raise Unauthenticated("The token is of an issuer that is not trusted here.")
        known = await issuer.known(token, now)
        self._kept[digest] = _Kept(known, min(now + KEPT_SECONDS, known.expires_at))
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return known
