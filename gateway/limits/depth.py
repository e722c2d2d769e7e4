"""Bound how deep the fields of one operation lie inside each other."""

from collections.abc import Iterable

from graphql import (
    SKIP,
    FieldNode,
    OperationDefinitionNode,
    ValidationContext,
    ValidationRule,
    VisitorAction,
)

from gateway.limits.exceeded import exceeded
from gateway.limits.expansion import Expansion


class DepthLimit(ValidationRule):
    """Each level may multiply the rows behind it, so levels are what a question costs by."""

    def __init__(self, context: ValidationContext, *, allowed: int) -> None:
        super().__init__(context)
        self._allowed = allowed
        self._depth = Expansion(context, of_field=_one_deeper, together=_deepest)

    def enter_operation_definition(
        self, node: OperationDefinitionNode, *_: object
    ) -> VisitorAction:
        """Measure one operation; what lies below has been measured with it."""
        if (found := self._depth.of(node.selection_set)) > self._allowed:
            self.report_error(exceeded("depth", allowed=self._allowed, found=found, node=node))
        return SKIP


def _one_deeper(field: FieldNode, below: int) -> int:
    # Introspection reads the schema, not data, and tools ask for it at full depth; how deep it
    # may go through lists is a standard rule of its own.
    return 0 if field.name.value.startswith("__") else below + 1


def _deepest(depths: Iterable[int]) -> int:
    return max(depths, default=0)
