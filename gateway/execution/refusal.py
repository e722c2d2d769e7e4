"""Say that a request is not carried out, why, and with which status."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from graphql import GraphQLError

# Spelled out, for later Pythons call some of these statuses otherwise.
_CODES: Final = {
    HTTPStatus.BAD_REQUEST: "BAD_REQUEST",
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
    HTTPStatus.NOT_ACCEPTABLE: "NOT_ACCEPTABLE",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "REQUEST_ENTITY_TOO_LARGE",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
    HTTPStatus.SERVICE_UNAVAILABLE: "SERVICE_UNAVAILABLE",
}


class RequestRefused(Exception):
    """The request was not carried out, not even in part."""

    def __init__(
        self,
        errors: Sequence[GraphQLError],
        *,
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take what the caller reads and which HTTP headers go with it."""
        super().__init__("; ".join(error.message for error in errors))
        self.errors = list(errors)
        self.status = status
        self.headers = dict(headers or {})


class DocumentRefused(RequestRefused):
    """The request was well formed, but its document or variables are not acceptable.

    Under application/json, where old clients read any other status as a broken connection, such
    an answer has status 200.
    """


def refused(
    message: str, *, status: HTTPStatus, headers: Mapping[str, str] | None = None
) -> RequestRefused:
    """A refusal with the code that goes with its status."""
    error = GraphQLError(message, extensions={"code": _CODES[status]})
    return RequestRefused([error], status=status, headers=headers)
