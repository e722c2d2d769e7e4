"""Hold each operation of a document against one number."""

from collections.abc import Callable, Iterable

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


class OperationLimit(ValidationRule):
    """A limit of what one operation holds, its fragments spread."""

    def __init__(
        self,
        context: ValidationContext,
        *,
        limit: str,
        allowed: int,
        of_field: Callable[[FieldNode, int], int],
        together: Callable[[Iterable[int]], int],
    ) -> None:
        """Take the limit's name, and how `Expansion` is to measure."""
        super().__init__(context)
        self._limit = limit
        self._allowed = allowed
        self._expansion = Expansion(context, of_field=of_field, together=together)

    def enter_operation_definition(
        self, node: OperationDefinitionNode, *_: object
    ) -> VisitorAction:
        """Measure one operation; what lies below has been measured with it."""
        if (found := self._expansion.of(node.selection_set)) > self._allowed:
            self.report_error(exceeded(self._limit, allowed=self._allowed, found=found, node=node))
        return SKIP
