"""Build input values by what is found out once of their fields, not anew for each question."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from enum import Enum, auto
from functools import cache
from typing import Any, NamedTuple

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
    def known() -> tuple[dict[str, None], list[_Field]]:
        """What fields are if nothing is said of them, and all fields."""
        missing = {
            field.python_name: None
            for field in definition.fields
            if field.default_value is MISSING and field.default_factory is MISSING
        }
        return missing, [
            _Field(
                config.name_converter.from_field(field),
                field.python_name,
                of_type := field.resolve_type(type_definition=definition),
                _how(of_type),
            )
            for field in definition.fields
        ]

    def build(kind: type, value: Mapping[str, Any], context: InputContext) -> Any:
        missing, fields = known()
        given: dict[str, Any] = dict(missing)
        for field in fields:
            if field.name in value:
                said = value[field.name]
                if field.how is _How.CONVERTED:
                    said = context.convert(said, field.of_type, field.name)
                elif field.how is _How.COPIED and said is not None:
                    said = list(said)
                given[field.python_name] = said
        return kind(**given)

    return build


class _How(Enum):
    """What is to be done to a value as graphql-core gives it."""

    AS_IT_IS = auto()
    COPIED = auto()
    """A list of such values: a default is the same list for everyone."""
    CONVERTED = auto()


class _Field(NamedTuple):
    name: str
    python_name: str
    of_type: Any
    how: _How


def _how(of_type: Any) -> _How:
    while isinstance(of_type, StrawberryOptional):
        of_type = of_type.of_type
    if isinstance(of_type, StrawberryList):
        return _How.COPIED if _how(of_type.of_type) is _How.AS_IT_IS else _How.CONVERTED
    return _How.CONVERTED if has_object_definition(of_type) else _How.AS_IT_IS
