"""What is done in a case reaches the city as an update, and moves only what it is meant to move."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract.capabilities import Idempotency, MessageCapability
from connectors.contract.connector import Environment, Move, Saying
from connectors.contract.errors import (
    BadData,
    Conflict,
    ConnectorError,
    NotFound,
    NotSupported,
    Rejected,
    SourceUnavailable,
    Unauthorized,
)
from connectors.contract.lifecycle import Status
from connectors.contract.query import Child, Selection
from connectors.contract.records import AgencyCode, AuthorRole, Message, Visibility
from connectors.http import AiohttpClient
from connectors.open311 import PLUGIN, Open311Connector
from connectors.testing.asking import call
from tests.connectors.http.upstreams import Visit, upstream
from tests.connectors.open311 import cities
from tests.connectors.open311.taking import TakingCity

HELLO = Saying("Équipe passée – تم الإصلاح", AuthorRole.AGENCY, Visibility.PUBLIC)
MOVES = {"IN_PROGRESS": "in_progress", "ANSWERED": "fixed"}
MADE = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)


def city(**habits: Any) -> TakingCity:
    requests = [cities.request(1, MADE), cities.request(2, MADE, status="planned")]
    return TakingCity(**{"requests": requests, "extended": True, **habits})


@asynccontextmanager
async def open_to(there: TakingCity, **said: Any) -> AsyncIterator[Open311Connector]:
    given = {"api_key": cities.KEY, "updates": True, "takes_updates": True, "moves": MOVES}
    async with cities.connected(there, **{"extended_statuses": True, **given, **said}) as connector:
        yield connector


async def standing(connector: Open311Connector, source_id: str) -> Status:
    return (await connector.get([source_id], Selection(), call()))[source_id].status


async def test_a_message_is_an_update_that_leaves_the_status_where_it_was() -> None:
    there = city(jurisdiction_id="city.example")
    async with open_to(there, jurisdiction_id="city.example") as connector:
        await connector.say("00002", HELLO, key="key-1", call=call())
        assert await standing(connector, "00002") is Status.IN_PROGRESS
        messages = Selection(children=frozenset({Child.MESSAGES}))
        case = (await connector.get(["00002"], messages, call()))["00002"]
    (posted,) = there.posted
    at = datetime.fromisoformat(posted.pop("updated_datetime"))
    assert posted == {
        "jurisdiction_id": "city.example",
        "api_key": cities.KEY,
        "service_request_id": "00002",
        "update_id": "key-1",
        "status": "planned",
        "description": HELLO.body,
    }
    assert case.messages == (
        Message(
            id="key-1",
            author=AuthorRole.AGENCY,
            visibility=Visibility.PUBLIC,
            body=HELLO.body,
            at=at,
        ),
    )


async def test_a_move_is_an_update_with_the_citys_code_and_is_read_again() -> None:
    there = city()
    async with open_to(there) as connector:
        move = Move(Status.ANSWERED, reason="Réparé")
        await connector.move("00001", move, key="key-1", call=call())
        assert await standing(connector, "00001") is Status.ANSWERED
    assert [(each["status"], each["description"]) for each in there.posted] == [("fixed", "Réparé")]
    assert there.calls[:3] == [
        "GET /requests/00001.json",
        "POST /servicerequestupdates.json",
        "GET /requests/00001.json",
    ]


async def test_a_case_that_stands_there_already_is_left_alone() -> None:
    there = city()
    async with open_to(there) as connector:
        # Planned is in progress, in our words.
        await connector.move("00002", Move(Status.IN_PROGRESS), key="key-1", call=call())
    assert not there.posted
    assert there.requests["00002"]["status"] == "planned"


async def test_a_city_that_takes_a_move_and_does_nothing_is_told_of() -> None:
    there = city(heeds_status=False)
    async with open_to(there) as connector:
        with pytest.raises(Rejected) as rejected:
            await connector.move("00001", Move(Status.ANSWERED), key="key-1", call=call())
    assert (rejected.value.fields, rejected.value.sent) == (("status",), True)
    assert len(there.posted) == 1


async def test_a_move_that_cannot_be_looked_at_was_posted_all_the_same() -> None:
    async def leave(visit: Visit) -> None:
        if (await visit.request()).startswith(b"POST"):
            there.shut()
            await visit.answer(b'[{"update_id": "1"}]', connection="close")
        else:
            row = cities.request(1, MADE)
            await visit.answer(json.dumps([row]).encode(), connection="close")

    async with upstream(leave) as there:
        connector = cities.connect(
            there.url, api_key=cities.KEY, takes_updates=True, extended_statuses=True, moves=MOVES
        )
        with pytest.raises(SourceUnavailable) as failed:
            await connector.move("00001", Move(Status.ANSWERED), key="key-1", call=call())
        await connector.aclose()
    assert there.connections == 2
    assert failed.value.sent


async def test_nothing_is_posted_to_a_case_that_is_not_there() -> None:
    there = city()
    async with open_to(there) as connector:
        for act in (
            connector.say("00009", HELLO, key="key-1", call=call()),
            connector.move("00009", Move(Status.ANSWERED), key="key-1", call=call()),
        ):
            with pytest.raises(NotFound) as unknown:
                await act
            assert not unknown.value.sent
    assert not there.posted


async def test_an_internal_message_never_reaches_a_city() -> None:
    there = city()
    async with open_to(there) as connector:
        inside = Saying("à vérifier", AuthorRole.AGENCY, Visibility.INTERNAL)
        with pytest.raises(NotSupported):
            await connector.say("00001", inside, key="key-1", call=call())
    assert not there.calls


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        ((400, "description is too long"), Rejected),
        ((422, "status cannot follow"), Rejected),
        ((400, "jurisdiction_id is unknown"), BadData),
        ((404, "no such page"), BadData),
        ((405, "not here"), BadData),
        ((409, "taken"), Conflict),
        ((401, "who?"), Unauthorized),
        ((402, "pay"), BadData),
        ((500, "down"), SourceUnavailable),
    ],
)
async def test_a_refusal_is_told_without_the_citys_words(
    refusal: tuple[int, str], kind: type[ConnectorError]
) -> None:
    async with open_to(city(refusal=refusal)) as connector:
        with pytest.raises(kind) as refused:
            await connector.say("00001", HELLO, key="key-1", call=call())
    told = f"{refused.value} {refused.value.detail}"
    assert refused.value.sent
    assert not [word for word in (refusal[1], HELLO.body, cities.KEY) if word in told]


async def test_an_update_is_posted_once_whatever_becomes_of_it() -> None:
    there = city(fail_every=2)
    async with open_to(there) as connector:
        with pytest.raises(SourceUnavailable) as failed:
            await connector.say("00001", HELLO, key="key-1", call=call())
    assert failed.value.sent
    assert there.calls == ["GET /requests/00001.json", "POST /servicerequestupdates.json"]


async def test_a_city_that_cannot_be_read_is_written_nothing() -> None:
    there = city(fail_every=1)
    async with open_to(there) as connector:
        with pytest.raises(SourceUnavailable) as failed:
            await connector.say("00001", HELLO, key="key-1", call=call())
    assert not failed.value.sent
    assert not there.posted


async def test_what_a_city_takes_is_promised_as_it_is_configured() -> None:
    public = frozenset({Visibility.PUBLIC})
    async with open_to(city()) as connector:
        assert connector.capabilities.says == MessageCapability(public, Idempotency.NONE)
        assert connector.capabilities.moves == {Status.IN_PROGRESS, Status.ANSWERED}
        assert connector.capabilities.attaches is None
    async with open_to(city(), keeps_update_ids=True, moves={}) as connector:
        assert connector.capabilities.says == MessageCapability(public, Idempotency.KEY)
        assert not connector.capabilities.moves


@pytest.mark.parametrize(
    "said",
    [
        {"moves": {"CLOSED": "fixed"}, "extended_statuses": True},
        {"moves": {"ANSWERED": "fixed"}},
        {"moves": {"IN_PROGRESS": "open"}},
    ],
)
def test_a_code_that_is_read_as_another_status_stops_the_start(said: dict[str, Any]) -> None:
    options = cities.options("https://city.example", api_key=cities.KEY, takes_updates=True, **said)
    environment = Environment(
        source=cities.CITY,
        agencies=(AgencyCode("commune-a"),),
        open_http=lambda base: AiohttpClient(base, max_concurrent=1),
    )
    with pytest.raises(ValueError, match=r"options\.moves: (CLOSED|ANSWERED|IN_PROGRESS) would be"):
        PLUGIN.open(options, environment)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"takes_updates": True}, "posting needs api_key"),
        ({"api_key": "k", "moves": {"CLOSED": "closed"}}, "only where takes_updates is true"),
        ({"api_key": "k", "keeps_update_ids": True}, "only where takes_updates is true"),
    ],
)
def test_acts_without_a_way_are_a_mistake(said: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        cities.options("https://city.example", **said)
