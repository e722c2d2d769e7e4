"""Answer GraphQL at one address: queries, mutations, subscriptions, and a page for people."""

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Final

import strawberry
from graphql import OperationType
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.types.execution import ExecutionResult

from gateway.execution.accept import EVENTS, HTML, JSON, RESPONSE, ranked
from gateway.execution.answer import of_refusal, of_result, refusal_of
from gateway.execution.events import EventStream
from gateway.execution.ide import Ide
from gateway.execution.operations import Operation, Operations
from gateway.execution.refusal import RequestRefused, refused
from gateway.execution.request import GraphQLRequest, read
from gateway.execution.websockets import MakeContext, WebSockets
from gateway.limits import DocumentLimits

_FOR_PROGRAMS: Final = (JSON, RESPONSE, EVENTS)
_FOR_PEOPLE: Final = (*_FOR_PROGRAMS, HTML)


class GraphQLView:
    """An ASGI application: the endpoint of a Route and of a WebSocketRoute alike."""

    make_context: MakeContext
    """Asked once per operation; may be set when the program starts, until when none is served.

    It may raise an error with a code; UNAUTHENTICATED, FORBIDDEN and SERVICE_UNAVAILABLE have
    their statuses.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        make_context: MakeContext | None = None,
        *,
        path: str = "/graphql",
        limits: DocumentLimits | None = None,
        max_body_bytes: int = 1_000_000,
        ide: bool = True,
        allowed_origins: Collection[str] = (),
        plain: bool = False,
    ) -> None:
        """Answer at `path` with `schema`, and to browsers, if `ide`, with a page to ask from.

        `allowed_origins` are further sites whose pages may open WebSockets here. `plain` as of
        `Operations`.
        """
        self.make_context = make_context or _not_started
        self._operations = Operations(schema, limits=limits, plain=plain)
        self._path = path
        self._max_body_bytes = max_body_bytes
        self._ide = Ide(path) if ide else None
        self._websockets = WebSockets(
            self._operations,
            self._context,
            max_message_bytes=max_body_bytes,
            allowed_origins=allowed_origins,
        )

    @property
    def routes(self) -> list[BaseRoute]:
        """The view at its path, over HTTP and WebSockets, and the files of its page below it."""
        here = [Route(self._path, self), WebSocketRoute(self._path, self)]
        return [*here, *([self._ide.route] if self._ide else [])]

    async def carry_out(self, asked: GraphQLRequest, context: object) -> ExecutionResult:
        """The result of a query or mutation that comes from a page of ours, under the same limits.

        Raises `DocumentRefused`.
        """
        return await self._operations.execute(self._operations.prepare(asked), context)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request or one WebSocket."""
        if scope["type"] == "websocket":
            await self._websockets.serve(WebSocket(scope, receive, send))
            return
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        wanted = ranked(",".join(request.headers.getlist("accept")), self._offers(request))
        try:
            return await self._answered(request, wanted)
        except Exception as exception:  # noqa: BLE001  # errors.py decides what the caller reads
            return of_refusal(refusal_of(exception), _for_errors(wanted))

    async def _answered(self, request: Request, wanted: Sequence[str]) -> Response:
        if not wanted:
            raise _not_acceptable(f"{RESPONSE}, {JSON} or {EVENTS}")
        if self._ide and wanted[0] == HTML:
            return self._ide.page()
        asked = await read(request, max_body_bytes=self._max_body_bytes)
        operation = self._operations.prepare(asked)
        _require_post_for_mutations(request, operation)
        media_type = _media_type(operation, wanted)
        context = await self.make_context(request)
        if media_type == EVENTS:
            return EventStream(self._operations.results(operation, context))
        return of_result(await self._operations.execute(operation, context), media_type)

    async def _context(self, connection: HTTPConnection) -> object:
        return await self.make_context(connection)

    def _offers(self, request: Request) -> tuple[str, ...]:
        return _FOR_PEOPLE if self._ide and request.method == "GET" else _FOR_PROGRAMS


async def _not_started(_connection: HTTPConnection) -> object:
    raise refused("The gateway is starting.", status=HTTPStatus.SERVICE_UNAVAILABLE)


def _media_type(operation: Operation, wanted: Sequence[str]) -> str:
    """What to answer in: the caller's first choice, but a subscription can only be a stream.

    Many clients name event streams last with every query, so naming alone chooses nothing.
    """
    if operation.type is OperationType.SUBSCRIPTION:
        if EVENTS not in wanted:
            raise _not_acceptable(f"{EVENTS} for a subscription, or a WebSocket")
        return EVENTS
    return wanted[0]


def _for_errors(wanted: Sequence[str]) -> str:
    return next((each for each in wanted if each in (JSON, RESPONSE)), RESPONSE)


def _require_post_for_mutations(request: Request, operation: Operation) -> None:
    # A link on another site, a prefetch or a proxy's retry must not change anything.
    if request.method == "GET" and operation.type is OperationType.MUTATION:
        raise refused(
            "A mutation is asked by POST, not by GET.",
            status=HTTPStatus.METHOD_NOT_ALLOWED,
            headers={"Allow": "POST"},
        )


def _not_acceptable(available: str) -> RequestRefused:
    return refused(
        f"The Accept header rules out every answer there is; expected {available}.",
        status=HTTPStatus.NOT_ACCEPTABLE,
    )
