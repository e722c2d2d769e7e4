"""Make what one request needs: viewer, deadline, loaders, resolvers."""

import asyncio
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from connectors.contract.records import utc_now
from gateway.auth import Authenticator
from gateway.callers import caller_of
from gateway.languages import USUAL, preferred
from resolvers.acts import Acts
from resolvers.advice.advice import Advice
from resolvers.agencies import Agencies
from resolvers.batching import Loaders
from resolvers.complaints import Complaints
from resolvers.filing import Filings
from resolvers.opening import OpenedCase
from resolvers.own import OwnCases
from resolvers.policy import Viewer
from resolvers.wording import Language
from schema.context import Context, PageLimits


@dataclass(frozen=True, slots=True)
class Contexts:
    """Makes the context of each request."""

    complaints: Complaints
    agencies: Agencies
    own: OwnCases
    filings: Filings
    acts: Acts
    advice: Advice
    authenticator: Authenticator
    pages: PageLimits
    deadline_seconds: float

    async def of(self, connection: HTTPConnection) -> Context:
        """The context of a request that has just arrived. Raises for who shows a bad token."""
        caller = caller_of(connection)
        viewer = await self.authenticator.viewer(connection)
        opened = await self.authenticator.opened(connection)
        language = preferred(connection.headers.get("accept-language"))
        return self.for_viewer(viewer, opened=opened, caller=caller, language=language)

    def for_viewer(
        self,
        viewer: Viewer,
        *,
        opened: OpenedCase | None = None,
        caller: str | None = None,
        language: Language = USUAL,
    ) -> Context:
        """A context for `viewer`, whose time begins now."""
        deadline = asyncio.get_running_loop().time() + self.deadline_seconds
        return Context(
            viewer=viewer,
            caller=caller,
            deadline=deadline,
            now=utc_now(),
            language=language,
            pages=self.pages,
            complaints=self.complaints,
            agencies=self.agencies,
            own=self.own,
            filings=self.filings,
            acts=self.acts,
            advice=self.advice,
            loaders=Loaders(self.complaints, viewer, deadline),
            opened=opened,
        )
