"""Answer questions about complaints: plan, execute, merge, report."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from connectors.contract.errors import ConnectorError
from connectors.contract.ledger import LedgerRow
from connectors.contract.query import ComplaintQuery, Selection
from connectors.contract.records import STORE, Complaint, SourceId, utc_now
from resolvers.asking import Asker, Authority
from resolvers.bykey import ByKey, entered, held_by
from resolvers.cursor import Cursors, Place, Position, digest
from resolvers.deadline import part_of, store_given_up_at
from resolvers.details import add_details
from resolvers.execute import Executed, execute
from resolvers.filed import rows_for
from resolvers.lifecycle import AT_ONCE, HandOverPolicy
from resolvers.listed import ListedCases
from resolvers.opening import Opening
from resolvers.outcome import ComplaintPage, Edge, OnSourceFailure
from resolvers.overlay import accounts_at, held_elsewhere, in_list, place_of, went_on
from resolvers.plan import Plan, plan
from resolvers.policy import (
    ANONYMOUS,
    Case,
    Pseudonyms,
    Sight,
    Viewer,
    as_reached,
    may_read,
    scope,
    sight_with_code,
)
from resolvers.ports import Accounts, Ledger, Mirrors
from resolvers.possible import Possible
from resolvers.presenting import Presenting
from resolvers.reader import Limits
from resolvers.registry import Registry
from resolvers.report import (
    Writer,
    is_complete,
    mirror_outcomes,
    missed,
    outcomes,
    page_info,
    refuse_incomplete,
    total_of,
)

_FOR_SOURCES: Final = 0.9
"""The part of a request's time that sources have; the rest is for putting the answer together."""
_FOR_LISTS: Final = 0.6
"""The part of that for lists, where details are to be read after them."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What answering takes, made once for each configuration."""

    registry: Registry
    askers: Mapping[SourceId, Asker]
    ledger: Ledger
    accounts: Accounts
    mirrors: Mirrors
    cursors: Cursors
    opening: Opening
    pseudonyms: Pseudonyms
    limits: Limits
    hand_over: HandOverPolicy = AT_ONCE


