"""The Open311 connector keeps the shared suite's promises, in a plain city and in both larger habits."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.contract.capabilities import Capabilities
from connectors.contract.connector import Filing
from connectors.contract.records import Complaint, Location, Service
from connectors.open311 import Open311Connector
from connectors.testing.georeport import GeoReportCity
from connectors.testing.suite import ConnectorSuite
from tests.connectors.open311 import cities
from tests.connectors.open311.taking import TakingCity

BEGINNING = "2025-01-01T00:00:00Z"
HABITS: dict[str, Any] = {"agency_names": cities.NAMES, "media_hosts": ["photos.example"]}


class _City(ConnectorSuite):
    def expected_services(self) -> Sequence[Service]:
        return cities.expected_services()

    def filing(self) -> Filing:
        place = Location(latitude=33.5731, longitude=-7.5898)
        return replace(super().filing(), service_code="lighting", location=place)

    def city(self, **habits: Any) -> GeoReportCity:
        return GeoReportCity(
            requests=map(cities.row_of, self.expected()),
            services=cities.services(),
            definitions=cities.definitions(),
            **habits,
        )


class TestPlain(_City):
    def expected(self) -> Sequence[Complaint]:
        return cities.plain_complaints()

    @pytest.fixture
    async def connector(self) -> AsyncIterator[Open311Connector]:
        city = self.city(api_keys={cities.KEY}, jurisdiction_id="city.example")
        async with cities.connected(
            city, api_key=cities.KEY, jurisdiction_id="city.example", **HABITS
        ) as connector:
            yield connector


class TestLeast(_City):
    """Reads only, without filters by status, three ids at once, forty rows at most."""

    def expected(self) -> Sequence[Complaint]:
        return cities.plain_complaints()

    @pytest.fixture
    async def connector(self) -> AsyncIterator[Open311Connector]:
        async with cities.connected(
            self.city(row_cap=40), row_cap=40, status_filter=False, ids_per_call=3, **HABITS
        ) as connector:
            yield connector


class TestNothing(_City):
    """Lists, and promises nothing else."""

    def expected(self) -> Sequence[Complaint]:
        return cities.plain_complaints()

    @pytest.fixture
    async def connector(self) -> AsyncIterator[Open311Connector]:
        nothing = Capabilities(fields=frozenset())
        async with cities.connected(self.city(), capabilities=nothing, **HABITS) as connector:
            yield connector


class TestChicago(_City):
    def expected(self) -> Sequence[Complaint]:
        return cities.chicagos_complaints()

    @pytest.fixture
    async def connector(self) -> AsyncIterator[Open311Connector]:
        city = self.city(chicago=True, api_keys={cities.KEY})
        async with cities.connected(
            city,
            api_key=cities.KEY,
            page_size=60,
            updated_after=True,
            extensions=True,
            reference_in="attribute[our_reference]",
            earliest=BEGINNING,
            **HABITS,
        ) as connector:
            yield connector


class TestMySociety(_City):
    def expected(self) -> Sequence[Complaint]:
        return cities.extended_complaints()

    @pytest.fixture
    async def connector(self) -> AsyncIterator[Open311Connector]:
        city = TakingCity(
            requests=map(cities.row_of, self.expected()),
            services=cities.services(),
            definitions=cities.definitions(),
            extended=True,
            said=cities.updates_of(self.expected()),
            batch=True,
            keeps_ids=True,
        )
        async with cities.connected(
            city,
            api_key=cities.KEY,
            extended_statuses=True,
            updates=True,
            takes_updates=True,
            keeps_update_ids=True,
            moves={"IN_PROGRESS": "in_progress", "ANSWERED": "fixed", "CLOSED": "closed"},
            reference_in="description",
            **HABITS,
        ) as connector:
            yield connector
