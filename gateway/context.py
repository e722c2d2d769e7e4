"""Make what one request needs: viewer, deadline, loaders, resolvers."""

import asyncio
import math
import time
from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request

from connectors.contract.records import utc_now
from gateway.auth import Authenticator
from gateway.auth.browser import Browsers
from gateway.auth.tokens import SKEW_SECONDS
from gateway.callers import caller_of
from gateway.languages import USUAL, preferred
from gateway.uploads import Form, read_form
from resolvers.acts import Acts
from resolvers.advice.advice import Advice
from resolvers.agencies import Agencies
from resolvers.batching import Loaders
from resolvers.code_links import CodeLinks
from resolvers.complainants import Complainants
from resolvers.complaints import Complaints
from resolvers.confirming import Confirming
from resolvers.deliveries import Deliveries
from resolvers.figures import TellsFigures
from resolvers.filing import Filings
from resolvers.letters import Letters
from resolvers.opening import OpenedCase
from resolvers.own import OwnCases
from resolvers.policy import ANONYMOUS, Viewer
from resolvers.replacing import Replacing
from resolvers.stopping import Stopping
from resolvers.uploads.receiving import Receiving
from resolvers.uploads.serving import Files
from resolvers.watching import Watching
from resolvers.wording import Language
from schema.context import Context, PageLimits


@dataclass(frozen=True, slots=True)
class Contexts:
    """Makes the context of each request."""

    complaints: Complaints
    agencies: Agencies
    own: OwnCases
    replacing: Replacing
    complainants: Complainants
    filings: Filings
    acts: Acts
    advice: Advice
    watching: Watching
    deliveries: Deliveries
    confirming: Confirming
    receiving: Receiving
    figures: TellsFigures
    files: Files
    code_links: CodeLinks
    letters: Letters
    stopping: Stopping
    authenticator: Authenticator
    pages: PageLimits
    deadline_seconds: float

    async def of(self, connection: HTTPConnection) -> Context:
        """The context of a request that has just arrived. Raises for who shows a bad token."""
        caller = caller_of(connection)
        known = await self.authenticator.known(connection)
        return self.for_viewer(
            known.viewer,
            opened=await self.authenticator.opened(connection),
            caller=caller,
            language=preferred(connection.headers.get("accept-language")),
            known_for=known.expires_at + SKEW_SECONDS - time.time(),
        )

    async def of_page(
        self, request: HTTPConnection, browsers: Browsers, *, language: Language, token: str | None
    ) -> Context:
        """The context of a person's request to a page of ours: nobody, unless they signed in.

        `token` is what the page's form showed. Raises as `Browsers.known` does.
        """
        known = await browsers.known(request, token=token)
        return self.for_viewer(
            ANONYMOUS if known is None else known.viewer,
            opened=await browsers.opened(request, token=token),
            caller=caller_of(request),
            language=language,
        )

    async def form_of_page(self, request: Request) -> Form:
        """What a form with files brings. Raises as `read_form` does.

        Who sends it is told by the form itself; its files are nobody's until an act claims them.
        """
        return await read_form(request, self.receiving.batch(ANONYMOUS, caller_of(request)))

    def for_viewer(
        self,
        viewer: Viewer,
        *,
        opened: OpenedCase | None = None,
        caller: str | None = None,
        language: Language = USUAL,
        known_for: float = math.inf,
    ) -> Context:
        """A context for `viewer`, whose time begins now, and who is known for so many seconds."""
        now = asyncio.get_running_loop().time()
        deadline = now + self.deadline_seconds
        return Context(
            viewer=viewer,
            caller=caller,
            deadline=deadline,
            known_until=now + known_for,
            now=utc_now(),
            language=language,
            pages=self.pages,
            complaints=self.complaints,
            agencies=self.agencies,
            own=self.own,
            replacing=self.replacing,
            complainants=self.complainants,
            filings=self.filings,
            acts=self.acts,
            advice=self.advice,
            watching=self.watching,
            deliveries=self.deliveries,
            confirming=self.confirming,
            receiving=self.receiving,
            figures=self.figures,
            files=self.files,
            code_links=self.code_links,
            letters=self.letters,
            stopping=self.stopping,
            loaders=Loaders(self.complaints, viewer, deadline),
            opened=opened,
        )
