"""What is done in a described system is done as it is described, and looked at where it can fail."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.parser import BytesParser
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.connector import Contact, Filing, Move, Saying, Upload
from connectors.contract.errors import BadData, NotSupported, Rejected, SourceUnavailable
from connectors.contract.lifecycle import Status
from connectors.contract.query import Selection
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Channel,
    Kind,
    Location,
    Visibility,
)
from connectors.rest import RestConnector
from connectors.testing.asking import call
from connectors.testing.scenario import NOON
from tests.connectors.http.upstreams import Visit, upstream
from tests.connectors.rest import desk
from tests.connectors.rest.describing import at_desk, connect, connected, plainly

FILING = Filing(
    reference="4471083920155",
    agency_code=AgencyCode("commune-a"),
    kind=Kind.COMPLAINT,
    channel=Channel.WEB,
    title="Lampadaire éteint",
    description="L'éclairage <est> en panne\ndepuis 3 jours",
    filed_at=NOON,
    service_code="lighting",
    location=Location(latitude=33.5, longitude=-7.5),
    contact=Contact(name="Fatima", email="f@example.org"),
    attributes={"pole": ("17",), "colours": ("red", "blue")},
)
UPLOAD = Upload('ph"o\r\nto é.jpg', "image/jpeg", b"\xff\xd8\r\n--x\r\n")


class Taking:
    """A system that takes whatever it is sent, and answers with what it is told to."""

    def __init__(self, said: Any = None, status: int = 201, **headers: str) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self._answer = said, status, headers
        methods = ["GET", "POST", "PUT", "PATCH"]
        self.app = Starlette(routes=[Route("/{path:path}", self._take, methods=methods)])

    async def _take(self, request: Request) -> Response:
        way = f"{request.method} {request.scope['raw_path'].decode()}"
        query = f"?{request.url.query}" if request.url.query else ""
        self.requests.append((way + query, dict(request.headers), await request.body()))
        said, status, headers = self._answer
        if said is None:
            return Response(status_code=status, headers=headers)
        return JSONResponse(said, status, headers=headers)

    def sent(self, number: int = -1) -> Any:
        return json.loads(self.requests[number][2])


@asynccontextmanager
async def acting(system: Taking, acts: dict[str, Any], **more: Any) -> AsyncIterator[RestConnector]:
    get = {"request": {"path": "cases/{id}"}}
    async with connected(system.app, plainly(acts=acts, get=get, **more)) as connector:
        yield connector


def filing(body: Any, id_: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    request = {"path": "cases", "json": body} | more.pop("request", {})
    return {"file": {"request": request, "id": id_ or {"path": "$.id"}} | more}


async def test_a_filing_is_written_with_its_values_types_and_words() -> None:
    body = {
        "ref": {"from": "reference"},
        "subject": "[{reference}] {title}",
        "html": {"from": "description", "as": "html"},
        "type": {"from": "kind", "table": {"COMPLAINT": 3}},
        "area": {"from": "area_code"},
        "unknown": {"from": "address", "default": "-"},
        "place": {"lat": {"from": "latitude"}, "text": {"from": "latitude", "as": "text"}},
        "empty": {"street": {"from": "address"}},
        "when": {"from": "filed_at"},
        "ms": {"from": "filed_at", "format": "epoch_milliseconds"},
        "day": {"from": "filed_at", "format": "%d/%m/%Y"},
        "answers": {"from": "attributes"},
        "pole": {"from": "attribute.pole"},
        "lamp": {"from": "attribute.lamp"},
        "list": [{"name": "a", "value": {"from": "title"}}, {"from": "address"}],
        "fixed": [1, None, True],
    }
    system = Taking({"id": 7})
    async with acting(system, filing(body)) as connector:
        filed = await connector.file(FILING, key="k", call=call())
    assert filed.source_id == "7"
    assert system.sent() == {
        "ref": "4471083920155",
        "subject": "[4471083920155] Lampadaire éteint",
        "html": "L'éclairage &lt;est&gt; en panne<br>depuis 3 jours",
        "type": 3,
        "unknown": "-",
        "place": {"lat": 33.5, "text": "33.5"},
        "when": "2026-03-02T12:00:00Z",
        "ms": "1772452800000",
        "day": "02/03/2026",
        "answers": {"pole": "17", "colours": ["red", "blue"]},
        "pole": "17",
        "list": [{"name": "a", "value": "Lampadaire éteint"}],
        "fixed": [1, None, True],
    }


@pytest.mark.parametrize("address", ["/cases/a%2Fb/", "http://x.example/v2/cases/a%2Fb"])
async def test_the_new_id_may_stand_in_a_header(address: str) -> None:
    system = Taking(None, 201, Location=address)
    async with acting(system, filing({"a": 1}, {"header": "Location"})) as connector:
        filed = await connector.file(FILING, key="k", call=call())
    assert filed.source_id == "a/b"


@pytest.mark.parametrize("address", ["", "/", "http://[x"])
async def test_an_address_that_names_no_case_is_bad_data(address: str) -> None:
    system = Taking(None, 201, Location=address)
    async with acting(system, filing({"a": 1}, {"header": "Location"})) as connector:
        with pytest.raises(BadData, match="without the address of the case") as failed:
            await connector.file(FILING, key="k", call=call())
    assert failed.value.sent


@pytest.mark.parametrize("said", [{}, {"id": None}, {"id": [1, 2]}, []])
async def test_a_filing_that_is_answered_without_an_id_is_bad_data(said: Any) -> None:
    async with acting(Taking(said), filing({"a": 1})) as connector:
        with pytest.raises(BadData, match=r"acts\.file\.id"):
            await connector.file(FILING, key="k", call=call())


async def test_a_filing_may_carry_our_key() -> None:
    system = Taking({"id": 7})
    request = {"headers": {"Idempotency-Key": "{key}"}}
    act = filing({"a": 1}, request=request, safe_by="key")
    async with acting(system, act) as connector:
        await connector.file(FILING, key="key-1", call=call())
    assert system.requests[0][1]["idempotency-key"] == "key-1"


async def test_a_filing_may_be_a_form() -> None:
    system = Taking({"id": 7})
    request = {"json": None, "form": {"subject": "{title}", "street": "{address}", "k": "a&b"}}
    async with acting(system, filing(None, request=request)) as connector:
        await connector.file(FILING, key="k", call=call())
    assert system.requests[0][2] == b"subject=Lampadaire+%C3%A9teint&k=a%26b"


@pytest.mark.parametrize(
    ("carried", "contained", "found"),
    [
        ("4471083920155", False, True),
        ("[4471083920155]", False, False),
        ("text [4471083920155]", True, True),
        ("447108392015", True, False),
        (None, True, False),
    ],
)
async def test_an_earlier_attempt_is_one_that_carries_our_reference(
    carried: str | None, contained: bool, found: bool
) -> None:
    search = {
        "request": {"path": "cases", "query": {"ref": "{reference}"}},
        "records": "$.cases",
        "reference": "$.ref",
        "contained": contained,
    }
    rows = [{"id": 1, "ref": "0"}, {"id": 2, "ref": carried}]
    system = Taking({"cases": rows, "id": 3}, 200)
    act = filing({"a": 1}, safe_by="search", search=search)
    async with acting(system, act) as connector:
        filed = await connector.file(FILING, key="k", call=call())
    assert filed.source_id == ("2" if found else "3")
    assert system.requests[0][0] == "GET /cases?ref=4471083920155"
    assert len(system.requests) == (1 if found else 2)


async def test_an_earlier_attempt_without_an_id_is_not_filed_again() -> None:
    search = {"request": {"path": "cases"}, "records": "$.cases", "reference": "$.ref"}
    system = Taking({"cases": [{"ref": "4471083920155"}], "id": 3}, 200)
    async with acting(system, filing({"a": 1}, safe_by="search", search=search)) as connector:
        with pytest.raises(BadData, match=r"a case has no record\.id") as failed:
            await connector.file(FILING, key="k", call=call())
    assert len(system.requests) == 1
    assert not failed.value.sent


@pytest.mark.parametrize(("said", "seconds"), [({}, 30), ({"settles_seconds": 2.5}, 2.5)])
async def test_how_long_a_search_may_miss_what_was_filed_can_be_said(
    said: dict[str, float], seconds: float
) -> None:
    search = {"request": {"path": "cases"}, "records": "$.cases", "reference": "$.ref"} | said
    act = filing({"a": 1}, safe_by="search", search=search)
    async with acting(Taking({}, 200), act) as connector:
        assert connector.capabilities.settles_seconds == seconds


async def test_a_search_that_fails_proves_that_nothing_was_filed() -> None:
    search = {"request": {"path": "cases"}, "records": "$.cases", "reference": "$.ref"}
    system = Taking(None, 500)
    async with acting(system, filing({"a": 1}, safe_by="search", search=search)) as connector:
        with pytest.raises(Exception, match="failed") as failed:
            await connector.file(FILING, key="k", call=call())
    assert failed.value.sent is False  # type: ignore[attr-defined]  # a ConnectorError


async def test_what_is_internal_goes_where_internal_words_go_and_nowhere_else() -> None:
    act = {
        "say": {
            "internal": {"request": {"path": "cases/{id}/comment", "json": {"t": {"from": "body"}}}}
        }
    }
    system = Taking()
    saying = Saying("entre nous", AuthorRole.AGENCY, Visibility.INTERNAL)
    async with acting(system, act) as connector:
        await connector.say("7", saying, key="k", call=call())
        public = replace(saying, visibility=Visibility.PUBLIC)
        with pytest.raises(NotSupported):
            await connector.say("7", public, key="k", call=call())
    assert [way for way, *_ in system.requests] == ["POST /cases/7/comment"]


async def test_a_move_brings_what_its_status_needs_and_is_read_back() -> None:
    system = desk.Desk(desk.complaints()[:5])
    case = desk.complaints()[0].origin.source_id
    async with at_desk(system) as connector:
        await connector.move(case, Move(Status.ANSWERED, "réparé"), key="k", call=call())
        assert system.cases[case]["resolution"] == "réparé"
        await connector.move(case, Move(Status.ANSWERED), key="k", call=call())
        assert system.cases[case]["resolution"] == "-"
        found = await connector.get([case], Selection(), call())
        assert found[case].status is Status.ANSWERED
        with pytest.raises(NotSupported):
            await connector.move(case, Move(Status.CLOSED), key="k", call=call())


async def test_a_move_that_is_taken_and_not_done_is_rejected() -> None:
    system = desk.Desk(desk.complaints()[:5])
    case = desk.complaints()[0].origin.source_id
    system.frozen.add(case)
    async with at_desk(system) as connector:
        with pytest.raises(Rejected, match="took the change") as refused:
            await connector.move(case, Move(Status.IN_PROGRESS), key="k", call=call())
    assert refused.value.fields == ("status",)


async def test_a_move_that_cannot_be_looked_at_was_sent_all_the_same() -> None:
    async def leave(visit: Visit) -> None:
        await visit.request()
        there.shut()
        await visit.answer(b"{}", connection="close")

    acts = {"move": {"request": {"path": "cases/{id}", "json": {"s": "{status}"}}}}
    statuses = {"in": {"done": "ANSWERED"}, "out": {"ANSWERED": {"status": "done"}}}
    get = {"request": {"path": "cases/{id}"}}
    async with upstream(leave) as there:
        connector = connect({"url": there.url} | plainly(acts=acts, get=get, statuses=statuses))
        with pytest.raises(SourceUnavailable) as failed:
            await connector.move("7", Move(Status.ANSWERED), key="k", call=call())
        await connector.aclose()
    assert there.connections == 1
    assert failed.value.sent


async def test_a_status_may_have_a_request_of_its_own() -> None:
    out = {
        "ANSWERED": {"status": "done", "request": {"path": "cases/{id}/done", "json": {}}},
        "SUBMITTED": {"status": "new"},
    }
    statuses = {"in": {"new": "SUBMITTED", "done": "ANSWERED"}, "out": out}
    usual = {
        "move": {"request": {"method": "PATCH", "path": "cases/{id}", "json": {"s": "{status}"}}}
    }
    system = Taking({"id": 7, "state": "done"}, 200)
    async with acting(system, usual, statuses=statuses) as connector:
        await connector.move("7", Move(Status.ANSWERED), key="k", call=call())
        with pytest.raises(Rejected):
            await connector.move("7", Move(Status.SUBMITTED), key="k", call=call())
    assert [way for way, *_ in system.requests] == [
        "POST /cases/7/done",
        "GET /cases/7",
        "PATCH /cases/7",
        "GET /cases/7",
    ]
    assert system.sent(2) == {"s": "new"}


async def test_a_file_goes_as_a_form_of_parts_that_its_name_cannot_leave() -> None:
    parts = [
        {"name": "JSON", "json": {"n": {"from": "name"}}},
        {"name": "note", "text": "{size} bytes"},
        {"name": "file[0]", "content": True},
    ]
    act = {"attach": {"max_bytes": 99, "request": {"path": "cases/{id}/files", "multipart": parts}}}
    system = Taking()
    async with acting(system, act) as connector:
        await connector.attach("7", UPLOAD, key="k", call=call())
    _, headers, body = system.requests[0]
    message = BytesParser().parsebytes(
        b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n" + body
    )
    told = [(each.get_param("name", header="content-disposition"), each.get_content_type())
            for each in message.walk()][1:]  # fmt: skip
    assert told == [("JSON", "application/json"), ("note", "text/plain"), ("file[0]", "image/jpeg")]
    assert 'filename="ph%22o%0D%0Ato é.jpg"'.encode() in body
    assert UPLOAD.content in body


async def test_a_file_may_go_as_base64() -> None:
    act = {
        "attach": {
            "max_bytes": 99,
            "request": {"path": "files", "json": {"d": {"from": "base64"}, "n": {"from": "size"}}},
        }
    }
    system = Taking()
    async with acting(system, act) as connector:
        await connector.attach("7", UPLOAD, key="k", call=call())
    assert system.sent() == {"d": "/9gNCi0teA0K", "n": len(UPLOAD.content)}


async def test_a_file_may_be_taken_first_and_then_named_by_its_token() -> None:
    act = {
        "attach": {
            "max_bytes": 99,
            "upload": {
                "request": {"path": "up", "query": {"f": "{name}"}, "content": True},
                "token": "$.upload.token",
            },
            "request": {"method": "PUT", "path": "cases/{id}", "json": {"t": {"from": "token"}}},
        }
    }
    system = Taking({"upload": {"token": "7.ab"}})
    async with acting(system, act) as connector:
        await connector.attach("7", UPLOAD, key="k", call=call())
    (way, headers, body), (then, *_) = system.requests
    assert way == "POST /up?f=ph%22o%0D%0Ato+%C3%A9.jpg"
    assert (headers["content-type"], body) == ("image/jpeg", UPLOAD.content)
    assert (then, system.sent()) == ("PUT /cases/7", {"t": "7.ab"})
