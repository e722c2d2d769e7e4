"""Bound how many directives a document carries."""

from graphql import DirectiveNode, DocumentNode, ValidationContext, ValidationRule

from gateway.limits.exceeded import exceeded


class DirectiveLimit(ValidationRule):
    """A field may be loaded with directives without end, known ones or not."""

    def __init__(self, context: ValidationContext, *, allowed: int) -> None:
        super().__init__(context)
        self._allowed = allowed
        self._found = 0

    def enter_directive(self, _node: DirectiveNode, *_: object) -> None:
        """Count one."""
        self._found += 1

    def leave_document(self, _node: DocumentNode, *_: object) -> None:
        """Compare, when all have been counted."""
        if self._found > self._allowed:
            self.report_error(exceeded("directives", allowed=self._allowed, found=self._found))
