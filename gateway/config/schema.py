"""The JSON Schema by which editors complete and check agencies.yaml."""

from collections.abc import Iterable
from typing import Any, Final

from connectors import discovery
from connectors.contract.connector import Plugin
from gateway.config.entries import FileEntry

SHIPPED: Final = ("memory", "open311", "rest")
"""The connectors whose options the schema knows; options of others are not checked by it."""

_DROPPED: Final = frozenset({"title", "format"})


def agencies_schema() -> dict[str, Any]:
    """The schema with the shipped connectors, as it is committed."""
    return editor_schema(map(discovery.load, SHIPPED))


def editor_schema(plugins: Iterable[Plugin]) -> dict[str, Any]:
    """The schema of a file that may use `plugins`, and others whose options it does not know."""
    plugins = sorted(plugins, key=lambda plugin: plugin.name)
    schema = _plain(FileEntry.model_json_schema())
    # An included file need not repeat the version.
    del schema["required"]
    definitions = schema["$defs"]
    source, template = definitions["SourceEntry"], definitions["TemplateEntry"]
    for entry in (source, template):
        entry["properties"]["connector"]["examples"] = [plugin.name for plugin in plugins]
        entry["allOf"] = []
    for key in ("sources", "templates"):
        schema["properties"][key]["additionalProperties"] = False
    for plugin in plugins:
        whole = _options(plugin, plugin.name)
        # What a template leaves out its sources say.
        part = _without_required(_options(plugin, _part_of(plugin.name)))
        definitions |= whole | part
        template["allOf"].append(_if_connector(plugin.name, _part_of(plugin.name)))
        alone = _if_connector(
            plugin.name, plugin.name, required="required" in whole[f"{plugin.name}.options"]
        )
        alone["if"]["not"] = {"required": ["use"]}
        source["allOf"].append(alone)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _plain(schema: Any) -> Any:
    """Without titles that repeat the key, and without formats, which no `${env:NAME}` has."""
    match schema:
        case dict():
            return {
                key: _plain(value)
                for key, value in schema.items()
                if key not in _DROPPED or not isinstance(value, str)
            }
        case list():
            return [_plain(each) for each in schema]
        case _:
            return schema


def _part_of(name: str) -> str:
    return f"{name}.part"


def _options(plugin: Plugin, prefix: str) -> dict[str, Any]:
    """The definitions of a connector's options, each name with the prefix."""
    options = _plain(plugin.options.model_json_schema(ref_template=f"#/$defs/{prefix}.{{model}}"))
    inner = options.pop("$defs", {})
    return {f"{prefix}.{name}": each for name, each in inner.items()} | {
        f"{prefix}.options": options
    }


def _without_required(schema: Any) -> Any:
    match schema:
        case dict():
            return {
                key: _without_required(value)
                for key, value in schema.items()
                if key != "required" or not isinstance(value, list)
            }
        case list():
            return [_without_required(each) for each in schema]
        case _:
            return schema


def _if_connector(connector: str, prefix: str, *, required: bool = False) -> dict[str, Any]:
    """Which options an entry with the connector has, and whether it must have any."""
    then: dict[str, Any] = {"properties": {"options": {"$ref": f"#/$defs/{prefix}.options"}}}
    if required:
        then["required"] = ["options"]
    return {
        "if": {"properties": {"connector": {"const": connector}}, "required": ["connector"]},
        "then": then,
    }
