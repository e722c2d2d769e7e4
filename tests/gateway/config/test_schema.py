"""The JSON Schema that editors use says what the loader demands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from connectors import discovery
from gateway.cli import main
from gateway.config import agencies_schema, load
from gateway.config.document import Documents
from gateway.config.entries import FileEntry
from gateway.config.schema import SHIPPED, editor_schema

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "docs" / "agencies.schema.json"
RENEWAL = "chikaya schema --agencies > docs/agencies.schema.json"


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(COMMITTED.read_text("utf-8"))


def test_the_committed_schema_is_that_of_the_code(schema: Any) -> None:
    assert schema == agencies_schema(), f"renew it: {RENEWAL}"


def test_the_page_and_the_tasks_renew_it_by_the_command_that_prints_it() -> None:
    page = (ROOT / "docs" / "adding-an-agency.md").read_text("utf-8")
    tasks = (ROOT / "justfile").read_text("utf-8")
    assert RENEWAL in page
    assert RENEWAL in tasks
    printed = CliRunner().invoke(main, ["schema", "--agencies"])
    assert (printed.exit_code, printed.output) == (0, COMMITTED.read_text("utf-8"))


def test_it_knows_the_options_of_every_shipped_connector(schema: Any) -> None:
    conditions = schema["$defs"]["SourceEntry"]["allOf"]
    assert [each["if"]["properties"]["connector"]["const"] for each in conditions] == list(SHIPPED)
    for name in SHIPPED:
        keys = set(schema["$defs"][f"{name}.options"]["properties"])
        assert keys == set(discovery.load(name).options.model_json_schema()["properties"])


def test_a_template_may_leave_out_what_its_sources_say(schema: Any) -> None:
    definitions = schema["$defs"]
    assert "required" in definitions["open311.options"]
    parts = {name: each for name, each in definitions.items() if name.startswith("open311.part.")}
    assert not any("required" in each for each in parts.values())
    assert (
        parts["open311.part.options"]["properties"].keys()
        == definitions["open311.options"]["properties"].keys()
    )
    [condition] = [
        each
        for each in definitions["TemplateEntry"]["allOf"]
        if each["if"]["properties"]["connector"]["const"] == "open311"
    ]
    assert condition["then"] == {
        "properties": {"options": {"$ref": "#/$defs/open311.part.options"}}
    }


def test_a_source_says_all_of_its_options_unless_it_uses_a_template(schema: Any) -> None:
    source = schema["$defs"]["SourceEntry"]
    assert source["anyOf"] == [{"required": ["use"]}, {"required": ["connector", "mode"]}]
    assert all(each["if"]["not"] == {"required": ["use"]} for each in source["allOf"])


def test_every_key_is_explained(schema: Any) -> None:
    for mapping in (schema, *schema["$defs"].values()):
        for key, value in mapping.get("properties", {}).items():
            assert value.get("description"), key


def test_references_lead_somewhere(schema: Any) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (value for key, value in node.items() if key == "$ref")
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    assert {each.removeprefix("#/$defs/") for each in references(schema)} <= set(schema["$defs"])


def test_options_of_two_connectors_do_not_meet() -> None:
    class Page(BaseModel):
        size: int

    class One(BaseModel):
        page: Page

    plugins = [
        discovery.Plugin(name=name, contract=1, options=One, open=None) for name in ("a", "b")
    ]
    definitions = editor_schema(plugins)["$defs"]
    assert {"a.options", "a.Page", "b.options", "b.Page"} <= set(definitions)
    assert definitions["b.options"]["properties"]["page"] == {"$ref": "#/$defs/b.Page"}


def test_the_shipped_agencies_load_and_use_only_keys_that_the_schema_knows(
    schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    path = Path("agencies.yaml")
    assert load(path, environ={}).agencies
    document = Documents().read(path, [])
    assert set(document.data) <= set(schema["properties"])
    agency = set(schema["$defs"]["AgencyEntry"]["properties"])
    assert all(set(each) <= agency for each in document.get("agencies") or [])


def test_no_key_of_the_format_is_missing(schema: Any) -> None:
    names = {field.alias or name for name, field in FileEntry.model_fields.items()}
    assert set(schema["properties"]) == names
