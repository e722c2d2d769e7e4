"""Ask one source through its guard, falling back on what it last said."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Final, TypeVar

import msgspec

from connectors.contract.capabilities import Idempotency
from connectors.contract.connector import (
    Call,
    Connector,
    Filing,
    Finds,
    Gets,
    OffersServices,
)
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NeedsOperator,
    NotSupported,
    TryAgain,
)
from connectors.contract.query import TIMES, ListQuestion, Page, Selection
from connectors.contract.records import AgencyCode, Complaint, Mode, Service, ServiceAttribute
from resolvers.cache import LastKnown, SingleFlight
from resolvers.deadline import given_up_at
from resolvers.guard import Guard
from resolvers.registry import Source

_T = TypeVar("_T")
_ROWS_KEPT: Final = 5_000
"""Rows of remembered pages, and as many cases, per source."""
_KEPT_SECONDS: Final = 86_400.0
_GRACE_SECONDS: Final = 0.05
"""After the deadline, before a call that does not even let itself be cancelled is left behind."""


@dataclass(frozen=True, slots=True)
class Authority:
    """On whose behalf a source is asked; answers are never shared across two of these."""

    scope: str
    deadline: float
    """Loop time."""
    max_age: float | None = None
    """Seconds; an older answer is not served without asking. None: the source's own lifetime."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, and why it is an old one if it is."""

    page: Page
    failure: ConnectorError | None = None
    """What asking anew led to; None for a page that is not stale."""


