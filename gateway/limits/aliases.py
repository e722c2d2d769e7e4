"""Bound how often one operation asks the same under another name."""

from graphql import FieldNode, ValidationContext

from gateway.limits.operation import OperationLimit


class AliasLimit(OperationLimit):
    """Without aliases a field is answered once per object; with them, as often as is written."""

    def __init__(self, context: ValidationContext, *, allowed: int) -> None:
        super().__init__(
            context, limit="aliases", allowed=allowed, of_field=_with_its_own, together=sum
        )


def _with_its_own(field: FieldNode, below: int) -> int:
    return below + (field.alias is not None)
