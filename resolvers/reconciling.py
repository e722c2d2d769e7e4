"""Ask the agencies what a store that was put back does not know; each source for itself.

What was still to be delivered when the backup was made may have arrived since, and cases that were
filed after it may be there. The first is settled as far as the sources tell; the second is told.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from connectors.contract.capabilities import Idempotency
from connectors.contract.connector import Filing, Move
from connectors.contract.errors import (
    ConnectorError,
    NeedsOperator,
    NotFound,
    NotSupported,
    Refused,
    TryAgain,
)
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import (
    GONE_ON,
    Arrived,
    DeliveryState,
    Due,
    HeldDelivery,
    Later,
    Settled,
    Stopped,
)
from connectors.contract.query import Selection
from connectors.contract.records import STORE, Complaint, Mode, SourceId, utc_now
from resolvers.asking import Asker, Authority
from resolvers.deadline import loop_time
from resolvers.ports import Held, Ledger
from resolvers.recalling import Carried, recall
from resolvers.reconciled import (
    NOT_CONFIGURED,
    Account,
    OnProgress,
    Reconciled,
    Unknown,
)
from resolvers.telling import idempotency

_MARGIN: Final = timedelta(days=1)
"""Clocks differ, and some systems write their own time as if it were UTC."""
_PART: Final = 500
_SCOPE: Final = "reconciling"


class Reconciling:
    """Asks the agencies once."""

    def __init__(
        self,
        held: Held,
        ledger: Ledger,
        askers: Mapping[SourceId, Asker],
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Settle what `held` holds, and look what `ledger` does not know, at all of `askers`."""
        self._held = held
        self._ledger = ledger
        self._askers = {name: asker for name, asker in askers.items() if name != STORE}
        self._now = now

    async def run(self, known_to: datetime | None, told: OnProgress) -> Reconciled:
        """What the agencies tell of the time after `known_to`; None: nothing was known then.

        A source that fails is asked no more, and what it would have told about stays as it was.
        Raises `ConnectorError` if the store fails.
        """
        since = None if known_to is None else known_to - _MARGIN
        account = Account(Reconciled(since), told)
        for source, count in (await self._held.held_by_source()).items():
            if source not in self._askers:
                account.count(held=count)
                account.not_asked(source, NOT_CONFIGURED)
        await asyncio.gather(
            *(
                _AtOne(asker, self._held, self._ledger, account, self._now).run(since)
                for asker in self._askers.values()
            )
        )
        return account.so_far


