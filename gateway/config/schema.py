"""The JSON Schema by which editors complete and check agencies.yaml."""

from collections.abc import Iterable
from typing import Any, Final

from connectors import discovery
from connectors.contract.connector import Plugin
from gateway.config.entries import FileEntry

SHIPPED: Final = ("memory", "open311")
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
    schema["properties"]["sources"]["additionalProperties"] = False
    definitions = schema["$defs"]
    source = definitions["SourceEntry"]
    source["properties"]["connector"]["examples"] = [plugin.name for plugin in plugins]
    source["allOf"] = []
    for plugin in plugins:
        prefixed = f"#/$defs/{plugin.name}.{{model}}"
        options = _plain(plugin.options.model_json_schema(ref_template=prefixed))
        for name, definition in options.pop("$defs", {}).items():
            definitions[f"{plugin.name}.{name}"] = definition
        definitions[f"{plugin.name}.options"] = options
        source["allOf"].append(_options_of(plugin.name, required="required" in options))
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


def _options_of(name: str, *, required: bool) -> dict[str, Any]:
    then: dict[str, Any] = {"properties": {"options": {"$ref": f"#/$defs/{name}.options"}}}
    if required:
        then["required"] = ["options"]
    return {
        "if": {"properties": {"connector": {"const": name}}, "required": ["connector"]},
        "then": then,
    }
