"""Build input values by what is found out once of their fields, not anew for each question."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import InputContext
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)

Build = Callable[[type, Mapping[str, Any], InputContext], Any]


def build_quickly(schema: strawberry.Schema) -> None:
    """Have each input type of `schema` build itself, to what strawberry would have made of it."""
    for kind in schema._schema.type_map.values():  # noqa: SLF001  # no public name for it
        if isinstance(kind, GraphQLInputObjectType):
            definition = kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
            definition.from_input = _builder(definition, schema.config)


def _builder(definition: StrawberryObjectDefinition, config: StrawberryConfig) -> Build:
    @cache
    def known() -> tuple[dict[str, None], list[tuple[str, str, Any, bool]]]:
        """What fields are when nothing is said; by their names, those in python, types, simplicity."""
        missing = {
            field.python_name: None
            for field in definition.fields
            if field.default_value is MISSING and field.default_factory is MISSING
        }
        told = []
        for field in definition.fields:
            of_type = field.resolve_type(type_definition=definition)
            name = config.name_converter.from_field(field)
            told.append((name, field.python_name, of_type, _is_simple(of_type)))
        return missing, told

    def build(kind: type, value: Mapping[str, Any], context: InputContext) -> Any:
        missing, fields = known()
        given: dict[str, Any] = dict(missing)
        for name, python_name, of_type, simple in fields:
            if name in value:
                said = value[name]
                given[python_name] = said if simple else context.convert(said, of_type, name)
        return kind(**given)

    return build


def _is_simple(of_type: Any) -> bool:
    """Whether values come from graphql-core as they are to be."""
    while isinstance(of_type, StrawberryOptional):
        of_type = of_type.of_type
    return not isinstance(of_type, StrawberryList) and not has_object_definition(of_type)
