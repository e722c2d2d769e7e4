"""Tell how times are written, from the times themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.drafting.columns import Scalar

_PATTERNS: Final = tuple(
    f"{date}{time}"
    for date in ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d")
    for time in (" %H:%M:%S", " %H:%M", "")
)
_SECONDS: Final = (300_000_000, 5_000_000_000)
"""From 1979 to 2128."""


@dataclass(frozen=True, slots=True)
class Written:
    """How the times of one column are written."""

    format: str
    """As the description says it."""
    zoned: bool
    """Whether they say their zone, or need none."""
    ambiguous: bool = False
    """Whether days and months could change places."""


def written(values: Sequence[Scalar]) -> Written | None:
    """How `values` are written as times; None if they are none, or not all alike."""
    if not values:
        return None
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return _counted([int(value) for value in values])
    if not all(isinstance(value, str) for value in values):
        return None
    texts = [str(value).strip() for value in values]
    if all(_iso(text) for text in texts):
        return Written("iso", zoned=all(_says_zone(text) for text in texts))
    fitting = [pattern for pattern in _PATTERNS if all(_fits(text, pattern) for text in texts)]
    if not fitting:
        return None
    # A French or Moroccan system writes the day first; where both fit, a person must look.
    return Written(fitting[0], zoned=_a_day(fitting[0]), ambiguous=len(fitting) > 1)


def _counted(values: Sequence[int]) -> Written | None:
    low, high = _SECONDS
    if all(low < value < high for value in values):
        return Written("epoch_seconds", zoned=True)
    if all(low * 1000 < value < high * 1000 for value in values):
        return Written("epoch_milliseconds", zoned=True)
    return None


def _iso(text: str) -> bool:
    # Numbers alone are ISO dates too, but also anything else.
    return not text.isdecimal() and _parsed(text) is not None


def _says_zone(text: str) -> bool:
    at = _parsed(text)
    return at is not None and (at.tzinfo is not None or ":" not in text)


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _fits(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


def _a_day(pattern: str) -> bool:
    return "%H" not in pattern
