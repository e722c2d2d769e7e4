"""Hold a document against what one question may cost to read: the limits, in the order they act.

Tokens are counted while the text is parsed (`tokens.py`); the others are validation rules that
walk the parsed document. All depend on the document alone, so they run once per document text.
How long a page may be depends on the field and belongs to the schema.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from graphql import ValidationContext, ValidationRule

from gateway.limits.aliases import AliasLimit
from gateway.limits.depth import DepthLimit
from gateway.limits.directives import DirectiveLimit
from gateway.limits.fragments import FragmentLimit

Rule = Callable[[ValidationContext], ValidationRule]


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The most that one document may hold; a document at a limit passes."""

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


def rules(limits: DocumentLimits) -> tuple[Rule, ...]:
    """The validation rules of `limits`, the cheapest first."""
    return (
        partial(FragmentLimit, allowed=limits.fragments),
        partial(DirectiveLimit, allowed=limits.directives),
        partial(DepthLimit, allowed=limits.depth),
        partial(AliasLimit, allowed=limits.aliases),
    )
