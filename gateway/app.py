"""Put the parts together: the one file that knows them all, and the first to read.

A `Config` says everything that was decided before; `opened` makes the resolvers over the store
and the configured sources; `build` puts the doors in front of them. What a changed configuration
makes anew is a `Generation`; the rest stays for as long as the program runs.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.http.websocket_origin import normalize_origin

from connectors.contract.records import STORE, Mode, SourceId
from connectors.store import CAPABILITIES as STORE_CAPABILITIES
from connectors.store import Store
from gateway.auth import authenticator_of
from gateway.auth.browser import Doors, sign_in_of
from gateway.config import Configured, Settings
from gateway.context import Contexts
from gateway.ending import when_told_to_end
from gateway.execution import GraphQLView
from gateway.generations import Gateway, Generation
from gateway.health import Health
from gateway.keys import Keys
from gateway.letters import Correspondence
from gateway.letters.door import StopDoor
from gateway.listening import listening
from gateway.portal import Portal
from gateway.reloading import Load, reloading
from gateway.sources import OpenSource, Sources
from gateway.uploads import Folder
from gateway.uploads.doors import FileDoors
from gateway.workers import Loop, Loops, loops_of
from resolvers.acts import Acts
from resolvers.advice.advice import Advice
from resolvers.agencies import Agencies
from resolvers.asking import Asker
from resolvers.code_links import CodeLinks
from resolvers.complainants import Complainants
from resolvers.complaints import Complaints, Engine
from resolvers.confirming import Confirming
from resolvers.cursor import Cursors
from resolvers.deliveries import Deliveries
from resolvers.figures import TellsFigures
from resolvers.filing import Filings
from resolvers.flood import FilingLimit
from resolvers.letters import Letters
from resolvers.opening import Opening
from resolvers.own import OwnCases
from resolvers.policy import Pseudonyms
from resolvers.questions import Questions
from resolvers.reader import Limits
from resolvers.receipt import TrackingCodes
from resolvers.registry import GuardSettings, Registry, Source
from resolvers.replacing import Replacing
from resolvers.stopping import Stopping
from resolvers.uploads.claiming import Claiming
from resolvers.uploads.limits import UploadLimit
from resolvers.uploads.receiving import Receiving
from resolvers.uploads.serving import Files
from resolvers.watching import Watchers, Watching
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
_GRACE_SECONDS: Final = 1.0
"""After the deadline of a request, before its sources count as no longer asked."""

_STORE_SOURCE: Final = Source(STORE, "store", Mode.OWN, STORE_CAPABILITIES, guard=_STORE_GUARD)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that is decided before the program runs."""

    settings: Settings
    configured: Configured
    keys: Keys


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Gateway]:
    """The parts over an opened store and opened sources; a source that is down stops nothing.

    Raises what `Store.open` raises.
    """
    async with AsyncExitStack() as stack:
        store = await Store.open(config.settings.database_url)
        stack.push_async_callback(store.aclose)
        sources = Sources(last_use_seconds=config.settings.deadline_seconds + _GRACE_SECONDS)
        stack.push_async_callback(sources.aclose)
        lasting = _Lasting(config, store, lambda: gateway.complaints)
        stack.push_async_callback(lasting.authenticator.aclose)
        stack.push_async_callback(lasting.sign_in.aclose)
        gateway = Gateway(
            store,
            sources,
            lasting.sign_in,
            lasting.watchers,
            lasting.contents,
            lasting.correspondence,
            lasting.generation,
        )
        await gateway.renew(config.configured)
        yield gateway


