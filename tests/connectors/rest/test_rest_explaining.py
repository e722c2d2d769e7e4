"""How a case came to be is told rule by rule, and nothing is told of a case that is not there."""

import json
from typing import Any

import pytest

from connectors.contract.connector import Environment, Explained, Response
from connectors.contract.records import AgencyCode, SourceId
from connectors.http import AiohttpClient
from connectors.rest import PLUGIN, RestConnector, RestOptions

OPTIONS: dict[str, Any] = {
    "url": "https://desk.example/api",
    "record": {
        "id": "$.no",
        "status": "$.state.code",
        "agency": {"path": "$.unit", "table": {"w": "water"}},
        "fields": {
            "title": "$.names[*]",
            "description": {"path": "$.body", "html": True},
            "language": "fr",
            "location": {"latitude": {"path": "$.lat", "decimal": ","}},
            "created_at": {"path": "$.made", "format": "epoch_seconds"},
            "due_at": "$.due",
        },
    },
    "statuses": {"in": {"N": "SUBMITTED"}},
    "children": {
        "messages": {
            "items": "$.said", "internal_items": "$.notes", "brought_by": "both",
            "id": "$.id", "at": "$.at", "body": "$.text",
        },
        "events": {
            "request": {"path": "cases/{id}/steps"}, "items": "$.steps", "id": "$.id", "at": "$.at",
        },
    },
    "list": {"request": {"path": "cases"}, "records": "$.rows", "paging": {"style": "none"}},
    "get": {"request": {"path": "cases/{id}"}, "record": "$.one"},
}  # fmt: skip
CASE = {
    "no": 7,
    "state": {"code": "N"},
    "unit": "w",
    "names": ["a", "b"],
    "body": "<p>x</p>",
    "lat": "34,1",
    "made": 1_772_452_800,
    "said": [{"id": 1}, {"id": 2}],
    "notes": [{"id": 3}],
}


@pytest.fixture
def connector() -> RestConnector:
    environment = Environment(
        source=SourceId("desk"), agencies=(AgencyCode("water"),), open_http=AiohttpClient
    )
    opened = PLUGIN.open(RestOptions.model_validate_json(json.dumps(OPTIONS)), environment)
    assert isinstance(opened, RestConnector)
    return opened


def answer(said: Any) -> Response:
    return Response(200, {}, json.dumps(said).encode())


@pytest.mark.parametrize("said", [{"rows": [{"no": 6}, CASE]}, {"one": CASE}], ids=["list", "get"])
def test_each_rule_is_told_with_what_stood_there(connector: RestConnector, said: Any) -> None:
    assert connector.explain("7", answer(said)) == [
        Explained("id", "$.no", 7),
        Explained("status", "$.state.code, by statuses.in", "N"),
        Explained("kind", "a constant", "COMPLAINT"),
        Explained("agency_code", "$.unit, by its table", "w"),
        Explained("title", "$.names[*]", ["a", "b"]),
        Explained("description", "$.body, as HTML", "<p>x</p>"),
        Explained("language", "a constant", "fr"),
        Explained("location.latitude", "$.lat, decimal comma", "34,1"),
        Explained("created_at", "$.made, epoch_seconds", 1_772_452_800),
        Explained("due_at", "$.due", None),
        Explained("messages", "$.said and $.notes, brought by both", "3 items"),
        Explained("events", "a call of its own to cases/{id}/steps, $.steps", None),
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"rows": [{"no": 6}, 5, null]}', b'{"one": {"no": [7, 7]}}'],
)
def test_nothing_is_told_of_a_case_that_is_not_there(connector: RestConnector, body: bytes) -> None:
    assert connector.explain("7", Response(200, {}, body)) == []
