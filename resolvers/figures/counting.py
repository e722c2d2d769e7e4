"""Say what one case adds to the public figures; pure.

A month is that of the reception by Morocco's calendar: when the ledger received the case, or, where
it never did, when its source says that it began. The days to an answer are counted as the legal
clock counts them: calendar days, the day of the reception not counted, to the first answer.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Final

from connectors.contract.figures import Cohort, CountedCase, Counts, Month
from connectors.contract.lifecycle import OPEN, TREATED
from connectors.contract.records import Agency, DatePrecision
from resolvers.clock import day_of

SATISFIED_FROM: Final = 4
"""Of 5; whoever rates lower is not counted as satisfied."""


def month_of(at: datetime) -> Month:
    """The month in Morocco in which `at` lies."""
    day = day_of(at)
    return Month(day.year, day.month)


def added_by(case: CountedCase, agency: Agency) -> tuple[Cohort, Counts] | None:
    """The cohort of `case`, which is with `agency`, and what it adds to that.

    None if nobody knows when it began: it is counted nowhere.
    """
    if case.received_at is None:
        return None
    day = day_of(case.received_at)
    cohort = Cohort(
        agency.agency_class,
        case.demonstration or agency.demonstration,
        Month(day.year, day.month),
    )
    counts = _counts(
        _days_taken(case, day),
        case.rating,
        is_open=case.status in OPEN,
        treated=case.status in TREATED,
        reopened=case.reopened,
    )
    return cohort, counts


def _days_taken(case: CountedCase, received: date) -> int | None:
    """None if it was not answered, and if the days are not known."""
    if case.answered_at is None or case.precision is DatePrecision.MONTH:
        return None
    # No two systems' clocks agree: an answer before the reception came on the same day.
    return max(0, (day_of(case.answered_at) - received).days)


@lru_cache(maxsize=4096)  # Millions of cases have few of these.
def _counts(
    days: int | None, rating: int | None, *, is_open: bool, treated: bool, reopened: bool
) -> Counts:
    return Counts(
        received=1,
        in_treatment=int(is_open),
        treated=int(treated),
        dropped=int(not is_open and not treated),
        answered=int(days is not None),
        answer_days=days or 0,
        reopened=int(reopened),
        rated=int(rating is not None),
        satisfied=int(rating is not None and rating >= SATISFIED_FROM),
    )
