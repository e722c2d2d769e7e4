"""Know how each way of paging asks for a page, and where an answer says the next one is.

A page is known by where it is `at`: a number, a cursor or an address, as text. Its token tells that,
and how many of its rows were told already, so that it is a place and good for any other limit.
"""

import json
import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec.structs import replace

from connectors.contract.errors import BadData, NotFound
from connectors.rest.client import Answer, Client
from connectors.rest.paths import compiled
from connectors.rest.reading_options import (
    ByCursor,
    ByLink,
    ByOffset,
    ByPage,
    ByUrl,
    Counted,
    Paging,
)
from connectors.rest.sending import Pairs
from connectors.rest.values import word_of
from connectors.translate import next_link


class Place(msgspec.Struct, frozen=True):
    """A place in a list: a page of the source's, and a row of it."""

    at: str
    size: int
    """The rows that pages are asked to hold, all of them alike."""
    skip: int = 0
    """Rows of the page that lie before."""
    before: str = ""
    """The mark of the page before, which would come again if the list went in circles."""
    count: int = 0
    """Pages before."""
    done: str | None = None
    """Of the run of equal times that begins here, the last row that was told."""

    def token(self) -> str:
        """As a page token."""
        parts = [self.at, self.size, self.skip, self.before, self.count, self.done]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def place_of(token: str) -> Place:
    """The place that `token` tells. Raises `NotFound` for a token that nobody gave."""
    try:
        parts = json.loads(token)
    except ValueError as garbled:
        raise NotFound("the source gave no such page token") from garbled
    match parts:
        case [str(at), int(size), int(skip), str(before), int(count), str() | None as done]:
            if size >= 1 and skip >= 0 and count >= 0:
                return Place(at, size, skip, before, count, done)
    raise NotFound("the source gave no such page token")


def mark(row: Any, path: str) -> str:
    """What a page is recognised by: its first row's id, shortened."""
    words = [word_of(match) or "" for match in compiled(path).matches(row)]
    return blake2b("|".join(words).encode(), digest_size=6).hexdigest()


class Pager:
    """One list's way of paging."""

    def __init__(self, paging: Paging, total: Counted | None, client: Client) -> None:
        """Page as described."""
        self._paging = paging
        self._total = total
        self._client = client

    def first(self, wanted: int) -> Place:
        """Where a list begins whose pages are to hold `wanted` rows."""
        paging = self._paging
        size = min(wanted, paging.max_size) if paging.size_parameter else paging.max_size
        match paging:
            case ByPage():
                return Place(str(paging.first), size)
            case ByOffset():
                return Place("0", size)
        return Place("", size)

    def refuse_strange(self, place: Place) -> None:
        """Raise `NotFound` for a place that this way of paging does not have."""
        if isinstance(self._paging, ByPage | ByOffset) and not place.at.isdecimal():
            raise NotFound("the source gave no such page token")

    def row(self, place: Place, skip: int) -> Place:
        """The place of a row of the page at `place`."""
        if isinstance(self._paging, ByOffset):
            # Where rows have numbers, none of those before need be read again.
            return replace(place, at=str(int(place.at) + skip), skip=0, done=None)
        return replace(place, skip=skip, done=None)

    def leads(self, place: Place) -> str | None:
        """The address of the page, if it is known by one."""
        return place.at if place.at and isinstance(self._paging, ByLink | ByUrl) else None

    def parameters(self, place: Place) -> Pairs:
        """What asks for the page."""
        paging = self._paging
        said: list[tuple[str, str]] = []
        if paging.size_parameter is not None:
            said.append((paging.size_parameter, str(place.size)))
        if isinstance(paging, ByPage | ByOffset) or (isinstance(paging, ByCursor) and place.at):
            said.append((paging.parameter, place.at))
        return said

    def after(self, place: Place, answer: Answer, rows: int, told: str) -> Place | None:
        """The next page, after one of so many `rows` whose mark is `told`; None at the end."""
        at = self._next(place, answer, rows)
        if at is None:
            return None
        if at == place.at:
            raise BadData("the source's list comes back to the page it was at")
        return replace(place, at=at, skip=0, before=told, count=place.count + 1, done=None)

    def total_of(self, answer: Answer) -> int | None:
        """How many rows match, as far as the answer says."""
        total = self._total
        if total is None:
            return None
        if total.header is not None:
            word: str | None = answer.response.headers.get(total.header.lower())
        else:
            matches = compiled(total.path or "$").matches(answer.said)
            word = word_of(matches[0]) if len(matches) == 1 else None
        return int(word) if word is not None and re.fullmatch(r"\d{1,15}", word) else None

    def _next(self, place: Place, answer: Answer, rows: int) -> str | None:
        paging = self._paging
        match paging:
            case ByPage():
                before = int(place.at) - paging.first
                # A source may cut pages shorter than it was asked to; then all before were so too.
                seen = {before * place.size + rows, (before + 1) * rows}
                more = self._goes_on(paging, answer, rows, seen, place.size)
                return str(int(place.at) + 1) if more else None
            case ByOffset():
                end = int(place.at) + rows
                more = self._goes_on(paging, answer, rows, {end}, place.size)
                return str(end) if more else None
            case ByCursor():
                return _word_at(paging.next, answer)
            case ByUrl():
                written = _word_at(paging.next, answer)
                return written and self._client.address(written, answer.address)
            case ByLink():
                written = next_link(answer.response.headers.get("link", ""))
                return written and self._client.address(written, answer.address)
        return None

    def _goes_on(
        self, paging: ByPage | ByOffset, answer: Answer, rows: int, seen: set[int], size: int
    ) -> bool:
        """Whether rows follow, after as many as one of `seen` says."""
        if rows == 0:
            # Whatever is promised: past the last row nothing follows.
            return False
        if paging.more is not None:
            return _word_at(paging.more, answer) not in {None, "0"}
        if rows >= size:
            return True
        total = self.total_of(answer)
        if total is None:
            # How long a page is that was not asked to be so is known from its list's end only.
            return paging.size_parameter is None
        return total not in seen and min(seen) < total


def _word_at(path: str, answer: Answer) -> str | None:
    matches: Sequence[Any] = compiled(path).matches(answer.said)
    if len(matches) > 1 or isinstance(next(iter(matches), None), dict | list):
        raise BadData(
            f"the source's answer contradicts its description: {path} finds no single value"
        )
    word = word_of(matches[0]) if matches else None
    return None if word == "false" else word
