"""Say on a page that something cannot be done, and what can be done instead."""

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.execution.answer import refusal_of
from gateway.portal.visit import Unanswered, Visit

_NOT_ALLOWED: Final = frozenset({"FORBIDDEN", "UNAUTHENTICATED"})
_NOT_UNDERSTOOD: Final = frozenset({"BAD_CURSOR", "BAD_USER_INPUT", ""})
"""What an address brings that was made up, or is too old; without a code the graph tells what does not
fit into its variables."""


def unable(visit: Visit, exception: Exception) -> Response:
    """The page in place of one that ended by `exception`; what nobody foresaw goes to the log."""
    match exception:
        case HTTPException():
            return _page(visit, exception.status_code)
        case Unanswered() if exception.codes & _NOT_ALLOWED:
            return _not_allowed(visit)
        case Unanswered() if exception.codes and exception.codes <= _NOT_UNDERSTOOD:
            return _page(visit, HTTPStatus.BAD_REQUEST)
        case Unanswered():
            return _page(visit, HTTPStatus.SERVICE_UNAVAILABLE)
    refusal = refusal_of(exception)
    told = refusal.errors[0].extensions or {}
    return _page(visit, refusal.status, error_id=told.get("errorId"))


def _not_allowed(visit: Visit) -> Response:
    if visit.person is None and visit.request.method == "GET":
        return visit.to_sign_in()
    return _page(visit, HTTPStatus.FORBIDDEN)


def _page(visit: Visit, status: int, *, error_id: str | None = None) -> Response:
    return visit.show("unable", status=status, code=int(status), error_id=error_id)
