"""The door at which mail programs say that no more letters are wanted (RFC 8058)."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.contract.errors import ConnectorError
from gateway.languages import preferred
from gateway.letters.composing import STOP
from resolvers.deadline import loop_time
from resolvers.stopping import Stopping

_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_DEADLINE_SECONDS: Final = 5.0


class StopDoor:
    """Stops letters for whoever posts, and leads a person to the page that asks first.

    Programs look at every link of a letter: nothing is stopped because one was only opened.
    """

    stopping: Stopping | None = None
    """Set when the program starts, until when nobody is served."""

    @property
    def routes(self) -> list[Route]:
        """The address."""
        return [Route(STOP, self._answer, methods=["GET", "POST"])]

    async def _answer(self, request: Request) -> Response:
        token = request.query_params.get("token", "")
        if request.method != "POST":
            language = preferred(request.headers.get("accept-language"))
            page = f"/{language}{STOP}?{urlencode({'token': token})}"
            return RedirectResponse(page, HTTPStatus.SEE_OTHER, headers=_HEADERS)
        if self.stopping is None:
            return _said(HTTPStatus.SERVICE_UNAVAILABLE, "not started")
        try:
            problems = await self.stopping.stop(token, deadline=loop_time() + _DEADLINE_SECONDS)
        except ConnectorError:
            return _said(HTTPStatus.SERVICE_UNAVAILABLE, "try again later")
        if problems:
            return _said(HTTPStatus.BAD_REQUEST, "expected the token of a letter; came other text")
        return _said(HTTPStatus.OK, "no more letters are sent to that address")


def _said(status: HTTPStatus, text: str) -> Response:
    return PlainTextResponse(text, status, headers=_HEADERS)
