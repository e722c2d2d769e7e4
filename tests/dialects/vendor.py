"""What the four case systems have in common: they count their calls, and misbehave when told to."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from connectors.testing.scenario import NOON

Row = dict[str, Any]


class Vendor:
    """A case system; `app` is what it answers with, `calls` what it was asked."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        """Method, path and query of each, in order."""
        self._troubles: deque[Response] = deque()
        self._writes = 0
        self.app = Starlette(
            routes=list(self.routes()), middleware=[Middleware(_Counted, vendor=self)]
        )

    def routes(self) -> Sequence[BaseRoute]:
        """Its addresses."""
        raise NotImplementedError

    def misbehave(self, *answers: Response) -> None:
        """Answer the next calls with these, whatever they ask."""
        self._troubles.extend(answers)

    def next_moment(self) -> datetime:
        """When something is written: each a second after the last, and all after what was held."""
        self._writes += 1
        return NOON + timedelta(days=7, seconds=self._writes)

    def trouble(self) -> Response | None:
        """What the next call is to be answered with instead, if a test said so."""
        return self._troubles.popleft() if self._troubles else None


class _Counted:
    def __init__(self, app: Any, vendor: Vendor) -> None:
        self._app = app
        self._vendor = vendor

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope)
        self._vendor.calls.append(
            f"{request.method} {request.url.path}?{request.url.query}".rstrip("?")
        )
        trouble = self._vendor.trouble()
        await (trouble or self._app)(scope, receive, send)


def unknown(given: Mapping[str, str], *known: str) -> list[str]:
    """The parameters that a system does not know: an honest one refuses them."""
    return sorted(set(given) - set(known))
