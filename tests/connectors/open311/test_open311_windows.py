"""A list is read to its beginning whatever the city's caps, and what that costs in calls."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.contract.errors import BadData, SourceTimeout, SourceUnavailable
from connectors.contract.query import (
    Condition,
    Direction,
    Field,
    ListQuestion,
    Op,
    Order,
    Page,
    Selection,
    key_of,
)
from connectors.testing.asking import call, ids, pages
from connectors.testing.georeport import GeoReportCity
from tests.connectors.open311.cities import connected, request

NOW = datetime.now(UTC).replace(microsecond=0)
NEWEST_FIRST = Order()
OLDEST_FIRST = Order(Field.CREATED, Direction.ASC)


def asked(limit: int = 100, *where: Condition, order: Order = NEWEST_FIRST) -> ListQuestion:
    return ListQuestion(where=where, order=order, selection=Selection(), limit=limit)


def made(*ages: timedelta, **said: Any) -> list[dict[str, Any]]:
    return [request(number, NOW - age, **said) for number, age in enumerate(ages)]


def five_thousand() -> list[dict[str, Any]]:
    """Requests of 400 days, 900 of them in one second, in no order."""
    random = Random(5000)
    ages = [timedelta(seconds=random.randrange(400 * 86_400)) for _ in range(4100)]
    rows = made(*ages, *([timedelta(days=33)] * 900))
    random.shuffle(rows)
    return rows


def in_order(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The ids, oldest first."""
    keyed = sorted((row["requested_datetime"], row["service_request_id"]) for row in rows)
    return [id_ for _, id_ in keyed]


def read(found: Sequence[Page]) -> list[str]:
    return [each for page in found for each in ids(page.records)]


@pytest.mark.parametrize("told", ["in no order", "newest first"])
async def test_five_thousand_requests_are_read_past_a_cap_of_a_thousand(told: str) -> None:
    rows = five_thousand()
    if told == "newest first":
        rows.sort(key=lambda row: row["requested_datetime"], reverse=True)
    city = GeoReportCity(requests=rows, row_cap=1000)
    async with connected(city) as connector:
        found = await pages(connector, asked(250))
        assert read(found) == in_order(rows)[::-1]
        assert len(found) == 20
        # A page is one call, but for the narrowing at first and around the one second, and the
        # year of silence that shows where the requests begin.
        assert len(city.calls) <= 20 + 20


async def test_oldest_first_is_read_as_well_where_the_beginning_is_configured() -> None:
    rows = five_thousand()
    city = GeoReportCity(requests=rows, row_cap=1000)
    earliest = (NOW - timedelta(days=401)).isoformat()
    async with connected(city, earliest=earliest) as connector:
        found = await pages(connector, asked(250, order=OLDEST_FIRST))
        assert read(found) == in_order(rows)
        assert len(city.calls) <= 20 + 20


async def test_a_list_of_a_steady_city_is_one_call_a_page() -> None:
    rows = made(*(timedelta(minutes=90 * number) for number in range(2000)))
    city = GeoReportCity(requests=rows)
    async with connected(city) as connector:
        found = await pages(connector, asked(50))
        assert len(found) == 40
        # One too many to learn how much there is, and four for the year without any.
        assert len(city.calls) <= 40 + 6
        seen = len(city.calls)
        await pages(connector, asked(50))
        assert len(city.calls) - seen <= 40 + 1


async def test_a_page_of_a_usual_city_is_one_call() -> None:
    rows = made(*(timedelta(hours=7 * number) for number in range(300)))
    city = GeoReportCity(requests=rows)
    async with connected(city) as connector:
        first = await connector.list(asked(20), call())
        assert ids(first.records) == in_order(rows)[::-1][:20]
        assert len(city.calls) == 1
        key = key_of(first.records[-1], NEWEST_FIRST)
        second = await connector.list(replace(asked(20), after=key), call())
        assert ids(second.records) == in_order(rows)[::-1][20:40]
        assert len(city.calls) == 2
        assert first.more
        assert second.more


async def test_where_the_requests_begin_is_looked_for_once() -> None:
    rows = made(*(timedelta(days=number) for number in range(30)))
    city = GeoReportCity(requests=rows)
    async with connected(city) as connector:
        page = await connector.list(asked(50), call())
        assert (len(page.records), page.more) == (30, False)
        # One call for the requests and four ranges of 90 days without any.
        assert len(city.calls) == 5
        await connector.list(asked(50), call())
        assert len(city.calls) == 6


async def test_a_configured_beginning_is_never_passed() -> None:
    rows = made(timedelta(days=1), timedelta(days=500), timedelta(days=900))
    city = GeoReportCity(requests=rows)
    earliest = (NOW - timedelta(days=600)).isoformat()
    async with connected(city, earliest=earliest) as connector:
        page = await connector.list(asked(50), call())
        assert (ids(page.records), page.more) == (["00000", "00001"], False)
        assert len(city.calls) == 7


