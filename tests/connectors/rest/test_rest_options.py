"""A description that cannot be right is a mistake that is named at its place; secrets stay secret."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from connectors import rest
from connectors.contract.capabilities import Exactness, Idempotency, Paging
from connectors.contract.connector import Environment
from connectors.contract.lifecycle import Status
from connectors.contract.query import Child, Direction, Field, Op, Order
from connectors.contract.records import AgencyCode, SourceId, Visibility
from connectors.http import AiohttpClient
from connectors.rest import PLUGIN, RestOptions
from connectors.rest.promises import promises
from gateway.config import ConfigError, load
from tests.connectors.rest.describing import options, plainly

URL = "https://desk.example/api"
README = Path(rest.__file__).with_name("README.md").read_text(encoding="utf-8")


def example() -> dict[str, Any]:
    """The options of the README's example, anew each time."""
    block = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    found = YAML(typ="safe").load(block[1])["sources"]["city-desk"]["options"]
    assert isinstance(found, dict)
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def changed(place: str, value: Any) -> dict[str, Any]:
    """The example, with `value` at `place`; None takes away what stands there."""
    said = example()
    at: Any = said
    *way, last = place.split("/")
    for step in way:
        at = at.setdefault(step, {})
    if value is None:
        del at[last]
    else:
        at[last] = value
    return said


def mistakes(said: dict[str, Any]) -> dict[str, str]:
    """Where `said` is wrong, and what is said of it."""
    with pytest.raises(ValidationError) as mistaken:
        RestOptions.model_validate_json(json.dumps(said))
    return {
        "/".join(str(step) for step in error["loc"]): error["msg"]
        for error in mistaken.value.errors()
    }


def test_the_example_of_the_readme_promises_what_it_shows() -> None:
    can = promises(options(example()))
    assert can.filters == {
        (Field.STATUS, Op.IN): Exactness.EXACT,
        (Field.CREATED, Op.GTE): Exactness.APPROXIMATE,
        (Field.CREATED, Op.LT): Exactness.APPROXIMATE,
        (Field.UPDATED, Op.GTE): Exactness.EXACT,
    }
    assert can.orders == {
        Order(Field.CREATED, Direction.DESC),
        Order(Field.CREATED, Direction.ASC),
        Order(Field.UPDATED, Direction.ASC),
    }
    assert can.get is not None
    assert can.get.children == {Child.MESSAGES, Child.EVENTS, Child.ATTACHMENTS}
    assert (can.get.max_batch, can.paging, can.max_page) == (50, Paging.TOKEN, 100)
    assert (can.children, can.files) == (frozenset(), Idempotency.SEARCH)
    assert can.says is not None
    assert can.says.visibilities == set(Visibility)
    assert can.moves == {Status.IN_PROGRESS, Status.ANSWERED}
    assert can.attaches is not None


def test_what_is_not_described_is_not_promised() -> None:
    can = promises(options({"url": URL} | plainly()))
    assert (can.filters, can.orders, can.get, can.files) == ({}, frozenset(), None, None)
    assert (can.says, can.moves, can.attaches, can.total) == (None, frozenset(), None, None)
    assert (can.paging, can.children) == (Paging.WHOLE, frozenset())


