"""Answer questions about complaints: plan, execute, merge, report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from connectors.contract.query import ComplaintQuery, Key, Selection
from connectors.contract.records import Complaint, SourceId, Visibility, utc_now
from resolvers.asking import Asker, Authority
from resolvers.cursor import Cursors, Position, digest
from resolvers.details import Detailed, add_details
from resolvers.execute import Executed, execute
from resolvers.outcome import ComplaintPage, Edge, OnSourceFailure, PageInfo
from resolvers.plan import Plan, plan
from resolvers.policy import Viewer, may_read, scope
from resolvers.ports import Ledger, Mirrors
from resolvers.reader import Limits
from resolvers.receipt import TrackingCodes, read_reference
from resolvers.registry import Registry
from resolvers.report import (
    Writer,
    is_complete,
    mirror_outcomes,
    mirrored,
    missed,
    outcomes,
    refuse_incomplete,
)


@dataclass(frozen=True, slots=True)
class Engine:
    """What answering takes, made once when the program starts."""

    registry: Registry
    askers: Mapping[SourceId, Asker]
    ledger: Ledger
    mirrors: Mirrors
    cursors: Cursors
    codes: TrackingCodes
    limits: Limits


class Complaints:
    """Reads complaints, whoever holds them."""

    def __init__(self, engine: Engine) -> None:
        """Answer by `engine`."""
        self._engine = engine

    def plan(self, viewer: Viewer, query: ComplaintQuery, selection: Selection) -> Plan:
        """What `search` would do. Raises `Forbidden`."""
        return plan(scope(viewer, query), selection, self._engine.registry)

    async def search(
        self,
        viewer: Viewer,
        query: ComplaintQuery,
        selection: Selection,
        *,
        first: int,
        after: str | None = None,
        on_failure: OnSourceFailure = OnSourceFailure.PARTIAL,
        max_age: float | None = None,
        deadline: float,
    ) -> ComplaintPage:
        """The next `first` complaints after the cursor `after`, from whoever holds them.

        `deadline` is loop time; `max_age` in seconds. Raises `Forbidden`, `BadCursor`, and
        `SourcesFailed` where `on_failure` says so.
        """
        engine = self._engine
        decided = self.plan(viewer, query, selection)
        writer = Writer(engine.cursors, digest(decided.query, viewer.scope))
        start = engine.cursors.read(after, writer.bound_to) if after is not None else Position()
        authority = Authority(viewer.scope, deadline, max_age)
        now = utc_now()
        done = await execute(
            decided,
            engine.askers,
            start=start,
            count=first,
            authority=authority,
            limits=engine.limits,
            now=now,
        )
        rows = [record for record, _ in done.merged.rows]
        detailed = await add_details(rows, decided, engine.askers, selection, authority)
        missing = missed(start, done)
        reports = outcomes(done, detailed, missing, writer)
        mirrors = mirrored(decided, engine.registry)
        if mirrors:
            states = await engine.mirrors.states([source.id for source in mirrors])
            reports += mirror_outcomes(mirrors, states, done, max_age=max_age, now=now)
        refuse_incomplete(reports, on_failure)
        edges = self._edges(viewer, done, detailed, missing, writer)
        return ComplaintPage(
            edges=edges,
            page_info=_page_info(edges, done, missing, writer, has_previous=after is not None),
            sources=reports,
            complete=is_complete(reports),
            total_count=done.total,
        )

    async def follow(
        self,
        viewer: Viewer,
        reference: str,
        tracking_code: str,
        selection: Selection,
        *,
        deadline: float,
    ) -> Complaint | None:
        """The case of `reference` for whoever knows its code; None, as slowly, for anyone else."""
        engine = self._engine
        stored = read_reference(reference)
        row = await engine.ledger.find(stored or "")
        kept = row.code_hash if row else None
        if not engine.codes.matches(stored or "", tracking_code, kept) or row is None:
            return None
        own = replace(selection, internal=False)
        found = await self._get(
            {row.source: [row.source_id]}, own, Authority("tracking-code", deadline)
        )
        return next((self._presented(viewer, record, internal=False) for record in found), None)

    async def get(
        self, viewer: Viewer, ids: Sequence[str], selection: Selection, *, deadline: float
    ) -> Mapping[str, Complaint]:
        """The complaints behind these global ids; those unknown or not for `viewer` are absent."""
        places: defaultdict[SourceId, list[str]] = defaultdict(list)
        asked: defaultdict[tuple[SourceId, str], list[str]] = defaultdict(list)
        for global_id in dict.fromkeys(ids):
            place = await self._locate(global_id)
            if place is not None:
                places[place[0]].append(place[1])
                asked[place].append(global_id)
        found = await self._get(places, selection, Authority(viewer.scope, deadline))
        return {
            global_id: self._presented(viewer, record, internal=selection.internal)
            for record in found
            if may_read(viewer, record) and record.agency_code in self._engine.registry.agencies
            for global_id in asked[record.origin.source, record.origin.source_id]
        }

    async def _locate(self, global_id: str) -> tuple[SourceId, str] | None:
        kind, _, rest = global_id.partition(":")
        if kind != "Complaint":
            return None
        source, colon, source_id = rest.partition(":")
        if colon:
            known = source in self._engine.registry.sources
            return (SourceId(source), source_id) if known and source_id else None
        reference = read_reference(rest)
        row = await self._engine.ledger.find(reference) if reference else None
        return (row.source, row.source_id) if row else None

    async def _get(
        self, places: Mapping[SourceId, Sequence[str]], selection: Selection, authority: Authority
    ) -> list[Complaint]:
        found: list[Complaint] = []
        for source, ids in places.items():
            records = await self._engine.askers[source].get(ids, selection, authority)
            found += records.values()
        return found

    def _edges(
        self,
        viewer: Viewer,
        done: Executed,
        detailed: Detailed,
        missing: Mapping[SourceId, Key | None],
        writer: Writer,
    ) -> tuple[Edge, ...]:
        return tuple(
            Edge(
                writer.cursor(Position(place.last, place.tokens, missing)),
                self._presented(viewer, record, internal=viewer.reads_internal),
            )
            for record, (_, place) in zip(detailed.rows, done.merged.rows, strict=True)
        )

    def _presented(self, viewer: Viewer, record: Complaint, *, internal: bool) -> Complaint:
        """`record` with what the registry and the clock add, without what `viewer` may not read."""
        registry = self._engine.registry
        changes: dict[str, object] = {
            "agency": registry.agencies.get(record.agency_code),
            "service": registry.services.get((record.agency_code, record.service_code)),
            "overdue": None if record.due_at is None else record.overdue_at(utc_now()),
        }
        if record.messages is not None and not (internal and viewer.reads_internal):
            changes["messages"] = tuple(
                message for message in record.messages if message.visibility is Visibility.PUBLIC
            )
        return msgspec.structs.replace(record, **changes)


def _page_info(
    edges: Sequence[Edge],
    done: Executed,
    missing: Mapping[SourceId, Key | None],
    writer: Writer,
    *,
    has_previous: bool,
) -> PageInfo:
    end = done.merged.end
    return PageInfo(
        has_next_page=done.merged.more,
        has_previous_page=has_previous,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=writer.cursor(Position(end.last, end.tokens, missing)) if end else None,
    )
