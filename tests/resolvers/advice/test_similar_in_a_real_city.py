"""Similar cases of a city that speaks Open311 are found through a socket, at the cost of a list."""

import asyncio

import msgspec
import pytest

from connectors.contract.query import Selection
from connectors.contract.records import AgencyCode, LocalizedText, Service
from resolvers.advice.advice import Advice
from resolvers.advice.similar import AskedSource, SimilarQuestion
from resolvers.outcome import SourceStatus
from resolvers.policy import ANONYMOUS, Viewer
from tests.resolvers.test_real_city import CITY, beside_a_city
from tests.resolvers.world import SUPERVISOR

AGENCY = AgencyCode("city-agency")


@pytest.mark.parametrize("viewer", [SUPERVISOR, ANONYMOUS], ids=lambda viewer: viewer.role)
async def test_a_city_is_asked_once_and_shows_its_cases_only_to_who_reads_them(
    viewer: Viewer,
) -> None:
    async with beside_a_city() as (world, city):
        agencies = world.engine.registry.agencies
        lamps = Service(
            agency_code=AGENCY,
            code="1",
            name=LocalizedText(fr="Voirie"),
            keywords=("rue", "sombre"),
        )
        agencies[AGENCY] = msgspec.structs.replace(agencies[AGENCY], services=(lamps,))  # type: ignore[index]
        dark = [
            each.origin.source_id
            for each in world.records
            if each.origin.source == CITY and each.description == "la rue est sombre"
        ]

        found = await Advice(world.engine, world.complaints).similar(
            viewer,
            SimilarQuestion("Rue sombre", AGENCY),
            Selection(),
            first=100,
            most=100,
            deadline=asyncio.get_running_loop().time() + 30,
        )

    assert len(dark) >= 5
    assert len(city.calls) == 1
    assert found.at_least == len(dark) // 5 * 5
    assert found.sources == (AskedSource(CITY, SourceStatus.OK),)
    assert found.complete
    if viewer is ANONYMOUS:
        assert found.complaints is None
    else:
        assert found.complaints is not None
        assert sorted(each.complaint.origin.source_id for each in found.complaints) == sorted(dark)
