"""Generate a function for a selection of plain fields: an object in, its part of the answer out.

A field is plain if it reads an attribute, or calls a resolver that is given nothing but the object.
What such a function returns is what graphql-core's executor would return for the same object; where
that would be an error, or might be, the function raises, and the executor does the work itself: it
knows how to place errors and how far a null spreads.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

Complete = Callable[[Any], dict[str, Any]]
"""Makes of an object what the answer has in its place. Raises for what is not quite plain."""

Subfields = Callable[[GraphQLObjectType, list[FieldDetails]], Mapping[str, list[FieldDetails]]]
"""What is selected of an object: by the name in the answer, the nodes that select it."""

_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF
_AS_IT_IS: Final[Mapping[GraphQLLeafType, type]] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLBoolean: bool,
}
"""The classes whose values these types write as they are."""


class NotPlain(Exception):
    """Something is selected that only the executor can complete; the words say what."""


class _Unfit(Exception):
    """A value is not what its type expects."""


def generate(
    of_type: GraphQLObjectType, selected: Mapping[str, list[FieldDetails]], subfields: Subfields
) -> Complete:
    """The function for `selected` of an object of `of_type`. Raises `NotPlain`."""
    if not selected:
        raise NotPlain(f"nothing of {of_type}")
    written = _Source(subfields)
    values = {name: written.value(of_type, nodes) for name, nodes in selected.items()}
    return written.function(of_type, values)


class _Source:
    """The text of one function, and the things that are named in it."""

    def __init__(self, subfields: Subfields) -> None:
        self._subfields = subfields
        self._things: dict[str, object] = {}
        self._lines: list[str] = []

    def function(self, of_type: GraphQLObjectType, values: Mapping[str, str]) -> Complete:
        """The function that puts `values`, expressions by their names in the answer, together."""
        accept = _Accepting(of_type)
        seen = self._named("seen", accept.seen)
        body = [
            "def complete(it):",
            f"    if it.__class__ not in {seen}: {self._named('accept', accept)}(it)",
            *(f"    {line}" for line in self._lines),
            f"    return {{{', '.join(f'{name!r}: {value}' for name, value in values.items())}}}",
        ]
        # No text of the caller's is in it but names, which GraphQL confines to letters and digits.
        exec("\n".join(body), self._things)  # noqa: S102
        return self._things["complete"]  # type: ignore[return-value]  # just defined

    def value(self, of_type: GraphQLObjectType, nodes: list[FieldDetails]) -> str:
        """The expression for one field."""
        name = nodes[0].node.name.value
        if name == "__typename":
            return repr(of_type.name)
        if any(each.fragment_variable_values for each in nodes):
            raise NotPlain(f"{of_type}.{name} is selected by a fragment with arguments")
        field = of_type.fields[name]
        read = self._named("v", None)
        self._lines.append(f"{read} = {self._reading(of_type, name, field)}")
        self._complete(read, field.type, nodes)
        return read

    def _reading(self, of_type: GraphQLObjectType, name: str, field: GraphQLField) -> str:
        definition = field.extensions.get(_DEFINITION)
        if not isinstance(definition, StrawberryField) or definition.extensions:
            raise NotPlain(f"{of_type}.{name} has extensions")
        resolver = definition.base_resolver
        if resolver is None:
            return f"it.{definition.python_name}"
        if resolver.is_async or resolver.info_parameter or definition.arguments:
            raise NotPlain(f"{of_type}.{name} has a resolver")
        return f"{self._named('resolve', resolver.wrapped_func)}(it)"

    def _complete(self, read: str, expected: GraphQLOutputType, nodes: list[FieldDetails]) -> None:
        """Have the variable `read` completed in place."""
        if is_non_null_type(expected):
            self._lines.append(f"{read} = {self._completed(read, expected.of_type, nodes)}")
        else:
            completed = self._completed(read, expected, nodes)
            self._lines.append(f"if {read} is not None: {read} = {completed}")

    def _completed(self, read: str, expected: GraphQLOutputType, nodes: list[FieldDetails]) -> str:
        """The expression for a value that must not be null."""
        if is_list_type(expected):
            return self._list(read, expected.of_type, nodes)
        if is_leaf_type(expected):
            return self._leaf(read, expected)
        if is_object_type(expected):
            complete = generate(expected, self._subfields(expected, nodes), self._subfields)
            return f"{self._named('complete', complete)}({read})"
        raise NotPlain(f"{expected} may be of several types")

    def _list(self, read: str, item: GraphQLOutputType, nodes: list[FieldDetails]) -> str:
        if is_non_null_type(item):
            each = self._completed("each", item.of_type, nodes)
        else:
            each = f"None if each is None else {self._completed('each', item, nodes)}"
        return f"[{each} for each in {self._named('listed', _listed)}({read})]"

    def _leaf(self, read: str, leaf: GraphQLLeafType) -> str:
        write = self._named("write", _writing(leaf))
        if isinstance(leaf, GraphQLEnumType):
            words = self._named("words", _words(leaf))
            return f"{words}[{read}] if {read}.__class__ is {self._class_of(leaf)} else {write}({read})"
        if (plain := _AS_IT_IS.get(leaf)) is not None:
            return f"{read} if {read}.__class__ is {plain.__name__} else {write}({read})"
        return f"{write}({read})"

    def _class_of(self, enum: GraphQLEnumType) -> str:
        definition = enum.extensions[_DEFINITION]
        assert isinstance(definition, StrawberryEnumDefinition)  # noqa: S101
        return self._named("words_of", definition.wrapped_cls)

    def _named(self, what: str, thing: object) -> str:
        name = f"{what}_{len(self._things)}"
        self._things[name] = thing
        return name


class _Accepting:
    """Looks whether objects are of a type, once for each of their classes.

    Whether an object is of a type of the graph is a matter of its class alone.
    """

    def __init__(self, of_type: GraphQLObjectType) -> None:
        self._type = of_type
        self.seen: set[type] = set()

    def __call__(self, it: Any) -> None:
        is_one = self._type.is_type_of
        if it is None or isinstance(it, Exception) or optimized_is_awaitable(it):
            raise _Unfit
        if is_one is not None and is_one(it, None) is not True:  # type: ignore[arg-type]
            raise _Unfit
        self.seen.add(it.__class__)


def _listed(value: Any) -> Any:
    if value.__class__ not in (list, tuple):
        raise _Unfit
    return value


def _words(enum: GraphQLEnumType) -> Mapping[Any, str]:
    definition = enum.extensions[_DEFINITION]
    assert isinstance(definition, StrawberryEnumDefinition)  # noqa: S101
    members: Iterable[Enum] = definition.wrapped_cls
    return {member: enum.coerce_output_value(member) for member in members}


def _writing(leaf: GraphQLLeafType) -> Callable[[Any], Any]:
    coerce = leaf.coerce_output_value

    def write(value: Any) -> Any:
        if value is None or isinstance(value, Exception):
            raise _Unfit
        written = coerce(value)
        if written is None or written is Undefined:
            raise _Unfit
        return written

    return write
