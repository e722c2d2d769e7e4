"""Know Morocco's days: to which one a moment belongs, and when it begins and ends in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MOROCCO: Final = ZoneInfo("Africa/Casablanca")
"""UTC+1, and UTC in Ramadan; when that begins and ends is told by tzdata."""

# Systems write the years 1 and 9999 for "unknown" and "never"; nothing can be counted from there.
_EARLIEST: Final = datetime(1900, 1, 1, 12, tzinfo=UTC)
_LATEST: Final = datetime(2199, 12, 31, 12, tzinfo=UTC)


def day_of(at: datetime) -> date:
    """The local day of a moment; of one before 1900 or after 2199 the nearest within."""
    return min(max(at, _EARLIEST), _LATEST).astimezone(MOROCCO).date()


def start_of(day: date) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime.combine(day, time(), MOROCCO).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The instant at which a local day is over, in UTC; what happens just then is still in time."""
    return start_of(day + timedelta(days=1))
