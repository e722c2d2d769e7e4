"""Read a GraphQL request from HTTP, or refuse it with words that say what is wrong."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

from gateway.execution.accept import JSON
from gateway.execution.refusal import RequestRefused, refused

_PARAMETERS = ("query", "operationName", "variables", "extensions")

_JSON_NAMES = {
    str: "a string",
    list: "an array",
    dict: "an object",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What the caller asks to have carried out."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


async def read(request: Request, *, max_body_bytes: int) -> GraphQLRequest:
    """The GraphQL request in `request`; raises RequestRefused."""
    if request.method == "GET":
        return from_parameters(_query_parameters(request))
    if request.method != "POST":
        raise refused(
            f"GraphQL is asked by GET or POST, not by {request.method}.",
            status=HTTPStatus.METHOD_NOT_ALLOWED,
            headers={"Allow": "GET, POST"},
        )
    _require_json(request.headers.get("content-type"))
    text = await _body(request, max_bytes=max_body_bytes)
    body = _loads(text, what="The body")
    if isinstance(body, list):
        raise _bad("Several operations in one request are not supported: send them one by one.")
    if not isinstance(body, dict):
        raise _bad(f"The body must be a JSON object, not {_JSON_NAMES[type(body)]}.")
    _require_single(_names(text))
    return from_parameters(body)


def from_parameters(parameters: Mapping[str, Any]) -> GraphQLRequest:
    """The request that `parameters` describe; raises RequestRefused."""
    query = _parameter(parameters, "query", str)
    if query is None:
        raise _bad('Parameter "query" is missing: it holds the document to carry out.')
    return GraphQLRequest(
        query=query,
        operation_name=_parameter(parameters, "operationName", str),
        variables=_parameter(parameters, "variables", dict),
        extensions=_parameter(parameters, "extensions", dict),
    )


def _parameter(parameters: Mapping[str, Any], name: str, kind: type) -> Any:
    value = parameters.get(name)
    if value is None or isinstance(value, kind):
        return value
    came = _JSON_NAMES[type(value)]
    raise _bad(f'Parameter "{name}" must be {_JSON_NAMES[kind]}, not {came}.')


def _require_single(names: Iterable[str]) -> None:
    """Refuse a parameter given twice: whoever checked the request before us may read the other."""
    for name, count in Counter(names).items():
        if count > 1 and name in _PARAMETERS:
            raise _bad(f'Parameter "{name}" is given {count} times.')


def _names(text: bytes) -> Iterable[str]:
    """The names in the outermost object of `text`, if one may be there twice."""
    # A name can only hide from this look behind an escape.
    if b"\\u" not in text and all(text.count(f'"{name}"'.encode()) < 2 for name in _PARAMETERS):  # noqa: PLR2004
        return ()
    try:
        outermost = json.loads(text, object_pairs_hook=list)
    except RecursionError as error:
        raise _bad("The body is nested too deeply.") from error
    return (name for name, _ in outermost)


def _query_parameters(request: Request) -> dict[str, Any]:
    _require_single(name for name, _ in request.query_params.multi_items())
    parameters: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if text := parameters.get(name):
            parameters[name] = _loads(text, what=f'Parameter "{name}"')
    return parameters


def _require_json(content_type: str | None) -> None:
    media_type, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    charsets = {part.removeprefix("charset=") for part in parameters if part.startswith("charset=")}
    # Asking for JSON also keeps other sites' forms out: a browser asks us before it sends this.
    if media_type != JSON or not charsets <= {"utf-8", '"utf-8"'}:
        raise refused(
            f"Content-Type must be {JSON} in UTF-8, not {content_type or 'missing'}.",
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            headers={"Accept-Post": JSON},
        )


async def _body(request: Request, *, max_bytes: int) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise refused(
                    f"The body is larger than {max_bytes} bytes.",
                    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    # What was not read must not be taken for the next request.
                    headers={"Connection": "close"},
                )
    except ClientDisconnect as gone:
        raise _bad("The body ended before its end.") from gone
    return bytes(body)


def _loads(text: bytes | str, *, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _bad(f"{what} is not JSON in UTF-8.") from error


def _bad(message: str) -> RequestRefused:
    return refused(message, status=HTTPStatus.BAD_REQUEST)
