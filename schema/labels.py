"""Labels in several languages."""

from collections.abc import Collection
from typing import Final

import strawberry

from connectors.contract import records
from resolvers.wording import LABELS, LabelKind
from schema.enums import described

described(
    LabelKind,
    STATUS="Where a complaint stands: ComplaintStatus.",
    ACT="What can be done in one.",
    OUTCOME="What was decided: DecisionOutcome.",
)


@strawberry.type(description="One label in the languages that the administration gave it.")
class LocalizedText:
    ar: str | None = strawberry.field(description="In Arabic.")
    fr: str | None = strawberry.field(description="In French.")
    en: str | None = strawberry.field(description="In English.")
    zgh: str | None = strawberry.field(description="In Standard Moroccan Amazigh.")


@strawberry.type(description="What people call a word of the graph.")
class Label:
    kind: LabelKind = strawberry.field(description="Whose word it is.")
    code: str = strawberry.field(description="The word, such as IN_PROGRESS.")
    name: LocalizedText = strawberry.field(description="What it is called.")


def labels_of(kinds: Collection[LabelKind] | None) -> list[Label]:
    """The labels of these kinds, in the order of the words; None: all of them."""
    return [label for label in _LABELS if kinds is None or label.kind in kinds]


def _label(kind: LabelKind, code: str, name: records.LocalizedText) -> Label:
    return Label(kind=kind, code=code, name=name)  # type: ignore[arg-type]  # records travel as they are


_LABELS: Final = [
    _label(kind, code, name) for kind, names in LABELS.items() for code, name in names
]
