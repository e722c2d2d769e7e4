"""Bound how often one operation asks the same under another name."""

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


class AliasLimit(ValidationRule):
    """Without aliases a field is answered once per object; with them, as often as is written."""

    def __init__(self, context: ValidationContext, *, allowed: int) -> None:
        super().__init__(context)
        self._allowed = allowed
        self._aliases = Expansion(context, of_field=_with_its_own, together=sum)

    def enter_operation_definition(
        self, node: OperationDefinitionNode, *_: object
    ) -> VisitorAction:
        """Count one operation; what lies below has been counted with it."""
        if (found := self._aliases.of(node.selection_set)) > self._allowed:
            self.report_error(exceeded("aliases", allowed=self._allowed, found=found, node=node))
        return SKIP


def _with_its_own(field: FieldNode, below: int) -> int:
    return below + (field.alias is not None)
