"""Read from the document which parts of a complaint are wanted.

The only code outside `gateway/execution` that walks a document.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    value_from_ast_untyped,
)
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.utils.str_converters import to_camel_case

from connectors.contract.query import OF_THE_LEDGER, SELECTABLE, Child, Selection
from schema.complaint import Complaint
from schema.context import Info

_DERIVED: Final = {"overdue": "due_at", "service": "service_code"}
"""Fields that are made from a field of the record."""

_TYPES: Final = frozenset(
    {
        *("Complaint", "Node", "ComplaintConnection", "ComplaintEdge"),
        *("SimilarComplaints", "SimilarComplaint", "ComplaintChange", "QueueChange"),
    }
)
"""The types on which a fragment may say something about a complaint."""


def of_list(info: Info) -> Selection:
    """What a field that answers with a connection of complaints wants of each."""
    walk = _Walk(info)
    connection = list(walk.below(walk.field_nodes))
    edges = [node for node in connection if node.name.value == "edges"]
    complaints = [
        *(node for node in connection if node.name.value == "nodes"),
        *(node for node in walk.below(edges) if node.name.value == "node"),
    ]
    return _selection(
        info,
        {node.name.value for node in walk.below(complaints)},
        total=any(node.name.value == "totalCount" for node in connection),
    )


def of_one(info: Info, *path: str) -> Selection:
    """What a field wants of the one complaint found at `path` below it."""
    walk = _Walk(info)
    nodes: Sequence[FieldNode] = walk.field_nodes
    for step in path:
        nodes = [node for node in walk.below(nodes) if node.name.value == step]
    return _selection(info, {node.name.value for node in walk.below(nodes)}, total=False)


def _selection(info: Info, names: set[str], *, total: bool) -> Selection:
    wanted = {field for name in names if (field := _fields().get(name)) is not None}
    return Selection(
        fields=frozenset(wanted & (SELECTABLE | OF_THE_LEDGER)),
        children=frozenset(child for child in Child if child.value in wanted),
        internal=info.context.viewer.reads_internal,
        total=total,
        acts="possible_acts" in wanted,
    )


@cache
def _fields() -> dict[str, str]:
    """The record's field behind each of the graph's."""
    definition: StrawberryObjectDefinition = Complaint.__strawberry_definition__  # type: ignore[attr-defined]  # every strawberry type has it
    return {
        to_camel_case(field.python_name): _DERIVED.get(field.python_name, field.python_name)
        for field in definition.fields
    }


class _Walk:
    """Goes down a document with its fragments spread and what is skipped left out."""

    def __init__(self, info: Info) -> None:
        raw = info._raw_info  # noqa: SLF001  # strawberry's own tree is built anew for each field
        self.field_nodes: Sequence[FieldNode] = raw.field_nodes
        self._fragments: dict[str, FragmentDefinitionNode] = raw.fragments
        self._variables = info.variable_values

    def below(self, nodes: Sequence[FieldNode]) -> Iterator[FieldNode]:
        """The fields selected in any of `nodes`."""
        for node in nodes:
            yield from self._selected(node.selection_set)

    def _selected(self, selections: SelectionSetNode | None) -> Iterator[FieldNode]:
        for selection in selections.selections if selections else ():
            if not self._included(selection):
                continue
            match selection:
                case FieldNode():
                    yield selection
                case InlineFragmentNode(type_condition=condition):
                    if condition is None or condition.name.value in _TYPES:
                        yield from self._selected(selection.selection_set)
                case FragmentSpreadNode(name=name):
                    fragment = self._fragments[name.value]
                    if fragment.type_condition.name.value in _TYPES:
                        yield from self._selected(fragment.selection_set)

    def _included(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            name = directive.name.value
            if name in {"skip", "include"}:
                # A valid document gives each of the two just its one argument.
                for argument in directive.arguments or ():
                    said = value_from_ast_untyped(argument.value, self._variables)
                    if said is (name == "skip"):
                        return False
        return True
