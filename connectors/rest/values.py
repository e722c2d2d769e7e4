"""Read one value of an answer by its rule, and keep account of what could not be read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from math import inf, isfinite
from typing import Any, Final, Generic, TypeVar
from zoneinfo import ZoneInfo

import structlog

from connectors.contract.errors import BadData
from connectors.contract.records import DatePrecision, SourceId
from connectors.rest.html_text import text_of_html
from connectors.rest.paths import Path, compiled
from connectors.rest.rules import ChoiceRule, NumberRule, TextRule, TimeRule
from connectors.rest.times import moment, precision
from connectors.translate import Unlisted

_log = structlog.get_logger(__name__)

_TELLING: Final = 3
"""So many unreadable values, and none that can be read, are no accident."""


class Notes:
    """What one source said that nobody could read or translate; words never reach the log."""

    def __init__(self, source: SourceId) -> None:
        """Keep account for `source`."""
        self._source = source
        self.unread: Counter[str] = Counter()
        """How often a value was there and could not be read, by rule."""
        self._unlisted: Unlisted[tuple[str, str]] = Unlisted()
        self.unmapped: Mapping[tuple[str, str], int] = self._unlisted.counts
        """How often each word came that no table lists, by rule and word."""
        self._read_now: Counter[str] = Counter()
        self._unread_now: Counter[str] = Counter()

    def read(self, rule: str) -> None:
        """A value was read."""
        self._read_now[rule] += 1

    def cannot_read(self, rule: str) -> None:
        """A value was there and could not be read; the first is logged."""
        if not self.unread[rule]:
            _log.warning("value_unread", source=self._source, rule=rule)
        self.unread[rule] += 1
        self._unread_now[rule] += 1

    def unknown(self, rule: str, word: str) -> None:
        """A word came that no table lists; each new one is logged, without the word."""
        if self._unlisted.came((rule, word)):
            count = sum(known == rule for known, _ in self.unmapped)
            _log.warning("word_unmapped", source=self._source, rule=rule, words=count)

    @contextmanager
    def answer(self) -> Iterator[None]:
        """Around the reading of one answer; raises `BadData` if it contradicts a rule throughout."""
        self._read_now.clear()
        self._unread_now.clear()
        yield
        for rule, count in self._unread_now.items():
            if count >= _TELLING and not self._read_now[rule]:
                raise BadData(
                    f"the source's answer contradicts its description: {rule} can read none of "
                    f"{count} values"
                )


class _Place:
    """Where a rule looks."""

    def __init__(self, name: str, path: str, *, first: bool, several: bool = False) -> None:
        self.name = name
        self._path: Path = compiled(path)
        self._first = first
        self._several = several

    @property
    def key(self) -> str | None:
        """The one name that leads there from a case; None if it is not as simple."""
        return None if self._path.inner else self._path.key

    def raws(self, item: Any, inner: Any) -> Sequence[Any]:
        """The values there that are something; one at most unless several are wanted."""
        matches = self._path.matches(inner if self._path.inner else item)
        found = [match for match in matches if match is not None]
        if any(isinstance(match, dict | list) for match in found):
            raise BadData(
                "the source's answer contradicts its description: "
                f"{self.name} finds an object or a list at {self._path.text}"
            )
        if len(found) > 1 and not self._several:
            if not self._first:
                raise BadData(
                    "the source's answer contradicts its description: "
                    f"{self.name} finds {len(found)} values at {self._path.text}"
                )
            return found[:1]
        return found

    def raw(self, item: Any, inner: Any) -> Any:
        """The value there; None if there is none."""
        if self._path.singular:
            # Most rules lead straight to a text, and a list has thousands of them.
            only = self._path.only(inner if self._path.inner else item)
            if only is None or only.__class__ is str:
                return only
        found = self.raws(item, inner)
        return found[0] if found else None


def word_of(raw: Any) -> str | None:
    """A scalar as the word it is written as; None for nothing and for blank text."""
    if raw.__class__ is str:
        return plain(raw)
    match raw:
        case None:
            return None
        case bool():
            return "true" if raw else "false"
        case float() if raw.is_integer():
            return str(int(raw))
        case str():
            return plain(raw)
        case _:
            return str(raw)


def plain(text: str) -> str | None:
    """A text as it is taken: with line feeds, without what surrounds it; None for a blank one."""
    if "\r" in text or "\0" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.strip() or None


class TextValue:
    """Reads a text."""

    def __init__(self, name: str, rule: TextRule) -> None:
        """Read by `rule`, which stands in the description at `name`."""
        self.rule = rule
        several = rule.join is not None
        self._place = rule.path and _Place(name, rule.path, first=rule.first, several=several)
        self._as_it_is = not (several or rule.html or rule.table)
        self.key = self._place.key if self._place and self._as_it_is else None
        """The name under which a text stands in its case as it is; None if it is not as simple."""

    def of(self, item: Any, inner: Any = None) -> str | None:
        """The text; None for nothing and for blank text."""
        rule = self.rule
        if not self._place:
            return rule.constant
        if self._as_it_is:
            return word_of(self._place.raw(item, inner))
        words = [word_of(raw) for raw in self._place.raws(item, inner)]
        if rule.html:
            words = [word and (text_of_html(word) or None) for word in words]
        found = [rule.table.get(word, word) for word in words if word]
        return (rule.join or "").join(found) or None


class TimeValue:
    """Reads a moment."""

    def __init__(self, name: str, rule: TimeRule, zone: tzinfo, notes: Notes) -> None:
        """Read by `rule`; a time without a zone was written in `zone`, unless it says otherwise."""
        self._rule = rule
        self._place = _Place(name, rule.path, first=rule.first)
        self._zone = ZoneInfo(rule.timezone) if rule.timezone else zone
        self._none = frozenset(rule.none)
        self._notes = notes

    def of(self, item: Any, inner: Any = None) -> datetime | None:
        """The moment in UTC; None for nothing, and for what cannot be read."""
        word = self._word(item, inner)
        if word is None:
            return None
        at = self._moment(word)
        if at is None:
            self._notes.cannot_read(self._place.name)
        else:
            self._notes.read(self._place.name)
        return at

    def precision(self, item: Any, inner: Any = None) -> DatePrecision:
        """How exactly it is known; INSTANT where it is not."""
        word = self._word(item, inner)
        if word is None or self._moment(word) is None:
            return DatePrecision.INSTANT
        return self._rule.precision or precision(word, self._rule.format)

    def _moment(self, word: str | float) -> datetime | None:
        try:
            return moment(word, self._rule.format, self._zone)
        except ValueError:
            return None

    def _word(self, item: Any, inner: Any) -> str | float | None:
        raw = self._place.raw(item, inner)
        word = word_of(raw)
        if word is None or word in self._none:
            return None
        return raw if isinstance(raw, int | float) and not isinstance(raw, bool) else word


class NumberValue:
    """Reads a number."""

    def __init__(self, name: str, rule: NumberRule, notes: Notes) -> None:
        """Read by `rule`."""
        self._place = _Place(name, rule.path, first=rule.first)
        self._marks = str.maketrans(
            {rule.decimal: ".", {".": ",", ",": "."}[rule.decimal]: None, " ": None}
            | dict.fromkeys("\u00a0\u202f'", None)
        )
        self._notes = notes

    def of(self, item: Any, inner: Any = None) -> float | None:
        """The number; None for nothing, and for what cannot be read."""
        raw = self._place.raw(item, inner)
        word = word_of(raw)
        if word is None:
            return None
        try:
            number = float(word.translate(self._marks) if isinstance(raw, str) else raw)
        except (ValueError, OverflowError):
            number = inf
        if not isfinite(number):
            self._notes.cannot_read(self._place.name)
            return None
        self._notes.read(self._place.name)
        return number


_T = TypeVar("_T")


class ChoiceValue(Generic[_T]):
    """Reads one of our words."""

    def __init__(self, name: str, rule: ChoiceRule[_T], notes: Notes) -> None:
        """Read by `rule`."""
        self._rule = rule
        self._place = rule.path and _Place(name, rule.path, first=rule.first)
        self._table: Mapping[str, _T] = rule.table
        self._notes = notes

    def of(self, item: Any, inner: Any = None) -> _T | None:
        """Our word; the default, or None, for one that is not known."""
        if not self._place:
            return self._rule.constant
        word = word_of(self._place.raw(item, inner))
        if word is None:
            return self._rule.default
        if word not in self._table:
            self._notes.unknown(self._place.name, word)
            return self._rule.default
        return self._table[word]
