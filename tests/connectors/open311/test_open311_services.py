"""What a city offers, and what it asks of whoever files."""

from typing import Any

import pytest

from connectors.contract.errors import NotFound
from connectors.contract.records import (
    AttributeChoice,
    AttributeType,
    LocalizedText,
    Service,
    ServiceAttribute,
)
from connectors.testing.asking import call
from connectors.testing.georeport import GeoReportCity
from tests.connectors.open311.cities import NAMES, connected

OFFERED: list[dict[str, Any]] = [
    {
        "service_code": 7,
        "service_name": "Éclairage public",
        "description": "Lampadaires",
        "metadata": True,
        "type": "realtime",
        "keywords": "lampe, lumière,, مصباح ",
        "group": "Commune B",
    },
    {"service_code": "roads/pot holes", "service_name": None, "metadata": "false"},
    {"service_name": "sans code"},
]


async def test_services_are_said_in_our_words() -> None:
    city = GeoReportCity(services=OFFERED)
    async with connected(city, agency_names=NAMES, language="fr") as connector:
        assert await connector.services(call()) == (
            Service(
                agency_code="commune-b",
                code="7",
                name=LocalizedText(fr="Éclairage public"),
                description="Lampadaires",
                group="Commune B",
                keywords=("lampe", "lumière", "مصباح"),
            ),
            Service(
                agency_code="commune-a",
                code="roads/pot holes",
                name=LocalizedText(fr="roads/pot holes"),
            ),
        )


async def test_names_are_in_the_citys_language() -> None:
    async with connected(GeoReportCity(services=OFFERED[:1]), language="ar") as connector:
        (service,) = await connector.services(call())
        assert service.name == LocalizedText(ar="Éclairage public")


QUESTIONS: list[dict[str, Any]] = [
    {"code": "last", "datatype": "text", "required": "false", "order": "9", "variable": "true"},
    {
        "code": "WHICH",
        "datatype": "singlevaluelist",
        "required": "true",
        "order": "1",
        "description": "Lequel ?",
        "datatype_description": "Choisissez",
        "values": [{"key": 123, "name": "Un"}, {"key": "b", "name": None}, {"name": "rien"}],
    },
    {"code": "many", "datatype": "MultiValueList", "required": True, "order": 2},
    {"code": "when", "datatype": "datetime", "required": False, "order": 3},
    {"code": "count", "datatype": "number", "order": 4},
    {"code": "word", "datatype": "string", "order": 5},
    {"code": "notice", "datatype": "string", "variable": False, "order": 6},
    {"code": "odd", "datatype": "colour", "order": 7},
    {"code": "odd", "datatype": "text", "order": 8},
    {"datatype": "string", "order": 10},
]


async def test_questions_come_in_their_order_with_their_types() -> None:
    city = GeoReportCity(services=OFFERED, definitions={"7": QUESTIONS})
    async with connected(city) as connector:
        found = await connector.attributes("7", call())
    assert [each.code for each in found] == [
        "WHICH", "many", "when", "count", "word", "notice", "odd", "last",
    ]  # fmt: skip
    assert [each.type for each in found[:6]] == [
        AttributeType.SINGLE_VALUE_LIST,
        AttributeType.MULTI_VALUE_LIST,
        AttributeType.DATETIME,
        AttributeType.NUMBER,
        AttributeType.STRING,
        AttributeType.STRING,
    ]
    assert [each.code for each in found if each.required] == ["WHICH", "many"]
    assert [each.code for each in found if not each.asked] == ["notice"]
    assert found[0] == ServiceAttribute(
        code="WHICH",
        type=AttributeType.SINGLE_VALUE_LIST,
        required=True,
        description="Lequel ?",
        hint="Choisissez",
        choices=(AttributeChoice(key="123", name="Un"), AttributeChoice(key="b", name="b")),
    )


async def test_a_service_that_asks_nothing_needs_no_definition() -> None:
    city = GeoReportCity(services=OFFERED)
    async with connected(city) as connector:
        assert await connector.attributes("roads/pot holes", call()) == ()
        assert city.calls[0] == "GET /services/roads/pot holes.json"
        with pytest.raises(NotFound):
            await connector.attributes("7", call())
        with pytest.raises(NotFound):
            await connector.attributes("../requests", call())


async def test_every_call_names_the_jurisdiction() -> None:
    city = GeoReportCity(services=OFFERED, jurisdiction_id="ma.city", updates=True)
    async with connected(city, jurisdiction_id="ma.city", updates=True) as connector:
        await connector.services(call())
        await connector.probe(call())
        await connector.attributes("roads/pot holes", call())
    assert len(city.calls) == 4
    assert all("jurisdiction_id=ma.city" in asking for asking in city.calls)