class _Lasting:
    """What stays the same under every configuration, and makes a generation of each."""

    def __init__(self, config: Config, store: Store, complaints: Callable[[], Complaints]) -> None:
        """Watch by whatever `complaints` gives when it is asked."""
        self._settings = config.settings
        self._store = store
        self._asker = Asker(_STORE_SOURCE, store.connector)
        self._cursors = Cursors(
            config.keys.cursors, lifetime_seconds=config.settings.cursor_hours * 3600
        )
        self._codes = TrackingCodes(config.keys.tracking_codes)
        self._pseudonyms = Pseudonyms(config.keys.derived("pseudonyms"))
        self._opening = Opening(store.ledger, self._codes)
        self.correspondence = Correspondence(config.settings, config.keys)
        self._code_links = CodeLinks(
            store.ledger,
            store.letters,
            self._codes,
            self.correspondence.code_links,
            self.correspondence.lettering,
        )
        self.watchers = Watchers()
        self._watching = Watching(
            feed=store.feed,
            watchers=self.watchers,
            cursors=self._cursors,
            opening=self._opening,
            complaints=complaints,
            read_seconds=config.settings.deadline_seconds,
        )
        self.sign_in = sign_in_of(
            config.settings, config.keys, keeper=store.sessions, opening=self._opening
        )
        self.authenticator = authenticator_of(config.settings, config.keys, self.sign_in.browsers)
        self._filing_limit = FilingLimit(config.settings.filings_per_minute)
        self.contents = Folder(config.settings.files_folder)
        self._upload_limit = UploadLimit(config.settings.uploads_per_minute)

    def generation(
        self, configured: Configured, sources: Mapping[SourceId, OpenSource]
    ) -> Generation:
        """The parts that answer by `configured`, over its opened sources."""
        settings = self._settings
        askers = {STORE: self._asker} | {name: each.asker for name, each in sources.items()}
        registry = registry_of(configured, sources)
        engine = Engine(
            registry=registry,
            askers=askers,
            ledger=self._store.ledger,
            hand_over=configured.hand_over,
            accounts=self._store.accounts,
            mirrors=self._store.mirror,
            cursors=self._cursors,
            opening=self._opening,
            pseudonyms=self._pseudonyms,
            limits=Limits(settings.sort_buffer, settings.row_budget),
        )
        complaints, agencies = Complaints(engine), Agencies(registry, askers)
        claiming = Claiming(self._store.uploads, configured.attachments)
        contexts = Contexts(
            complaints=complaints,
            agencies=agencies,
            own=OwnCases(engine, complaints),
            replacing=Replacing(self._store.ledger, self._codes),
            complainants=Complainants(self._store.complainants),
            filings=Filings(
                registry,
                self._store.ledger,
                self._codes,
                configured.clock,
                questions=Questions(agencies),
                claiming=claiming,
                limit=self._filing_limit,
                lettering=self.correspondence.lettering,
            ),
            acts=Acts(
                self._store.ledger,
                self._opening,
                registry,
                complaints.by_key,
                claiming,
                configured.clock,
                configured.hand_over,
                self.correspondence.lettering,
            ),
            advice=Advice(engine, complaints),
            watching=self._watching,
            deliveries=Deliveries(self._store.outbox, self._cursors),
            confirming=Confirming(self._store.outbox, self._store.ledger, registry),
            receiving=Receiving(
                self._store.uploads, self.contents, configured.attachments, self._upload_limit
            ),
            figures=TellsFigures(self._store.figures),
            files=Files(self._store.uploads, self.contents, self._codes, self._pseudonyms),
            code_links=self._code_links,
            letters=Letters(self._store.ledger, self._store.letters),
            stopping=Stopping(self._store.letters, self.correspondence.stops),
            authenticator=self.authenticator,
            pages=PageLimits(settings.page_default, settings.page_max),
            deadline_seconds=settings.deadline_seconds,
        )
        return Generation(configured, registry, askers, complaints, contexts)


def registry_of(configured: Configured, sources: Mapping[SourceId, OpenSource]) -> Registry:
    """The agencies and sources as the engine sees them, the store among them."""
    seen = {name: each.asker.source for name, each in sources.items()}
    return Registry(configured.agencies, {STORE: _STORE_SOURCE} | seen)


OpenLoops = Callable[[Gateway], AbstractAsyncContextManager[list[Loop]]]
"""Makes the loops that work over an opened gateway."""


@asynccontextmanager
async def looping(gateway: Gateway, open_loops: OpenLoops = loops_of) -> AsyncIterator[Loops]:
    """Have the loops run inside."""
    async with open_loops(gateway) as each:
        loops = Loops(each, gateway.store.beats)
        async with loops.running():
            yield loops


def build(
    config: Config, *, load: Load | None = None, open_loops: OpenLoops = loops_of
) -> Starlette:
    """The web application; it opens its parts when it starts and closes them when it ends.

    With `load` it takes what that reads anew into force whenever the files change. The loops of
    `open_loops` run in it, unless the settings leave them out.
    """
    health = Health()
    view = GraphQLView(build_schema(), plain=config.settings.plain == "on")
    doors = Doors()
    files, letters = FileDoors(), StopDoor()
    portal = Portal(view, provider=_provider_of(config.settings))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            gateway = await stack.enter_async_context(opened(config))
            reloads = await stack.enter_async_context(reloading(gateway, load))
            await stack.enter_async_context(listening(gateway.store.feed, gateway.watchers))
            stack.enter_context(when_told_to_end(gateway.watchers.stop))
            loops = None
            if config.settings.loops == "on":
                loops = await stack.enter_async_context(looping(gateway, open_loops))
                stack.enter_context(when_told_to_end(loops.end))
            view.make_context = files.make_context = gateway.context_of
            portal.make_context = gateway.context_of_page
            portal.read_files = gateway.form_of_page
            doors.sign_in = portal.sign_in = gateway.sign_in
            letters.stopping = gateway.contexts.stopping
            stack.enter_context(health.watching(gateway.store, reloads, loops))
            _log.info("started", sources=len(gateway.registry.sources))
            yield

    return Starlette(
        routes=[
            *view.routes,
            *doors.routes,
            *files.routes,
            *portal.routes,
            *letters.routes,
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
        ],
        lifespan=lifespan,
    )


def _provider_of(settings: Settings) -> str | None:
    """The origin at which people sign in and out; None if nobody can."""
    oidc = settings.oidc
    if oidc is None or oidc.client is None:
        return None
    return normalize_origin(oidc.issuer)
