"""Answer questions about agencies: who they are, what they offer, how their source does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Final

from msgspec import structs

from connectors.contract.capabilities import Capabilities, Exactness
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    REGIONS,
    Agency,
    AgencyClass,
    AgencyCode,
    LocalizedText,
    Mode,
    Service,
    SourceId,
    Visibility,
)
from connectors.contract.text import fold
from resolvers.asking import Asker
from resolvers.guard import SourceHealth
from resolvers.outcome import Refusal
from resolvers.registry import Registry

_MOST: Final = 2**31 - 1
"""What the graph's numbers hold."""


@dataclass(frozen=True, slots=True)
class FilterSupport:
    """One filter that a source itself sees to."""

    field: str
    op: str
    exactness: Exactness


@dataclass(frozen=True, slots=True)
class SourceTakes:
    """What a source's own system takes of filings and of acts in its cases."""

    filings: bool
    messages: tuple[Visibility, ...]
    """Whom messages may be for; empty if it takes none."""
    statuses: tuple[Status, ...]
    """The states that its cases can be put in."""
    attachment_bytes: int | None
    """The largest file; None if it takes none."""


@dataclass(frozen=True, slots=True)
class AgencySource:
    """Who holds an agency's cases, and how that did lately."""

    id: SourceId
    kind: str
    mode: Mode
    health: SourceHealth
    last_answered_at: datetime | None
    last_failed_at: datetime | None
    accepts_filings: bool
    takes: SourceTakes
    filters: tuple[FilterSupport, ...]
    orders: tuple[str, ...]


class Agencies:
    """Reads the registry, and the sources where they know more."""

    def __init__(self, registry: Registry, askers: Mapping[SourceId, Asker]) -> None:
        """Read `registry`, and ask by `askers`."""
        self._registry = registry
        self._askers = askers

    def select(
        self,
        *,
        codes: Iterable[AgencyCode] | None = None,
        classes: Iterable[AgencyClass] | None = None,
        regions: Iterable[str] | None = None,
        text: str | None = None,
    ) -> tuple[Agency, ...]:
        """The agencies that meet all that is given, by code.

        Raises `Refusal` for unknown codes of agencies and regions.
        """
        chosen = self._registry.of_kind(
            classes=classes, regions=None if regions is None else _regions(regions)
        )
        if codes is not None:
            chosen &= self._known(codes)
        return called(text or "", (self._registry.agencies[code] for code in sorted(chosen)))

    def get(self, code: AgencyCode) -> Agency | None:
        """The agency of this code."""
        return self._registry.agencies.get(code)

    def source(self, code: AgencyCode) -> AgencySource:
        """Who holds the cases of a known agency."""
        asker = self._askers[self._registry.routes[code].details]
        source, can = asker.source, asker.source.capabilities
        return AgencySource(
            id=source.id,
            kind=source.kind,
            mode=source.mode,
            health=asker.guard.health,
            last_answered_at=asker.guard.answered_at,
            last_failed_at=asker.guard.failed_at,
            accepts_filings=self._registry.takes_filings(code),
            takes=_takes(can),
            filters=tuple(
                FilterSupport(field.name, op.name, exactness)
                for (field, op), exactness in sorted(can.filters.items())
            ),
            orders=tuple(
                sorted(f"{order.by.name} {order.direction.value}" for order in can.orders)
            ),
        )

    def held_by(self, source: SourceId) -> tuple[Agency, ...]:
        """The agencies whose cases `source` holds, by code."""
        routes = self._registry.routes
        return tuple(
            agency
            for code, agency in sorted(self._registry.agencies.items())
            if routes[code].details == source
        )

    async def services(self, code: AgencyCode, *, deadline: float) -> tuple[Service, ...]:
        """The services of a known agency: its source's own where it tells them, else as configured.

        Raises `ConnectorError` if the source should tell them and fails.
        """
        agency = self._registry.agencies[code]
        asker = self._askers[self._registry.routes[code].details]
        offered = await asker.services(code, deadline)
        return agency.services if offered is None else tuple(offered)

    async def service(
        self, code: AgencyCode, service_code: str, *, deadline: float
    ) -> Service | None:
        """One service with the questions it asks, from the agency's source where that tells them.

        None if there is no such agency or service. Raises `ConnectorError`.
        """
        if code not in self._registry.agencies:
            return None
        for service in await self.services(code, deadline=deadline):
            if service.code == service_code:
                asker = self._askers[self._registry.routes[code].details]
                attributes = await asker.attributes(service_code, deadline)
                if attributes is None:
                    return service
                return structs.replace(service, attributes=tuple(attributes))
        return None

    def configured_services(
        self, *, codes: Iterable[AgencyCode] | None = None, text: str | None = None
    ) -> tuple[Service, ...]:
        """The services of the registry, agency by agency; no source is asked.

        Every word of `text` must be in a name or a keyword. Raises `Refusal` for unknown codes.
        """
        words = fold(text or "").split()
        return tuple(
            service
            for agency in self.select(codes=codes)
            for service in agency.services
            if _has(words, service.name, *service.keywords)
        )

    def _known(self, codes: Iterable[AgencyCode]) -> frozenset[AgencyCode]:
        wanted = frozenset(codes)
        for code in sorted(wanted - self._registry.agencies.keys()):
            near = get_close_matches(code, self._registry.agencies, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise Refusal(f'unknown agency "{code}"{hint}')
        return wanted


def called(text: str, agencies: Iterable[Agency]) -> tuple[Agency, ...]:
    """Those of `agencies` whose code or names, in any language, have every word of `text`."""
    words = fold(text).split()
    return tuple(agency for agency in agencies if _has(words, agency.name, agency.code))


def _takes(can: Capabilities) -> SourceTakes:
    return SourceTakes(
        filings=can.files is not None,
        messages=() if can.says is None else tuple(sorted(can.says.visibilities)),
        statuses=tuple(status for status in Status if status in can.moves),
        attachment_bytes=None if can.attaches is None else min(can.attaches.max_bytes, _MOST),
    )


def _regions(codes: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(codes)
    for code in sorted(wanted - REGIONS):
        raise Refusal(f'unknown region "{code}"; expected MA-01 to MA-12')
    return wanted


def _has(words: Sequence[str], name: LocalizedText, *more: str) -> bool:
    """Whether every one of the folded `words` is a part of what is said."""
    if not words:
        return True
    said = fold(" ".join((*filter(None, (name.ar, name.fr, name.en, name.zgh)), *more)))
    return all(word in said for word in words)
