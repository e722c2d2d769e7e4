"""Plan the lists of a document without asking anyone."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, cast

from connectors.contract.query import ComplaintQuery, Selection
from connectors.contract.records import utc_now
from gateway.app import Config, open_sources, registry_of
from gateway.auth import DEMONSTRATION
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
        return ComplaintPage((), nothing, (), complete=True, total_count=None)


async def plans_of(
    config: Config, document: str, variables: Mapping[str, Any]
) -> tuple[list[Plan], list[str]]:
    """The plan of each `complaints` field of `document`, in its order, and what is wrong with it."""
    async with AsyncExitStack() as stack:
        connectors = await open_sources(config, stack)
        registry = registry_of(config, connectors)
        planner = _Planner(registry)
        context = Context(
            viewer=DEMONSTRATION,
            caller=None,
            deadline=asyncio.get_running_loop().time() + config.settings.deadline_seconds,
            now=utc_now(),
            pages=PageLimits(config.settings.page_default, config.settings.page_max),
            complaints=cast(Complaints, planner),
            agencies=Agencies(registry, {}),
            filings=cast(Any, None),
            loaders=cast(Any, None),
        )
        result = await build_schema().execute(
            document, variable_values=dict(variables), context_value=context
        )
    return planner.plans, [error.message for error in result.errors or ()]
