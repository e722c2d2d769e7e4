"""Look at the clock of every case in which something is owed, and note what has to be told.

Whoever looks first notes it; the store keeps each notice once, so that it does not matter how many
look, how late, or who was interrupted. An answered case about which nothing more was said is
closed in the same round.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Standing
from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.notices import NewNotice, NoticeName, WatchedCase, WatchProgress
from connectors.contract.records import AuthorRole, Complaint, EventKind, utc_now
from resolvers.clock import Clock, ClockPolicy, Notice, NoticeKind, clock_of, facts_of
from resolvers.lettering import NO_LETTERS, Lettering
from resolvers.lifecycle import Hindrance, Request, decide
from resolvers.ports import KeepsNotices, Ledger

EVERY: Final = timedelta(minutes=15)
"""From the beginning of one round to that of the next: notices fall on the beginning of a day."""
_PAGE: Final = 500
_SUBJECT: Final = "chikaya:clock"
"""Who closes a case by silence."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking."""

    cases: int = 0
    told: int = 0
    """Notices that had not been told before."""
    closed: int = 0

    def __add__(self, more: "Looked") -> "Looked":
        return Looked(self.cases + more.cases, self.told + more.told, self.closed + more.closed)


@dataclass(frozen=True, slots=True)
class NotSilent:
    """The case is not, or no longer, one to be closed by silence."""


class Watch:
    """Looks at the clocks."""

    def __init__(
        self,
        notices: KeepsNotices,
        ledger: Ledger,
        policy: Callable[[], ClockPolicy],
        *,
        lettering: Lettering = NO_LETTERS,
        now: Callable[[], datetime] = utc_now,
        page: int = _PAGE,
    ) -> None:
        """Note in `notices` and close in `ledger`, by the policy that is in force at each page."""
        self._notices = notices
        self._ledger = ledger
        self._policy = policy
        self._lettering = lettering
        self._now = now
        self._page = page

    async def due_in(self) -> float:
        """The seconds until there is something to look at; 0 while a round is not at its end."""
        progress = await self._notices.progress()
        if progress.going or progress.began_at is None:
            return 0.0
        return max(0.0, (progress.began_at + EVERY - self._now()).total_seconds())

    async def look(self, got_on: Callable[[], None] = lambda: None) -> Looked | None:
        """Go on with the round that is under way, or begin one, to its end.

        None if somebody else is looking. `got_on` is called after every page.
        """
        async with self._notices.alone() as alone:
            if not alone:
                return None
            progress = await self._notices.progress()
            if not progress.going:
                progress = WatchProgress(self._now(), going=True)
            looked = Looked()
            while progress.going:
                page = await self._notices.page(progress.after, self._page)
                progress = replace(
                    progress,
                    after=page[-1].row if page else progress.after,
                    going=len(page) == self._page,
                )
                looked += await self._look_at(page, progress)
                got_on()
            return looked

    async def _look_at(self, page: Sequence[WatchedCase], progress: WatchProgress) -> Looked:
        now, policy = self._now(), self._policy()
        clocks = [(each, clock_of(facts_of(each.case), policy)) for each in page]
        running = [(each, clock) for each, clock in clocks if isinstance(clock, Clock)]
        new = [notice for each, clock in running for notice in self._untold(each, clock, now)]
        told = await self._notices.tell(new, progress, now=now)
        closed = 0
        for each, clock in running:
            if _silent(each.case, clock, now):
                closed += await self._close(each.case, clock, now)
        return Looked(len(page), told, closed)

    async def _close(self, case: Complaint, clock: Clock, now: datetime) -> bool:
        """Whether it was closed by this, and not by another one or not at all."""
        policy = self._policy()

        def decided(standing: Standing) -> Change | Hindrance | NotSilent:
            if standing.version != case.version:
                # Something was said since it was looked at: the next round looks again.
                return NotSilent()
            did = decide(Request(Act.CLOSE), AuthorRole.SYSTEM, standing, now, policy)
            return self._lettering.tells(did) if isinstance(did, Change) else did

        reference = str(case.reference)
        key = f"close/{reference}/{clock.current.number}"
        did = await self._ledger.change(reference, Doing(Act.CLOSE, _SUBJECT, key), decided)
        return isinstance(did, Changed) and not did.replayed

    def _untold(self, watched: WatchedCase, clock: Clock, now: datetime) -> Iterator[NewNotice]:
        for notice in clock.notices(now):
            name = NoticeName(notice.cycle, notice.extension, notice.name)
            if name not in watched.told and _concerns(watched.case, notice):
                yield NewNotice(
                    watched.row,
                    name,
                    notice.kind.value,
                    notice.days,
                    notice.at,
                    self._lettering.of_notice(notice),
                )


def _concerns(case: Complaint, notice: Notice) -> bool:
    """Whether it is to be told of this case.

    Of a case whose events are not kept here from its beginning nobody knows whether an agency took
    it up; mostly it lies in that agency's own system.
    """
    if case.status not in OPEN:
        return False
    filed_here = any(event.kind is EventKind.FILED for event in case.events or ())
    return notice.kind is not NoticeKind.ROUTING_LATE or filed_here


def _silent(case: Complaint, clock: Clock, now: datetime) -> bool:
    """Whether it was answered so long ago that it closes."""
    return case.status is Status.ANSWERED and clock.closes_at is not None and clock.closes_at < now
