"""Tell of many cases how they were treated, and of few only how many they are; pure.

A mean of few cases tells of each of them, and one that is withheld could be worked out again from a
total. So a total's mean days and satisfaction are made only of the cells (one class, one month) that
tell their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Final

from connectors.contract.figures import Counts, Coverage, Month
from connectors.contract.records import AgencyClass

FEWEST: Final = 5
"""Of fewer answers no mean is told, and of fewer ratings no satisfaction."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The cases of one class that were received in one month."""

    coverage: Coverage
    month: Month
    counts: Counts


@dataclass(frozen=True, slots=True)
class FiguresCoverage:
    """For how many administrations the cases are known here."""

    agencies: int
    covered: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return round(self.covered / self.agencies, 3)


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """How the cases of a cohort, or of several, were treated."""

    agency_class: AgencyClass | None
    """None: of all classes that were asked for."""
    month: Month | None
    """In which they were received; None: in all months that were asked for."""
    as_of: datetime
    """Up to when everything that happened in covered administrations is counted."""
    coverage: FiguresCoverage
    counts: Counts
    mean_days: float | None
    """From the reception to the first answer, rounded to a tenth; None where too few were answered."""
    satisfaction: float | None
    """The share of satisfied ratings, from 0 to 1; None where there are too few."""

    @property
    def treatment_rate(self) -> float | None:
        """The share of treated cases, from 0 to 1; None if none was received."""
        return _share(self.counts.treated, self.counts.received)


def row_of(
    cells: Sequence[Cell], *, agency_class: AgencyClass | None = None, month: Month | None = None
) -> FiguresRow:
    """What `cells`, of which there is at least one, tell together."""
    timed = _sum([each.counts for each in cells if each.counts.answered >= FEWEST])
    rated = _sum([each.counts for each in cells if each.counts.rated >= FEWEST])
    classes = {each.coverage for each in cells}
    return FiguresRow(
        agency_class=agency_class,
        month=month,
        as_of=min(each.as_of for each in classes),
        coverage=FiguresCoverage(
            agencies=sum(each.agencies for each in classes),
            covered=sum(each.covered for each in classes),
        ),
        counts=_sum([each.counts for each in cells]),
        mean_days=round(timed.answer_days / timed.answered, 1) if timed.answered else None,
        satisfaction=_share(rated.satisfied, rated.rated),
    )


def _sum(counts: Sequence[Counts]) -> Counts:
    return reduce(Counts.plus, counts, Counts())


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
