"""Serve operations over WebSockets in the protocol graphql-transport-ws."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Any, cast

import orjson
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketDisconnected as AlreadyClosed
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.async_base_view import AsyncBaseHTTPView, AsyncWebSocketAdapter
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)
from strawberry.http.websocket_origin import (
    is_same_origin,
    normalize_allowed_origins,
    normalize_origin,
)
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.types.execution import ExecutionResult, PreExecutionError

from gateway.errors import from_exception
from gateway.execution.answer import json_of
from gateway.execution.operations import Operations, Results
from gateway.execution.refusal import RequestRefused
from gateway.execution.request import from_parameters

MakeContext = Callable[[HTTPConnection], Awaitable[object]]

_INIT_WAIT = timedelta(seconds=10)
_MOST_OPERATIONS = 100
_TOO_BIG = 1009
_SUBPROTOCOL_NOT_ACCEPTABLE = 4406


class WebSockets:
    """Carries connections from the handshake to the close."""

    def __init__(
        self,
        operations: Operations,
        make_context: MakeContext,
        *,
        max_message_bytes: int,
        allowed_origins: Collection[str],
    ) -> None:
        self._operations = operations
        self._make_context = make_context
        self._max_message_bytes = max_message_bytes
        self._allowed_origins = normalize_allowed_origins(list(allowed_origins))

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one connection until either side closes it."""
        if not self._origin_allowed(websocket):
            # Closing before accepting answers the handshake with 403.
            await websocket.close()
            return
        if GRAPHQL_TRANSPORT_WS_PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(_SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            return
        await websocket.accept(GRAPHQL_TRANSPORT_WS_PROTOCOL)
        await _Connection(
            websocket,
            self._operations,
            self._make_context,
            max_message_bytes=self._max_message_bytes,
        ).handle()

    def _origin_allowed(self, websocket: WebSocket) -> bool:
        """Whether the page that connects may; a browser lets any page try, with our cookies."""
        origin = websocket.headers.get("origin")
        return (
            origin is None
            or is_same_origin(origin, websocket.headers.get("host"))
            or normalize_origin(origin) in self._allowed_origins
        )


class _Connection(BaseGraphQLTransportWSHandler[object, None]):
    """Strawberry's state machine, asking our operations instead of strawberry's pipeline."""

    def __init__(
        self,
        websocket: WebSocket,
        operations: Operations,
        make_context: MakeContext,
        *,
        max_message_bytes: int,
    ) -> None:
        self._starlette = websocket
        self._operations = operations
        self._make_context = make_context
        # The state machine asks its view for `on_ws_connect` and its schema for `stream` only.
        view = cast("AsyncBaseHTTPView[Any, Any, Any, Any, Any, Any, Any]", self)
        super().__init__(
            view=view,
            websocket=_Messages(view, websocket, max_bytes=max_message_bytes),
            context={},
            root_value=None,
            schema=cast("BaseSchema", self),
            connection_init_wait_timeout=_INIT_WAIT,
            max_subscriptions_per_connection=_MOST_OPERATIONS,
        )

    async def on_ws_connect(self, context: dict[str, object]) -> dict[str, object]:
        """Let in whoever a context can be made for, now that the caller has said who it is.

        What came with connection_init is in `state.connection_params` of the connection: a
        browser cannot set headers on a WebSocket, so its token comes there.
        """
        self._starlette.state.connection_params = context.get("connection_params", {})
        try:
            await self._make_context(self._starlette)
        except Exception as error:
            from_exception(error)
            raise ConnectionRejectionError from error
        return {}

    async def stream(
        self,
        query: str,
        *,
        variable_values: dict[str, Any] | None,
        operation_name: str | None,
        context_value: object,
        root_value: None,
    ) -> AsyncGenerator[ExecutionResult, None]:
        """The results of one operation; the names are strawberry's."""
        del context_value, root_value
        parameters = {
            "query": query,
            "variables": variable_values,
            "operationName": operation_name,
        }
        return self._results(parameters)

    async def _results(self, parameters: Mapping[str, Any]) -> Results:
        try:
            operation = self._operations.prepare(from_parameters(parameters))
            # A context holds one deadline and what was read before: no two operations share it.
            context = await self._make_context(self._starlette)
        except RequestRefused as refusal:
            yield PreExecutionError(data=None, errors=refusal.errors)
            return
        except Exception as error:  # noqa: BLE001  # errors.py decides what the caller reads
            yield PreExecutionError(data=None, errors=[from_exception(error)])
            return
        async with aclosing(self._operations.results(operation, context)) as results:
            async for result in results:
                yield result

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> None:
        """Close for no error: others' operations live on this connection, and the caller is told."""
        del error


class _Messages(AsyncWebSocketAdapter):
    """The messages of one connection; those of a wrong shape end it."""

    def __init__(
        self,
        view: AsyncBaseHTTPView[Any, Any, Any, Any, Any, Any, Any],
        websocket: WebSocket,
        *,
        max_bytes: int,
    ) -> None:
        super().__init__(view)
        self._websocket = websocket
        self._max_bytes = max_bytes

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        """Each message as it comes."""
        del ignore_parsing_errors
        try:
            while True:
                text = await self._websocket.receive_text()
                if len(text) > self._max_bytes:
                    await self.close(_TOO_BIG, f"A message is at most {self._max_bytes} long")
                    return
                yield _message(text)
        except KeyError as error:
            raise NonTextMessageReceived from error
        except (WebSocketDisconnect, AlreadyClosed):
            return

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one message."""
        try:
            await self._websocket.send_text(json_of(message).decode())
        except (WebSocketDisconnect, AlreadyClosed) as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Close the connection; the first reason given is the one that is told."""
        with suppress(AlreadyClosed):
            await self._websocket.close(code, reason)


def _message(text: str) -> dict[str, Any]:
    """`text` as a message; the state machine takes its outer shape for granted."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NonJsonMessageReceived from error
    if not isinstance(message, dict):
        raise NonJsonMessageReceived
    if message.get("type") == "subscribe" and not (
        isinstance(message.get("id"), str) and isinstance(message.get("payload"), dict)
    ):
        raise NonJsonMessageReceived
    return message
