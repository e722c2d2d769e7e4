"""The played city keeps the standard's rules, so that what passes over it passes over real ones."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract.errors import ConnectorError, SourceUnavailable
from connectors.http import AiohttpClient
from connectors.testing.asking import call
from connectors.testing.georeport import GeoReportCity
from connectors.testing.serving import serve

NOW = datetime.now(UTC).replace(microsecond=0)


def row(number: int, age: timedelta, status: str = "open") -> dict[str, Any]:
    return {
        "service_request_id": str(number),
        "status": status,
        "service_code": "roads",
        "requested_datetime": (NOW - age).isoformat(),
    }


@asynccontextmanager
async def asked(city: GeoReportCity) -> AsyncIterator[Any]:
    """A function that asks `city` for a path and gives status and JSON."""
    async with serve(city.app) as url:
        client = AiohttpClient(url)

        async def ask(path: str, **params: str) -> tuple[int, Any]:
            answer = await client.request("GET", path, call=call(), params=list(params.items()))
            return answer.status, json.loads(answer.body)

        try:
            yield ask
        finally:
            await client.aclose()


def ids(answer: tuple[int, Any]) -> list[str]:
    assert answer[0] == 200
    return [each["service_request_id"] for each in answer[1]]


def written(age: timedelta) -> str:
    return (NOW - age).isoformat()


async def test_a_list_without_dates_is_of_the_last_90_days() -> None:
    rows = [row(1, timedelta(days=1)), row(2, timedelta(days=89)), row(3, timedelta(days=91))]
    async with asked(GeoReportCity(requests=rows)) as ask:
        assert ids(await ask("requests.json")) == ["1", "2"]
        assert ids(await ask("requests.json", end_date=written(timedelta(days=60)))) == ["2", "3"]
        assert ids(await ask("requests.json", start_date=written(timedelta(days=95)))) == ["2", "3"]


async def test_a_range_is_inclusive_and_of_90_days_at_most() -> None:
    rows = [row(number, timedelta(days=number)) for number in range(10)]
    async with asked(GeoReportCity(requests=rows)) as ask:
        two, five = written(timedelta(days=2)), written(timedelta(days=5))
        assert ids(await ask("requests.json", start_date=five, end_date=two)) == [
            "2",
            "3",
            "4",
            "5",
        ]
        old = written(timedelta(days=91))
        status, refusal = await ask("requests.json", start_date=old, end_date=written(timedelta(0)))
        assert (status, refusal[0]["code"]) == (400, 400)


async def test_a_plain_city_tells_so_many_rows_and_no_second_page() -> None:
    rows = [row(number, timedelta(days=1)) for number in range(30)]
    async with asked(GeoReportCity(requests=rows, row_cap=20)) as ask:
        first = ids(await ask("requests.json"))
        assert len(first) == 20
        assert ids(await ask("requests.json", page="2")) == first


async def test_chicago_tells_pages_of_50_and_of_500_at_most() -> None:
    rows = [row(number, timedelta(days=1)) for number in range(600)]
    async with asked(GeoReportCity(requests=rows, chicago=True)) as ask:
        assert len(ids(await ask("requests.json"))) == 50
        assert len(ids(await ask("requests.json", page_size="900"))) == 500
        assert len(ids(await ask("requests.json", page_size="500", page="2"))) == 100


async def test_a_plain_city_knows_open_and_closed_only() -> None:
    rows = [row(1, timedelta(0), "planned"), row(2, timedelta(0), "fixed")]
    async with asked(GeoReportCity(requests=rows)) as ask:
        assert [each["status"] for each in (await ask("requests.json"))[1]] == ["open", "closed"]
        assert ids(await ask("requests.json", status="closed")) == ["2"]
    async with asked(GeoReportCity(requests=rows, extended=True)) as ask:
        assert [each["status"] for each in (await ask("requests.json"))[1]] == ["planned", "fixed"]
        assert ids(await ask("requests.json", status="closed")) == ["2"]


async def test_a_jurisdiction_is_required_and_must_be_known() -> None:
    async with asked(GeoReportCity(jurisdiction_id="a.ma")) as ask:
        assert (await ask("services.json"))[0] == 400
        assert (await ask("services.json", jurisdiction_id="b.ma"))[0] == 404
        assert (await ask("services.json", jurisdiction_id="a.ma"))[0] == 200


async def test_updates_are_there_only_if_the_city_tells_them() -> None:
    async with asked(GeoReportCity()) as ask:
        assert (await ask("servicerequestupdates.json"))[0] == 404
    async with asked(GeoReportCity(updates=True)) as ask:
        assert (await ask("servicerequestupdates.json"))[0] == 200


async def test_a_moody_city_fails_every_so_often_and_counts_its_calls() -> None:
    city = GeoReportCity(fail_every=3)
    failed: list[type[ConnectorError] | None] = []
    async with asked(city) as ask:
        for _ in range(6):
            try:
                await ask("services.json")
                failed.append(None)
            except ConnectorError as error:
                failed.append(type(error))
    assert failed == [None, None, SourceUnavailable] * 2
    assert city.calls == ["GET /services.json"] * 6


async def test_a_slow_city_is_slow() -> None:
    async with asked(GeoReportCity(delay_seconds=0.1)) as ask:
        begun = asyncio.get_running_loop().time()
        await ask("services.json")
        assert asyncio.get_running_loop().time() - begun >= 0.1
