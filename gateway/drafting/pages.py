"""Guess how a list goes on, from the first page of it, its headers and its address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from connectors.translate import next_link
from gateway.drafting import words
from gateway.drafting.cases import Found
from gateway.drafting.columns import Column, columns_of
from gateway.drafting.evidence import Evidence
from gateway.drafting.words import tokens

_UNNAMED: Final = "nothing but its usual name says what takes it; give --url as it was asked"
_LARGEST: Final = 10_000
"""More rows than these no description asks for at once."""
_SIZE: Final = "the sample's own size: raise it to the most that one answer holds"


@dataclass(frozen=True, slots=True)
class Pages:
    """The paging of a description, and what of it a person must look at."""

    rule: dict[str, Any]
    doubts: Mapping[str, str]
    """By key of the rule; under `style` what concerns all of it."""
    total: str | None = None
    """Where the answer says how many there are."""


def pages_of(found: Found, evidence: Evidence) -> Pages:
    """How the list of `found` goes on."""
    rest = _without(found.answer.body, found.steps)
    told = columns_of([rest]) if isinstance(rest, dict) else []
    asked = _Asked(found, evidence)
    total = next(_totals(told, len(found.listed)), None)
    for guess in (_by_header(asked), _by_answer(told, asked), _by_number(told, asked)):
        if guess is not None:
            return _sized(guess, told, asked, total)
    return _sized(_by_parameter(asked), told, asked, total)


class _Asked:
    """The parameters that the list was asked with, or may be."""

    def __init__(self, found: Found, evidence: Evidence) -> None:
        self.rows = len(found.listed)
        self.link = _next_link(evidence)
        query = list(evidence.asked.query)
        if self.link is not None:
            query += parse_qsl(urlsplit(self.link).query)
        self.values = dict(query)
        self.most = evidence.most
        self.names = list(dict.fromkeys([*self.values, *evidence.parameters]))

    def called(self, names: Sequence[str]) -> str | None:
        """The parameter that is called like one of `names`; the most telling name first."""
        return next((each for name in names for each in self.names if name in tokens(each)), None)

    def page(self) -> str | None:
        """The parameter that takes the number of a page."""
        others = {*words.SIZES, *words.CURSORS}
        pages = [name for name in self.names if not set(tokens(name)) & others]
        return next((name for name in pages if words.PAGES[0] in tokens(name)), None)

    def size(self) -> str | None:
        """The parameter that says how many rows are wanted."""
        told = [name for name in self.names if set(tokens(name)) & set(words.SIZES)]
        fitting = [name for name in told if self.values.get(name) == str(self.rows)]
        return next(iter([*fitting, *told]), None)


def _by_header(asked: _Asked) -> Pages | None:
    return Pages({"style": "link_header"}, {}) if asked.link is not None else None


def _by_answer(told: Sequence[Column], asked: _Asked) -> Pages | None:
    """By a cursor or an address that the answer gives."""
    for column in told:
        named = set(column.words)
        if not (named & {"next", "suivant", "suivante"} or {"next"} & set(column.above)):
            continue
        if any("/" in text and "?" in text for text in column.texts):
            return Pages({"style": "next_url", "next": column.path}, {})
        if column.texts and not column.texts[0].isdecimal():
            usual = "_".join(word for word in column.words if word != "next") or "cursor"
            parameter = asked.called((usual, *words.CURSORS))
            doubts = {} if parameter else {"parameter": _UNNAMED}
            rule = {"style": "cursor", "parameter": parameter or usual, "next": column.path}
            return Pages(rule, doubts)
    return None


def _by_number(told: Sequence[Column], asked: _Asked) -> Pages | None:
    """By the number of the page, or of its first row, that the answer states."""
    numbers = [c for c in told if c.values and isinstance(c.values[0], int)]
    for column in numbers:
        if set(column.words) & set(words.OFFSETS):
            parameter = asked.called(words.OFFSETS)
            doubts = {} if parameter else {"parameter": _UNNAMED}
            return Pages({"style": "offset", "parameter": parameter or column.steps[-1]}, doubts)
    for column in numbers:
        called = set(column.words) | set(column.above)
        if "page" in called and column.values[0] in (0, 1) and set(column.words) & set(words.PAGES):
            parameter = asked.page()
            doubts = {} if parameter else {"parameter": _UNNAMED}
            first = int(column.values[0])
            return Pages(
                {"style": "page", "parameter": parameter or "page", "first": first}, doubts
            )
    return None


def _by_parameter(asked: _Asked) -> Pages:
    """By what it was asked with; if that says nothing either, all is taken to come at once."""
    page, offset = asked.page(), asked.called(words.OFFSETS)
    if page is not None:
        value = asked.values.get(page, "")
        known = value in {"0", "1"}
        rule = {"style": "page", "parameter": page, "first": int(value) if known else 1}
        return Pages(rule, {} if known else {"first": "whether pages are counted from 0 or 1"})
    if offset is not None:
        return Pages({"style": "offset", "parameter": offset}, {})
    if cursor := asked.called(words.CURSORS):
        doubt = "a parameter is called like a cursor, but no sample shows where the next one stands"
        return Pages({"style": "cursor", "parameter": cursor, "next": "$.next"}, {"style": doubt})
    doubt = "nothing shows how the list goes on: all of it is taken to come at once"
    return Pages({"style": "none"}, {"style": doubt})


def _sized(pages: Pages, told: Sequence[Column], asked: _Asked, total: str | None) -> Pages:
    rule, doubts = dict(pages.rule), dict(pages.doubts)
    if rule["style"] == "none":
        return Pages(rule, doubts, total)
    size = asked.size()
    if size is None and rule["style"] != "link_header":
        sizes = [c for c in told if c.values == [asked.rows] and set(c.words) & set(words.SIZES)]
        size = sizes[0].steps[-1] if sizes else None
        if size is not None:
            doubts["size_parameter"] = _UNNAMED
    if size is not None:
        rule["size_parameter"] = size
    if size is not None and size in asked.most:
        rule["max_size"] = min(asked.most[size], _LARGEST)
    else:
        rule["max_size"] = min(asked.rows, _LARGEST)
        doubts["max_size"] = _SIZE
    return Pages(rule, doubts, total)


def _totals(told: Sequence[Column], rows: int) -> Iterator[str]:
    for name in words.TOTALS:
        for column in told:
            if "pages" in column.words or name not in column.words:
                continue
            value = column.values[0] if column.values else None
            if isinstance(value, int) and not isinstance(value, bool) and value > rows:
                yield column.path


def _next_link(evidence: Evidence) -> str | None:
    links = (next_link(answer.headers.get("link", "")) for answer in evidence.answers)
    return next((link for link in links if link is not None), None)


def _without(body: Any, steps: Sequence[str]) -> Any:
    """`body` without the list at `steps`."""
    if not steps or not isinstance(body, dict):
        return None if not steps else body
    inner = _without(body.get(steps[0]), steps[1:]) if len(steps) > 1 else None
    rest = {name: value for name, value in body.items() if name != steps[0]}
    return rest | ({steps[0]: inner} if inner is not None else {})
