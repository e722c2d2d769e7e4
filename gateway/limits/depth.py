"""Bound how deep the fields of one operation lie inside each other."""

from collections.abc import Iterable

from graphql import FieldNode, ValidationContext

from gateway.limits.operation import OperationLimit


class DepthLimit(OperationLimit):
    """Each level may multiply the rows behind it, so levels are what a question costs by."""

    def __init__(self, context: ValidationContext, *, allowed: int) -> None:
        super().__init__(
            context, limit="depth", allowed=allowed, of_field=_one_deeper, together=_deepest
        )


def _one_deeper(field: FieldNode, below: int) -> int:
    # Introspection reads the schema, not data, and tools ask for it at full depth; how deep it
    # may go through lists is a standard rule of its own.
    return 0 if field.name.value.startswith("__") else below + 1


def _deepest(depths: Iterable[int]) -> int:
    return max(depths, default=0)
