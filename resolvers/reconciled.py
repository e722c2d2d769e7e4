"""What comes of asking the agencies what a store that was put back does not know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connectors.contract.errors import NotSupported
from connectors.contract.records import SourceId

NOT_CONFIGURED: Final = "NOT_CONFIGURED"
"""Why nobody was asked about what is held for a source that is configured no more."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A case of an agency's that carries a reference of ours which nobody here knows."""

    source: SourceId
    source_id: str
    reference: str
    created_at: datetime | None
    """When its source says it began; None if it does not tell."""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A source that was not looked at, or not to its end."""

    source: SourceId
    code: str
    """Why, in the words of docs/errors.md, or NOT_CONFIGURED; SOURCE_NOT_SUPPORTED: its lists tell
    no references of ours."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the agencies told, so far."""

    since: datetime | None
    """Cases that began from then on were looked for; None: all."""
    looked_up: int = 0
    """Deliveries that were held."""
    found: int = 0
    """Those of them that are there: a filing's reference leads to its case again."""
    again: int = 0
    """Those that are tried again, as ones that may have arrived."""
    left: int = 0
    """Those that wait for a person."""
    held: int = 0
    """Those that their source did not tell about: they stay held."""
    read: int = 0
    """Cases whose references were looked at."""
    carrying: int = 0
    """Those of them that carry one of ours."""
    unknown: tuple[Unknown, ...] = ()
    not_asked: tuple[NotAsked, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a person has to see to something; that a source cannot tell nobody can mend."""
        failed = any(each.code != NotSupported.code for each in self.not_asked)
        return bool(self.left or self.held or self.unknown or failed)


OnProgress = Callable[[Reconciled], None]
"""Called after each step, with all so far."""


class Account:
    """All so far."""

    def __init__(self, so_far: Reconciled, told: OnProgress) -> None:
        """Begin with `so_far`; `told` hears of every step."""
        self.so_far = so_far
        self._told = told

    def count(self, **more: int) -> None:
        """Add to the counts."""
        totals = {name: getattr(self.so_far, name) + count for name, count in more.items()}
        self._say(replace(self.so_far, **totals))

    def unknown(self, cases: Sequence[Unknown]) -> None:
        """Add cases that nobody here knows."""
        self._say(replace(self.so_far, unknown=(*self.so_far.unknown, *cases)))

    def not_asked(self, source: SourceId, code: str) -> None:
        """Say that a source was not looked at."""
        self._say(replace(self.so_far, not_asked=(*self.so_far.not_asked, NotAsked(source, code))))

    def _say(self, so_far: Reconciled) -> None:
        self.so_far = so_far
        self._told(so_far)
