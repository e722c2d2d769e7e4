"""Put results and refusals into HTTP answers, with the status that GraphQL over HTTP gives them."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response
from strawberry.types.execution import ExecutionResult, PreExecutionError

from gateway.errors import INTERNAL, code_of, from_exception
from gateway.execution.accept import JSON
from gateway.execution.refusal import DocumentRefused, RequestRefused

_STATUS_OF_CODE = {
    "UNAUTHENTICATED": HTTPStatus.UNAUTHORIZED,
    "FORBIDDEN": HTTPStatus.FORBIDDEN,
    "CROSS_SITE_REQUEST": HTTPStatus.FORBIDDEN,
    "NOT_OPENED": HTTPStatus.FORBIDDEN,
    "TOO_MANY_ATTEMPTS": HTTPStatus.TOO_MANY_REQUESTS,
    "SERVICE_UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
    INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def of_result(result: ExecutionResult, media_type: str) -> Response:
    """The answer for an operation that was carried out, or whose variables did not fit."""
    if isinstance(result, PreExecutionError):
        return of_refusal(DocumentRefused(result.errors or ()), media_type)
    if result.data is None and all(error.path is None for error in result.errors or ()):
        # Nothing was carried out, and the request is not to blame.
        return _answer(result, media_type, HTTPStatus.INTERNAL_SERVER_ERROR)
    return _answer(result, media_type, HTTPStatus.OK)


def of_refusal(refusal: RequestRefused, media_type: str) -> Response:
    """The answer for a request that was not carried out."""
    lenient = isinstance(refusal, DocumentRefused) and media_type == JSON
    status = HTTPStatus.OK if lenient else refusal.status
    result = PreExecutionError(data=None, errors=refusal.errors)
    return _answer(result, media_type, status, refusal.headers)


def refusal_of(exception: Exception) -> RequestRefused:
    """How a request is refused that ended by `exception` before its operation began."""
    if isinstance(exception, RequestRefused):
        return exception
    error = from_exception(exception)
    status = _STATUS_OF_CODE.get(code_of(error) or "", HTTPStatus.BAD_REQUEST)
    # HTTP wants a 401 to say what would be accepted instead.
    challenge = getattr(exception, "challenge", "Bearer")
    headers = {"WWW-Authenticate": challenge} if status == HTTPStatus.UNAUTHORIZED else {}
    return RequestRefused([error], status=status, headers=headers)


def body_of(result: ExecutionResult) -> bytes:
    """The JSON of `result`, on one line."""
    body: dict[str, Any] = {}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    if not isinstance(result, PreExecutionError):
        body["data"] = result.data
    return json_of(body)


def json_of(value: Any) -> bytes:
    """`value` as JSON on one line."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        # Text of a source may hold half a surrogate pair, and a number more than 64 bits: legal
        # in JSON, if escaped, and no reason to lose the rest of the answer.
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _answer(
    result: ExecutionResult,
    media_type: str,
    status: HTTPStatus,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return Response(
        body_of(result),
        status_code=status,
        headers={
            "Content-Type": f"{media_type}; charset=utf-8",
            "Vary": "Accept",
            # It depends on who asks, which caches on the way do not see in a cookie.
            "Cache-Control": "no-store",
            **(headers or {}),
        },
    )
