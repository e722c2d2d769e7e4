"""Know on which days administrations work: Monday to Friday but for Morocco's public holidays.

Those that follow the moon are announced days before; until then the calendar estimates them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The published calendar, put right by whoever knows better."""

    added: frozenset[date] = frozenset()
    """Holidays that it lacks."""
    removed: frozenset[date] = frozenset()
    """Days that it holds for holidays and that are none."""

    def has(self, day: date) -> bool:
        """Whether `day` is a working day."""
        if day.weekday() >= _SATURDAY or day in self.added:
            return False
        return day in self.removed or day not in _published(day.year)

    def from_on(self, day: date) -> date:
        """The first working day from `day` on, itself included."""
        while not self.has(day):
            day += _DAY
        return day


@cache
def _published(year: int) -> frozenset[date]:
    # Only where working days count: it takes longer to import than most commands to run.
    import holidays

    return frozenset(holidays.country_holidays("MA", years=year))
