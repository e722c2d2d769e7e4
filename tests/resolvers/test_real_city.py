"""The engine over a city that speaks Open311, through its real connector and a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from connectors.contract.connector import Environment
from connectors.contract.query import ComplaintQuery, Direction, Field, Order
from connectors.contract.records import AgencyCode, Complaint, SourceId
from connectors.http import AiohttpClient
from connectors.memory.full import FULL
from connectors.open311 import PLUGIN
from connectors.testing.georeport import GeoReportCity
from connectors.testing.serving import serve
from resolvers.asking import Asker
from resolvers.outcome import SourceStatus
from resolvers.registry import GuardSettings
from tests.resolvers.world import NOON, World, expected, ids, make_world

CITY = SourceId("city")
PATIENT = GuardSettings(retries=0, breaker_failures=10_000, per_second=1e6, timeout_seconds=30)


@asynccontextmanager
async def beside_a_city(**habits: Any) -> AsyncIterator[tuple[World, GeoReportCity]]:
    """A world whose city is a real server with the cases that the world knows of it."""
    world = make_world({"city": FULL}, each=30, guard=PATIENT)
    city = GeoReportCity(
        requests=[_told(each) for each in world.records if each.origin.source == CITY], **habits
    )
    async with serve(city.app) as url:
        options = PLUGIN.options.model_validate_json(
            msgspec.json.encode(
                {
                    "url": url,
                    "timezone": "UTC",
                    "earliest": (NOON - timedelta(days=10)).isoformat(),
                }
            )
        )
        environment = Environment(
            source=CITY,
            agencies=(AgencyCode("city-agency"),),
            open_http=AiohttpClient,
            now=lambda: NOON + timedelta(days=1),
        )
        connector = PLUGIN.open(options, environment)
        source = replace(world.engine.registry.sources[CITY], capabilities=connector.capabilities)
        world.engine.registry.sources[CITY] = source  # type: ignore[index]
        world.engine.askers[CITY] = Asker(source, connector)  # type: ignore[index]
        try:
            yield world, city
        finally:
            await connector.aclose()


def _told(case: Complaint) -> dict[str, Any]:
    assert case.created_at is not None
    return {
        "service_request_id": case.origin.source_id,
        "status": "open",
        "service_code": "1",
        "service_name": "Voirie",
        "description": case.description,
        "requested_datetime": case.created_at.isoformat(),
    }


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("first", [7, 50])
async def test_pages_join_up_with_a_real_city_among_the_sources(
    direction: Direction, first: int
) -> None:
    query = ComplaintQuery(order=Order(Field.CREATED, direction))
    async with beside_a_city() as (world, _):
        pages = await world.walk(query, first=first)
        assert ids(pages) == expected(world.records, query)
        assert all(page.complete for page in pages)


async def test_a_page_costs_the_city_one_list() -> None:
    async with beside_a_city() as (world, city):
        await world.page(first=7)
        assert len(city.calls) == 1


async def test_a_city_that_fails_now_and_then_misses_nothing_for_good() -> None:
    async with beside_a_city(fail_every=3) as (world, city):
        every = expected(world.records, ComplaintQuery())
        pages = await world.walk(first=7)
        told = {each.status for page in pages for each in page.sources}
        assert told == {SourceStatus.OK, SourceStatus.UNAVAILABLE}
        assert ids(pages) == [each for each in every if each in set(ids(pages))]
        (missed,) = {each.missed_before for each in pages[-1].sources} - {None}
        city._fail_every = 0
        again = await world.walk(first=50, after=missed)
        assert set(ids(pages)) | set(ids(again)) == set(every)


async def test_a_city_that_is_too_slow_is_left_out_in_time() -> None:
    async with beside_a_city(delay_seconds=60.0) as (world, _):
        start = asyncio.get_running_loop().time()
        page = await world.page(first=50, seconds=0.5)
        assert asyncio.get_running_loop().time() - start < 5
        told = {each.source: each.status for each in page.sources}
        assert told["city"] is SourceStatus.TIMEOUT
        others = [each for each in world.records if each.origin.source != CITY]
        assert ids([page]) == expected(others, ComplaintQuery())[:50]
