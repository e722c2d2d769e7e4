"""Plan the lists of a document without asking anyone."""

import asyncio
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from connectors.contract.query import ComplaintQuery, Selection
from connectors.contract.records import utc_now
from gateway.app import registry_of
from gateway.auth import DEMONSTRATION
from gateway.config import Configured, Settings
from gateway.languages import USUAL
from gateway.sources import Sources
from resolvers.agencies import Agencies
from resolvers.complaints import Complaints
from resolvers.outcome import ComplaintPage, PageInfo
from resolvers.plan import Plan, plan
from resolvers.policy import Viewer, scope
from resolvers.registry import Registry
from schema.build import build as build_schema
from schema.context import Context, PageLimits


@dataclass
class _Planner:
    """Stands where `Complaints` stands, and keeps the plans instead of carrying them out."""

    registry: Registry
    plans: list[Plan] = field(default_factory=list)

    async def search(
        self, viewer: Viewer, query: ComplaintQuery, selection: Selection, **_how: object
    ) -> ComplaintPage:
        self.plans.append(plan(scope(viewer, query), selection, self.registry))
        nothing = PageInfo(
            has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None
        )
        return ComplaintPage((), lambda: nothing, (), complete=True, total_count=None)


async def plans_of(
    settings: Settings, configured: Configured, document: str, variables: Mapping[str, Any]
) -> tuple[list[Plan], list[str]]:
    """The plan of each `complaints` field of `document`, in its order, and what is wrong with it."""
    async with _registry(configured) as registry:
        planner = _Planner(registry)
        context = Context(
            viewer=DEMONSTRATION,
            caller=None,
            deadline=asyncio.get_running_loop().time() + settings.deadline_seconds,
            known_until=math.inf,
            now=utc_now(),
            language=USUAL,
            pages=PageLimits(settings.page_default, settings.page_max),
            complaints=cast(Complaints, planner),
            agencies=Agencies(registry, {}),
            own=cast(Any, None),
            replacing=cast(Any, None),
            complainants=cast(Any, None),
            filings=cast(Any, None),
            acts=cast(Any, None),
            advice=cast(Any, None),
            watching=cast(Any, None),
            deliveries=cast(Any, None),
            confirming=cast(Any, None),
            receiving=cast(Any, None),
            figures=cast(Any, None),
            files=cast(Any, None),
            code_links=cast(Any, None),
            letters=cast(Any, None),
            stopping=cast(Any, None),
            loaders=cast(Any, None),
        )
        result = await build_schema().execute(
            document, variable_values=dict(variables), context_value=context
        )
    return planner.plans, [error.message for error in result.errors or ()]


@asynccontextmanager
async def _registry(configured: Configured) -> AsyncIterator[Registry]:
    """What the sources say they can, for as long as they are open."""
    sources = Sources(last_use_seconds=0.0)
    opened = await sources.prepared(configured.sources)
    sources.replace(opened)
    try:
        yield registry_of(configured, opened)
    finally:
        await sources.aclose()
