"""Tell how each source did for a page, and where to ask again for what was missed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.contract.ledger import MirrorState
from connectors.contract.query import Key
from connectors.contract.records import STORE, Mode, SourceId
from resolvers.cursor import Cursors, Position
from resolvers.details import Detailed
from resolvers.execute import Executed, failure_of, status_of
from resolvers.outcome import (
    OnSourceFailure,
    SourceFailure,
    SourceOutcome,
    SourcesFailed,
    SourceStatus,
)
from resolvers.plan import Plan
from resolvers.registry import Registry, Source


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the cursors of one question."""

    cursors: Cursors
    bound_to: bytes

    def cursor(self, position: Position) -> str:
        """The cursor of `position`."""
        return self.cursors.write(position, self.bound_to)


def missed(start: Position, done: Executed) -> Mapping[SourceId, Key | None]:
    """For each source with rows missed here or on an earlier page, the key to ask again from."""
    return dict.fromkeys(done.silent, start.last) | dict(start.missed)


def outcomes(
    done: Executed, detailed: Detailed, missing: Mapping[SourceId, Key | None], writer: Writer
) -> tuple[SourceOutcome, ...]:
    """How each source that was asked did, children included."""
    return tuple(
        _with_missed(_with_details(outcome, detailed), missing, writer) for outcome in done.outcomes
    )


def _with_details(outcome: SourceOutcome, detailed: Detailed) -> SourceOutcome:
    failure = detailed.failed.get(outcome.source)
    if failure is not None:
        return replace(outcome, status=status_of(failure), error=failure_of(failure))
    if outcome.source in detailed.truncated:
        return replace(outcome, status=SourceStatus.TRUNCATED)
    return outcome


def _with_missed(
    outcome: SourceOutcome, missing: Mapping[SourceId, Key | None], writer: Writer
) -> SourceOutcome:
    if outcome.source not in missing:
        return outcome
    return replace(outcome, missed_before=writer.cursor(Position(missing[outcome.source])))


def mirrored(decided: Plan, registry: Registry) -> Sequence[Source]:
    """The mirrored sources whose cases the store lists for this plan."""
    if not any(step.source.id == STORE for step in decided.steps):
        return ()
    asked = registry.select(decided.query.where)
    return [
        source
        for source in registry.sources.values()
        if source.mode is Mode.MIRROR and not asked.isdisjoint(source.agencies)
    ]


def mirror_outcomes(
    sources: Iterable[Source],
    states: Iterable[MirrorState],
    done: Executed,
    *,
    max_age: float | None,
    now: datetime,
) -> tuple[SourceOutcome, ...]:
    """How fresh each mirrored source is; STALE if older than `max_age` seconds."""
    heard = {state.source: state.heard_at for state in states}
    rows = Counter(record.origin.source for record, _ in done.merged.rows)
    return tuple(
        _mirror_outcome(source.id, heard.get(source.id), rows[source.id], max_age, now)
        for source in sources
    )


def _mirror_outcome(
    source: SourceId, heard_at: datetime | None, rows: int, max_age: float | None, now: datetime
) -> SourceOutcome:
    if heard_at is None:
        error = SourceFailure("SOURCE_NEVER_HEARD", f'source "{source}" was never mirrored yet')
        return SourceOutcome(source, SourceStatus.UNAVAILABLE, rows, error=error)
    lag = max(0.0, (now - heard_at).total_seconds())
    old = max_age is not None and lag > max_age
    status = SourceStatus.STALE if old else SourceStatus.OK
    return SourceOutcome(source, status, rows, as_of=heard_at, lag_seconds=lag)


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
