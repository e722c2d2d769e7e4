"""What is told of many is right, and what would tell of few is not told, nor to be worked out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.figures import ClassFigures, Counts, Coverage, Month
from connectors.contract.records import AgencyClass
from resolvers.figures import FEWEST, FiguresCoverage, FiguresRow, PublicFigures, TellsFigures
from resolvers.outcome import Refusal
from tests.resolvers.clockwork import run

NOW = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
"""It is April in Morocco."""
APRIL = Month(2026, 4)
EEP, MINISTRY = AgencyClass.EEP, AgencyClass.MINISTRY


def covering(of_class: AgencyClass, **fields: Any) -> Coverage:
    told = {"demonstration": False, "agencies": 4, "covered": 3, "as_of": NOW} | fields
    return Coverage(of_class, **told)


@dataclass
class Kept:
    """Figures as a store would keep them."""

    classes: Sequence[ClassFigures]
    asked: list[Any] = field(default_factory=list)

    async def kept(
        self, classes: Sequence[AgencyClass], first: Month, last: Month, *, demonstration: bool
    ) -> Sequence[ClassFigures]:
        self.asked.append((list(classes), first, last, demonstration))
        return [
            ClassFigures(
                each.coverage, {m: c for m, c in each.months.items() if first <= m <= last}
            )
            for each in self.classes
            if each.coverage.agency_class in classes
        ]


async def _told(kept: Kept, first: Month | None, last: Month | None, **how: Any) -> Any:
    asked = {"classes": None, "demonstration": False} | how
    return await TellsFigures(kept).told(first, last, now=NOW, deadline=math.inf, **asked)


def told(kept: Kept, first: Month | None = None, last: Month | None = None, **how: Any) -> Any:
    return run(_told(kept, first, last, **how))


def everything(figures: PublicFigures) -> Sequence[FiguresRow]:
    return (*figures.rows, *figures.by_month, *figures.by_class, figures.total)


def test_a_row_tells_rates_means_and_how_much_is_known() -> None:
    counts = Counts(
        received=30,
        in_treatment=7,
        treated=21,
        dropped=2,
        answered=23,
        answer_days=410,
        reopened=3,
        rated=9,
        satisfied=6,
    )
    kept = Kept([ClassFigures(covering(EEP), {APRIL: counts})])
    (row,) = told(kept, APRIL, APRIL).rows
    assert row == FiguresRow(
        agency_class=EEP,
        month=APRIL,
        as_of=NOW,
        coverage=FiguresCoverage(agencies=4, covered=3),
        counts=counts,
        mean_days=17.8,
        satisfaction=0.667,
    )
    assert (row.treatment_rate, row.coverage.share) == (0.7, 0.75)


def test_totals_are_of_all_that_was_asked_for() -> None:
    earlier = NOW - timedelta(hours=1)
    march = Month(2026, 3)
    many = Counts(received=10, treated=8, answered=8, answer_days=80, rated=8, satisfied=8)
    more = Counts(received=30, treated=6, answered=6, answer_days=18, rated=8, satisfied=2)
    kept = Kept(
        [
            ClassFigures(covering(EEP), {march: many, APRIL: more}),
            ClassFigures(covering(MINISTRY, agencies=6, covered=6, as_of=earlier), {APRIL: many}),
        ]
    )
    figures = told(kept, march)
    assert [(row.agency_class, row.month) for row in everything(figures)] == [
        (EEP, march),
        (MINISTRY, march),
        (EEP, APRIL),
        (MINISTRY, APRIL),
        (None, march),
        (None, APRIL),
        (EEP, None),
        (MINISTRY, None),
        (None, None),
    ]
    empty = figures.rows[1]
    assert (empty.counts, empty.treatment_rate, empty.mean_days, empty.satisfaction) == (
        Counts(),
        *(None,) * 3,
    )
    total = figures.total
    assert total.counts == many.plus(many).plus(more)
    assert (total.mean_days, total.satisfaction, total.treatment_rate) == (8.1, 0.75, 0.44)
    assert (total.coverage, total.as_of) == (FiguresCoverage(agencies=10, covered=9), earlier)
    assert figures.by_month[0].as_of == earlier
    assert figures.by_class[0].as_of == NOW


FEW = st.integers(0, FEWEST - 1)
NUMBERS = st.integers(0, 3 * FEWEST)


@st.composite
def cells(draw: st.DrawFn) -> tuple[Counts, Counts]:
    """The numbers of a cell, and others that differ in what it must not tell."""
    answered, rated = draw(NUMBERS), draw(NUMBERS)
    plain = Counts(received=answered + rated, answered=answered, rated=rated)

    def with_secrets(days: int, satisfied: int) -> Counts:
        return plain._replace(answer_days=days, satisfied=satisfied)

    days = draw(st.integers(0, 90 * answered)), draw(st.integers(0, 90 * answered))
    satisfied = draw(st.integers(0, rated)), draw(st.integers(0, rated))
    return (
        with_secrets(days[0], satisfied[0]),
        with_secrets(days[answered < FEWEST], satisfied[rated < FEWEST]),
    )


@given(st.lists(st.tuples(cells(), cells()), min_size=1, max_size=4), st.integers(0, 3))
def test_nothing_that_is_told_depends_on_what_is_withheld(
    drawn: list[tuple[tuple[Counts, Counts], tuple[Counts, Counts]]], later: int
) -> None:
    """Whoever subtracts totals from totals learns nothing: they are the same for other secrets."""
    first = APRIL.plus(later - 3)
    worlds = [
        Kept(
            [
                ClassFigures(
                    covering(of_class),
                    {APRIL.plus(-back): pair[at][world] for back, pair in enumerate(drawn)},
                )
                for at, of_class in enumerate((EEP, MINISTRY))
            ]
        )
        for world in (0, 1)
    ]
    one, other = (
        [(row.mean_days, row.satisfaction) for row in everything(told(kept, first))]
        for kept in worlds
    )
    assert one == other


@given(FEW, FEW)
def test_few_answers_tell_no_mean_and_few_ratings_no_satisfaction(
    answered: int, rated: int
) -> None:
    counts = Counts(
        received=50, treated=answered, answered=answered, answer_days=9, rated=rated, satisfied=0
    )
    for row in everything(told(Kept([ClassFigures(covering(EEP), {APRIL: counts})]), APRIL)):
        assert (row.mean_days, row.satisfaction) == (None, None)
        assert (row.counts.answered, row.counts.rated) == (answered, rated)


def test_five_of_them_do() -> None:
    counts = Counts(received=5, answered=FEWEST, answer_days=10, rated=FEWEST, satisfied=5)
    row = told(Kept([ClassFigures(covering(EEP), {APRIL: counts})]), APRIL).total
    assert (row.mean_days, row.satisfaction) == (2.0, 1.0)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ((None, None), Month(2025, 5), APRIL),
        ((Month(2026, 2), None), Month(2026, 2), APRIL),
        ((None, Month(2025, 1)), Month(2024, 2), Month(2025, 1)),
        ((Month(2026, 4), Month(2027, 1)), APRIL, APRIL),
        ((Month(2016, 5), APRIL), Month(2016, 5), APRIL),
    ],
)
def test_a_year_is_told_up_to_this_month_unless_something_else_is_asked(
    asked: tuple[Month | None, Month | None], first: Month, last: Month
) -> None:
    kept = Kept([ClassFigures(covering(EEP), {})])
    figures = told(kept, *asked)
    assert (figures.first, figures.last) == (first, last)
    assert kept.asked == [(list(AgencyClass), first, last, False)]
    months = [row.month for row in figures.rows]
    assert (months[0], months[-1]) == (first, last)
    assert months == sorted(set(months))
    assert len(months) == (last.year - first.year) * 12 + last.number - first.number + 1


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (Month(2026, 5), None, "came 2026-05 to 2026-04"),
        (Month(2026, 3), Month(2026, 2), "came 2026-03 to 2026-02"),
        (Month(2016, 4), None, "at most 120 months; came 2016-04 to 2026-04, which are 121"),
        (Month(1, 1), Month(1, 2), None),
    ],
)
def test_months_must_have_begun_be_in_order_and_not_too_many(
    first: Month, last: Month | None, said: str | None
) -> None:
    kept = Kept([ClassFigures(covering(EEP), {})])
    if said is None:
        assert len(told(kept, first, last).rows) == 2
        return
    with pytest.raises(Refusal, match=said):
        told(kept, first, last)
    assert kept.asked == []


def test_nothing_is_told_where_nothing_was_counted() -> None:
    assert told(Kept([])) is None
    assert told(Kept([ClassFigures(covering(EEP), {})]), classes=[MINISTRY]) is None


@given(st.integers(1, 9000), st.integers(1, 12), st.integers(-11, 5000))
def test_months_are_counted_on_and_back(year: int, number: int, months: int) -> None:
    month = Month(year, number)
    later = month.plus(months)
    assert 1 <= later.number <= 12
    assert (later.year - year) * 12 + later.number - number == months
    assert later.plus(-months) == month
    assert (later > month) == (months > 0)
