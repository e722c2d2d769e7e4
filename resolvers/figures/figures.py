"""Answer what everyone may know of how complaints are treated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.contract.figures import Counts, Month
from connectors.contract.records import AgencyClass
from resolvers.deadline import store_given_up_at
from resolvers.figures.counting import month_of
from resolvers.figures.keeping import Figures
from resolvers.figures.row import Cell, FiguresRow, row_of
from resolvers.outcome import Refusal

USUAL_MONTHS: Final = 12
MOST_MONTHS: Final = 120


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """How complaints are treated, by class of administration and month of reception."""

    first: Month
    last: Month
    rows: tuple[FiguresRow, ...]
    """One for each month and class, in that order."""
    by_month: tuple[FiguresRow, ...]
    by_class: tuple[FiguresRow, ...]
    total: FiguresRow


class TellsFigures:
    """Tells the public figures as they were last counted."""

    def __init__(self, figures: Figures) -> None:
        """Tell those of `figures`."""
        self._figures = figures

    async def told(
        self,
        first: Month | None,
        last: Month | None,
        classes: Sequence[AgencyClass] | None,
        *,
        demonstration: bool,
        now: datetime,
        deadline: float,
    ) -> PublicFigures | None:
        """Those of `classes` (None: of all), received from `first` to `last`, both included.

        `last` is this month if it is not said, or lies ahead; `first` eleven months before it.
        None if nothing was counted yet, or if no administration is of these classes. `deadline` is
        loop time. Raises `Refusal`, and `ConnectorError` if the store fails.
        """
        last = min(last or month_of(now), month_of(now))
        first = first or last.plus(1 - USUAL_MONTHS)
        months = _months(first, last)
        async with store_given_up_at(deadline):
            kept = await self._figures.kept(
                list(AgencyClass) if classes is None else classes,
                first,
                last,
                demonstration=demonstration,
            )
        if not kept:
            return None
        by_month = [
            [Cell(each.coverage, month, each.months.get(month, Counts())) for each in kept]
            for month in months
        ]
        cells = [cell for of_month in by_month for cell in of_month]
        return PublicFigures(
            first=first,
            last=last,
            rows=tuple(
                row_of([cell], agency_class=cell.coverage.agency_class, month=cell.month)
                for cell in cells
            ),
            by_month=tuple(row_of(each, month=each[0].month) for each in by_month),
            by_class=tuple(
                row_of(each, agency_class=each[0].coverage.agency_class)
                for each in zip(*by_month, strict=True)
            ),
            total=row_of(cells),
        )


def _months(first: Month, last: Month) -> Sequence[Month]:
    """All from `first` to `last`. Raises `Refusal` if there are none, or too many."""
    if first > last:
        raise Refusal(
            f"expected months that have begun, from the earlier to the later; came {first} to {last}"
        )
    count = (last.year - first.year) * 12 + last.number - first.number + 1
    if count > MOST_MONTHS:
        raise Refusal(
            f"expected at most {MOST_MONTHS} months; came {first} to {last}, which are {count}"
        )
    return [first.plus(each) for each in range(count)]