async def test_a_silence_that_is_shorter_than_configured_is_read_over() -> None:
    rows = made(timedelta(days=1), timedelta(days=700))
    city = GeoReportCity(requests=rows)
    async with connected(city, empty_windows=8) as connector:
        page = await connector.list(asked(50), call())
        assert ids(page.records) == ["00000", "00001"]


async def test_a_city_that_fails_now_and_then_is_read_to_its_end_all_the_same() -> None:
    rows = made(*(timedelta(days=number) for number in range(200)))
    city = GeoReportCity(requests=rows, fail_every=3)
    async with connected(city) as connector:
        found: list[Page] = []
        failures = 0
        while not found or found[-1].more:
            after = key_of(found[-1].records[-1], NEWEST_FIRST) if found else None
            try:
                page = await connector.list(replace(asked(60), after=after), call())
            except SourceUnavailable:
                failures += 1
                assert failures < 10
            else:
                found.append(page)
        assert read(found) == in_order(rows)[::-1]


@pytest.mark.parametrize("order", [NEWEST_FIRST, OLDEST_FIRST])
async def test_what_was_found_before_a_failure_is_told(order: Order) -> None:
    rows = made(*(timedelta(days=9 * number + 1) for number in range(40)))
    city = GeoReportCity(requests=rows, fail_every=2)
    earliest = (NOW - timedelta(days=360)).isoformat()
    async with connected(city, earliest=earliest) as connector:
        page = await connector.list(asked(50, order=order), call())
        assert len(city.calls) == 2
        assert 5 < len(page.records) < 40
        assert page.more
        city.calls.append("so that the next one fails")
        after = key_of(page.records[-1], order)
        with pytest.raises(SourceUnavailable):
            await connector.list(replace(asked(50, order=order), after=after), call())


async def test_a_case_that_is_made_in_an_empty_city_is_seen_at_once() -> None:
    city = GeoReportCity()
    never = Condition(Field.SERVICE, Op.IN, frozenset({"never"}))
    async with connected(city) as connector:
        await connector.list(asked(50), call())
        await connector.list(asked(50, never), call())
        city.requests["1"] = request(1, datetime.now(UTC))
        assert ids((await connector.list(asked(50), call())).records) == ["00001"]


async def test_an_empty_city_is_empty() -> None:
    city = GeoReportCity()
    async with connected(city) as connector:
        page = await connector.list(asked(50), call())
        assert (list(page.records), page.more, len(city.calls)) == ([], False, 4)


async def test_a_rare_service_is_found_although_it_was_silent_for_years() -> None:
    rows = made(*(timedelta(days=20 * number) for number in range(60)))
    rows.append(request(999, NOW - timedelta(days=1100), service_code="rare"))
    city = GeoReportCity(requests=rows)
    rare = Condition(Field.SERVICE, Op.IN, frozenset({"rare"}))
    async with connected(city) as connector:
        page = await connector.list(asked(50, rare), call())
        assert (ids(page.records), page.more) == (["00999"], False)
        seen = len(city.calls)
        again = await connector.list(asked(50, rare), call())
        assert ids(again.records) == ["00999"]
        # 1,200 days by 90: the beginning is known, and nothing is asked without the filter.
        assert len(city.calls) - seen <= 16
        assert all("service_code=rare" in asking for asking in city.calls[seen:])


async def test_what_was_asked_about_the_distant_past_does_not_slow_other_lists() -> None:
    rows = made(*(timedelta(days=number) for number in range(30)))
    city = GeoReportCity(requests=rows)
    before = Condition(Field.CREATED, Op.LT, NOW - timedelta(days=9000))
    async with connected(city) as connector:
        assert not (await connector.list(asked(50, before), call())).records
        seen = len(city.calls)
        never = Condition(Field.SERVICE, Op.IN, frozenset({"never"}))
        await connector.list(asked(50, never), call())
        assert len(city.calls) - seen <= 12


async def test_a_range_of_dates_bounds_what_is_asked_for() -> None:
    rows = made(*(timedelta(days=number) for number in range(400)))
    city = GeoReportCity(requests=rows)
    since, until = NOW - timedelta(days=200), NOW - timedelta(days=195, microseconds=-1)
    async with connected(city) as connector:
        page = await connector.list(
            asked(
                50,
                Condition(Field.CREATED, Op.GTE, since),
                Condition(Field.CREATED, Op.LT, until),
            ),
            call(),
        )
        assert ids(page.records) == [f"{number:05d}" for number in range(195, 201)]
        assert (page.more, len(city.calls)) == (False, 1)