class Asker:
    """One opened source, as the engine asks it."""

    def __init__(self, source: Source, connector: Connector) -> None:
        """Ask `connector`, guarded as `source` says."""
        self.source = source
        self.guard = Guard(source.id, source.guard)
        self._connector = connector
        self._agencies = frozenset(source.agencies)
        # The store is the gateway's own memory: it holds everyone's cases, and fails when we do.
        self._ours = source.mode is Mode.OWN
        self._pages: LastKnown[Page] = LastKnown(
            _ROWS_KEPT, seconds=_KEPT_SECONDS, weigh=lambda page: 1 + len(page.records)
        )
        self._cases: LastKnown[Complaint] = LastKnown(_ROWS_KEPT, seconds=_KEPT_SECONDS)
        self._flights = SingleFlight()

    async def list(self, question: ListQuestion, authority: Authority) -> Answer:
        """A page; a stale one if the source fails and said something before.

        Raises `ConnectorError`.
        """
        key = (authority.scope, question)
        kept = self._pages.find(key, younger_than=self._lifetime(authority))
        if kept is not None:
            return Answer(kept)
        try:
            return Answer(
                await self._shared(
                    key, lambda: self._fetch(question, authority), authority.deadline
                )
            )
        except (TryAgain, NeedsOperator) as error:
            kept = self._pages.find(key)
            if kept is None:
                raise
            return Answer(_stale(kept), error)

    async def scan(self, question: ListQuestion, *, deadline: float) -> Page:
        """A page just as the source tells it now, for whoever keeps it: nothing is remembered.

        Raises `ConnectorError`.
        """
        page = await self.guard.read(
            lambda call: self._connector.list(question, call),
            deadline=deadline,
            timeout_seconds=self.source.sync.timeout_seconds,
        )
        self._check(page.records)
        return page

    async def get(
        self, ids: Sequence[str], selection: Selection, authority: Authority
    ) -> Mapping[str, Complaint | ConnectorError]:
        """Cases by id, in as few calls as the source's batch allows, all at once.

        Unknown ids are absent. Where the source fails an id has what it last said, as stale, or
        the failure.
        """
        connector, can = self._connector, self.source.capabilities.get
        wanted = list(dict.fromkeys(ids))
        if can is None or not isinstance(connector, Gets):
            return dict.fromkeys(
                wanted, NotSupported(f'source "{self.source.id}" cannot be read by id')
            )
        able = Selection(
            fields=selection.fields & self.source.capabilities.fields,
            children=selection.children & can.children,
            internal=selection.internal,
        )
        batches = [
            tuple(wanted[start : start + can.max_batch])
            for start in range(0, len(wanted), can.max_batch)
        ]
        answers = await asyncio.gather(
            *(self._get_batch(connector, batch, able, authority) for batch in batches)
        )
        return {case: answer for batch in answers for case, answer in batch.items()}

    async def write(
        self,
        do: Callable[[Connector, Call], Awaitable[_T]],
        *,
        deadline: float,
        timeout_seconds: float,
    ) -> _T:
        """What comes of telling the source something, once. Raises `ConnectorError`."""
        return await self.guard.write(
            lambda call: do(self._connector, call),
            deadline=deadline,
            timeout_seconds=timeout_seconds,
        )

    async def find(self, filing: Filing, *, deadline: float) -> str | None:
        """The source's id of the case that carries the reference of `filing`; None if none shows.

        Raises `ConnectorError`.
        """
        connector = self._connector
        if self.source.capabilities.files is not Idempotency.SEARCH or not isinstance(
            connector, Finds
        ):
            raise NotSupported(f'source "{self.source.id}" cannot be searched by our reference')
        return await self.guard.read(
            lambda call: connector.find(filing, call),
            deadline=deadline,
            timeout_seconds=self.source.delivery.timeout_seconds,
        )

    async def services(self, agency: AgencyCode, deadline: float) -> Sequence[Service] | None:
        """The services the source itself offers for `agency`; None if it tells none.

        Raises `ConnectorError`.
        """
        connector = self._connector
        if not self.source.capabilities.services or not isinstance(connector, OffersServices):
            return None
        offered = await self._shared(
            "services", lambda: self.guard.read(connector.services, deadline=deadline), deadline
        )
        return [service for service in offered if service.agency_code == agency]

    async def attributes(self, service: str, deadline: float) -> Sequence[ServiceAttribute] | None:
        """The questions that one of the source's services asks; None if it tells none.

        Raises `ConnectorError`.
        """
        connector = self._connector
        if not self.source.capabilities.services or not isinstance(connector, OffersServices):
            return None
        return await self.guard.read(
            lambda call: connector.attributes(service, call), deadline=deadline
        )

    def _lifetime(self, authority: Authority) -> float:
        lifetime = self.source.guard.lifetime_seconds
        return lifetime if authority.max_age is None else min(lifetime, authority.max_age)

    async def _fetch(self, question: ListQuestion, authority: Authority) -> Page:
        page = await self.guard.read(
            lambda call: self._connector.list(question, call), deadline=authority.deadline
        )
        if not self._ours:
            self._check(page.records)
            self._pages.keep((authority.scope, question), page)
        return page

    async def _get_batch(
        self, connector: Gets, batch: tuple[str, ...], selection: Selection, authority: Authority
    ) -> Mapping[str, Complaint | ConnectorError]:
        about = (authority.scope, selection)
        try:
            found = await self._shared(
                (*about, batch),
                lambda: self.guard.read(
                    lambda call: connector.get(batch, selection, call),
                    deadline=authority.deadline,
                ),
                authority.deadline,
            )
            if any(record.origin.source_id != case for case, record in found.items()):
                raise BadData(f'source "{self.source.id}" answered with cases not asked for')
            if not self._ours:
                self._check(found.values())
        except (TryAgain, NeedsOperator) as error:
            kept = {case: self._cases.find((*about, case)) for case in batch}
            return {case: stale_copy(old) if old else error for case, old in kept.items()}
        except ConnectorError as error:
            return dict.fromkeys(batch, error)
        if not self._ours:
            for case, record in found.items():
                self._cases.keep((*about, case), record)
        return found

    async def _shared(
        self, key: Hashable, make: Callable[[], Awaitable[_T]], deadline: float
    ) -> _T:
        """The result of `make()`, which equal calls under way share; never late, whoever is."""
        if self._ours:
            # A statement is given up when it is told to be, and costs less than to find its equal.
            return await make()
        async with given_up_at(
            deadline + _GRACE_SECONDS, f'source "{self.source.id}" did not answer in time'
        ):
            if not self.source.guard.share_calls:
                return await make()
            return await self._flights.call(key, make)

    def _check(self, records: Iterable[Complaint]) -> None:
        for record in records:
            if record.origin.source != self.source.id or record.agency_code not in self._agencies:
                raise BadData(f'source "{self.source.id}" answered with a case that is not its own')
            if any(at is not None and at.tzinfo is None for at in _times_of(record)):
                raise BadData(f'source "{self.source.id}" answered with a time without a zone')


_times_of: Final[Callable[[Complaint], tuple[datetime | None, ...]]] = attrgetter(
    *(time.value for time in TIMES)
)


def stale_copy(complaint: Complaint) -> Complaint:
    """`complaint`, said to be old."""
    origin = msgspec.structs.replace(complaint.origin, stale=True)
    return msgspec.structs.replace(complaint, origin=origin)


def _stale(page: Page) -> Page:
    return replace(page, records=[stale_copy(record) for record in page.records])
