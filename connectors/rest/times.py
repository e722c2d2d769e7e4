"""Read and write moments as a source does: ISO 8601, counted since 1970, or by a pattern."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from connectors.contract.records import DatePrecision

ISO: Final = "iso"
EPOCHS: Final = {
    "epoch_seconds": timedelta(seconds=1),
    "epoch_milliseconds": timedelta(milliseconds=1),
}
"""The formats that count since 1970, and what they count."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_ONLY: Final = len("2026-01-31")
_HOURS: Final = re.compile(r"%[HIcXTsR]")
_SECONDS: Final = re.compile(r"%[ScXTs]")
_SIGN: Final = re.compile(r"%.", re.DOTALL)
_DAY: Final = timedelta(days=1)
_EARLIEST: Final = datetime(1, 1, 4, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 29, tzinfo=UTC)


def moment(word: str | float, how: str, zone: tzinfo) -> datetime:
    """The instant in UTC; what states no zone was written in `zone`. Raises `ValueError`.

    Of the two moments that a clock showed twice it is the first.
    """
    try:
        at = _read(word, how)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("the time lies beyond all calendars") from beyond


def _read(word: str | float, how: str) -> datetime:
    if how in EPOCHS:
        count = word if isinstance(word, int | float) else _number(word)
        return _EPOCH + count * EPOCHS[how]
    text = str(word)
    return datetime.fromisoformat(text.upper()) if how == ISO else datetime.strptime(text, how)  # noqa: DTZ007 - `moment` adds the zone


def _number(word: str) -> int | float:
    return int(word) if word.lstrip("-").isdecimal() else float(word)


def precision(word: str | float, how: str) -> DatePrecision:
    """How exactly `word` was written."""
    if how == ISO:
        alone = len(str(word)) <= _DATE_ONLY
    else:
        alone = how not in EPOCHS and not _HOURS.search(how)
    return DatePrecision.DAY if alone else DatePrecision.INSTANT


def written(at: datetime, how: str, zone: tzinfo) -> str:
    """`at` in that format, cut to its unit; a pattern without %z is written in `zone`."""
    if how in EPOCHS:
        return str((at - _EPOCH) // EPOCHS[how])
    if how == ISO:
        return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    local = at.astimezone(zone)
    # strftime writes the year 1 as 1 on some systems, and as 0001 on others.
    year = f"{local.year:04}"
    return local.strftime(_SIGN.sub(lambda sign: year if sign[0] == "%Y" else sign[0], how))


def shown_everywhere(at: datetime) -> datetime:
    """`at`, or next to the calendar's ends the nearest moment that clocks of all zones show."""
    return min(max(at, _EARLIEST), _LATEST)


def unit(how: str) -> timedelta:
    """The smallest step that the format can write."""
    if how in EPOCHS:
        return EPOCHS[how]
    if "%f" in how:
        return timedelta(microseconds=1)
    if how == ISO or _SECONDS.search(how):
        return timedelta(seconds=1)
    return timedelta(minutes=1) if _HOURS.search(how) else _DAY


def floor(at: datetime, how: str, zone: tzinfo) -> datetime:
    """The last moment up to `at` that the format can write."""
    step = unit(how)
    local = at.astimezone(zone)
    if step == _DAY:
        day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return day.astimezone(UTC)
    return at - (at - _EPOCH) % step


def ceiling(at: datetime, how: str, zone: tzinfo) -> datetime:
    """The first moment from `at` on that the format can write."""
    below = floor(at, how, zone)
    if below == at:
        return at
    if unit(how) == _DAY:
        # A day that the clocks are changed on is longer or shorter; its end is a midnight too.
        return floor(below + _DAY * 1.5, how, zone)
    return below + unit(how)
