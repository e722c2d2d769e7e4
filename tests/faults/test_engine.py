"""One agency has a bad day: the others' rows are all there, in time, and nothing is left over."""

import asyncio

import pytest

from connectors.testing.weather import FAIR, KINDS, Hang, Weather
from resolvers.guard import SourceHealth
from tests.faults.administration import administration, of_city, of_others
from tests.faults.subjects import SUBJECTS
from tests.faults.told import TOLD, Told

_PATIENCE_SECONDS = 0.2
_PLENTY_SECONDS = 20.0
AT_ONCE = 20
ONCE = [name for name, weather in KINDS.items() if not weather.refused and not TOLD[name].late]


def patience(told: Told) -> float:
    return _PATIENCE_SECONDS if told.late else _PLENTY_SECONDS


@pytest.mark.parametrize("weather", KINDS)
@pytest.mark.parametrize("name", SUBJECTS)
async def test_only_the_agency_under_it_feels_the_weather(name: str, weather: str) -> None:
    told = TOLD[weather]
    async with administration(SUBJECTS[name], timeout_seconds=patience(told)) as around:
        await around.proxy.turn(KINDS[weather])
        page = await around.page(seconds=_PLENTY_SECONDS)
        assert of_others(page) == around.others
        city = of_city(page)
        assert (city.status, city.error.code if city.error else None) == (told.status, told.code)
        assert len(around.asked) == (2 if told.asked_again else 1)
        assert page.complete == (told.code is None)
        assert (city.missed_before is None) == page.complete
        assert around.permits_in_use == 0


@pytest.mark.parametrize("weather", ONCE)
@pytest.mark.parametrize("name", SUBJECTS)
async def test_a_fault_that_strikes_once_costs_a_row_only_where_asking_again_is_useless(
    name: str, weather: str
) -> None:
    told = TOLD[weather]
    async with administration(SUBJECTS[name]) as around:
        around.proxy.forecast(KINDS[weather])
        page = await around.page(seconds=_PLENTY_SECONDS)
        assert page.complete == (told.code is None or told.asked_again)
        assert of_others(page) == around.others
        again = await around.page(seconds=_PLENTY_SECONDS)
        assert again.complete
        assert of_city(again).rows > 0


@pytest.mark.parametrize("name", SUBJECTS)
async def test_a_request_whose_time_is_over_takes_back_its_call(name: str) -> None:
    async with administration(SUBJECTS[name]) as around:
        await around.proxy.turn(Weather(answer=Hang()))
        page = await around.page(seconds=1.0)
        assert of_others(page) == around.others
        assert (of_city(page).status, around.permits_in_use) == ("TIMEOUT", 0)
        # The connection whose answer nobody waits for is closed, not kept.
        await around.proxy.until_left()


@pytest.mark.parametrize("name", SUBJECTS)
async def test_many_at_once_are_answered_in_time_while_an_agency_hangs(name: str) -> None:
    async with administration(SUBJECTS[name], max_concurrent=2) as around:
        await around.proxy.turn(Weather(answer=Hang()))
        before = asyncio.all_tasks()
        # Different questions, or they would share one call.
        pages = await asyncio.gather(
            *(around.world.page(first=100 + n, seconds=1.0) for n in range(AT_ONCE))
        )
        assert {of_city(page).status for page in pages} == {"TIMEOUT"}
        assert all(of_others(page) == around.others for page in pages)
        assert around.permits_in_use == 0
        await around.proxy.until_left()
        assert len(asyncio.all_tasks() - before) == 0
        await around.proxy.turn(FAIR)
        assert (await around.page(seconds=_PLENTY_SECONDS)).complete


@pytest.mark.parametrize("name", SUBJECTS)
async def test_an_agency_that_rests_costs_no_waiting_and_is_found_well_again(name: str) -> None:
    settings = {"retries": 0, "breaker_failures": 2, "breaker_seconds": 0.2, "timeout_seconds": 0.3}
    async with administration(SUBJECTS[name], **settings) as around:
        await around.proxy.turn(Weather(answer=Hang()))
        for _ in range(2):
            assert of_city(await around.page(seconds=_PLENTY_SECONDS)).status == "TIMEOUT"
        skipped = await around.page(seconds=_PLENTY_SECONDS)
        assert (of_city(skipped).status, of_others(skipped)) == ("SKIPPED", around.others)
        assert len(around.asked) == 2
        await around.proxy.turn(FAIR)
        rest = of_city(skipped).error
        assert rest is not None
        assert rest.retry_after is not None
        await asyncio.sleep(rest.retry_after)
        assert (await around.page(seconds=_PLENTY_SECONDS)).complete
        assert around.guard.health is SourceHealth.UP


@pytest.mark.parametrize("name", SUBJECTS)
async def test_after_every_weather_in_turn_a_fair_page_is_whole(name: str) -> None:
    async with administration(SUBJECTS[name], timeout_seconds=0.3, retries=0) as around:
        tasks = len(asyncio.all_tasks())
        for weather in KINDS.values():
            await around.proxy.turn(weather)
            assert of_others(await around.page(seconds=_PLENTY_SECONDS)) == around.others
        # What still hangs on an old connection is over too.
        await around.proxy.turn(Weather(slammed=True))
        await around.proxy.turn(FAIR)
        assert around.permits_in_use == 0
        assert len(asyncio.all_tasks()) == tasks
        page = await around.page(seconds=_PLENTY_SECONDS)
        assert (page.complete, of_others(page)) == (True, around.others)
