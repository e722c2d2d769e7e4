"""List the cases that somebody filed for themselves, whoever holds them by now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias

from connectors.contract.errors import BadData, ConnectorError
from connectors.contract.ledger import LedgerRow
from connectors.contract.query import ComplaintQuery, Key, Selection, Total
from connectors.contract.records import STORE, Complaint, SourceId, utc_now
from resolvers.complaints import Complaints, Engine
from resolvers.cursor import Place, Position, digest
from resolvers.deadline import store_given_up_at
from resolvers.execute import failure_of, status_of
from resolvers.outcome import (
    ComplaintPage,
    Edge,
    Forbidden,
    PageInfo,
    SourceOutcome,
    SourceStatus,
)
from resolvers.policy import Viewer
from resolvers.report import Writer, is_complete

_Answers: TypeAlias = Mapping[str, Complaint | ConnectorError]

_OF_OWN: Final = "own cases"
"""Keeps cursors of this list apart from those of others."""


class OwnCases:
    """Lists them by the ledger, and reads each where it is held."""

    def __init__(self, engine: Engine, complaints: Complaints) -> None:
        """Find them in the ledger of `engine`, and read them by `complaints`."""
        self._engine = engine
        self._complaints = complaints

    async def page(
        self,
        viewer: Viewer,
        selection: Selection,
        *,
        first: int,
        after: str | None,
        deadline: float,
    ) -> ComplaintPage:
        """The next `first` of them after the cursor `after`, the last received first.

        A case that cannot be had now is left out, and its source named; `deadline` is loop time.
        Raises `Forbidden` for who files nothing for themselves, and `BadCursor`.
        """
        if not viewer.lists_own:
            raise Forbidden("cases of one's own are for citizens who are signed in")
        cursors = self._engine.cursors
        asked = ComplaintQuery()
        writer = Writer(cursors, digest(asked, f"{_OF_OWN} {viewer.scope}"), asked.order)
        start = cursors.read(after, writer.bound_to) if after is not None else Position()
        found: Sequence[LedgerRow] = ()
        answers: _Answers = {}
        failure, total = None, None
        try:
            found, total = await self._found(viewer.subject, selection, start, first + 1, deadline)
        except ConnectorError as error:
            failure = error
        rows = found[:first]
        if rows:
            answers = await self._complaints.entered(viewer, rows, selection, deadline=deadline)
        outcomes = self._outcomes(rows, answers, selection, failure)
        missing = {
            each.source: start.place
            for each in outcomes
            if each.status not in {SourceStatus.OK, SourceStatus.STALE}
        } | dict(start.missed)
        sources = tuple(_with_missed(outcomes, missing, writer))
        edges = tuple(
            Edge(record, partial(writer.cursor, Position(_place(row), missing)))
            for row in rows
            if isinstance(record := answers.get(row.reference), Complaint)
        )
        return ComplaintPage(
            edges=edges,
            tell_page_info=lambda: PageInfo(
                has_next_page=len(found) > first,
                has_previous_page=after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=writer.cursor(Position(_place(rows[-1]), missing)) if rows else None,
            ),
            sources=sources,
            complete=is_complete(sources),
            total_count=total,
        )

    async def _found(
        self, subject: str, selection: Selection, start: Position, limit: int, deadline: float
    ) -> tuple[Sequence[LedgerRow], Total | None]:
        ledger = self._engine.ledger
        async with store_given_up_at(deadline):
            rows = await ledger.filed_by(subject, after=_behind(start.place), limit=limit)
            if not selection.total:
                return rows, None
            return rows, Total(await ledger.count_filed_by(subject), exact=True)

    def _outcomes(
        self,
        rows: Sequence[LedgerRow],
        answers: _Answers,
        selection: Selection,
        failure: ConnectorError | None,
    ) -> Sequence[SourceOutcome]:
        """How each source did that holds some of `rows`, and the store, which knows of them all."""
        held: defaultdict[SourceId, list[Complaint | ConnectorError]] = defaultdict(list)
        held[STORE] = [] if failure is None else [failure]
        for row in rows:
            lost = BadData(f'source "{row.source}" does not know a case that was filed there')
            held[row.source].append(answers.get(row.reference, lost))
        now = utc_now()
        return [self._outcome(source, told, selection, now) for source, told in held.items()]

    def _outcome(
        self,
        source: SourceId,
        told: Sequence[Complaint | ConnectorError],
        selection: Selection,
        now: datetime,
    ) -> SourceOutcome:
        records = [each for each in told if isinstance(each, Complaint)]
        failure = next((each for each in told if isinstance(each, ConnectorError)), None)
        status = SourceStatus.OK if failure is None else status_of(failure)
        if failure is None and any(each.origin.stale for each in records):
            status = SourceStatus.STALE
        as_of = min((each.origin.fetched_at for each in records), default=None)
        if as_of is None and failure is None:
            as_of = now
        return SourceOutcome(
            source=source,
            status=status,
            rows=len(records),
            as_of=as_of,
            lag_seconds=None if as_of is None else max(0.0, (now - as_of).total_seconds()),
            fields_missing=self._missing(source, records, selection),
            error=None if failure is None else failure_of(failure),
        )

    def _missing(
        self, source: SourceId, records: Sequence[Complaint], selection: Selection
    ) -> tuple[str, ...]:
        """What was selected and the source does not tell."""
        known = self._engine.registry.sources.get(source)
        fields = frozenset() if known is None else selection.fields - known.capabilities.fields
        children = {
            child.value
            for child in selection.children
            if any(getattr(record, child.value) is None for record in records)
        }
        return tuple(sorted(fields | children))


def _with_missed(
    outcomes: Sequence[SourceOutcome], missing: Mapping[SourceId, Place], writer: Writer
) -> Sequence[SourceOutcome]:
    """`outcomes` with where to ask again, and those of sources that failed on earlier pages only."""
    told = {each.source: each for each in outcomes}
    for source in missing:
        told.setdefault(source, SourceOutcome(source, SourceStatus.OK))
    return [
        replace(each, missed_before=writer.cursor(Position(missing[source])))
        if source in missing
        else each
        for source, each in told.items()
    ]


def _place(row: LedgerRow) -> Place:
    return Place(Key(row.received_at, STORE, row.reference))


def _behind(place: Place) -> tuple[datetime, str] | None:
    last = place.last
    return None if last is None or last.at is None else (last.at, last.source_id)
