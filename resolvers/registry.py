"""Hold the agencies as configured: what they are, which source lists them, which holds details."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from connectors.contract.capabilities import Capabilities
from connectors.contract.query import Condition, Field, Op
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
    detail_calls: int = 20
    """Single reads per page for children that no list or batch brings."""


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
