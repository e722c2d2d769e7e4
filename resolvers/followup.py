"""Hear the agencies: ask for every case that another system holds, and take in what is new there.

Cases that are open are asked for every few minutes, others once a day and for half a year, so that
a reopening over there is heard. What is heard is one transaction a case.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
import structlog

from connectors.contract.errors import ConnectorError
from connectors.contract.following import Followed, Heard, Remembered
from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.query import Child, Selection
from connectors.contract.records import Complaint, SourceId, utc_now
from resolvers.asking import Asker, Authority
from resolvers.clock import ClockPolicy
from resolvers.deadline import loop_time
from resolvers.lettering import NO_LETTERS, Lettering
from resolvers.lifecycle import Told, hear, impossible
from resolvers.ports import Follows
from resolvers.sourcework import Askers, SourceWork

_log = structlog.get_logger(__name__)

_SCOPE: Final = "following"
_HEARD: Final = Selection(
    fields=frozenset({"status_reason", "updated_at", "closed_at"}),
    children=frozenset({Child.MESSAGES, Child.EVENTS, Child.DECISIONS}),
    internal=True,
)
"""All that can be news; what was filed is the ledger's."""
_BATCHES: Final = 4
"""Calls that one source has to answer at once."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a case is asked for; times in seconds unless they say otherwise."""

    look: float = 5.0
    """From one look at what is due to the next."""
    open: float = 300.0
    """While an answer is owed."""
    closed: float = 86_400.0
    closed_days: float = 180.0
    """After the last change; then it is left alone until something is done in it."""
    unknown: float = 3600.0
    """Where its system does not know it."""
    failed: float = 60.0
    """After its system did not answer."""
    lease: float = 120.0
    """After which a case that was begun counts as never asked for."""
    attempt: float = 30.0
    """For all the calls that are made at once."""


class Followup(SourceWork):
    """Asks for cases, every source's for itself; one for as long as the program runs."""

    def __init__(
        self,
        follows: Follows,
        askers: Askers,
        clock: Callable[[], ClockPolicy],
        *,
        lettering: Lettering = NO_LETTERS,
        now: Callable[[], datetime] = utc_now,
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        """Take in by `clock`, which like `askers` is asked again each time, what is heard."""
        super().__init__("following", askers, rhythm.look)
        self._follows = follows
        self._clock = clock
        self._lettering = lettering
        self._now = now
        self._rhythm = rhythm

    async def _waiting(self) -> Sequence[SourceId]:
        return await self._follows.waiting(self._now())

    async def _do_some(self, asker: Asker) -> bool:
        source = asker.source
        can = source.capabilities.get
        now = self._now()
        cases = await self._follows.begin(
            source.id,
            now=now,
            until=now + timedelta(seconds=self._rhythm.lease),
            most=_BATCHES * (1 if can is None else can.max_batch),
        )
        return bool(cases) and await self._ask(asker, cases)

    async def _ask(self, asker: Asker, cases: Sequence[Followed]) -> bool:
        """Whether the source answered for all of them."""
        asked_at = self._now()
        answers = await asker.get(
            [case.source_id for case in cases],
            _HEARD,
            Authority(_SCOPE, loop_time() + self._rhythm.attempt),
        )
        again: defaultdict[datetime | None, list[Followed]] = defaultdict(list)
        failed = False
        for case in cases:
            match answers.get(case.source_id):
                case None:
                    again[self._in(self._rhythm.unknown)].append(case)
                case Complaint() as record if not record.origin.stale:
                    told = Told(record, asked_at, _digest(record), self._next(case, record))
                    if told.digest == case.heard_digest:
                        again[told.follow_at].append(case)
                    else:
                        await self._hear(asker.source.id, case, told)
                case ConnectorError(retry_after=pause):
                    failed = True
                    again[self._in(max(self._rhythm.failed, pause or 0.0))].append(case)
                case _:
                    failed = True
                    again[self._in(self._rhythm.failed)].append(case)
        for at, its in again.items():
            await self._follows.again(its, at)
        return not failed

    async def _hear(self, source: SourceId, case: Followed, told: Told) -> None:
        now, clock = self._now(), self._clock()
        before: list[Status] = []

        def decided(known: Remembered) -> Heard:
            before.append(known.standing.status)
            heard = hear(told, known, now, clock)
            if heard.change is None:
                return heard
            return replace(heard, change=self._lettering.tells(heard.change))

        heard = await self._follows.hear(source, case, decided)
        if heard is not None and impossible(heard, before[-1]):
            _log.warning(
                "impossible_step_heard",
                source=source,
                before=before[-1],
                after=told.record.status,
            )

    def _next(self, case: Followed, record: Complaint) -> datetime | None:
        if record.status in OPEN:
            return self._in(self._rhythm.open)
        known = (case.changed_at, record.updated_at, record.closed_at)
        changed_at = max(at for at in known if at is not None)
        if self._now() - changed_at < timedelta(days=self._rhythm.closed_days):
            return self._in(self._rhythm.closed)
        return None

    def _in(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)


def _digest(record: Complaint) -> bytes:
    """Equal for what is no news; without people's words, against which nobody can try others."""
    told = (
        record.status,
        record.closed_at,
        [(each.id, each.at) for each in record.messages or ()],
        [(each.id, each.at, each.status) for each in record.events or ()],
        [(each.id, each.at, each.outcome) for each in record.decisions or ()],
    )
    return sha256(msgspec.msgpack.encode(told)).digest()
