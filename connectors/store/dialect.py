"""What PostgreSQL and SQLite say differently, and what they cannot hold."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Dialect:
    """One engine's words and forms."""

    name: str
    marker: str
    """Stands before the number of a bound value."""
    earliest: str
    """A literal before every moment, as the indexes of migration 0003 write it."""
    latest: str
    """A literal after every moment."""
    distinct: str
    """Compares two rows of values, nulls being equal."""
    lock: str
    """Ends a SELECT whose rows nobody else may write until the transaction ends."""
    skip_locked: str
    """Ends a SELECT from the table `o` that leaves rows out which others are about to write."""
    pairs: str
    """Says that two columns are among pairs of texts, bound by `pairs_of`; takes `mark`."""
    write: Callable[[Any], Any]
    """A value as the driver takes it."""
    moment: Callable[[Any], datetime]
    """A moment as it was written."""
    array: Callable[[Iterable[Any]], Any]
    """Many values bound as one, so that a statement's text does not depend on their number."""
    texts: str
    """Says that a column is among an array of texts; takes `column` and `mark`."""
    numbers: str
    """Says that a column is among an array of ids."""
    seeks_rows: bool
    """Whether an index is entered by a row of values."""
    terms: Callable[[Sequence[str]], tuple[Any, ...]]
    """The values that a text search over these terms binds."""
    contains: str
    """Says that `folded` contains one of those; takes `mark`."""


def storable(text: str) -> str:
    """`text` without what no database text can hold: NUL and lone surrogates become U+FFFD."""
    if "\0" in text or not text.isascii():
        text = text.replace("\0", "\ufffd")
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def pairs_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs of texts, bound as one value."""
    return json.dumps([[storable(text) for text in pair] for pair in pairs])


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = datetime.min.replace(tzinfo=UTC) + _MICROSECOND
_LAST: Final = datetime.max.replace(tzinfo=UTC) - _MICROSECOND


def _write_microseconds(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - _EPOCH) // _MICROSECOND
    return _write_plain(value)


def _write_plain(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value


def _write_within_calendar(value: Any) -> Any:
    """Asyncpg takes the ends of the calendar for infinity, where the unknown times are put."""
    if isinstance(value, datetime):
        return min(max(value, _FIRST), _LAST)
    return _write_plain(value)


def _of_microseconds(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


def as_it_is(value: datetime) -> datetime:
    """What its driver gives is a moment already."""
    return value


def _like(terms: Sequence[str]) -> tuple[str, ...]:
    escaped = (term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for term in terms)
    return tuple(f"%{term}%" for term in escaped)


POSTGRES: Final = Dialect(
    name="postgres",
    marker="$",
    earliest="'-infinity'::timestamptz",
    latest="'infinity'::timestamptz",
    distinct="IS DISTINCT FROM",
    lock=" FOR UPDATE",
    skip_locked=" FOR UPDATE OF o SKIP LOCKED",
    pairs="IN (SELECT pair ->> 0, pair ->> 1 FROM jsonb_array_elements({mark}::jsonb) pair)",
    write=_write_within_calendar,
    moment=as_it_is,
    array=list,
    texts="{column} = ANY({mark}::text[])",
    numbers="{column} = ANY({mark}::bigint[])",
    seeks_rows=True,
    terms=_like,
    contains="folded LIKE {mark}",
)

SQLITE: Final = Dialect(
    name="sqlite",
    marker="?",
    earliest="-9223372036854775808",
    latest="9223372036854775807",
    distinct="IS NOT",
    # A transaction that writes is alone from its beginning.
    lock="",
    skip_locked="",
    pairs="IN (SELECT value ->> 0, value ->> 1 FROM json_each({mark}))",
    write=_write_microseconds,
    moment=_of_microseconds,
    array=lambda values: json.dumps(list(values)),
    texts="{column} IN (SELECT value FROM json_each({mark}))",
    numbers="{column} IN (SELECT value FROM json_each({mark}))",
    seeks_rows=False,
    terms=tuple,
    contains="instr(folded, {mark}) > 0",
)