@pytest.mark.parametrize(
    ("place", "value", "where"),
    [
        ("url", "desk.example", "url"),
        ("timezone", "../etc/passwd", "timezone"),
        ("charset", "arabe", "charset"),
        ("auth/kind", "magic", "auth"),
        ("auth/secret", "x", "auth/header/secret"),
        ("headers", {"X Y": "z"}, "headers/X Y/[key]"),
        ("record/id", "id", None),
        ("record/id", {"path": "$.id["}, "record/id/path"),
        ("record/id", {"path": "id"}, "record/id/path"),
        ("record/id", {"path": "$..a..b"}, "record/id/path"),
        ("record/id", {"path": "$.a[?match(@.b, '(a+)+$')]"}, "record/id/path"),
        ("record/id", {"path": "$.id", "constant": "1"}, "record/id"),
        ("record/id", "@.id", "record/id/path"),
        ("record/fields/title", {"path": "$.a", "hmtl": True}, "record/fields/title/hmtl"),
        ("record/fields/created_at", {"path": "$.a", "format": "when"}, "record/fields/created_at/format"),
        ("record/fields/summary", "$.x", "record/fields/summary"),
        ("record/kind", "WISH", "record/kind/constant"),
        ("statuses/in/X", "OPEN", "statuses/in/X"),
        ("statuses/out/CLOSED", {"status": "N"}, "statuses/out/CLOSED"),
        ("statuses/complete", False, "list/filters/STATUS/IN/exact"),
        ("acts/move", None, "statuses/out"),
        ("list/records", "cases", "list/records"),
        ("list/paging/style", "scroll", "list/paging"),
        ("list/paging/max_size", 0, "list/paging/offset/max_size"),
        ("list/filters/CREATED/IN", {"query": {"a": "{value}"}}, "list/filters"),
        ("list/filters/CREATED/BETWEEN", None, "list/filters"),
        ("list/filters/DUE", {"GTE": {"query": {"a": "{when}"}}}, "list/filters"),
        ("list/filters/CLOSED", {"GTE": {"query": {"a": "{value}"}}}, "list/filters/CLOSED/GTE"),
        ("list/filters/UPDATED/GTE", {"clause": "since {value}"}, "list/filters/UPDATED/GTE"),
        ("list/orders/CLOSED", {"ASC": {"query": {"a": "b"}}}, "list/orders/CLOSED"),
        ("get/request/path", "cases/{number}", "get/request"),
        ("get", None, "children/messages"),
        ("children/messages/paging", {"style": "page"}, "children/messages/paging"),
        ("children/events/inside", None, "children/events/status/path"),
        ("acts/file/safe_by", "key", "acts/file"),
        ("acts/file/request/json", {"a": {"from": "titel"}}, "acts/file/request"),
        ("acts/attach/upload", None, "acts/attach"),
        ("acts/say", {}, "acts/say"),
        ("errors", [{"means": "rejected"}], "errors/0"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_named_at_its_place(
    place: str, value: Any, where: str | None
) -> None:
    said = changed(place, value)
    if where is None:
        # A constant is odd for an id, and still a rule.
        assert options(said).record.id.constant == value
        return
    assert where in mistakes(said)


@pytest.mark.parametrize(
    "path",
    [
        "https://elsewhere.example/cases",
        "//elsewhere.example/cases",
        "/cases",
        "../cases",
        "cases/../../admin",
        "cases/./x",
        "cases//x",
        "cases?all=1",
        "cases#x",
        "cases\\x",
        "cases/%2e%2e/x",
        "cases/%2Fx",
        "cases/{+id}",
        "cases{?id}",
        "cases{/id*}",
        "cases/{id",
        "javascript:alert(1)",
        "cases/ x",
    ],
)
def test_a_path_that_could_lead_elsewhere_is_a_mistake(path: str) -> None:
    assert "get/request/path" in mistakes(changed("get/request/path", path))


def test_every_contradiction_is_told_at_once() -> None:
    said = changed("list/orders/CLOSED", {"ASC": {"query": {"a": "b"}}})
    said["statuses"]["out"]["CLOSED"] = {"status": "N"}
    said["record"]["status"] = "@.state"
    assert set(mistakes(said)) == {
        "list/orders/CLOSED", "statuses/out/CLOSED", "record/status/path"
    }  # fmt: skip


def test_a_contradiction_is_told_with_file_and_line(tmp_path: Path) -> None:
    text = f"""\
version: 1
sources:
  city-desk:
    connector: rest
    mode: live
    options:
      url: {URL}
      record: {{id: $.id, status: $.state}}
      statuses: {{in: {{1: SUBMITTED}}, out: {{CLOSED: {{status: 1}}}}}}
      list:
        request: {{path: cases}}
        records: $.cases
        paging: {{style: none}}
        orders:
          CREATED: {{ASC: {{query: {{sort: at}}}}}}
agencies:
  - {{code: city, name: {{ar: مدينة, fr: Ville}}, class: COLLECTIVITE, source: city-desk}}
"""
    (tmp_path / "agencies.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as wrong:
        load(tmp_path / "agencies.yaml")
    told = str(wrong.value)
    assert 'source "city-desk", options.list.orders.CREATED: cases are merged by created_at' in told
    assert re.search(r"agencies\.yaml:15:\d+: ", told)
    assert '"1" is read as SUBMITTED by `statuses.in`; expected CLOSED' in told


@pytest.mark.parametrize(
    "auth",
    [
        {"kind": "basic", "username": "u", "password": "s3cret"},
        {"kind": "header", "name": "K", "value": "s3cret"},
        {"kind": "query", "name": "k", "value": "s3cret"},
        {"kind": "bearer", "token": "s3cret"},
        {
            "kind": "oauth2",
            "token_url": "https://login.example/t",
            "client_id": "c",
            "client_secret": "s3cret",
        },
        {
            "kind": "session",
            "login": {"path": "in", "json": {"password": "s3cret"}, "form": {}},
            "token": {"path": "$.t"},
            "send": {"header": "T"},
            "headers": {"App-Token": "s3cret"},
        },
    ],
)
def test_no_secret_is_shown(auth: dict[str, Any]) -> None:
    assert "s3cret" not in repr(options({"url": URL, "auth": auth} | plainly()))


def test_agencies_that_do_not_name_the_source_are_refused() -> None:
    environment = Environment(
        source=SourceId("city-desk"),
        agencies=(AgencyCode("city-roads"),),
        open_http=AiohttpClient,
    )
    with pytest.raises(ValueError, match=r'"city-desk", options\.record\.agency: city-water'):
        PLUGIN.open(options(example()), environment)
