"""Run a plan at once under one deadline, and say how each source did."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NotSupported,
    RateLimited,
    SourceTimeout,
    Unauthorized,
)
from connectors.contract.query import Total
from connectors.contract.records import SourceId
from resolvers.asking import Asker, Authority
from resolvers.cursor import Place
from resolvers.guard import Skipped
from resolvers.merge import Merged, merge
from resolvers.outcome import SourceFailure, SourceOutcome, SourceStatus
from resolvers.overlay import place_of
from resolvers.plan import Exclusion, Plan
from resolvers.reader import Limits, Reader, RowBudgetSpent, SortBufferFull


@dataclass(frozen=True, slots=True)
class Executed:
    """What came of a plan: rows, and how each source did; cursors are still to be written."""

    merged: Merged
    outcomes: tuple[SourceOutcome, ...]
    silent: frozenset[SourceId]
    """Sources that may have rows on this page that are not on it, and that asking again may get."""
    total: Total | None

    def without(self, gone: Collection[tuple[SourceId, str]]) -> "Executed":
        """The same without the rows from these places; the page ends where it ended."""
        left = tuple(row for row in self.merged.rows if place_of(row[0]) not in gone)
        merged = replace(self.merged, rows=left)
        rows = _by_source(merged)
        return replace(
            self,
            merged=merged,
            outcomes=tuple(replace(each, rows=rows[each.source]) for each in self.outcomes),
        )


async def execute(
    plan: Plan,
    askers: Mapping[SourceId, Asker],
    *,
    start: Place,
    count: int,
    authority: Authority,
    limits: Limits,
    now: datetime,
) -> Executed:
    """Read `count` rows from `start` on, never later than the authority's deadline.

    Never raises for a source's sake.
    """
    readers = [
        Reader(
            step,
            askers[step.source.id],
            authority,
            order=plan.query.order,
            after=start.last,
            token=start.tokens.get(step.source.id),
            limits=limits,
        )
        for step in plan.steps
    ]
    merged = await merge(readers, plan.query.order, count)
    rows = _by_source(merged)
    short = len(merged.rows) < count
    outcomes = [_outcome(reader, rows, now, short=short) for reader in readers]
    outcomes += [_excluded(exclusion) for exclusion in plan.excluded]
    silent = frozenset(reader.step.source.id for reader in readers if _asking_again_helps(reader))
    return Executed(merged, tuple(outcomes), silent, _total(plan, readers))


def _by_source(merged: Merged) -> Counter[SourceId]:
    return Counter(record.origin.source for record, _ in merged.rows)


def _asking_again_helps(reader: Reader) -> bool:
    # A full sort buffer, a list that ends at its one page and what is not supported stay so.
    permanent = isinstance(reader.failure, SortBufferFull | RowBudgetSpent | NotSupported)
    return reader.stopped and not permanent


_STATUSES: Final = (
    (SortBufferFull, SourceStatus.UNSUPPORTED_ORDER),
    (RowBudgetSpent, SourceStatus.TRUNCATED),
    (Skipped, SourceStatus.SKIPPED),
    (SourceTimeout, SourceStatus.TIMEOUT),
    (RateLimited, SourceStatus.RATE_LIMITED),
    (Unauthorized, SourceStatus.UNAUTHORIZED),
    (BadData, SourceStatus.BAD_DATA),
    (NotSupported, SourceStatus.UNSUPPORTED_FILTER),
)


def status_of(error: ConnectorError) -> SourceStatus:
    """The word for what `error` did to a list."""
    return next(
        (status for kind, status in _STATUSES if isinstance(error, kind)), SourceStatus.UNAVAILABLE
    )


def failure_of(error: ConnectorError) -> SourceFailure:
    """`error` as it may be shown."""
    return SourceFailure(error.code, str(error), error.retry_after)


def _outcome(
    reader: Reader, rows: Counter[SourceId], now: datetime, *, short: bool
) -> SourceOutcome:
    status, failure = SourceStatus.OK, None
    if reader.failure is not None:
        failure = failure_of(reader.failure)
        status = SourceStatus.STALE if not reader.stopped else status_of(reader.failure)
    return SourceOutcome(
        source=reader.step.source.id,
        status=status,
        rows=rows[reader.step.source.id],
        as_of=reader.as_of,
        lag_seconds=max(0.0, (now - reader.as_of).total_seconds()) if reader.as_of else None,
        fields_missing=reader.step.fields_missing,
        ended_early=short and reader.frontier is not None,
        error=failure,
    )


def _excluded(exclusion: Exclusion) -> SourceOutcome:
    return SourceOutcome(
        source=exclusion.source.id,
        status=exclusion.status,
        error=SourceFailure(
            f"SOURCE_{exclusion.status}", f'source "{exclusion.source.id}": {exclusion.reason}'
        ),
    )


def _total(plan: Plan, readers: Sequence[Reader]) -> Total | None:
    if not plan.selection.total:
        return None
    known = [reader.total for reader in readers if reader.total is not None]
    exact = len(known) == len(readers) and not plan.excluded and all(each.exact for each in known)
    return Total(sum(each.value for each in known), exact)
