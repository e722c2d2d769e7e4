"""Complete what is plain in an answer by generated functions, and all else by graphql-core's executor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    Visitor,
    is_non_null_type,
    is_object_type,
    visit,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetails
from graphql.language import VariableNode
from graphql.pyutils import AwaitableOrValue, Path

from gateway.execution.projection import Complete, NotPlain, generate

_MOST_VARIANTS: Final = 64
"""Of one document; those that switch so much are completed by the executor."""


@dataclass(slots=True)
class Counts:
    """How often generated functions served, since the program started."""

    completed: int = 0
    """Objects, and lists of them, that they completed."""
    fell_back: int = 0
    """Those that they left to the executor, because a value was not what its type expects."""


@dataclass(slots=True)
class Projections:
    """The generated functions of one document, made when they are first needed."""

    ast: DocumentNode
    counts: Counts
    _switches: tuple[str, ...] = ()
    """The variables that decide what is skipped and included."""
    _made: dict[object, Complete | NotPlain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._switches = _switches_of(self.ast)

    def switched(self, variables: Mapping[str, Any]) -> tuple[Any, ...]:
        """How `variables` switch the parts of the document."""
        return tuple(variables.get(name) for name in self._switches)

    def of(
        self,
        of_type: GraphQLObjectType,
        nodes: list[FieldDetails],
        executor: "CompletingExecutor",
    ) -> Complete | None:
        """The function for objects of `of_type` that `nodes` select; None if there can be none."""
        key = (of_type.name, executor.switched, *[id(each.node) for each in nodes])
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= _MOST_VARIANTS:
                return None
            made = self._made[key] = _generated(of_type, nodes, executor)
        return None if isinstance(made, NotPlain) else made


class CompletingExecutor(Executor[None]):
    """graphql-core's executor, but for the objects whose whole selection is plain."""

    def __init__(self, *given: Any, projections: Projections, **named: Any) -> None:
        """Take what the executor takes, and the `projections` of the document."""
        super().__init__(*given, **named)
        self._projections = projections
        self.switched = projections.switched(self.variable_values.coerced)
        """How this operation's variables switch the parts of the document."""

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: list[FieldDetails],
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: None,
    ) -> AwaitableOrValue[dict[str, Any]]:
        """What the answer has in the place of the object `result`."""
        complete = self._projections.of(return_type, field_details_list, self)
        if complete is not None:
            try:
                completed = complete(result)
            except Exception:  # noqa: BLE001  # the executor finds the same, and says where
                self._projections.counts.fell_back += 1
            else:
                self._projections.counts.completed += 1
                return completed
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def complete_list_value(
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: list[FieldDetails],
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: None,
    ) -> AwaitableOrValue[list[Any]]:
        """What the answer has in the place of the list `result`."""
        item = return_type.of_type
        of_type = item.of_type if is_non_null_type(item) else item
        if result.__class__ in (list, tuple) and is_object_type(of_type):
            complete = self._projections.of(of_type, field_details_list, self)
            if complete is not None:
                try:
                    completed = _listed(complete, result, nullable=of_type is item)
                except Exception:  # noqa: BLE001  # as above
                    self._projections.counts.fell_back += 1
                else:
                    self._projections.counts.completed += 1
                    return completed
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )


def _listed(complete: Complete, items: Iterable[Any], *, nullable: bool) -> list[Any]:
    if nullable:
        return [None if each is None else complete(each) for each in items]
    return [complete(each) for each in items]


def _generated(
    of_type: GraphQLObjectType, nodes: list[FieldDetails], executor: CompletingExecutor
) -> Complete | NotPlain:
    def subfields(
        of_type: GraphQLObjectType, nodes: list[FieldDetails]
    ) -> Mapping[str, list[FieldDetails]]:
        return executor.collect_subfields(of_type, nodes).grouped_field_set

    try:
        return generate(of_type, subfields(of_type, nodes), subfields)
    except NotPlain as why:
        return why


def _switches_of(ast: DocumentNode) -> tuple[str, ...]:
    found: set[str] = set()

    class Switches(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in {"skip", "include"}:
                found.update(
                    each.value.name.value
                    for each in node.arguments or ()
                    if isinstance(each.value, VariableNode)
                )

    visit(ast, Switches())
    return tuple(sorted(found))
