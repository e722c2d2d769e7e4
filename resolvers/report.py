"""Tell how each source did for a page, and where to ask again for what was missed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.contract.errors import ConnectorError
from connectors.contract.query import Order, Selection, Total
from connectors.contract.records import Complaint, SourceId
from resolvers.cursor import Cursors, Place, Position
from resolvers.details import Detailed
from resolvers.execute import Executed, failure_of, status_of
from resolvers.merge import MergedRow
from resolvers.outcome import (
    Edge,
    OnSourceFailure,
    PageInfo,
    SourceFailure,
    SourceOutcome,
    SourcesFailed,
    SourceStatus,
)
from resolvers.plan import Plan
from resolvers.registry import Source


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the cursors of one question."""

    cursors: Cursors
    bound_to: bytes
    order: Order

    def after(self, row: MergedRow, missing: Mapping[SourceId, Place]) -> str:
        """The cursor of the place just after `row`."""
        return self.cursor(Position(row.place(self.order), missing))

    def cursor(self, position: Position) -> str:
        """The cursor of `position`."""
        return self.cursors.write(position, self.bound_to)


def missed(start: Position, done: Executed) -> Mapping[SourceId, Place]:
    """For each source with rows missed here or on an earlier page, the place to ask again from."""
    return dict.fromkeys(done.silent, start.place) | dict(start.missed)


def outcomes(
    done: Executed, detailed: Detailed, missing: Mapping[SourceId, Place], writer: Writer
) -> tuple[SourceOutcome, ...]:
    """How each source that was asked did, children included."""
    return tuple(
        _with_missed(_with_details(outcome, detailed), missing, writer) for outcome in done.outcomes
    )


def _with_details(outcome: SourceOutcome, detailed: Detailed) -> SourceOutcome:
    if outcome.status is not SourceStatus.OK:
        return outcome
    source = outcome.source
    if (failure := detailed.failed.get(source)) is not None:
        return replace(outcome, status=status_of(failure), error=failure_of(failure))
    if source in detailed.stale:
        return replace(outcome, status=SourceStatus.STALE)
    if source in detailed.truncated:
        return replace(outcome, status=SourceStatus.TRUNCATED)
    return outcome


def _with_missed(
    outcome: SourceOutcome, missing: Mapping[SourceId, Place], writer: Writer
) -> SourceOutcome:
    if outcome.source not in missing:
        return outcome
    return replace(outcome, missed_before=writer.cursor(Position(missing[outcome.source])))


def mirror_outcomes(
    decided: Plan,
    states: Mapping[SourceId, datetime] | ConnectorError,
    done: Executed,
    listing: SourceOutcome | None,
    *,
    max_age: float | None,
    now: datetime,
) -> tuple[SourceOutcome, ...]:
    """How each mirrored source did, whose cases the store listed with the outcome `listing`.

    It is as silent as the store is, now and on earlier pages, and STALE if it was heard longer
    than `max_age` seconds ago.
    """
    rows: defaultdict[SourceId, list[Complaint]] = defaultdict(list)
    for record, _ in done.merged.rows:
        rows[record.origin.source].append(record)
    return tuple(
        replace(
            listing
            if listing is not None and listing.status is not SourceStatus.OK
            else _mirror_outcome(source, states, max_age, now),
            source=source.id,
            rows=len(rows[source.id]),
            ended_early=listing is not None and listing.ended_early,
            missed_before=listing.missed_before if listing is not None else None,
            fields_missing=_not_mirrored(source, decided.selection, rows[source.id]),
        )
        for source in decided.mirrored
    )


def _mirror_outcome(
    source: Source,
    states: Mapping[SourceId, datetime] | ConnectorError,
    max_age: float | None,
    now: datetime,
) -> SourceOutcome:
    if isinstance(states, ConnectorError):
        return SourceOutcome(source.id, status_of(states), error=failure_of(states))
    heard_at = states.get(source.id)
    if heard_at is None:
        error = SourceFailure("SOURCE_NEVER_HEARD", f'source "{source.id}" was never mirrored yet')
        return SourceOutcome(source.id, SourceStatus.UNAVAILABLE, error=error)
    lag = max(0.0, (now - heard_at).total_seconds())
    old = max_age is not None and lag > max_age
    status = SourceStatus.STALE if old else SourceStatus.OK
    return SourceOutcome(source.id, status, as_of=heard_at, lag_seconds=lag)


def _not_mirrored(
    source: Source, selection: Selection, rows: Iterable[Complaint]
) -> tuple[str, ...]:
    """What was selected and the source does not tell, or no list of it was kept from."""
    children = {
        child.value
        for row in rows
        for child in selection.children
        if getattr(row, child.value) is None
    }
    return tuple(sorted((selection.fields - source.listed_fields) | children))


def total_of(done: Executed, mirrors: Iterable[SourceOutcome]) -> Total | None:
    """How many rows match in all; not exact with a mirror that was never heard."""
    total = done.total
    if total is not None and any(outcome.as_of is None for outcome in mirrors):
        return replace(total, exact=False)
    return total


def is_complete(every: Iterable[SourceOutcome]) -> bool:
    """Whether nothing that matches was left out or is old, up to the end of this page."""
    return all(
        outcome.status is SourceStatus.OK and outcome.missed_before is None for outcome in every
    )


def refuse_incomplete(every: Sequence[SourceOutcome], wish: OnSourceFailure) -> None:
    """Raise `SourcesFailed`, naming who was silent and how, if the caller wished so."""
    if wish is OnSourceFailure.FAIL and not is_complete(every):
        named = ", ".join(
            f"{outcome.source} {outcome.status}"
            for outcome in every
            if outcome.status is not SourceStatus.OK or outcome.missed_before is not None
        )
        raise SourcesFailed(f"the answer would not be complete: {named}")


def page_info(
    edges: Sequence[Edge],
    done: Executed,
    missing: Mapping[SourceId, Place],
    writer: Writer,
    *,
    has_previous: bool,
) -> PageInfo:
    """Where the page begins and ends."""
    end = done.merged.end
    return PageInfo(
        has_next_page=done.merged.more,
        has_previous_page=has_previous,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=writer.cursor(Position(end, missing)) if end else None,
    )