class Complaints:
    """Reads complaints, whoever holds them; one for as long as the configuration stays."""

    def __init__(self, engine: Engine) -> None:
        """Answer by `engine`."""
        self._engine = engine
        self.by_key = ByKey(engine.askers, engine.ledger, engine.accounts, engine.mirrors)
        """Reads single cases, as whoever keeps them and the ledger have them."""
        self._presenting = Presenting(engine.registry, engine.pseudonyms)
        self._possible = Possible(engine.ledger, engine.registry, engine.hand_over)
        self.listed = ListedCases(self.by_key, self._possible, self._presenting)
        """Single cases, as lists have them."""

    def plan(self, viewer: Viewer, query: ComplaintQuery, selection: Selection) -> Plan:
        """What `search` would do. Raises `Forbidden`."""
        return plan(scope(viewer, query), viewer.sight.narrowed(selection), self._engine.registry)

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
        writer = Writer(engine.cursors, digest(decided.query, viewer.scope), decided.query.order)
        start = engine.cursors.read(after, writer.bound_to) if after is not None else Position()
        authority = Authority(viewer.scope, part_of(deadline, _FOR_SOURCES), max_age)
        now = utc_now()
        executing = execute(
            decided,
            engine.askers,
            start=start.place,
            count=first,
            authority=_leaving_time_for_details(authority, decided),
            limits=engine.limits,
            now=now,
        )
        done, states = await self._with_mirror_states(executing, decided, authority.deadline)
        listed = held_elsewhere(record for record, _ in done.merged.rows)
        accounts = await accounts_at(engine.accounts, listed, decided.selection, deadline=deadline)
        if gone := went_on(accounts):
            done = done.without(gone)
        rows = [record for record, _ in done.merged.rows]
        detailed = await add_details(rows, decided, engine.askers, authority)
        missing = missed(start, done)
        asked = outcomes(done, detailed, missing, writer)
        listing = next((outcome for outcome in asked if outcome.source == STORE), None)
        mirrors = mirror_outcomes(decided, states, done, listing, max_age=max_age, now=now)
        reports = asked + mirrors
        refuse_incomplete(reports, on_failure)
        named = [in_list(row, accounts.get(place_of(row))) for row in detailed.rows]
        told = await self._possible.add(
            viewer, dict(enumerate(named)), selection, deadline=deadline
        )
        edges = self._edges(viewer, done, list(told.values()), missing, writer)
        return ComplaintPage(
            edges=edges,
            tell_page_info=partial(
                page_info, edges, done, missing, writer, has_previous=after is not None
            ),
            sources=reports,
            complete=is_complete(reports),
            total_count=total_of(done, mirrors),
        )

    async def follow(
        self,
        reference: str,
        tracking_code: str,
        selection: Selection,
        *,
        caller: str | None = None,
        deadline: float,
    ) -> Complaint | None:
        """The case of `reference` for whoever knows its code; None, as slowly, for anyone else.

        Whoever knows it sees what the complainant sees, whatever else they may.
        `caller` is where the question comes from (an address), as far as known. Raises
        `TooManyAttempts` after too many wrong codes for this reference or from this caller,
        whatever the code is now, and `ConnectorError` if the store or the case's source fails.
        """
        row = await self._engine.opening.open(
            reference, tracking_code, caller=caller, deadline=deadline
        )
        return None if row is None else await self.opened(row, selection, deadline=deadline)

    async def opened(
        self, row: LedgerRow, selection: Selection, *, deadline: float
    ) -> Complaint | None:
        """The case of `row` as its complainant sees it; None if its holder does not know it.

        Raises `ConnectorError` if the store or the case's source fails.
        """
        read = await self._read(
            [row], sight_with_code(), selection, scope="tracking-code", deadline=deadline
        )
        found = await self._possible.add(ANONYMOUS, read, selection, opened=True, deadline=deadline)
        answer = self._shown(sight_with_code(), found).get(row.reference)
        if isinstance(answer, ConnectorError):
            raise answer
        return answer

    async def entered(
        self,
        viewer: Viewer,
        rows: Iterable[LedgerRow],
        selection: Selection,
        *,
        deadline: float,
    ) -> Mapping[str, Complaint | ConnectorError]:
        """The cases of these rows of the ledger, which `viewer` may read, by their references.

        Each, or why it cannot be had now; those that their holder does not know are absent.
        """
        read = await self._read(
            rows, viewer.sight, selection, scope=viewer.scope, deadline=deadline
        )
        found = await self._possible.add(viewer, read, selection, deadline=deadline)
        return self._shown(viewer.sight, found)

    async def get(
        self, viewer: Viewer, ids: Sequence[str], selection: Selection, *, deadline: float
    ) -> Mapping[str, Complaint | ConnectorError]:
        """The complaints behind these global ids, each or why it cannot be had now.

        Those unknown or not for `viewer` are absent.
        """
        if not viewer.reads_by_id:
            return {}
        if viewer.reads_by_ledger:
            return await self._get_entered(viewer, ids, selection, deadline)
        sight = viewer.sight
        authority = Authority(viewer.scope, part_of(deadline, _FOR_SOURCES))
        read = await self.by_key.find(ids, sight.narrowed(selection), authority, deadline=deadline)
        found = await self._possible.add(viewer, read, selection, deadline=deadline)
        return {
            global_id: answer
            if isinstance(answer, ConnectorError)
            else self._presenting.shown(sight, as_reached(viewer, answer))
            for global_id, answer in found.items()
            if isinstance(answer, ConnectorError) or self._may_read(viewer, answer)
        }

    async def heard(
        self, sources: Sequence[SourceId], *, deadline: float
    ) -> Mapping[SourceId, datetime]:
        """As of when each of these mirrored `sources` is known here; those never heard are absent.

        Raises `ConnectorError` if the store fails.
        """
        async with store_given_up_at(deadline):
            states = await self._engine.mirrors.states(sources)
        return {each.source: each.heard_at for each in states}

    def _may_read(self, viewer: Viewer, record: Complaint) -> bool:
        parts = frozenset(each.agency_code for each in record.participants)
        case = Case(record.agency_code, taking_part=parts)
        return may_read(viewer, case) and self._presenting.knows(record)

    async def _get_entered(
        self, viewer: Viewer, ids: Sequence[str], selection: Selection, deadline: float
    ) -> Mapping[str, Complaint | ConnectorError]:
        """For who reads what the ledger says: it is asked first, and nobody for what is not theirs."""
        try:
            rows = await rows_for(viewer, ids, self._engine.ledger, deadline=deadline)
        except ConnectorError as error:
            return dict.fromkeys(ids, error)
        found = await self.entered(viewer, rows.values(), selection, deadline=deadline)
        return {
            global_id: found[row.reference]
            for global_id, row in rows.items()
            if row.reference in found
        }

    async def _read(
        self,
        rows: Iterable[LedgerRow],
        sight: Sight,
        selection: Selection,
        *,
        scope: str,
        deadline: float,
    ) -> Mapping[str, Complaint | ConnectorError]:
        by_reference = {row.reference: row for row in rows}
        found = await self.by_key.read(
            map(held_by, by_reference.values()),
            sight.narrowed(selection),
            Authority(scope, part_of(deadline, _FOR_SOURCES)),
            deadline=deadline,
        )
        return {
            reference: entered(answer, row)
            for reference, row in by_reference.items()
            if (answer := found.get(held_by(row))) is not None
        }

    def _shown(
        self, sight: Sight, answers: Mapping[str, Complaint | ConnectorError]
    ) -> Mapping[str, Complaint | ConnectorError]:
        return {
            reference: answer
            if isinstance(answer, ConnectorError)
            else self._presenting.shown(sight, answer)
            for reference, answer in answers.items()
        }

    async def _with_mirror_states(
        self, executing: Awaitable[Executed], decided: Plan, deadline: float
    ) -> tuple[Executed, Mapping[SourceId, datetime] | ConnectorError]:
        if not decided.mirrored:
            return await executing, {}
        return await asyncio.gather(executing, self._mirror_states(decided, deadline))

    async def _mirror_states(
        self, decided: Plan, deadline: float
    ) -> Mapping[SourceId, datetime] | ConnectorError:
        try:
            return await self.heard([each.id for each in decided.mirrored], deadline=deadline)
        except ConnectorError as error:
            return error

    def _edges(
        self,
        viewer: Viewer,
        done: Executed,
        rows: Sequence[Complaint],
        missing: Mapping[SourceId, Place],
        writer: Writer,
    ) -> tuple[Edge, ...]:
        shown = self._presenting.all_shown(viewer.sight, rows)
        return tuple(
            Edge(record, partial(writer.after, row, missing))
            for record, row in zip(shown, done.merged.rows, strict=True)
        )


def _leaving_time_for_details(authority: Authority, decided: Plan) -> Authority:
    if not any(step.late_children for step in decided.steps):
        return authority
    return replace(authority, deadline=part_of(authority.deadline, _FOR_LISTS))
