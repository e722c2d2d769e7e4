"""Know when people complain: more every year, by season, weekday and hour, and once by storm."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from gateway.generating.drawing import Weighted

FIRST_YEAR: Final = 2018
SURGE: Final = (2020, 5)
"""The month in which one theme brought `SURGE_FACTOR` times what all themes bring in a month."""
SURGE_FACTOR: Final = 26

_YEARS: Final = {2018: 84, 2019: 120, 2020: 150, 2021: 179, 2022: 177, 2023: 186, 2024: 178}
"""Thousands of cases a year without the surge; later years are like `_LATER`."""
_LATER: Final = 164
_SEASONS: Final = (1.15, 1.05, 1.0, 0.95, 1.0, 1.0, 0.9, 0.7, 1.2, 1.15, 1.0, 0.9)
_WEEKDAYS: Final = (1.45, 1.3, 1.2, 1.15, 0.95, 0.5, 0.45)
_AFTERMATH: Final = {(2020, 6): 6.0, (2020, 7): 2.0}
_DAY_SECONDS: Final = 86_400
_HOURS: Final = (1, 1, 0, 0, 0, 1, 2, 4, 8, 11, 12, 11, 8, 6, 8, 8, 7, 5, 4, 4, 5, 5, 4, 2)
_HOUR: Final = Weighted(list(enumerate(_HOURS)))


@dataclass(frozen=True, slots=True)
class Moment:
    """When a case was filed, and whether the surge brought it."""

    at: datetime
    surge: bool


class Calendar:
    """The days from the first year up to `now`, each as likely as it is busy."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._days = Weighted([((day, surge), weight) for day, surge, weight in _days(now)])

    def moment(self, chance: Random) -> Moment:
        """A moment that has passed."""
        day, surge = self._days.drawn(chance)
        at = day + timedelta(seconds=_HOUR.drawn(chance) * 3600 + int(chance.random() * 3600))
        if at > self._now:
            at = day + (self._now - day) * chance.random()
            at = at.replace(microsecond=0)
        return Moment(at, surge)


def _days(now: datetime) -> Iterator[tuple[datetime, bool, float]]:
    day = datetime(min(FIRST_YEAR, now.year), 1, 1, tzinfo=UTC)
    while day < now:
        month = (day.year, day.month)
        usual = _YEARS.get(day.year, _LATER) * _SEASONS[day.month - 1]
        rhythm = _WEEKDAYS[day.weekday()]
        passed = min((now - day).total_seconds() / _DAY_SECONDS, 1.0)
        yield day, False, usual * rhythm * passed
        times = SURGE_FACTOR - 1.0 if month == SURGE else _AFTERMATH.get(month, 0.0)
        yield day, True, usual * rhythm * passed * times
        day += timedelta(days=1)
