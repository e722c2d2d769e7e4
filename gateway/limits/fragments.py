"""Bound how many fragments a document spreads."""

from graphql import (
    DocumentNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ValidationContext,
    ValidationRule,
)

from gateway.limits.exceeded import exceeded


class FragmentLimit(ValidationRule):
    """Spreads are what the standard rules compare pair by pair.

    Definitions need no count of their own: each has to be spread at least once to be valid.
    """

    def __init__(self, context: ValidationContext, *, allowed: int) -> None:
        super().__init__(context)
        self._allowed = allowed
        self._found = 0

    def enter_fragment_spread(self, _node: FragmentSpreadNode, *_: object) -> None:
        """Count a named one."""
        self._found += 1

    def enter_inline_fragment(self, _node: InlineFragmentNode, *_: object) -> None:
        """Count an inline one."""
        self._found += 1

    def leave_document(self, _node: DocumentNode, *_: object) -> None:
        """Compare, when all have been counted."""
        if self._found > self._allowed:
            self.report_error(exceeded("fragments", allowed=self._allowed, found=self._found))
