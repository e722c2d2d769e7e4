"""Put the parts together: the one file that knows them all, and the first to read.

A `Config` says everything that was decided before; `opened` makes the resolvers over the store
and the configured sources; `build` puts the doors in front of them.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from connectors.contract.connector import Connector, Environment
from connectors.contract.records import STORE, Mode, SourceId
from connectors.http import AiohttpClient
from connectors.store import CAPABILITIES as STORE_CAPABILITIES
from connectors.store import Store
from gateway.auth import Authenticator
from gateway.config import Configured, Settings
from gateway.context import Contexts
from gateway.execution import GraphQLView
from gateway.health import Health
from gateway.keys import Keys
from resolvers.agencies import Agencies
from resolvers.asking import Asker
from resolvers.complaints import Complaints, Engine
from resolvers.cursor import Cursors
from resolvers.filing import Filings
from resolvers.reader import Limits
from resolvers.receipt import TrackingCodes
from resolvers.registry import GuardSettings, Registry, Source
from schema.build import build as build_schema
from schema.context import PageLimits

_log = structlog.get_logger(__name__)

_STORE_GUARD: Final = GuardSettings(
    # The store is ours: it is never spared, only waited for no longer than the deadline.
    timeout_seconds=60.0,
    retries=0,
    max_concurrent=256,
    per_second=1e9,
    breaker_failures=2**62,
)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that is decided before the program runs."""

    settings: Settings
    configured: Configured
    keys: Keys


@dataclass(frozen=True, slots=True)
class Gateway:
    """The opened parts."""

    config: Config
    store: Store
    registry: Registry
    complaints: Complaints
    contexts: Contexts


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Gateway]:
    """The parts over an opened store and opened sources; a source that is down stops nothing.

    Raises what `Store.open` raises.
    """
    settings, keys = config.settings, config.keys
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.database_url)
        stack.push_async_callback(store.aclose)
        connectors = await open_sources(config, stack)
        registry = registry_of(config, connectors)
        connectors[STORE] = store.connector
        askers = {
            source.id: Asker(source, connectors[source.id]) for source in registry.sources.values()
        }
        codes = TrackingCodes(keys.tracking_codes)
        complaints = Complaints(
            Engine(
                registry=registry,
                askers=askers,
                ledger=store.ledger,
                mirrors=store.mirror,
                cursors=Cursors(keys.cursors, lifetime_seconds=settings.cursor_hours * 3600),
                codes=codes,
                limits=Limits(settings.sort_buffer, settings.row_budget),
            )
        )
        contexts = Contexts(
            complaints=complaints,
            agencies=Agencies(registry, askers),
            filings=Filings(registry, store.ledger, codes),
            authenticator=Authenticator(production=settings.production),
            pages=PageLimits(settings.page_default, settings.page_max),
            deadline_seconds=settings.deadline_seconds,
        )
        yield Gateway(config, store, registry, complaints, contexts)


async def open_sources(config: Config, stack: AsyncExitStack) -> dict[SourceId, Connector]:
    """The connectors of the configured sources, closed with `stack`; nobody is asked yet."""
    connectors: dict[SourceId, Connector] = {}
    for source in config.configured.sources:
        environment = Environment(
            source=source.id,
            agencies=source.agencies,
            open_http=partial(AiohttpClient, max_concurrent=source.guard.max_concurrent),
        )
        connector = source.plugin.open(source.options, environment)
        stack.push_async_callback(connector.aclose)
        connectors[source.id] = connector
    return connectors


def registry_of(config: Config, connectors: Mapping[SourceId, Connector]) -> Registry:
    """The agencies and sources as the engine sees them, the store among them."""
    sources = {STORE: Source(STORE, "store", Mode.OWN, STORE_CAPABILITIES, guard=_STORE_GUARD)}
    for source in config.configured.sources:
        sources[source.id] = Source(
            id=source.id,
            kind=source.plugin.name,
            mode=source.mode,
            capabilities=connectors[source.id].capabilities,
            agencies=source.agencies,
            guard=source.guard,
        )
    return Registry(config.configured.agencies, sources)


def build(config: Config) -> Starlette:
    """The web application; it opens its parts when it starts and closes them when it ends."""
    health = Health()
    view = GraphQLView(build_schema())

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with opened(config) as gateway:
            view.make_context = gateway.contexts.of
            with health.watching(gateway.store):
                _log.info("started", sources=len(gateway.registry.sources))
                yield

    return Starlette(
        routes=[
            *view.routes,
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
        ],
        lifespan=lifespan,
    )