async def test_more_in_one_second_than_the_city_can_tell_is_an_error_and_no_gap() -> None:
    rows = made(timedelta(days=1), *([timedelta(days=2)] * 150))
    city = GeoReportCity(requests=rows, row_cap=60)
    async with connected(city, row_cap=60) as connector:
        with pytest.raises(BadData, match="more cases of one second"):
            await connector.list(asked(20), call())


async def test_chicagos_pages_tell_even_that() -> None:
    rows = made(timedelta(days=1), *([timedelta(days=2)] * 150))
    city = GeoReportCity(requests=rows, chicago=True)
    async with connected(city, page_size=60) as connector:
        found = await pages(connector, asked(20))
        assert read(found) == in_order(rows)[::-1]
        assert any("page=3" in asking for asking in city.calls)


async def test_a_city_that_tells_fewer_than_it_was_set_to_is_noticed() -> None:
    rows = made(*(timedelta(hours=number) for number in range(1000)))
    city = GeoReportCity(requests=rows[::-1], row_cap=100)
    async with connected(city, row_cap=1000) as connector:
        assert read(await pages(connector, asked(50))) == in_order(rows)[::-1]


class _Deaf(GeoReportCity):
    """Tells the same requests whatever range it is asked for."""

    def _found(self, query: Any) -> list[dict[str, Any]]:
        return list(self.requests.values())


async def test_the_same_full_page_for_ever_is_an_error() -> None:
    rows = made(*(timedelta(hours=number) for number in range(3000)))
    city = _Deaf(requests=rows)
    async with connected(city) as connector:
        with pytest.raises(BadData, match="does not heed the range"):
            await connector.list(asked(), call())
        assert len(city.calls) <= 3


async def test_a_small_city_that_heeds_no_dates_is_read_all_the_same() -> None:
    rows = made(*(timedelta(days=10 * number) for number in range(30)))
    async with connected(_Deaf(requests=rows)) as connector:
        assert read(await pages(connector, asked(7))) == in_order(rows)[::-1]


class _Stuck(GeoReportCity):
    """Chicago, but every page is the first."""

    def _capped(self, rows: Any, query: Any) -> Any:
        return super()._capped(rows, {**query, "page": "1"})


async def test_the_same_page_of_a_second_for_ever_is_an_error() -> None:
    rows = made(*([timedelta(days=2)] * 150))
    city = _Stuck(requests=rows, chicago=True)
    async with connected(city, page_size=60) as connector:
        with pytest.raises(BadData, match="repeats a page for ever"):
            await connector.list(asked(20), call())


async def test_requests_that_have_no_id_yet_are_left_for_later_and_those_without_a_time_out() -> (
    None
):
    rows = made(*(timedelta(days=number) for number in range(4)))
    city = _Deaf(requests=rows)
    city.requests["00001"]["service_request_id"] = None
    city.requests["00002"]["requested_datetime"] = "hier"
    async with connected(city) as connector:
        with capture_logs() as logs:
            page = await connector.list(asked(50), call())
        assert ids(page.records) == ["00000", "00003"]
        got = await connector.get(["00002"], Selection(), call())
        assert list(got) == ["00002"]
    assert [entry["event"] for entry in logs] == ["requests_without_time_left_out"]


async def test_what_was_found_is_told_when_time_runs_short() -> None:
    rows = made(*(timedelta(days=89 * number) for number in range(20)))
    city = GeoReportCity(requests=rows, delay_seconds=0.15)
    async with connected(city) as connector:
        page = await connector.list(asked(50), call(seconds=1.5))
        assert 1 <= len(page.records) < 20
        assert page.more
        assert ids(page.records) == in_order(rows)[::-1][: len(page.records)]


class _Tiring(GeoReportCity):
    """Answers so many calls, and then none."""

    patience = 10

    async def _answering(self, request: Any) -> Any:
        query = await super()._answering(request)
        self.patience -= 1
        if self.patience < 0:
            await asyncio.Event().wait()
        return query


async def test_a_search_for_the_beginning_that_was_cut_off_goes_on_where_it_was() -> None:
    rows = made(*(timedelta(days=80 * number) for number in range(24)))
    city = _Tiring(requests=rows)
    never = Condition(Field.SERVICE, Op.IN, frozenset({"never"}))
    async with connected(city) as connector:
        with pytest.raises(SourceTimeout):
            await connector.list(asked(50, never), call(seconds=0.5))
        cut_off = city.calls.pop()
        city.patience = 1000
        page = await connector.list(asked(50, never), call())
        assert (list(page.records), page.more) == ([], False)
        for_the_beginning = [asking for asking in city.calls if "service_code" not in asking]
        assert cut_off in for_the_beginning
        assert len(set(for_the_beginning)) == len(for_the_beginning)
