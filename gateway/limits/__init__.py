"""Hold a document against what one question may cost to read: the limits, in the order they act.

Characters and tokens are counted while the text is read (`characters.py`, `tokens.py`); the others
are validation rules that walk the parsed document. All depend on the document alone, so they run
once per document text.
How long a page may be depends on the field and belongs to the schema.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from graphql import (
    ASTValidationRule,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    specified_rules,
)

from gateway.limits.aliases import AliasLimit
from gateway.limits.comparisons import ComparisonLimit
from gateway.limits.depth import DepthLimit
from gateway.limits.directives import DirectiveLimit
from gateway.limits.fragments import FragmentLimit

Rule = Callable[[ValidationContext], ASTValidationRule]


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The most that one document may hold; a document at a limit passes."""

    characters: int = 100_000
    """The length of the text."""
    tokens: int = 2000
    """Names, punctuators and values; comments count apart, up to the same number."""
    fragments: int = 50
    """Spreads, named and inline, as written."""
    directives: int = 50
    """Directives, as written."""
    depth: int = 15
    """Fields inside fields of one operation, fragments spread; introspection does not count."""
    aliases: int = 30
    """Aliases of one operation, fragments spread: one in a fragment counts at each spread."""
    comparisons: int = 20_000
    """Steps of comparing fields of one name, two or more for each pair: a hundred times the same
    name in one selection takes ten thousand."""


def rules(limits: DocumentLimits) -> tuple[Rule, ...]:
    """The validation rules of `limits`, the cheapest first."""
    return (
        partial(FragmentLimit, allowed=limits.fragments),
        partial(DirectiveLimit, allowed=limits.directives),
        partial(DepthLimit, allowed=limits.depth),
        partial(AliasLimit, allowed=limits.aliases),
    )


def standard_rules(limits: DocumentLimits) -> tuple[Rule, ...]:
    """The rules of the specification, to be asked of documents that are within `rules`."""
    merging = partial(ComparisonLimit, allowed=limits.comparisons)
    return tuple(
        merging if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules
    )
