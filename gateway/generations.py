"""Replace what a configuration made by what the next one makes, in one step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request

from connectors.contract.records import SourceId
from connectors.store import Store
from gateway.auth.browser import SignIn
from gateway.config import Configured
from gateway.context import Contexts
from gateway.letters import Correspondence
from gateway.sources import Change, OpenSource, Sources
from gateway.uploads import Form
from resolvers.asking import Asker
from resolvers.complaints import Complaints
from resolvers.registry import Registry
from resolvers.uploads.keeping import Contents
from resolvers.watching import Watchers
from resolvers.wording import Language
from schema.context import Context


@dataclass(frozen=True, slots=True)
class Generation:
    """The parts that answer by one configuration."""

    configured: Configured
    registry: Registry
    askers: Mapping[SourceId, Asker]
    """Of the store and of every source."""
    complaints: Complaints
    contexts: Contexts


MakeGeneration = Callable[[Configured, Mapping[SourceId, OpenSource]], Generation]


class Gateway:
    """The opened parts. A request has those of the generation that it began in, to its end."""

    now: Generation
    """What answers requests that begin; whoever runs longer than a request asks again."""

    def __init__(
        self,
        store: Store,
        sources: Sources,
        sign_in: SignIn,
        watchers: Watchers,
        contents: Contents,
        correspondence: Correspondence,
        make: MakeGeneration,
    ) -> None:
        """Answer nothing before the first `renew`."""
        self.store = store
        self.sign_in = sign_in
        self.watchers = watchers
        self.contents = contents
        self.correspondence = correspondence
        self._sources = sources
        self._make = make

    @property
    def registry(self) -> Registry:
        """The agencies and sources that are in force."""
        return self.now.registry

    @property
    def complaints(self) -> Complaints:
        """The complaints as they are read now."""
        return self.now.complaints

    @property
    def contexts(self) -> Contexts:
        """The contexts of requests that begin now."""
        return self.now.contexts

    async def context_of(self, connection: HTTPConnection) -> Context:
        """The context of a request that has just arrived."""
        return await self.now.contexts.of(connection)

    async def context_of_page(
        self, request: HTTPConnection, language: Language, token: str | None
    ) -> Context:
        """The context of a person's request to a page of ours."""
        browsers = self.sign_in.browsers
        return await self.now.contexts.of_page(request, browsers, language=language, token=token)

    async def form_of_page(self, request: Request) -> Form:
        """What a form with files brings to a page of ours."""
        return await self.now.contexts.form_of_page(request)

    async def renew(self, configured: Configured) -> Change:
        """Answer by `configured` from now on, or, if this raises, go on as before."""
        prepared = await self._sources.prepared(configured.sources)
        self.now = self._make(configured, prepared)
        return self._sources.replace(prepared)
