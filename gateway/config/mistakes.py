"""What is wrong with a configuration, where it stands, and how all of it is told at once."""

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from gateway.config.files import Files

_LONGEST_QUOTE = 60
_SOURCE = re.compile(r'source "(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a file; line and column count from 1 and are both None for the file as a whole."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to be put right."""

    text: str
    place: Place | None = None
    """None for what no file holds, such as an environment variable."""

    def __str__(self) -> str:
        return self.text if self.place is None else f"{self.place}: {self.text}"


class ConfigError(Exception):
    """The configuration cannot be used; its text is every mistake found, one a line."""

    files: "Files | None" = None
    """The files in which the mistakes were found; None if they are not of a registry."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))

    @classmethod
    def one(cls, text: str, place: Place | None = None) -> Self:
        """An error of a single mistake."""
        return cls([Mistake(text, place)])


def folded(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The mistakes, in their order; what several sources have from one template is told once."""
    several: dict[tuple[Place | None, str], list[str]] = {}
    for mistake in mistakes:
        subject, rest = _of_a_source(mistake.text)
        several.setdefault((mistake.place, rest), []).append(subject)
    return [
        Mistake(f"{subjects[0]}{_and_others(len(set(subjects)) - 1)}{rest}", place)
        for (place, rest), subjects in several.items()
    ]


def _of_a_source(text: str) -> tuple[str, str]:
    found = _SOURCE.match(text)
    return ("", text) if found is None else (found[0], text[found.end() :])


def _and_others(count: int) -> str:
    if count < 1:
        return ""
    return f" (and {count} {'other' if count == 1 else 'others'})"


def known(word: str, names: Iterable[str]) -> str:
    """What may stand instead of an unknown `word`, with the nearest if one is close."""
    listed = sorted(names)
    return f"known: {', '.join(listed) or 'none'}{nearest(word, listed)}"


def nearest(word: str, names: Iterable[str]) -> str:
    """A question naming the name closest to `word`; empty if none is close."""
    close = difflib.get_close_matches(word, list(names), n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""


def quoted(text: str) -> str:
    """The text on one line, in quotes, cut if long."""
    short = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    return json.dumps(short, ensure_ascii=False)


def described(value: object, *, shown: bool = True) -> str:
    """What came, in words; a text is quoted only if it may be `shown`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}" if shown else "a number"
        case str():
            return quoted(value) if shown else "text"
        case list():
            return "a list"
        case _:
            return "a mapping"
