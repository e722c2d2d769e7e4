"""Make up operations over our graph: whatever can be selected of a page of complaints, in any form."""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

_DEEPEST: Final = 5
_ASKED_ELSEWHERE: Final = frozenset({"services", "service", "source", "similarComplaints"})
"""Fields whose answers are asked of somebody, and cost more than a test of completion may."""


@dataclass
class Operation:
    """A document and its variables."""

    text: str
    variables: dict[str, Any]


@dataclass
class Making:
    """Makes one operation up."""

    schema: GraphQLSchema
    random: Random
    variables: dict[str, bool] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    _aliases: int = 0

    def operation(self) -> Operation:
        """A question for a page, with anything of it."""
        connection = self.schema.type_map["ComplaintConnection"]
        assert isinstance(connection, GraphQLObjectType)
        selected = self._selection(connection, 1)
        declared = ", ".join(f"${name}: Boolean!" for name in self.variables)
        head = f"query ({declared})" if declared else "query"
        text = f"{head} {{ complaints(first: 3) {selected} }} {' '.join(self.fragments)}"
        return Operation(text, dict(self.variables))

    def _selection(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        parts = [self._field(kind, depth) for _ in range(self.random.randint(1, max(2, 7 - depth)))]
        if self.random.random() < 0.2:
            parts.append(self._called("__typename"))
        if self.random.random() < 0.3:
            parts.append(self._spread(kind, depth))
        if self.random.random() < 0.1 and depth < _DEEPEST and isinstance(kind, GraphQLObjectType):
            above = (f"... on {each.name} {{ {self._called('id')} }}" for each in kind.interfaces)
            parts.extend(above)
        return "{ " + " ".join(each for each in parts if each) + " __typename }"

    def _field(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        names = [name for name, each in kind.fields.items() if self._can_be_asked(name, each)]
        name = self.random.choice(names)
        below = get_named_type(kind.fields[name].type)
        selected = ""
        if isinstance(below, GraphQLObjectType | GraphQLInterfaceType):
            if depth >= _DEEPEST:
                return ""
            selected = " " + self._selection(below, depth + 1)
        return f"{self._called(name)}{self._switch()}{selected}"

    def _can_be_asked(self, name: str, each: GraphQLField) -> bool:
        needed = any(isinstance(argument.type, GraphQLNonNull) for argument in each.args.values())
        return not needed and name not in _ASKED_ELSEWHERE

    def _called(self, name: str) -> str:
        """The field by a name of its own, so that whatever else is selected does not meet it."""
        self._aliases += 1
        return f"a{self._aliases}: {name}"

    def _switch(self) -> str:
        if self.random.random() < 0.85:
            return ""
        name = self.random.choice(("skip", "include"))
        if self.random.random() < 0.4:
            return f" @{name}(if: {self.random.choice(('true', 'false'))})"
        variable = f"v{self.random.randint(1, 3)}"
        self.variables.setdefault(variable, self.random.random() < 0.5)
        return f" @{name}(if: ${variable})"

    def _spread(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        if depth >= _DEEPEST:
            return ""
        selected = self._selection(kind, depth + 1)
        if self.random.random() < 0.5:
            condition = f" on {kind.name}" if self.random.random() < 0.7 else ""
            return f"...{condition}{self._switch()} {selected}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {kind.name} {selected}")
        return f"...{name}{self._switch()}"
