"""Measure a selection as it is executed: with its fragments spread, each measured once."""

from collections.abc import Callable, Iterable

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
)


class Expansion:
    """Folds selections into a number, from the leaves up.

    Keeping the number of each fragment makes this linear in the document, although the selection
    it stands for may be exponentially larger.
    """

    def __init__(
        self,
        context: ValidationContext,
        *,
        of_field: Callable[[FieldNode, int], int],
        together: Callable[[Iterable[int]], int],
    ) -> None:
        """Take the number of a field, given that of what is below it, and how numbers join."""
        self._fragment = context.get_fragment
        self._of_field = of_field
        self._together = together
        self._of_fragment: dict[str, int] = {}

    def of(self, selections: SelectionSetNode | None) -> int:
        """The number of `selections`; 0 if there are none."""
        if selections is None:
            return 0
        return self._together(self._of_selection(each) for each in selections.selections)

    def _of_selection(self, selection: SelectionNode) -> int:
        if isinstance(selection, FragmentSpreadNode):
            return self._of_spread(selection.name.value)
        below = self.of(getattr(selection, "selection_set", None))
        return self._of_field(selection, below) if isinstance(selection, FieldNode) else below

    def _of_spread(self, name: str) -> int:
        if name not in self._of_fragment:
            # A fragment that reaches itself ends here; the standard rules refuse it by name.
            self._of_fragment[name] = 0
            fragment = self._fragment(name)
            self._of_fragment[name] = self.of(fragment.selection_set) if fragment else 0
        return self._of_fragment[name]
