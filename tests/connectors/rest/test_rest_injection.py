"""Whatever a value holds, it stays a value: it reaches no other path, parameter, header or key."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.connector import Saying
from connectors.contract.errors import ConnectorError, NotFound, Rejected
from connectors.contract.query import Condition, Field, Op, Selection
from connectors.contract.records import AuthorRole, Visibility
from connectors.rest import RestConnector
from connectors.testing.asking import call, plain
from tests.connectors.rest.describing import connected, plainly

HOSTILE = [
    "a/b",
    "a?b=c",
    "a&b=c",
    "a#b",
    "a%2Fb",
    "a%b",
    "{id}",
    "{+id}",
    "a b",
    "a;b",
    "a:b@c",
    "http://elsewhere.example/",
    "//elsewhere.example",
    "\\\\elsewhere",
    "é/ش",
    'a"b',
    "a\u2028b",
    "...",
]


class Witness:
    """Notes each request as it came, and knows no case."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        methods = ["GET", "POST"]
        self.app = Starlette(routes=[Route("/{path:path}", self._note, methods=methods)])

    async def _note(self, request: Request) -> Response:
        self.seen.append(
            {
                "raw": request.scope["raw_path"].decode(),
                "query": list(request.query_params.multi_items()),
                "headers": dict(request.headers),
                "body": await request.body(),
            }
        )
        if request.method == "POST":
            return Response(status_code=204)
        return JSONResponse({"cases": [], "case": None})


DESCRIBED = plainly(
    get={"request": {"path": "cases/{id}/whole"}, "record": "$.case"},
    acts={
        "say": {
            "public": {
                "request": {
                    "path": "cases/{id}/notes",
                    "query": {"to": "{id}"},
                    "headers": {"X-Key": "{key}"},
                    "json": {
                        "text": {"from": "body"},
                        "line": "said: {body}",
                        "page": {"from": "body", "as": "html"},
                        "fixed": {"literal": {"from": "nobody"}},
                        "lang": {"from": "language"},
                    },
                }
            }
        }
    },
)


@asynccontextmanager
async def witnessed(**changes: Any) -> AsyncIterator[tuple[RestConnector, Witness]]:
    witness = Witness()
    said = DESCRIBED | changes
    said["record"]["fields"]["service_code"] = "$.service"
    async with connected(witness.app, said) as connector:
        yield connector, witness


@pytest.mark.parametrize("value", HOSTILE)
async def test_an_id_is_one_step_of_the_path(value: str) -> None:
    async with witnessed() as (connector, witness):
        assert await connector.get([value], Selection(), call()) == {}
    [seen] = witness.seen
    beginning, step, end = seen["raw"].removeprefix("/").split("/")
    assert (beginning, end, seen["query"]) == ("cases", "whole", [])
    assert not set("?#{}\\ ;:@") & set(step)


@pytest.mark.parametrize("value", [".", "..", "", "\r\nX: y"])
async def test_an_id_that_is_no_name_is_unknown_without_asking(value: str) -> None:
    async with witnessed() as (connector, witness):
        assert await connector.get([value], Selection(), call()) == {}
        with pytest.raises(NotFound):
            await connector.say(value, _saying("x"), key="k", call=call())
    assert witness.seen == []


@pytest.mark.parametrize(("kind", "value"), [("digits", "1a"), ("digits", "٣"), ("word", "a.b")])
async def test_an_id_of_another_kind_is_unknown_without_asking(kind: str, value: str) -> None:
    async with witnessed(ids=kind) as (connector, witness):
        assert await connector.get([value], Selection(), call()) == {}
    assert witness.seen == []


@pytest.mark.parametrize("value", [*HOSTILE, "a\r\nb", '","admin":true,"x":"', "<script>"])
async def test_what_is_said_is_a_value_in_json_and_in_parameters(value: str) -> None:
    async with witnessed() as (connector, witness):
        await connector.say("7/8", _saying(value), key="k-1", call=call())
    [seen] = witness.seen
    said = json.loads(seen["body"])
    assert set(said) == {"text", "line", "page", "fixed"}
    assert (said["text"], said["line"]) == (value, f"said: {value}")
    assert "<script>" not in said["page"]
    assert said["fixed"] == {"from": "nobody"}
    assert (seen["raw"], seen["query"]) == ("/cases/7%2F8/notes", [("to", "7/8")])
    assert seen["headers"]["x-key"] == "k-1"


@pytest.mark.parametrize("key", ["a\r\nX-Admin: 1", "a\nb", "a\0b"])
async def test_a_line_break_gets_into_no_header(key: str) -> None:
    async with witnessed() as (connector, witness):
        with pytest.raises(Rejected) as refused:
            await connector.say("7", _saying("x"), key=key, call=call())
    assert witness.seen == []
    assert not refused.value.sent


def _listed(**how: Any) -> dict[str, Any]:
    return {
        "list": {
            "request": {"path": "cases"},
            "records": "$.cases",
            "paging": {"style": "none"},
            "filters": {"SERVICE": {"IN": how}},
            "clauses": {"parameter": "q", "escape": {"'": "\\'", "\\": "\\\\"}},
        }
    }


@pytest.mark.parametrize("value", [*HOSTILE, "a,b"])
async def test_a_filter_is_one_value_of_one_parameter(value: str) -> None:
    how = {"query": {"service": "{value}"}, "several": "repeat"}
    async with witnessed(**_listed(**how)) as (connector, witness):
        await connector.list(_of_service(connector, value), call())
    assert witness.seen[0]["query"] == [("service", value)]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("roads", "service = 'roads'"),
        ("x' OR '1'='1", "service = 'x\\' OR \\'1\\'=\\'1'"),
        ("x\\' OR 1=1 --", "service = 'x\\\\\\' OR 1=1 --'"),
    ],
)
async def test_a_value_in_a_clause_cannot_end_its_text(value: str, written: str) -> None:
    async with witnessed(**_listed(clause="service = '{value}'")) as (connector, witness):
        await connector.list(_of_service(connector, value), call())
    assert witness.seen[0]["query"] == [("q", written)]


@pytest.mark.parametrize("value", ['say "x"', "a\nb", "a\0b"])
async def test_a_value_that_no_clause_can_hold_matches_nothing(value: str) -> None:
    async with witnessed(**_listed(clause="service = '{value}'")) as (connector, witness):
        page = await connector.list(_of_service(connector, value), call())
    assert (page.records, page.more, witness.seen) == ((), False, [])


async def test_no_failure_tells_what_was_sent_or_answered() -> None:
    async def spill(request: Request) -> Response:
        return JSONResponse({"message": "Fatima, 0612345678, at /usr/share/desk.rb:31"}, 400)

    app = Starlette(routes=[Route("/{path:path}", spill, methods=["GET", "POST"])])
    said = DESCRIBED | {"auth": {"kind": "query", "name": "key", "value": "s3cret"}}
    async with connected(app, said) as connector:
        for asking in (
            connector.list(plain(connector.capabilities), call()),
            connector.get(["0612345678"], Selection(), call()),
            connector.say("1", _saying("Fatima"), key="k", call=call()),
        ):
            with pytest.raises(ConnectorError) as failed:
                await asking
            told = f"{failed.value} {failed.value.detail}"
            assert not [word for word in ("Fatima", "0612", "s3cret", "/usr") if word in told]


def _of_service(connector: RestConnector, value: str) -> Any:
    where = (Condition(Field.SERVICE, Op.IN, frozenset({value})),)
    return plain(connector.capabilities, where=where)


def _saying(body: str) -> Saying:
    return Saying(body=body, author=AuthorRole.AGENCY, visibility=Visibility.PUBLIC)
