"""Hold the agencies as configured: what they are, which source lists them, which holds details."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from connectors.contract.capabilities import Capabilities
from connectors.contract.query import SELECTABLE, Condition, Field, Op
from connectors.contract.records import (
    STORE,
    Agency,
    AgencyClass,
    AgencyCode,
    Mode,
    Service,
    SourceId,
)


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """How one source is protected from us, and we from it."""

    timeout_seconds: float = 2.0
    """For one attempt; the request's deadline may cut it shorter."""
    retries: int = 1
    """Further attempts at a read, within the deadline."""
    max_concurrent: int = 8
    per_second: float = 50.0
    """Calls on average; twice as many may burst."""
    breaker_failures: int = 5
    """Failures in a row that open the breaker."""
    breaker_seconds: float = 10.0
    """How long an open breaker refuses before one trial call."""
    lifetime_seconds: float = 0.0
    """How long an answer may serve equal questions without asking again."""
    share_calls: bool = True
    """Whether equal questions of the same authority, while one is under way, wait for its answer."""
    detail_calls: int = 20
    """Single reads per page for children that no list or batch brings."""


class Holds(StrEnum):
    """What a mirror keeps of each case; people's own words only where somebody decided so."""

    INDEX = "index"
    """Ids, status, dates, kind, service and category, channel, place."""
    TITLES = "titles"
    """Titles and their language too."""
    TEXTS = "texts"
    """Everything that a list of the source tells, but for messages, events and files."""

    @property
    def fields(self) -> frozenset[str]:
        """The selectable fields that are kept."""
        return SELECTABLE - _NOT_HELD[self]


_NOT_HELD: Final[Mapping[Holds, frozenset[str]]] = {
    Holds.INDEX: frozenset({"title", "language", "description", "status_reason"}),
    Holds.TITLES: frozenset({"description", "status_reason"}),
    Holds.TEXTS: frozenset(),
}


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """How a mirrored source is read."""

    every_seconds: float = 300.0
    """From the beginning of one pass to that of the next."""
    full_every_seconds: float = 86_400.0
    """How often a pass reads everything, though the source can tell what changed."""
    overlap_seconds: float = 120.0
    """How far before the last change heard of a pass begins: changes may show late."""
    per_second: float = 5.0
    """Pages at most; a pass asks for one at a time."""
    timeout_seconds: float = 20.0
    """For one attempt at a page, which is longer than a person's."""
    holds: Holds = Holds.INDEX


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How a source is told what was done here."""

    timeout_seconds: float = 30.0
    """For one attempt; nothing waits for it, so it is longer than a person's."""
    first_pause_seconds: float = 2.0
    """After the first attempt that failed; each further pause is twice as long."""
    longest_pause_seconds: float = 3600.0

    @property
    def lease_seconds(self) -> float:
        """After which an attempt that nobody settled counts as broken off."""
        return _LEASE_IN_TIMEOUTS * self.timeout_seconds


_LEASE_IN_TIMEOUTS: Final = 3.0
"""Attempts end in time; what comes of one is then still to be stored."""


class Desk(StrEnum):
    """Where an agency's officers answer, as far as its own system takes nothing from here."""

    OWN = "own"
    """In that system."""
    PORTAL = "portal"
    """Here; the system keeps what it takes."""


@dataclass(frozen=True, slots=True)
class Source:
    """One opened connector as the engine sees it."""

    id: SourceId
    kind: str
    """The connector's name."""
    mode: Mode
    """OWN for the store; LIVE or MIRROR for an agency's system."""
    capabilities: Capabilities
    agencies: tuple[AgencyCode, ...] = ()
    guard: GuardSettings = field(default_factory=GuardSettings)
    sync: SyncSettings = field(default_factory=SyncSettings)
    """For MIRROR."""
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    desk: Desk = Desk.OWN

    @property
    def listed_fields(self) -> frozenset[str]:
        """The selectable fields that a list of its cases can bring."""
        can = self.capabilities.fields
        return can & self.sync.holds.fields if self.mode is Mode.MIRROR else can


@dataclass(frozen=True, slots=True)
class Route:
    """Who lists an agency's cases, and who holds their details."""

    lists: SourceId
    details: SourceId


@dataclass(frozen=True)
class Registry:
    """Everything configured, in memory."""

    agencies: Mapping[AgencyCode, Agency]
    sources: Mapping[SourceId, Source]
    """Always with the store."""

    @cached_property
    def routes(self) -> Mapping[AgencyCode, Route]:
        """The route of every agency; those that no source claims are the store's own."""
        routes = dict.fromkeys(self.agencies, Route(STORE, STORE))
        for source in self.sources.values():
            if source.id != STORE:
                lists = source.id if source.mode is Mode.LIVE else STORE
                routes.update(dict.fromkeys(source.agencies, Route(lists, source.id)))
        return routes

    def takes_filings(self, agency: AgencyCode) -> bool:
        """Whether a case can be filed here for `agency`: the store or its own system has it then."""
        holder = self.routes[agency].details
        return holder == STORE or self.sources[holder].capabilities.files is not None

    def system(self, holder: SourceId) -> Source | None:
        """The system that is `holder`, and takes nothing if it left the registry; None: the store."""
        if holder == STORE:
            return None
        return self.sources.get(holder) or _gone(holder)

    def system_of(self, agency: AgencyCode) -> Source | None:
        """The system that holds the agency's cases; None for the store."""
        return self.system(self.routes[agency].details)

    def system_for(self, holder: SourceId, agency: AgencyCode) -> Source | None:
        """The system that has a case of `agency`, or is to have it, while `holder` holds it."""
        return self.system(holder) or self.system_of(agency)

    @cached_property
    def services(self) -> Mapping[tuple[AgencyCode, str | None], Service]:
        """The configured services by agency and code."""
        return {
            (code, service.code): service
            for code, agency in self.agencies.items()
            for service in agency.services
        }

    def select(self, where: Iterable[Condition]) -> frozenset[AgencyCode]:
        """The agencies that all conditions on AGENCY in `where` leave."""
        codes = frozenset(self.agencies)
        for condition in where:
            if condition.field is Field.AGENCY and condition.op is Op.IN:
                codes &= condition.value
        return codes

    def of_kind(
        self, *, classes: Iterable[AgencyClass] | None, regions: Iterable[str] | None
    ) -> frozenset[AgencyCode]:
        """The agencies of these classes and regions; None does not narrow."""
        wanted = None if classes is None else frozenset(classes)
        where = None if regions is None else frozenset(regions)
        return frozenset(
            code
            for code, agency in self.agencies.items()
            if (wanted is None or agency.agency_class in wanted)
            and (where is None or agency.region in where)
        )


def _gone(holder: SourceId) -> Source:
    """A system that is no longer configured: it takes nothing."""
    return Source(holder, "", Mode.LIVE, Capabilities(fields=frozenset()))
