"""Watch the cases of a list."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Final

from connectors.contract.errors import ConnectorError
from connectors.contract.feed import ChangedCase, Changes, StaleMark
from connectors.contract.query import ComplaintQuery, Condition, Field, Op, Selection
from connectors.contract.records import AgencyCode, Complaint
from resolvers.cursor import digest
from resolvers.deadline import loop_time, store_given_up_at
from resolvers.listed import Listed
from resolvers.outcome import BadCursor
from resolvers.policy import Viewer, scope
from resolvers.watching.watchers import EVERYTHING, of_agency
from resolvers.watching.watching import AGAIN_SECONDS, Audience, Watching

_AT_ONCE: Final = 50
"""Cases that are read together."""
_REST_SECONDS: Final = 0.25
"""From one look to the next, so that a storm of changes is no storm of questions."""


@dataclass(frozen=True, slots=True)
class QueueChange:
    """A case of a list that changed; without one: whatever changed before has been told."""

    cursor: str
    """What to go on from."""
    id: str | None = None
    """The case's global id as the viewer is shown it; None without a case, or where the id that
    is shown cannot be made since the case cannot be read."""
    complaint: Complaint | ConnectorError | None = None
    """How it stands, or why that cannot be had now; None if it is not in the list."""
    left: bool = False
    """Whether it is not, or no longer, in the list."""


async def watch_queue(
    watching: Watching,
    audience: Audience,
    query: ComplaintQuery,
    selection: Selection,
    *,
    after: str | None = None,
) -> AsyncGenerator[QueueChange, None]:
    """The cases of a list that change, each as it stands when it is told.

    Those that changed since the cursor `after` come first; when they have been told, a change
    without a case says so, once. Raises `Forbidden`, `BadCursor`, what `Watchers` raise, and
    `ConnectorError` if the store cannot be read at first.
    """
    narrowed = scope(audience.viewer, query)
    bound_to = digest(narrowed, audience.viewer.scope)
    agencies = _agencies(narrowed.where)
    with watching.watchers.watching(audience.name, until=audience.until) as watcher:
        watcher.follow({EVERYTHING} if agencies is None else {*map(of_agency, agencies)})
        mark = await _start(watching, after, bound_to)
        caught_up = False
        while True:
            looked = loop_time()
            try:
                changes = await _since(watching, mark, agencies)
            except ConnectorError:
                if not caught_up:
                    raise
                await watcher.woken(within=AGAIN_SECONDS)
                continue
            ids = {each.case: f"Complaint:{each.case}" for each in changes.cases}
            listed = await watching.complaints().listed.find(
                audience.viewer, query, ids.values(), selection, deadline=watching.deadline()
            )
            # A case that moved between two agencies of the list is in it once.
            for changed in {each.case: each for each in changes.cases}.values():
                watcher.go_on()
                cursor = watching.cursors.seal(changed.mark, bound_to)
                yield _told(audience.viewer, changed, listed.get(ids[changed.case]), cursor)
            mark = changes.mark
            if changes.more:
                continue
            if not caught_up:
                caught_up = True
                yield QueueChange(watching.cursors.seal(mark, bound_to))
            await watcher.woken()
            await asyncio.sleep(looked + _REST_SECONDS - loop_time())


def _told(viewer: Viewer, changed: ChangedCase, listed: Listed | None, cursor: str) -> QueueChange:
    """What is told of a case, given how it stands in the list; None if there is no such case."""
    known = None if viewer.sight.aliases else f"Complaint:{changed.case}"
    if listed is None:
        return QueueChange(cursor, known, left=True)
    shown = listed.shown
    if isinstance(shown, ConnectorError):
        return QueueChange(cursor, known, shown)
    unlisted = not changed.here and changed.agency == shown.agency_code
    if listed.matches and not unlisted:
        return QueueChange(cursor, shown.id, shown)
    return QueueChange(cursor, shown.id, left=True)


def _agencies(where: Iterable[Condition]) -> frozenset[AgencyCode] | None:
    """Those that the list is about; None: all."""
    found: frozenset[AgencyCode] | None = None
    for condition in where:
        if condition.field is Field.AGENCY and condition.op is Op.IN:
            found = condition.value if found is None else found & condition.value
    return found


async def _start(watching: Watching, after: str | None, bound_to: bytes) -> str:
    if after is not None:
        return watching.cursors.unseal(after, bound_to)
    async with store_given_up_at(watching.deadline()):
        return await watching.feed.now()


async def _since(watching: Watching, mark: str, agencies: frozenset[AgencyCode] | None) -> Changes:
    try:
        async with store_given_up_at(watching.deadline()):
            return await watching.feed.since(mark, agencies, most=_AT_ONCE)
    except StaleMark as error:
        raise BadCursor(
            "this cursor is of a store that was replaced or restored since: ask for the list anew"
            " and subscribe without a cursor"
        ) from error
