"""Bound the work of telling that what a document asks for twice is the same."""

from typing import Any

from graphql import OverlappingFieldsCanBeMergedRule, SelectionSetNode, ValidationContext
from graphql.validation.validate import ValidationAbortedError

from gateway.limits.exceeded import exceeded


class ComparisonLimit(OverlappingFieldsCanBeMergedRule):
    """The standard rule, with an end of ours.

    It compares fields of one name pair by pair, so what is written twice as often costs four
    times as much; where it gives up by itself, seconds may have passed.
    """

    def __init__(self, context: ValidationContext, *, allowed: int) -> None:
        super().__init__(context)
        self._allowed = allowed
        self._exceeded = False
        self.rule_context.remaining_complexity_budget = allowed

    def enter_selection_set(
        self, selection_set: SelectionSetNode, key: Any, parent: Any, *args: Any
    ) -> None:
        """Compare what is in one selection, unless too much has been compared before."""
        if self._exceeded:
            return
        try:
            super().enter_selection_set(selection_set, key, parent, *args)
        except ValidationAbortedError:
            self._exceeded = True
            found = self._allowed + 1
            self.report_error(exceeded("comparisons", allowed=self._allowed, found=found))
