"""Ask one source through its guard, falling back on what it last said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from connectors.contract.connector import Connector, Gets, OffersServices
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NeedsOperator,
    NotSupported,
    TryAgain,
)
from connectors.contract.query import ListQuestion, Page, Selection
from connectors.contract.records import AgencyCode, Complaint, Mode, Service, ServiceAttribute
from resolvers.cache import LastKnown, SingleFlight
from resolvers.guard import Guard
from resolvers.registry import Source

_PAGES_KEPT: Final = 256
_CASES_KEPT: Final = 1024


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
        self._pages: LastKnown[Page] = LastKnown(_PAGES_KEPT)
        self._cases: LastKnown[Complaint] = LastKnown(_CASES_KEPT)
        self._flights: SingleFlight[Page] = SingleFlight()

    @property
    def _remembers(self) -> bool:
        # The store is the gateway's own memory: when it fails, so do we.
        return self.source.mode is not Mode.OWN

    async def list(self, question: ListQuestion, authority: Authority) -> Answer:
        """A page; a stale one if the source fails and said something before.

        Raises `ConnectorError`.
        """
        key = (authority.scope, question)
        kept = self._pages.find(key, younger_than=self._lifetime(authority))
        if kept is not None:
            return Answer(kept)
        try:
            return Answer(await self._flights.call(key, lambda: self._fetch(question, authority)))
        except (TryAgain, NeedsOperator) as error:
            kept = self._pages.find(key)
            if kept is None:
                raise
            return Answer(_stale(kept), error)

    async def get(
        self, ids: Sequence[str], selection: Selection, authority: Authority
    ) -> Mapping[str, Complaint]:
        """Cases by id, as few calls as the source's batch allows; stale ones where it fails.

        Unknown ones are absent. Raises `ConnectorError` if the source fails and nothing is known.
        """
        connector, can = self._connector, self.source.capabilities.get
        if can is None or not isinstance(connector, Gets):
            raise NotSupported(f'source "{self.source.id}" cannot be read by id')
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Complaint] = {}
        for start in range(0, len(wanted), can.max_batch):
            batch = wanted[start : start + can.max_batch]
            found |= await self._get_batch(connector, batch, selection, authority)
        return found

    async def services(self, agency: AgencyCode, deadline: float) -> Sequence[Service] | None:
        """The services the source itself offers for `agency`; None if it tells none.

        Raises `ConnectorError`.
        """
        connector = self._connector
        if not self.source.capabilities.services or not isinstance(connector, OffersServices):
            return None
        offered = await self.guard.read(connector.services, deadline=deadline)
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
        if self._remembers:
            self._check_holder(page.records)
            self._pages.keep((authority.scope, question), page)
        return page

    def _check_holder(self, records: Iterable[Complaint]) -> None:
        for record in records:
            if record.origin.source != self.source.id or record.agency_code not in self._agencies:
                raise BadData(f'source "{self.source.id}" answered with a case that is not its own')

    async def _get_batch(
        self, connector: Gets, batch: Sequence[str], selection: Selection, authority: Authority
    ) -> dict[str, Complaint]:
        keys = {case: (authority.scope, selection, case) for case in batch}
        try:
            found = dict(
                await self.guard.read(
                    lambda call: connector.get(batch, selection, call),
                    deadline=authority.deadline,
                )
            )
        except (TryAgain, NeedsOperator):
            known = {case: self._cases.find(key) for case, key in keys.items()}
            stale = {case: stale_copy(kept) for case, kept in known.items() if kept is not None}
            if not stale:
                raise
            return stale
        if self._remembers:
            self._check_holder(found.values())
            for case, record in found.items():
                self._cases.keep(keys[case], record)
        return found


def stale_copy(complaint: Complaint) -> Complaint:
    """`complaint`, said to be old."""
    origin = msgspec.structs.replace(complaint.origin, stale=True)
    return msgspec.structs.replace(complaint, origin=origin)


def _stale(page: Page) -> Page:
    return replace(page, records=[stale_copy(record) for record in page.records])
