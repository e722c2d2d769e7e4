"""An OpenAPI document is drafted from as if its system had answered."""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from connectors.rest.options import RestOptions
from gateway.cli.connector import evidence_of
from gateway.drafting import Proposal, marks, proposed, read_openapi
from gateway.drafting.openapi import _Document

DESK = Path(__file__).parent / "desk.json"


def drafted(path: Path = DESK) -> Proposal:
    return proposed(read_openapi(path))


def test_the_list_of_cases_is_described() -> None:
    proposal = drafted()
    options = proposal.options
    assert options["url"] == "https://desk.example/rest/v2"
    assert options["record"]["id"] == "$.id"
    assert options["record"]["status"] == "$.state"
    fields = options["record"]["fields"]
    assert fields["title"] == "$.subject"
    assert fields["created_at"] == {"path": "$.created_at", "format": "epoch_milliseconds"}
    assert (fields["updated_at"], fields["due_at"]) == ("$.updated_at", "$.deadline")
    assert options["list"]["request"] == {"path": "tickets"}
    assert options["list"]["records"] == "$.tickets"
    assert options["list"]["total"] == {"path": "$.total_count"}
    assert options["list"]["paging"] == {
        "style": "page", "parameter": "page", "first": 0, "size_parameter": "per_page",
        "max_size": 200,
    }  # fmt: skip
    assert options["list"]["filters"] == {
        "STATUS": {"IN": {"query": {"state": "{value}"}}},
        "UPDATED": {"GTE": {"query": {"updated_since": "{value}"}}},
    }
    assert options["get"] == {"request": {"path": "tickets/{id}"}, "record": "$.ticket"}
    assert options["auth"] == {
        "kind": "header", "name": "X-Desk-Key", "value": "${env:DESK_KEY}",
    }  # fmt: skip
    assert set(options["statuses"]["in"]) == {"new", "in_progress", "stalled", "solved", "closed"}
    unsure = marks(proposal)
    assert not {where for where in unsure if where.startswith(("list.paging", "get", "list.rec"))}
    assert {"auth", "statuses.in", "list.filters.UPDATED.GTE", "children.messages"} <= unsure.keys()


def test_what_is_drafted_is_a_description() -> None:
    options = RestOptions.model_validate_json(json.dumps(drafted().options))
    assert options.record.fields.told() >= {"title", "created_at", "updated_at", "due_at"}


def test_it_may_be_written_in_yaml(tmp_path: Path) -> None:
    # Every JSON document is one in YAML; this one says it in YAML's own way.
    (tmp_path / "desk.yaml").write_text(
        "openapi: 3.1.0\nservers: [{url: /v1}]\npaths:\n  /cases:\n    get:\n      responses:\n"
        "        200:\n          content:\n            application/problem+json: {}\n"
        "            application/vnd.desk+json:\n              schema:\n                type: array\n"
        "                items: {properties: {id: {type: integer}, title: {type: string},"
        " status: {enum: [open, shut]}}}\n"
    )
    options = drafted(tmp_path / "desk.yaml").options
    assert options["url"] == "https://case-system.example/v1"
    assert options["list"]["records"] == "$"
    assert options["record"]["fields"]["title"] == "$.title"


@pytest.mark.parametrize(
    ("scheme", "auth"),
    [
        ({"type": "apiKey", "in": "query", "name": "k"},
         {"kind": "query", "name": "k", "value": "${env:DESK_KEY}"}),
        ({"type": "http", "scheme": "bearer"}, {"kind": "bearer", "token": "${env:DESK_KEY}"}),
        ({"type": "http", "scheme": "basic"},
         {"kind": "basic", "username": "${env:DESK_USER}", "password": "${env:DESK_KEY}"}),
        ({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://id.example/t"}}},
         {"kind": "oauth2", "token_url": "https://id.example/t", "client_id": "${env:DESK_CLIENT}",
          "client_secret": "${env:DESK_KEY}"}),
        ({"type": "apiKey", "in": "cookie", "name": "k"}, {"kind": "none"}),
    ],
)  # fmt: skip
def test_how_it_is_told_who_asks(tmp_path: Path, scheme: Any, auth: Any) -> None:
    told = json.loads(DESK.read_text("utf-8"))
    told["components"]["securitySchemes"] = {"only": scheme}
    (tmp_path / "desk.json").write_text(json.dumps(told))
    assert drafted(tmp_path / "desk.json").options["auth"] == auth


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "expected JSON or YAML"),
        ("[]", "expected an OpenAPI document of version 3"),
        ('{"swagger": "2.0"}', "expected an OpenAPI document of version 3"),
        ('{"openapi": "3.0.0"}', "no list of cases was found"),
        ('{"openapi": "3.0.0", "paths": {"/a": {"get": {}}}}', "no list of cases was found"),
    ],
)
def test_what_describes_no_cases_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "odd.json").write_text(text)
    with pytest.raises(ValueError, match=said):
        drafted(tmp_path / "odd.json")


