"""Whatever an upstream does wrong, the error is of the right kind, and says nothing of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from connectors.contract.connector import Filing
from connectors.contract.errors import (
    BadData,
    Conflict,
    ConnectorError,
    NotFound,
    RateLimited,
    Rejected,
    SourceTimeout,
    SourceUnavailable,
    Unauthorized,
)
from connectors.contract.query import SELECTABLE, ListQuestion, Order, Selection
from connectors.contract.records import Channel, Kind, Location
from connectors.open311 import Open311Connector
from connectors.testing.asking import call, pages
from connectors.testing.scenario import NOON
from tests.connectors.http.upstreams import (
    Handle,
    Visit,
    answering,
    closed_port,
    silent,
    upstream,
)
from tests.connectors.open311.cities import AGENCIES, KEY, connect, request

QUESTION = ListQuestion(where=(), order=Order(), selection=Selection(fields=SELECTABLE), limit=10)
FILING = Filing(
    reference="4471083920155",
    agency_code=AGENCIES[0],
    kind=Kind.COMPLAINT,
    channel=Channel.WEB,
    description="Rue de Fès, chez Fatima",
    service_code="roads",
    location=Location(address="12, rue de Fès"),
    filed_at=NOON,
)
REFUSAL = b'[{"code": 400, "description": "lat of Fatima is missing: email fatima@example.ma"}]'
ROW = request(1, NOON)
HTML = b"<!DOCTYPE html><html><body>Fatima, the proxy is down</body></html>"


@asynccontextmanager
async def over(handle: Handle, **said: Any) -> AsyncIterator[Open311Connector]:
    async with upstream(handle) as there:
        connector = connect(f"{there.url}/v2", api_key=KEY, earliest="2026-03-01T00:00:00Z", **said)
        try:
            yield connector
        finally:
            await connector.aclose()


async def listed(connector: Open311Connector) -> object:
    return (await connector.list(QUESTION, call())).records


async def got(connector: Open311Connector) -> object:
    return await connector.get(["1"], Selection(), call())


async def offered(connector: Open311Connector) -> object:
    return await connector.services(call())


async def asked(connector: Open311Connector) -> object:
    return await connector.attributes("roads", call())


async def filed(connector: Open311Connector) -> object:
    return await connector.file(FILING, key="k", call=call())


async def looked_up(connector: Open311Connector) -> object:
    return await connector.filed("token", call())


async def probed(connector: Open311Connector) -> object:
    return await connector.probe(call())


Verb = Callable[[Open311Connector], Awaitable[object]]
READS: tuple[Verb, ...] = (listed, got, offered, asked, looked_up, probed)
VERBS: tuple[Verb, ...] = (*READS, filed)


async def failure(handle: Handle, verb: Verb, **said: Any) -> ConnectorError:
    async with over(handle, **said) as connector:
        with pytest.raises(ConnectorError) as failed:
            await verb(connector)
    assert_nothing_leaks(failed.value)
    return failed.value


def assert_nothing_leaks(error: ConnectorError) -> None:
    for word in (KEY, "127.0.0.1", "atima", "Fès", "v2", "proxy", "lat of"):
        assert word not in str(error)
    for word in (KEY, "127.0.0.1", "atima", "Fès"):
        assert word not in (error.detail or "")


def named(verb: Verb) -> str:
    return verb.__name__


async def flood(visit: Visit) -> None:
    """200 MB, without saying so before."""
    await visit.request()
    await visit.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(200):
        await visit.say(b"100000\r\n", bytes(1024 * 1024), b"\r\n")


BAD_ANSWERS: dict[str, tuple[Handle, type[ConnectorError], str]] = {
    "a web page": (answering(HTML, content_type="text/html"), SourceUnavailable, "a web page"),
    "a web page said to be JSON": (answering(HTML), SourceUnavailable, "a web page"),
    "XML": (
        answering(b"<?xml version='1.0'?><services/>", content_type="text/xml; charset=utf-8"),
        BadData,
        "in XML",
    ),
    "truncated JSON": (answering(b'[{"status": "Fatima'), BadData, "broken JSON"),
    "no JSON": (answering(b"Fatima"), BadData, "broken JSON"),
    "nothing": (answering(b""), BadData, "is empty"),
    "blanks": (answering(b" \r\n "), BadData, "is empty"),
    "a number": (answering(b"42"), BadData, "another shape"),
    "null": (answering(b"null"), BadData, "another shape"),
    "a list of texts": (answering(b'["Fatima"]'), BadData, "another shape"),
    "objects of another kind": (answering(b'[{"nom": "Fatima"}]'), BadData, "another shape"),
    "an object of another kind": (answering(b'{"nom": "Fatima"}'), BadData, "another shape"),
    "two lists": (answering(b'{"a": [], "b": []}'), BadData, "another shape"),
    "a wrong type": (
        answering(b'[{"service_code": {"Fatima": 1}, "service_request_id": [], "token": []}]'),
        BadData,
        "another shape",
    ),
    "another character set than stated": (
        answering('[{"service_code": "é"}]'.encode("latin-1"), content_type="x/y; charset=utf-8"),
        BadData,
        "not in the character set",
    ),
    "a character set that nobody knows": (
        answering('[{"service_code": "é"}]'.encode("latin-1"), content_type="x/y; charset=fatima"),
        BadData,
        "not in the character set",
    ),
    "a character set that is none": (
        answering('[{"service_code": "é"}]'.encode("latin-1"), content_type="x/y; charset=undefined"),
        BadData,
        "not in the character set",
    ),
    "halves of characters": (
        answering(b'["\xe9\\ud800"]', content_type="x/y; charset=unicode_escape"),
        BadData,
        "not in the character set",
    ),
    "3,000 lists in each other": (
        answering(b'[{"extended_attributes": ' + b"[" * 3000 + b"]" * 3000 + b"}]"),
        BadData,
        "another shape",
    ),
    "an object with 3,000 lists in each other": (
        answering(b'{"a": ' + b"[" * 3000 + b"]" * 3000 + b"}"),
        BadData,
        "another shape",
    ),
    "200 MB": (flood, BadData, "larger than 16 MiB"),
    "a redirect elsewhere": (
        answering(status="302 Found", location="https://fatima.example/v2"),
        BadData,
        "another address|redirects what is sent",
    ),
    "401": (answering(REFUSAL, status="401 No"), Unauthorized, "credentials"),
    "403": (answering(REFUSAL, status="403 No"), Unauthorized, "credentials"),
    "418": (answering(REFUSAL, status="418 No"), BadData, "as its API promises"),
    "429": (answering(REFUSAL, status="429 No", retry_after="9"), RateLimited, "less often"),
    "500": (answering(REFUSAL, status="500 No"), SourceUnavailable, "failed to answer"),
    "503": (
        answering(HTML, status="503 No", retry_after="9"), SourceUnavailable, "failed to answer"
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", [listed, offered, filed], ids=named)
@pytest.mark.parametrize("answer", BAD_ANSWERS)
async def test_a_bad_answer_is_an_error_of_its_kind(answer: str, verb: Verb) -> None:
    handle, kind, words = BAD_ANSWERS[answer]
    with pytest.raises(kind, match=words):
        raise await failure(handle, verb)


@pytest.mark.parametrize("verb", VERBS, ids=named)
async def test_every_verb_knows_a_page_meant_for_people(verb: Verb) -> None:
    handle, kind, _ = BAD_ANSWERS["a web page"]
    assert isinstance(await failure(handle, verb), kind)


@pytest.mark.parametrize("verb", VERBS, ids=named)
async def test_every_verb_hands_on_how_long_to_wait(verb: Verb) -> None:
    assert (await failure(BAD_ANSWERS["429"][0], verb)).retry_after == 9.0
    assert (await failure(BAD_ANSWERS["503"][0], verb)).retry_after == 9.0


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_what_is_unknown_is_absent_not_found_or_rejected(status: int) -> None:
    refusing = answering(REFUSAL, status=f"{status} No")
    async with over(refusing) as connector:
        assert await got(connector) == {}
    assert isinstance(await failure(refusing, looked_up), NotFound)
    rejected = await failure(refusing, filed)
    assert isinstance(rejected, Rejected)
    # The names are ours; of the source's words nothing is handed on.
    assert rejected.fields == ("location", "contact")


@pytest.mark.parametrize("status", [400, 404, 409, 422])
@pytest.mark.parametrize("verb", [listed, offered, probed], ids=named)
async def test_a_list_that_is_not_there_needs_an_operator(status: int, verb: Verb) -> None:
    assert isinstance(await failure(answering(REFUSAL, status=f"{status} No"), verb), BadData)


async def test_a_refusal_that_cannot_be_read_is_still_one() -> None:
    rejected = await failure(answering(HTML, status="400 No"), filed)
    assert isinstance(rejected, Rejected)
    assert rejected.fields == ()


@pytest.mark.parametrize(
    "answer",
    [
        answering(HTML, status="404 No", content_type="text/html"),
        answering(
            b'[{"code": 404, "description": "jurisdiction_id Fatima unknown"}]', status="404 No"
        ),
        answering(b'[{"code": 400, "description": "jurisdiction_id missing"}]', status="400 No"),
    ],
)
async def test_a_filing_that_went_to_a_wrong_address_is_not_the_complainants_fault(
    answer: Handle,
) -> None:
    assert isinstance(await failure(answer, filed), BadData)


async def test_a_filing_that_is_there_already_is_a_conflict() -> None:
    assert isinstance(await failure(answering(REFUSAL, status="409 No"), filed), Conflict)


async def test_services_that_are_unknown_are_not_found() -> None:
    async def handle(visit: Visit) -> None:
        while head := await visit.request():
            if b"/services.json" in head:
                await visit.answer(b'[{"service_code": "roads", "metadata": true}]')
            else:
                await visit.answer(REFUSAL, status="404 No")

    assert isinstance(await failure(handle, asked), NotFound)


@pytest.mark.parametrize(
    "answer", [b"[]", b"[{}, {}]", b'[{"token": null}]', b'[{"token": " "}]', b'[{"id": 1}]']
)
async def test_a_filing_without_a_receipt_is_bad_data_that_may_have_arrived(answer: bytes) -> None:
    error = await failure(answering(answer, status="201 Created"), filed)
    assert (type(error), error.sent) == (BadData, True)


@pytest.mark.parametrize("verb", VERBS, ids=named)
async def test_a_reset_before_anything_was_sent_is_known_as_such(verb: Verb) -> None:
    connector = connect(f"http://127.0.0.1:{closed_port()}", api_key=KEY)
    with pytest.raises(SourceUnavailable) as failed:
        await verb(connector)
    assert not failed.value.sent
    assert_nothing_leaks(failed.value)
    await connector.aclose()


async def reset(visit: Visit) -> None:
    await visit.request()
    visit.reset()


@pytest.mark.parametrize("verb", VERBS, ids=named)
async def test_a_reset_after_sending_may_have_taken_it(verb: Verb) -> None:
    error = await failure(reset, verb)
    assert (type(error), error.sent) == (SourceUnavailable, True)


async def test_a_filing_whose_search_for_an_earlier_one_failed_was_not_sent() -> None:
    error = await failure(reset, filed, reference_in="description")
    assert (type(error), error.sent) == (SourceUnavailable, False)


async def test_a_silent_city_costs_no_more_than_the_deadline() -> None:
    async with over(silent) as connector:
        begun = asyncio.get_running_loop().time()
        with pytest.raises(SourceTimeout) as late:
            await connector.list(QUESTION, call(seconds=0.1))
        assert asyncio.get_running_loop().time() - begun < 2.0
        assert_nothing_leaks(late.value)


async def test_without_time_left_no_verb_asks_anything() -> None:
    async with upstream(answering()) as there:
        connector = connect(there.url, api_key=KEY)
        late = call(seconds=-1)
        for asking in (
            connector.list(QUESTION, late),
            connector.get(["1"], Selection(), late),
            connector.services(late),
            connector.attributes("roads", late),
            connector.file(FILING, key="k", call=late),
            connector.filed("token", late),
            connector.probe(late),
        ):
            with pytest.raises(SourceTimeout, match="no time was left") as refused:
                await asking
            assert not refused.value.sent
        await connector.aclose()
    assert there.connections == 0


async def test_a_list_that_is_cancelled_closes_its_connection() -> None:
    async with upstream(silent) as there:
        connector = connect(there.url)
        asking = asyncio.create_task(connector.list(QUESTION, call()))
        await there.met.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert asking.cancelled()
        async with asyncio.timeout(2):
            await there.left.wait()
        await connector.aclose()


async def records_of(body: bytes, *, content_type: str = "application/json", **said: Any) -> Any:
    async with over(answering(body, content_type=content_type), **said) as connector:
        found = await pages(connector, replace(QUESTION, limit=50))
        return [record for page in found for record in page.records]


@pytest.mark.parametrize(
    ("written", "stated", "option"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "iso-8859-1", None),
        ("utf-8-sig", "utf-8", None),
        ("utf-16", "utf-16", None),
        ("windows-1256", "windows-1256", None),
        ("windows-1256", "utf-8", "windows-1256"),
        ("windows-1256", "iso-8859-1", "windows-1256"),
    ],
)
async def test_a_wrong_character_set_is_seen_through(
    written: str, stated: str, option: str | None
) -> None:
    body = json.dumps([ROW], ensure_ascii=False).encode(written)
    said = {"charset": option} if option else {}
    records = await records_of(body, content_type=f"application/json; charset={stated}", **said)
    assert [record.category for record in records] == ["الطرق"]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(ROW),
        json.dumps({"service_requests": [ROW]}),
        json.dumps({"count": 1, "requests": [ROW]}),
        "\n " + json.dumps([ROW]),
    ],
)
async def test_one_object_or_a_wrapped_list_is_taken_for_the_list(body: str) -> None:
    assert [record.origin.source_id for record in await records_of(body.encode())] == ["00001"]


async def test_one_bad_row_is_not_dropped_in_silence() -> None:
    body = json.dumps([ROW, {"autre": 1}]).encode()
    error = await failure(answering(body), listed)
    assert isinstance(error, BadData)
