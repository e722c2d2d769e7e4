"""A filing reaches the city as GeoReport writes it, and once where the city lets us look."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from connectors.contract.capabilities import Idempotency
from connectors.contract.connector import Contact, Filed, Filing
from connectors.contract.errors import (
    ConnectorError,
    NotFound,
    NotSupported,
    Rejected,
    Unauthorized,
)
from connectors.contract.query import EVERYTHING, Selection
from connectors.contract.records import Channel, Kind, Location, utc_now
from connectors.open311 import Open311Connector
from connectors.open311.reference import trailer, without_reference
from connectors.testing.asking import call
from connectors.testing.georeport import GeoReportCity
from tests.connectors.open311 import cities

FILING = Filing(
    reference="4471083920155",
    agency_code=cities.AGENCIES[0],
    kind=Kind.COMPLAINT,
    channel=Channel.WEB,
    title="Lampadaire – مصباح معطل",
    description="L'éclairage de la rue est en panne 💡",
    service_code="lighting",
    location=Location(latitude=33.5731, longitude=-7.5898),
    filed_at=utc_now(),
)


def city(**habits: Any) -> GeoReportCity:
    given = {"api_keys": {cities.KEY}, **habits}
    return GeoReportCity(services=cities.services(), definitions=cities.definitions(), **given)


@asynccontextmanager
async def open_to(there: GeoReportCity, **said: Any) -> AsyncIterator[Open311Connector]:
    async with cities.connected(there, **{"api_key": cities.KEY, **said}) as connector:
        yield connector


async def filed(connector: Open311Connector, filing: Filing = FILING) -> Filed:
    return await connector.file(filing, key="k", call=call())


async def test_a_filing_is_written_as_a_form() -> None:
    there = city(jurisdiction_id="city.example")
    async with open_to(there, jurisdiction_id="city.example") as connector:
        said = await filed(
            connector,
            replace(
                FILING,
                location=Location(address="12, rue de l'Église", latitude=33.5, longitude=-7.25),
                contact=Contact(name="Fatima Zahra Alaoui", phone="+212600000000", email="f@a.ma"),
                media_url="https://photos.example/1.jpg",
            ),
        )
        assert said == Filed(source_id="filed-1")
    assert there.forms == [
        [
            ("jurisdiction_id", "city.example"),
            ("api_key", cities.KEY),
            ("service_code", "lighting"),
            ("description", FILING.description),
            ("lat", "33.5"),
            ("long", "-7.25"),
            ("address_string", "12, rue de l'Église"),
            ("first_name", "Fatima Zahra"),
            ("last_name", "Alaoui"),
            ("email", "f@a.ma"),
            ("phone", "+212600000000"),
            ("media_url", "https://photos.example/1.jpg"),
        ]
    ]
    assert there.calls == ["POST /requests.json"]


async def test_answers_are_written_by_the_type_of_their_question() -> None:
    there = city()
    answers = {
        "q-string": ("a",),
        "q-single_value_list": ("2",),
        "q-multi_value_list": ("1",),
        "unknown": ("x", "y"),
    }
    async with open_to(there) as connector:
        await filed(connector, replace(FILING, attributes=answers))
    assert [pair for pair in there.forms[0] if pair[0].startswith("attribute")] == [
        ("attribute[q-string]", "a"),
        ("attribute[q-single_value_list]", "2"),
        ("attribute[q-multi_value_list][]", "1"),
        ("attribute[unknown][]", "x"),
        ("attribute[unknown][]", "y"),
    ]


@pytest.mark.parametrize(("name", "written"), [("Fatima", ["Fatima"]), ("  ", []), (None, [])])
async def test_a_name_of_one_word_is_a_first_name(name: str | None, written: list[str]) -> None:
    there = city()
    async with open_to(there) as connector:
        await filed(connector, replace(FILING, contact=Contact(name=name)))
    form = dict(there.forms[0])
    assert [form[field] for field in ("first_name", "last_name") if field in form] == written


async def test_a_city_that_works_in_batches_gives_a_token_and_later_an_id() -> None:
    async with open_to(city(batch=True)) as connector:
        said = await filed(connector)
        assert said == Filed(token="token-1")
        assert await connector.filed("token-1", call()) == Filed(token="token-1")
        settled = await connector.filed("token-1", call())
        assert settled == Filed(source_id="filed-1", token="token-1")
        with pytest.raises(NotFound):
            await connector.filed("token-2", call())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service_code": None}, "service_code"),
        ({"description": "x" * 4001}, "description"),
        ({"service_code": "no-such"}, "service_code"),
        ({"service_code": "no-such", "attributes": {"a": ("b",)}}, "service_code"),
        ({"location": None}, "location"),
    ],
)
async def test_what_is_not_accepted_is_named(change: dict[str, Any], field: str) -> None:
    async with open_to(city()) as connector:
        with pytest.raises(Rejected) as rejected:
            await filed(connector, replace(FILING, **change))
    assert field in rejected.value.fields


async def test_what_the_form_cannot_say_is_refused_before_it_is_sent() -> None:
    there = city()
    async with open_to(there) as connector:
        for change in ({"service_code": None}, {"description": "x" * 4001}):
            with pytest.raises(Rejected) as rejected:
                await filed(connector, replace(FILING, **change))  # type: ignore[arg-type]
            assert not rejected.value.sent
        await filed(connector, replace(FILING, description="x" * 4000))
    assert len(there.forms) == 1


async def test_a_wrong_key_is_unauthorized() -> None:
    async with open_to(city(), api_key="other") as connector:
        with pytest.raises(Unauthorized) as refused:
            await filed(connector)
    assert "other" not in f"{refused.value}{refused.value.detail}"


async def test_without_a_key_nothing_can_be_filed() -> None:
    async with cities.connected(city()) as connector:
        assert connector.capabilities.files is None
        with pytest.raises(NotSupported):
            await filed(connector)


@pytest.mark.parametrize("where", ["description", "attribute[our_reference]"])
async def test_a_lost_answer_is_found_by_our_reference(where: str) -> None:
    there = city()
    async with open_to(there, reference_in=where) as connector:
        assert connector.capabilities.files is Idempotency.SEARCH
        first = await filed(connector)
        assert await filed(connector) == first
        other = await filed(connector, replace(FILING, reference="7310024586619"))
        assert other != first
        assert len(there.forms) == 2
        case = (await connector.get(["filed-1"], EVERYTHING_BUT_CHILDREN, call()))["filed-1"]
        assert case.description == FILING.description
        assert case.reference is None, "a city's word is no receipt of ours"


EVERYTHING_BUT_CHILDREN = Selection(fields=EVERYTHING.fields)


@pytest.mark.parametrize(
    "written",
    [
        "Voir la ligne\n\n[Chikaya 44710 et la suite",
        "Voir\n\n[Chikaya rue 7]",
        "Voir [Chikaya 4471083920155]",
        "\n\n[Chikaya 4471083920155] plus bas",
    ],
)
def test_what_only_looks_like_a_reference_stays_in_the_description(written: str) -> None:
    assert without_reference(written) == written
    assert without_reference(written + trailer("4471083920155")) == written


async def test_a_reference_in_the_description_leaves_less_room_for_it() -> None:
    async with open_to(city(), reference_in="description") as connector:
        with pytest.raises(Rejected, match="3975 characters"):
            await filed(connector, replace(FILING, description="x" * 3976))
        await filed(connector, replace(FILING, description="x" * 3975))


async def test_a_filing_is_sent_once_whatever_becomes_of_it() -> None:
    there = city(fail_every=1)
    async with open_to(there) as connector:
        with pytest.raises(ConnectorError) as failed:
            await filed(connector)
        assert failed.value.sent
    assert len(there.calls) == 1
