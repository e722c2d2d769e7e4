"""Cut a text file into rows by physical lines, so that a broken row never takes its neighbours.

A quoted cell may run over several lines. A quote that is left open is taken to be closed on a
later line only if
- no line up to there is a row in itself (as many cells as the first line, and an id in its place),
- the whole then has as many cells as the first line,
- and it closes within `MOST_LINES` and `LONGEST_LINE`.
Otherwise the quote never closes: the line on which it opened is refused alone, and reading goes on
with the very next line. A quote in the midst of an unquoted cell is a sign like any other.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Final, TextIO

MOST_LINES: Final = 100
"""A cell that runs on for longer is a quote that was never closed."""

LONGEST_LINE: Final = 1_000_000
"""Characters of a line or a row; the rest of a longer line is skipped, and the line refused."""

_QUOTED: Final = re.compile(r'"((?:[^"]|"")*+)"')


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row."""

    line: int
    """The physical line on which it begins, from 1."""
    cells: tuple[str, ...]
    raw: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not imported."""

    line: int
    """The physical line on which it begins, from 1."""
    reason: str
    """Column, what was expected, and the form of what came: never a person's data."""
    raw: str
    """The row as it stands in the file, as far as `LONGEST_LINE`."""


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line, without its end."""

    number: int
    text: str
    cut: bool = False
    """True if it was longer than `LONGEST_LINE`."""


class Lines:
    """The physical lines of a stream, of which some may be looked at before they are taken."""

    def __init__(self, stream: TextIO) -> None:
        self._rest = _physical_lines(stream)
        self._seen: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        return self._seen.popleft() if self._seen else next(self._rest)

    def ahead(self) -> Iterator[Line]:
        """The lines to come, at most `MOST_LINES`, without taking them."""
        for index in range(MOST_LINES):
            if index == len(self._seen):
                self._seen.extend(islice(self._rest, 1))
            if index == len(self._seen):
                return
            yield self._seen[index]

    def take(self, count: int) -> None:
        """Leave out the next `count` lines, which were looked at."""
        for _ in range(count):
            self._seen.popleft()


def rows(
    lines: Lines, *, delimiter: str, width: int, begins: Callable[[Sequence[str]], bool]
) -> Iterator[Row | Reject]:
    """Every row of `lines`, in order; blank lines are none.

    `begins` tells whether so many cells are a row by their id.
    """
    for line in lines:
        if not line.text.strip():
            continue
        cells = split(line.text, delimiter)
        if cells is Quote.OPEN and not line.cut:
            yield _continued(line, lines, delimiter=delimiter, width=width, begins=begins)
        else:
            yield _checked(line, cells, width)


def _checked(line: Line, cells: "tuple[str, ...] | Quote", width: int) -> Row | Reject:
    if line.cut:
        return Reject(
            line.number, f"row: expected at most {LONGEST_LINE} characters, came more", line.text
        )
    if isinstance(cells, Quote):
        return Reject(
            line.number, "row: expected a delimiter after a closing quote, came text", line.text
        )
    if "\0" in line.text:
        return Reject(line.number, "row: expected text, came a NUL byte", line.text)
    if not _decoded(line.text):
        return Reject(
            line.number, "row: expected the mapping's encoding, came other bytes", line.text
        )
    if len(cells) != width:
        return Reject(line.number, f"row: expected {width} columns, came {len(cells)}", line.text)
    return Row(line.number, cells, line.text)


def _continued(
    first: Line,
    lines: Lines,
    *,
    delimiter: str,
    width: int,
    begins: Callable[[Sequence[str]], bool],
) -> Row | Reject:
    text = first.text
    for taken, line in enumerate(lines.ahead(), start=1):
        alone = split(line.text, delimiter)
        if line.cut or (isinstance(alone, tuple) and len(alone) == width and begins(alone)):
            break
        text = f"{text}\n{line.text}"
        if len(text) > LONGEST_LINE:
            break
        if '"' not in line.text:
            continue
        cells = split(text, delimiter)
        if cells is Quote.OPEN:
            continue
        if isinstance(cells, Quote) or len(cells) != width:
            break
        lines.take(taken)
        return _checked(Line(first.number, text), cells, width)
    return Reject(
        first.number,
        "row: expected a closing quote before the next row begins, came none",
        first.text,
    )


class Quote(Enum):
    """Why a text could not be split into cells."""

    OPEN = auto()
    """A quoted cell does not end."""
    STRAY = auto()
    """Something follows a closing quote."""


def split(text: str, delimiter: str) -> tuple[str, ...] | Quote:
    """The cells of `text`, with quotes resolved."""
    if '"' not in text:
        return tuple(text.split(delimiter))
    cells = []
    at = 0
    while True:
        if text.startswith('"', at):
            quoted = _QUOTED.match(text, at)
            if quoted is None:
                return Quote.OPEN
            cells.append(quoted[1].replace('""', '"'))
            at = quoted.end()
            if at < len(text) and text[at] != delimiter:
                return Quote.STRAY
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            cells.append(text[at:end])
            at = end
        if at == len(text):
            return tuple(cells)
        at += 1


def _physical_lines(stream: TextIO) -> Iterator[Line]:
    number = 0
    while text := stream.readline(LONGEST_LINE):
        number += 1
        cut = len(text) == LONGEST_LINE and not text.endswith("\n")
        rest = text
        while cut and rest and not rest.endswith("\n"):
            rest = stream.readline(LONGEST_LINE)
        yield Line(number, text.removesuffix("\n").removesuffix("\r"), cut)


def _decoded(text: str) -> bool:
    # Undecodable bytes were read as lone surrogates, which no encoding writes.
    return text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text)