class _AtOne:
    """What one source tells."""

    def __init__(
        self,
        asker: Asker,
        held: Held,
        ledger: Ledger,
        account: Account,
        now: Callable[[], datetime],
    ) -> None:
        self._asker = asker
        self._source = asker.source
        self._held = held
        self._ledger = ledger
        self._account = account
        self._now = now
        self._failure: ConnectorError | None = None
        """Why it is asked no more: it costs one deadline."""
        self._places: dict[str, str] = {}
        """Where the cases of references are, as far as that is known."""
        self._missing: set[str] = set()
        """References that a search did not find."""

    async def run(self, since: datetime | None) -> None:
        """Read what its cases carry, settle what is held, and tell what is not known."""
        first = await self._page(0)
        carried = await self._recall(_earlier(since, first))
        await self._tell_unknown(carried)
        self._places = {each.reference: each.source_id for each in carried}
        await self._settle_all(first)
        if self._failure is not None:
            self._account.not_asked(self._source.id, self._failure.code)

    async def _recall(self, since: datetime | None) -> Sequence[Carried]:
        can = self._source.capabilities
        if not can.tells_references:
            if can.files is not None:
                self._account.not_asked(self._source.id, NotSupported.code)
            return ()
        carried: list[Carried] = []
        try:
            async for page in recall(self._asker, since):
                carried += page.carried
                self._account.count(read=page.read, carrying=len(page.carried))
        except ConnectorError as error:
            self._failure = error
        return carried

    async def _tell_unknown(self, carried: Sequence[Carried]) -> None:
        for start in range(0, len(carried), _PART):
            some = carried[start : start + _PART]
            known = await self._ledger.find_all([each.reference for each in some])
            # A text in which people write may name other cases beside its own.
            ours = {each.source_id for each in some if each.reference in known}
            self._account.unknown(
                [
                    Unknown(self._source.id, each.source_id, each.reference, each.created_at)
                    for each in some
                    if each.source_id not in ours
                ]
            )

    async def _settle_all(self, page: Sequence[HeldDelivery]) -> None:
        while page:
            self._account.count(looked_up=len(page))
            moves: defaultdict[str, list[HeldDelivery]] = defaultdict(list)
            for each in page:
                if each.due.source_id is not None:
                    self._places[each.due.reference] = each.due.source_id
                if isinstance(each.due.what, Move):
                    moves[each.due.reference].append(each)
                else:
                    await self._settle(each, await self._of(each.due))
            await self._settle_moves(moves)
            page = await self._page(page[-1].due.id)

    async def _page(self, after: int) -> Sequence[HeldDelivery]:
        return await self._held.held(self._source.id, now=self._now(), after=after, most=_PART)

    async def _of(self, due: Due) -> Settled:
        """What becomes of a filing or a message, by what makes its repetition safe."""
        if isinstance(due.what, Filing) and due.token is None:
            found = self._places.get(due.reference) or await self._search(due.what)
            if found is not None:
                self._places[due.reference] = found
                return Arrived(self._now(), found, mirrored=self._source.mode is Mode.MIRROR)
        if due.token is None and idempotency(self._source.capabilities, due) is Idempotency.NONE:
            return Stopped(DeliveryState.UNCERTAIN, "BROKEN_OFF", self._now())
        return self._again()

    async def _search(self, filing: Filing) -> str | None:
        """Where the filing is, if a search says so."""
        if self._source.capabilities.files is not Idempotency.SEARCH or self._failure is not None:
            return None
        ends = loop_time() + self._source.delivery.timeout_seconds
        try:
            found = await self._asker.find(filing, deadline=ends)
        except (Refused, NotSupported):
            return None
        except ConnectorError as error:
            self._failure = error
            return None
        if found is None:
            self._missing.add(filing.reference)
        return found

    async def _settle_moves(self, moves: Mapping[str, Sequence[HeldDelivery]]) -> None:
        """Look where the cases stand: a state that was told again could put back what went on."""
        answers = await self._stand([self._places[each] for each in moves if each in self._places])
        for reference, its in moves.items():
            place = self._places.get(reference)
            if place is None and reference in self._missing:
                # Nothing can have been done in a case that is not there.
                await self._settle_each(its, self._again())
                continue
            answer = None if place is None else answers.get(place, _NOT_THERE)
            match answer:
                case Complaint(origin=origin) if not origin.stale:
                    await self._settle_where(its, answer.status)
                case Refused() | NotSupported():
                    await self._settle_each(its, self._stopped(answer.code))
                case _:
                    self._account.count(held=len(its))

    async def _stand(self, ids: Sequence[str]) -> Mapping[str, Complaint | ConnectorError]:
        if not ids or self._failure is not None:
            return dict.fromkeys(ids, self._failure or _NOT_THERE)
        ends = loop_time() + self._source.sync.timeout_seconds
        answers = await self._asker.get(ids, Selection(), Authority(_SCOPE, ends))
        for answer in answers.values():
            if isinstance(answer, TryAgain | NeedsOperator):
                self._failure = answer
        return answers

    async def _settle_where(self, its: Sequence[HeldDelivery], stands: Status) -> None:
        """They were told in order: where the case stands says how far that came."""
        told = [
            number
            for number, each in enumerate(its, 1)
            if isinstance(each.due.what, Move) and each.due.what.status is stands
        ]
        arrived = max(told, default=0)
        for each in its[:arrived]:
            await self._settle(each, Arrived(self._now(), stands=stands))
        as_known = arrived or stands in {its[0].heard_status, Status.SUBMITTED}
        rest = self._again() if as_known else self._stopped(GONE_ON)
        await self._settle_each(its[arrived:], rest)

    async def _settle_each(self, its: Sequence[HeldDelivery], settled: Settled) -> None:
        for each in its:
            await self._settle(each, settled)

    async def _settle(self, held: HeldDelivery, settled: Settled) -> None:
        match await self._held.settle_held(held.due, settled):
            case DeliveryState.DELIVERED:
                self._account.count(found=1)
            case DeliveryState.PENDING:
                self._account.count(again=1)
            case DeliveryState.UNCERTAIN:
                self._account.count(left=1)

    def _again(self) -> Later:
        """As an attempt that was broken off now: a search may still miss what it left."""
        return Later(self._now(), None, maybe_sent=True, counted=False)

    def _stopped(self, code: str) -> Stopped:
        return Stopped(DeliveryState.UNCERTAIN, code, self._now())


_NOT_THERE: Final = NotFound("the source does not know the case")


def _earlier(since: datetime | None, first: Sequence[HeldDelivery]) -> datetime | None:
    """From when on what is held may have been entered, too."""
    if since is None or not first:
        return since
    return min(since, first[0].due.created_at - _MARGIN)
