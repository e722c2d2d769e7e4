"""Watch one case."""

import hmac
from collections.abc import AsyncGenerator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from connectors.contract.errors import ConnectorError
from connectors.contract.ledger import LedgerRow
from connectors.contract.query import Selection
from connectors.contract.records import Complaint
from resolvers.acts import Which, problems_of_which
from resolvers.bykey import Held, meant_by
from resolvers.deadline import store_given_up_at
from resolvers.outcome import Forbidden, Refusal
from resolvers.policy import Viewer
from resolvers.watching.watchers import of_agency, of_case
from resolvers.watching.watching import AGAIN_SECONDS, Audience, Watching
from resolvers.wording import Language


class NoSuchCase(Refusal):
    """There is none, or none for this viewer: which of them is not told."""

    extensions_code = "NOT_FOUND"

    def __init__(self) -> None:
        """Say so, in the same words for all."""
        super().__init__("there is no such case, or none that you may watch")


@dataclass(frozen=True, slots=True)
class CaseChange:
    """How a case stands."""

    version: int
    """Counts its changes; what to go on from."""
    complaint: Complaint


async def watch_case(
    watching: Watching,
    audience: Audience,
    which: Which,
    selection: Selection,
    *,
    since: int | None = None,
) -> AsyncGenerator[CaseChange, None]:
    """How the case stands, unless that is version `since`, and then after each change.

    Of changes in quick succession the last is told. Raises `Refusal` for a case that is not
    named, `Forbidden`, `NoSuchCase`, also later on, when the case may no longer be seen,
    `TooManyAttempts` as `Complaints.follow` does, what `Watchers` raise, and `ConnectorError` if
    the case cannot be read at first.
    """
    for problem in problems_of_which(which):
        raise Refusal(f"case: {problem.message(Language.EN)}")
    with watching.watchers.watching(audience.name, until=audience.until) as watcher:
        way = await _way(watching, audience, which, selection)
        watcher.follow(way.topics)
        standing: CaseChange | None = None
        told = since
        while True:
            try:
                standing = await _standing(watching, way)
            except ConnectorError:
                if standing is None:
                    raise
                await watcher.woken(within=AGAIN_SECONDS)
                continue
            if watcher.follow(way.topics | _topics(standing.complaint)):
                # What changed since it was read has not woken anybody.
                continue
            watcher.go_on()
            if told is None or standing.version > told:
                told = standing.version
                yield standing
            await watcher.woken()


class _Way(Protocol):
    """How a case is read by who asks."""

    @property
    def name(self) -> str:
        """What the feed calls the case."""

    @property
    def topics(self) -> AbstractSet[str]:
        """What wakes for it, as far as that is known before it was read."""

    async def read(self) -> Complaint | None:
        """The case as it is shown; None if there is none, or no longer for who asks."""


@dataclass(frozen=True, slots=True)
class _ByRight:
    """Without a tracking code."""

    watching: Watching
    viewer: Viewer
    global_id: str
    meant: Held | str
    selection: Selection

    @property
    def name(self) -> str:
        return self.meant if isinstance(self.meant, str) else ":".join(self.meant)

    @property
    def topics(self) -> AbstractSet[str]:
        return {of_case(self.meant)} if isinstance(self.meant, str) else set()

    async def read(self) -> Complaint | None:
        found = await self.watching.complaints().get(
            self.viewer, [self.global_id], self.selection, deadline=self.watching.deadline()
        )
        answer = found.get(self.global_id)
        if isinstance(answer, ConnectorError):
            raise answer
        return answer


@dataclass(frozen=True, slots=True)
class _ByCode:
    """As its complainant."""

    watching: Watching
    opened: LedgerRow
    selection: Selection

    @property
    def name(self) -> str:
        return self.opened.reference

    @property
    def topics(self) -> AbstractSet[str]:
        return {of_case(self.opened.reference)}

    async def read(self) -> Complaint | None:
        """None as well when another code has taken the place of the one that was given."""
        deadline = self.watching.deadline()
        async with store_given_up_at(deadline):
            row = await self.watching.opening.ledger.find(self.opened.reference)
        if row is None or not hmac.compare_digest(row.code_hash, self.opened.code_hash):
            return None
        return await self.watching.complaints().opened(row, self.selection, deadline=deadline)


async def _way(watching: Watching, audience: Audience, which: Which, selection: Selection) -> _Way:
    if which.tracking_code is None:
        if not audience.viewer.reads_by_id:
            raise Forbidden(
                "without its tracking code a case is watched by who may read it by its id, signed in"
            )
        global_id = which.id or f"Complaint:{which.reference}"
        meant = meant_by(global_id)
        if meant is None:
            raise NoSuchCase
        return _ByRight(watching, audience.viewer, global_id, meant, selection)
    row = await watching.opening.open(
        which.reference or "",
        which.tracking_code,
        caller=audience.caller,
        deadline=watching.deadline(),
    )
    if row is None:
        raise NoSuchCase
    return _ByCode(watching, row, selection)


async def _standing(watching: Watching, way: _Way) -> CaseChange:
    """The case as it stands now; of the version at least, for that is read first."""
    async with store_given_up_at(watching.deadline()):
        noted = await watching.feed.version(way.name)
    complaint = await way.read()
    if complaint is None:
        raise NoSuchCase
    return CaseChange(max(noted or 0, complaint.version), complaint)


def _topics(complaint: Complaint) -> AbstractSet[str]:
    """Of a case that was never filed here no change is told by its own name."""
    if complaint.reference is not None:
        return {of_case(complaint.reference)}
    return {of_agency(complaint.agency_code)}
