"""Say that a request is not carried out, why, and with which status."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from graphql import GraphQLError


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
    """A refusal whose code is the name of its status."""
    error = GraphQLError(message, extensions={"code": status.name})
    return RequestRefused([error], status=status, headers=headers)
