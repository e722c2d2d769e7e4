"""Open a rest connector from a description as agencies.yaml would give it."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from connectors.contract.capabilities import Capabilities
from connectors.contract.connector import Environment
from connectors.contract.records import AgencyCode, SourceId, utc_now
from connectors.http import AiohttpClient
from connectors.rest import RestConnector, RestOptions
from connectors.testing.serving import serve
from tests.connectors.rest import desk

SOURCE = SourceId("desk")


def options(said: dict[str, Any]) -> RestOptions:
    return RestOptions.model_validate_json(json.dumps(said))


def connect(
    said: dict[str, Any],
    *,
    agencies: Sequence[AgencyCode] = desk.AGENCIES,
    capabilities: Capabilities | None = None,
    now: Any = utc_now,
) -> RestConnector:
    """A connector as `said` describes it, not yet used."""
    environment = Environment(
        source=SOURCE,
        agencies=tuple(agencies),
        open_http=lambda base: AiohttpClient(base, max_concurrent=8),
        now=now,
    )
    return RestConnector(options(said), environment, capabilities=capabilities)


@asynccontextmanager
async def at_desk(
    system: desk.Desk, *, capabilities: Capabilities | None = None, **changes: Any
) -> AsyncIterator[RestConnector]:
    """A connector to `system`, which is served inside."""
    async with serve(system.app) as url:
        said = desk.description(url, system.paging, **changes)
        connector = connect(said, capabilities=capabilities)
        try:
            yield connector
        finally:
            await connector.aclose()


@asynccontextmanager
async def connected(
    app: Any, said: dict[str, Any], *, now: Any = utc_now
) -> AsyncIterator[RestConnector]:
    """A connector to `app`, which is served inside, as `said` describes it but for its address."""
    async with serve(app) as url:
        connector = connect({"url": url} | said, now=now)
        try:
            yield connector
        finally:
            await connector.aclose()


def plainly(**changes: Any) -> dict[str, Any]:
    """The least that can be said of a system: ids, statuses and one list."""
    return {
        "record": {"id": "$.id", "status": "$.state", "fields": {"created_at": "$.at"}},
        "statuses": {"in": {"new": "SUBMITTED", "done": "ANSWERED"}},
        "list": {
            "request": {"path": "cases"},
            "records": "$.cases",
            "paging": {"style": "none"},
        },
    } | changes


def row(number: int, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A case of such a system."""
    return {"id": number, "state": "new", "at": at and at.isoformat()} | more
