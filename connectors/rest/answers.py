"""Read an answer as JSON, and say what it means: a success, or which kind of no.

Nothing of an answer gets into a message: of a rejection only our own names of fields do.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec

from connectors.contract.connector import Response
from connectors.contract.errors import (
    BadData,
    Conflict,
    ConnectorError,
    NotFound,
    RateLimited,
    Rejected,
    SourceUnavailable,
    Unauthorized,
)
from connectors.rest.options import Fault
from connectors.rest.paths import compiled
from connectors.rest.values import word_of
from connectors.translate import is_a_page, text_of

_SUCCESS: Final = range(200, 300)
_NO_RIGHT: Final = frozenset({401, 403})
_NOT_THERE: Final = frozenset({404, 410})
_CHANGED: Final = frozenset({409, 412})
_NOT_ACCEPTED: Final = frozenset({400, 413, 415, 422})
_UNREADABLE: Final = object()

Json: TypeAlias = Any

_MEANINGS: Final[Mapping[str, tuple[type[ConnectorError], str]]] = {
    "not_found": (NotFound, "the source knows no such case"),
    "conflict": (Conflict, "the case changed in the source meanwhile"),
    "unauthorized": (Unauthorized, "the source does not accept our credentials"),
    "rate_limited": (RateLimited, "the source asks to be asked less often"),
    "unavailable": (SourceUnavailable, "the source says that it cannot answer"),
    "bad_data": (BadData, "the source says that it cannot do what it was asked"),
}


class Answers:
    """What one source's answers mean."""

    def __init__(self, faults: Sequence[Fault], charset: str | None) -> None:
        """Look for `faults` first; what is not UTF-8 is in `charset`."""
        self._faults = faults
        self._charset = charset

    def read(self, response: Response, *, writing: bool) -> Json:
        """The JSON of a success; None where one has no body. Raises `ConnectorError` for the rest.

        `writing` says that something was sent, so that a 400 is about what was sent.
        """
        said = self._leniently(response)
        for fault in self._faults:
            if _fits(fault, response, said):
                if fault.means == "success":
                    return None if said is _UNREADABLE else said
                raise _error(fault, said)
        _refuse_status(response.status, writing=writing)
        if said is not _UNREADABLE:
            return said
        if writing and not response.body.strip():
            return None
        raise self._unreadable(response)

    def leniently(self, response: Response) -> Json:
        """The JSON of any answer; None if it has none."""
        said = self._leniently(response)
        return None if said is _UNREADABLE else said

    def _leniently(self, response: Response) -> Json:
        text = text_of(response, self._charset)
        if text is None:
            return _UNREADABLE
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return _UNREADABLE

    def _unreadable(self, response: Response) -> ConnectorError:
        if not response.body.strip():
            return BadData("the source's answer is empty")
        if is_a_page(response, text_of(response, self._charset) or ""):
            return SourceUnavailable("the source answers with a web page; expected JSON")
        return BadData("the source's answer is not JSON, or not in its character set")


def _refuse_status(status: int, *, writing: bool) -> None:
    if status in _SUCCESS:
        return
    detail = f"status {status}"
    if status in _NO_RIGHT:
        raise Unauthorized("the source does not accept our credentials", detail=detail)
    if status in _NOT_THERE:
        raise NotFound("the source knows no such case", detail=detail)
    if writing and status in _CHANGED:
        raise Conflict("the case changed in the source meanwhile", detail=detail)
    if writing and status in _NOT_ACCEPTED:
        raise Rejected("the source did not accept what was sent", detail=detail)
    raise BadData("the source does not answer as it is described", detail=detail)


def _fits(fault: Fault, response: Response, said: Json) -> bool:
    if fault.status and response.status not in fault.status:
        return False
    if fault.path is None:
        return True
    if said is _UNREADABLE:
        return False
    matches = [match for match in compiled(fault.path).matches(said) if match is not None]
    if not (fault.values or fault.contains):
        # `false`, 0 and empty lists are how some say that nothing is wrong.
        return any(bool(match) for match in matches)
    return _named([word for match in matches for word in _words(match)], fault)


def _named(words: Sequence[str], fault: Fault) -> bool:
    if not set(fault.values).isdisjoint(words):
        return True
    text = "\n".join(words).casefold()
    return any(part.casefold() in text for part in fault.contains)


def _words(found: Json) -> Iterator[str]:
    """The texts of a value: of a list each, of an object its keys and what they hold."""
    # However deep a source nests them: one level of it costs no level of ours.
    waiting = [found]
    while waiting:
        match waiting.pop():
            case dict() as held:
                yield from held
                waiting += held.values()
            case list() as held:
                waiting += held
            case scalar:
                word = word_of(scalar)
                if word is not None:
                    yield word


def _error(fault: Fault, said: Json) -> ConnectorError:
    if fault.means == "rejected":
        return Rejected("the source did not accept what was sent", fields=_fields(fault, said))
    kind, message = _MEANINGS[fault.means]
    return kind(message)


def _fields(fault: Fault, said: Json) -> Sequence[str]:
    """Our names for the fields that a rejection speaks of."""
    if fault.fields_at is None or said is _UNREADABLE:
        return ()
    texts = [word for match in compiled(fault.fields_at).matches(said) for word in _words(match)]
    found = [
        ours
        for theirs, ours in fault.fields.items()
        if any(
            re.search(rf"(?<!\w){re.escape(theirs)}(?!\w)", each, re.IGNORECASE) for each in texts
        )
    ]
    return tuple(dict.fromkeys(found))