def test_a_schema_that_refers_to_itself_ends(tmp_path: Path) -> None:
    told = json.loads(DESK.read_text("utf-8"))
    del told["paths"]["/users"]
    told["components"]["schemas"]["Ticket"] = {"$ref": "#/components/schemas/Ticket"}
    (tmp_path / "desk.json").write_text(json.dumps(told))
    with pytest.raises(ValueError, match="no list of cases was found"):
        drafted(tmp_path / "desk.json")


def test_a_password_in_a_servers_address_is_not_kept(tmp_path: Path) -> None:
    told = json.loads(DESK.read_text("utf-8"))
    told["servers"] = [
        {
            "url": "https://me:s3cret@{region}.desk.example/v1?key=s3cret2",
            "variables": {"region": {"default": "ma"}},
        }
    ]
    (tmp_path / "desk.json").write_text(json.dumps(told))
    proposal = drafted(tmp_path / "desk.json")
    assert proposal.options["url"] == "https://ma.desk.example/v1"
    assert "s3cret" not in str(proposal)


def test_where_no_server_is_named_the_address_is_a_doubt(tmp_path: Path) -> None:
    told = json.loads(DESK.read_text("utf-8"))
    del told["servers"]
    (tmp_path / "desk.json").write_text(json.dumps(told))
    proposal = drafted(tmp_path / "desk.json")
    assert proposal.options["url"] == "https://case-system.example"
    assert {"url", "list.request.path"} & marks(proposal).keys() == {"url"}


def test_a_choice_of_null_or_something_is_that_something(tmp_path: Path) -> None:
    told = json.loads(DESK.read_text("utf-8"))
    state = told["components"]["schemas"]["Ticket"]["properties"]["state"]
    told["components"]["schemas"]["Ticket"]["properties"]["state"] = {
        "anyOf": [{"type": "null"}, state]
    }
    (tmp_path / "desk.json").write_text(json.dumps(told))
    assert drafted(tmp_path / "desk.json").options["statuses"] == drafted().options["statuses"]


def test_schemas_that_refer_to_each_other_many_times_take_no_time(tmp_path: Path) -> None:
    told = json.loads(DESK.read_text("utf-8"))
    schemas = told["components"]["schemas"]
    links = {f"link{n}": {"$ref": f"#/components/schemas/Linked{n % 4}"} for n in range(12)}
    for number in range(4):
        schemas[f"Linked{number}"] = {"type": "object", "properties": links}
    schemas["Ticket"]["properties"]["linked"] = {"$ref": "#/components/schemas/Linked0"}
    (tmp_path / "desk.json").write_text(json.dumps(told))
    # One by one they are twelve to the power of seven.
    assert drafted(tmp_path / "desk.json").options == drafted().options


def test_a_schema_that_is_made_of_itself_ends(tmp_path: Path) -> None:
    told = json.loads(DESK.read_text("utf-8"))
    told["components"]["schemas"]["Ticket"]["allOf"] = [{"$ref": "#/components/schemas/Ticket"}]
    (tmp_path / "desk.json").write_text(json.dumps(told))
    assert drafted(tmp_path / "desk.json").options["record"] == drafted().options["record"]


JUNK = (None, "x", {}, [], [1], {"$ref": 1}, {"enum": {}}, [{"allOf": [{"$ref": "#/paths"}]}])


def test_whatever_is_odd_in_a_document_says_nothing() -> None:
    told = json.loads(DESK.read_text("utf-8"))
    outcomes = set()
    for number, way in enumerate(places(told)):
        odd = deepcopy(told)
        *above, last = way
        reduce(getitem, above, odd)[last] = JUNK[number % len(JUNK)]
        outcomes.add(outcome(odd))
    assert outcomes == {"drafted", "no list of cases was found"}


def outcome(document: Any) -> str:
    try:
        proposed(_Document(document).evidence())
    except ValueError as without:
        return str(without).partition(";")[0]
    return "drafted"


def places(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    held = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in held:
        yield (*way, step)
        if isinstance(inner, dict | list):
            yield from places(inner, (*way, step))


@pytest.mark.parametrize("text", ["[" * 100_000, "a: 2026-13-45", "openapi: [", "\ufeff{"])
def test_what_cannot_be_read_is_told_with_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="expected JSON or YAML") as wrong:
        drafted(tmp_path / "odd.yaml")
    assert str(wrong.value).startswith(str(tmp_path))


def test_what_was_answered_says_more_than_what_is_documented(tmp_path: Path) -> None:
    ticket = {"id": 4, "subject": "a", "state": "stalled", "created_at": "31/01/2026 10:00"}
    sample = tmp_path / "list.json"
    sample.write_text(json.dumps({"tickets": [ticket, {**ticket, "id": 5}], "total_count": 80}))
    options = proposed(evidence_of([sample], DESK, None)).options
    assert options["record"]["fields"]["created_at"]["format"] == "%d/%m/%Y %H:%M"
    assert options["list"]["paging"]["max_size"] == 200
    # Words that are documented are known, whether a sample has them or not.
    assert set(options["statuses"]["in"]) == {"new", "in_progress", "stalled", "solved", "closed"}
    assert options["get"]["request"] == {"path": "tickets/{id}"}
