"""Decide how an error leaves the gateway: what the caller reads, and what only the log keeps."""

import re
from typing import Any, Final
from uuid import uuid4

import structlog
from graphql import FieldNode, GraphQLError

from connectors.contract.errors import ConnectorError

INTERNAL = "INTERNAL"
"""The code of an error that is our fault and is told to nobody but the log."""

_VALUE: Final = re.compile(
    r"(?s)(?P<kept>cannot represent [^:]*value): .*|,? [Ff]ound: .*|(?P<token>found String) .*"
)
"""Where graphql-core repeats a value of the request's, by its own wording."""

_log = structlog.get_logger(__name__)


def leaving(error: GraphQLError) -> GraphQLError:
    """`error` as the caller may read it.

    Errors about the request, errors raised with a code on purpose and errors of sources keep
    their text, without the values that the first are about. Any other is logged with its traceback under an errorId, and only that is told.
    """
    cause = error.original_error
    if cause is None or _is_about_the_request(error):
        return _without_values(error)
    if isinstance(cause, ConnectorError):
        return _retold(error, str(cause), _extensions(cause.code, cause))
    if isinstance(code := getattr(cause, "extensions_code", None), str):
        return _retold(error, str(cause), _extensions(code, cause))
    if isinstance(cause, GraphQLError) and "code" in (cause.extensions or {}):
        return error
    return _masked(error, cause)


def from_exception(exception: Exception) -> GraphQLError:
    """`exception`, raised outside any field, as the caller may read it."""
    return leaving(GraphQLError(str(exception), original_error=exception))


def code_of(error: GraphQLError) -> str | None:
    """The stable code of an error that leaves; None if its text is all there is."""
    code = (error.extensions or {}).get("code")
    return code if isinstance(code, str) else None


def _is_about_the_request(error: GraphQLError) -> bool:
    """Whether graphql-core found fault with variables or arguments: the caller's own words."""
    cause = error.original_error
    if not isinstance(cause, GraphQLError):
        return False
    # A value we could not complete is reported at its field; a bad argument at the argument.
    blamed = cause.nodes or error.nodes or ()
    return error.path is None or not any(isinstance(node, FieldNode) for node in blamed)


def _without_values(error: GraphQLError) -> GraphQLError:
    """`error` as it says where and what is wrong; the value there may be somebody's name or code.

    The caller knows it, but callers log errors.
    """
    message = _VALUE.sub(lambda found: found["kept"] or found["token"] or "", error.message)
    if message == error.message:
        return error
    ending = "" if message.endswith((".", "?")) else "."
    return _retold(error, message + ending, error.extensions or {})


def _extensions(code: str, cause: Exception) -> dict[str, Any]:
    told = {
        "code": code,
        "agency": getattr(cause, "agency", None),
        "retryAfter": getattr(cause, "retry_after", None),
    }
    return {name: value for name, value in told.items() if value is not None}


def _masked(error: GraphQLError, cause: Exception) -> GraphQLError:
    error_id = uuid4().hex
    _log.error("unexpected_error", error_id=error_id, path=error.path, exc_info=cause)
    return _retold(error, "Unexpected error.", {"code": INTERNAL, "errorId": error_id})


def _retold(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message,
        error.nodes,
        error.source,
        error.positions,
        error.path,
        extensions=extensions,
    )
