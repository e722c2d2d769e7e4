"""Read what the public figures are counted of, page by page, and keep them once they are."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Final

from connectors.contract.figures import (
    ClassFigures,
    Cohort,
    CountedCase,
    Counts,
    Coverage,
    LastCount,
    Month,
)
from connectors.contract.lifecycle import OPEN, TREATED, Status
from connectors.contract.records import AgencyClass, AgencyCode, DatePrecision, Kind
from connectors.store.engine import Engine
from connectors.store.once import EACH_CASE_ONCE
from connectors.store.rows import Row
from connectors.store.writing import insert_into

_OPEN: Final = ", ".join(f"'{status}'" for status in sorted(OPEN))
_OVER: Final = ", ".join(f"'{status}'" for status in Status if status not in OPEN)
_TREATED: Final = ", ".join(f"'{status}'" for status in sorted(TREATED))
_OF_IT: Final = "complaint_id = complaint.id"

_COUNTED: Final = (
    "id",
    "agency_code",
    "demonstration",
    "status",
    "coalesce(received_at, created_at)",
    f"CASE WHEN received_at IS NULL THEN created_precision ELSE '{DatePrecision.INSTANT}' END",
    (
        f"coalesce((SELECT min(notified_at) FROM decision WHERE {_OF_IT}),"
        f" (SELECT min(at) FROM event WHERE {_OF_IT} AND event.status IN ({_TREATED})),"
        f" CASE WHEN status IN ({_TREATED}) THEN closed_at END)"
    ),
    (
        f"(status = '{Status.REOPENED}' OR EXISTS (SELECT 1 FROM event WHERE {_OF_IT}"
        f" AND event.status IN ({_OPEN}) AND position > (SELECT position FROM event"
        f" WHERE {_OF_IT} AND event.status IN ({_OVER}) ORDER BY position LIMIT 1)))"
    ),
    (
        f"(SELECT rating FROM decision WHERE {_OF_IT} AND rating IS NOT NULL"
        " ORDER BY position DESC LIMIT 1)"
    ),
)
"""What a `CountedCase` is made of, in its order."""

_CLASS: Final = ("agency_class", "demonstration", "agencies", "covered", "as_of", "counted_at")
_COHORT: Final = ("agency_class", "demonstration", "month", *Counts._fields)


class StoreFigures:
    """Meets `resolvers.figures.keeping.Figures` and `KeepsFigures`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Be the only one in any process who counts; False if somebody else does."""
        return self._engine.alone("counting the public figures")

    async def last(self) -> LastCount | None:
        """The count that is kept; None if there is none."""
        rows = await self._engine.fetch(
            "SELECT counted_at, sum(covered) FROM figure_class WHERE demonstration"
            " GROUP BY counted_at"
        )
        if not rows:
            return None
        ((counted_at, covered),) = rows
        return LastCount(self._dialect.moment(counted_at), covered)

    async def page(self, after: int, limit: int) -> Sequence[CountedCase]:
        """The next complaints after row `after`: at most so many, fewer only at the end.

        Each once, as the ledger keeps it if it passed the gateway, else as it is listed.
        """
        mark = self._dialect.marker
        rows = await self._engine.fetch(
            f"SELECT {', '.join(_COUNTED)} FROM complaint WHERE id > {mark}1"
            f" AND kind = '{Kind.COMPLAINT}' AND {EACH_CASE_ONCE} ORDER BY id LIMIT {mark}2",
            [after, limit],
        )
        return [self._case(*row) for row in rows]

    async def keep(
        self, coverage: Sequence[Coverage], cohorts: Mapping[Cohort, Counts], counted_at: datetime
    ) -> None:
        """Keep these in the place of all that was kept, durably, or leave that as it was."""
        write = self._dialect.write
        classes = [[*map(write, _told(each)), write(counted_at)] for each in coverage]
        months = [
            [cohort.agency_class, cohort.demonstration, str(cohort.month), *counts]
            for cohort, counts in cohorts.items()
        ]
        async with self._engine.transaction() as transaction:
            for table, columns, rows in (
                ("figure_class", _CLASS, classes),
                ("figure_month", _COHORT, months),
            ):
                await transaction.fetch(f"DELETE FROM {table}")
                await transaction.many(insert_into(self._dialect, table, columns), rows)

    async def kept(
        self, classes: Sequence[AgencyClass], first: Month, last: Month, *, demonstration: bool
    ) -> Sequence[ClassFigures]:
        """What is kept of `classes`, each with its months from `first` to `last`; one statement.

        Classes of which nothing is kept are absent.
        """
        mark = self._dialect.marker
        among = self._dialect.texts.format(column="c.agency_class", mark=f"{mark}2")
        counts = ", ".join(f"m.{name}" for name in Counts._fields)
        rows = await self._engine.fetch(
            f"SELECT {', '.join(f'c.{name}' for name in _CLASS[:-1])}, m.month, {counts}"
            " FROM figure_class c LEFT JOIN figure_month m ON m.agency_class = c.agency_class"
            " AND m.demonstration = c.demonstration"
            f" AND m.month BETWEEN {mark}3 AND {mark}4"
            f" WHERE c.demonstration = {mark}1 AND {among} ORDER BY c.agency_class, m.month",
            [demonstration, self._dialect.array(classes), str(first), str(last)],
        )
        found: dict[Coverage, dict[Month, Counts]] = {}
        for row in rows:
            coverage, month, *numbers = self._coverage(row), *row[len(_CLASS) - 1 :]
            months = found.setdefault(coverage, {})
            if month is not None:
                months[_month(month)] = Counts(*numbers)
        return [ClassFigures(coverage, months) for coverage, months in found.items()]

    def _case(  # one parameter a column
        self,
        row: int,
        agency_code: str,
        demonstration: Any,
        status: str,
        received_at: Any,
        precision: str,
        answered_at: Any,
        reopened: Any,
        rating: int | None,
    ) -> CountedCase:
        moment = self._dialect.moment
        return CountedCase(
            row,
            AgencyCode(agency_code),
            bool(demonstration),
            Status(status),
            None if received_at is None else moment(received_at),
            DatePrecision(precision),
            None if answered_at is None else moment(answered_at),
            bool(reopened),
            rating,
        )

    def _coverage(self, row: Row) -> Coverage:
        agency_class, demonstration, agencies, covered, as_of = row[: len(_CLASS) - 1]
        return Coverage(
            AgencyClass(agency_class),
            bool(demonstration),
            agencies,
            covered,
            self._dialect.moment(as_of),
        )


def _told(coverage: Coverage) -> Sequence[Any]:
    return [getattr(coverage, name) for name in _CLASS[:-1]]


def _month(text: str) -> Month:
    year, _, number = text.partition("-")
    return Month(int(year), int(number))
