"""Run the invented cities of the demonstration on loopback: one healthy, one slow, one moody."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from connectors.testing.georeport import GeoReportCity
from connectors.testing.serving import serve
from gateway.config import Configured, load
from gateway.demonstration.city_requests import City, generate_requests, generate_services

_AGENCIES: Final = Path(__file__).with_name("agencies.yaml")
_SEED: Final = 2017
_REQUESTS: Final = 120

_HEALTHY: Final = City("ain", "Aïn Nour", 33.55, -7.60)
_SLOW: Final = City("oued", "Oued Sghir", 34.02, -5.01)
_MOODY: Final = City("bab", "Bab Rih", 35.76, -5.83)

_SLOW_SECONDS: Final = 6.0
"""Longer than any question waits."""

_MOODY_FAILS_EVERY: Final = 3


@asynccontextmanager
async def cities(now: datetime) -> AsyncIterator[Configured]:
    """Start the cities; they run inside, and what they are configured as is given."""
    async with AsyncExitStack() as stack:
        urls = {
            "HEALTHY": await stack.enter_async_context(_served(_HEALTHY, now, extended=True)),
            "SLOW": await stack.enter_async_context(
                _served(_SLOW, now, delay_seconds=_SLOW_SECONDS)
            ),
            "MOODY": await stack.enter_async_context(
                _served(_MOODY, now, fail_every=_MOODY_FAILS_EVERY)
            ),
        }
        yield load(_AGENCIES, environ=urls)


@asynccontextmanager
async def _served(
    city: City,
    now: datetime,
    *,
    extended: bool = False,
    delay_seconds: float = 0.0,
    fail_every: int = 0,
) -> AsyncIterator[str]:
    played = GeoReportCity(
        requests=generate_requests(city, count=_REQUESTS, seed=_SEED, now=now),
        services=generate_services(),
        extended=extended,
        delay_seconds=delay_seconds,
        fail_every=fail_every,
    )
    async with serve(played.app) as url:
        yield url
