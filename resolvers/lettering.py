"""Say which letters whoever complains is written, and why; pure.

They are told what they have to know or may do something about, once it is durable; never what they
did themselves, but for the receipt and for a case that begins anew. Warnings before the answer is
due are for those who have to give it: whoever complains has that date from the receipt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from connectors.contract.changes import Change
from connectors.contract.letters import LetterKind
from connectors.contract.lifecycle import Status
from connectors.contract.records import AuthorRole, EventKind, Message, Visibility
from resolvers.clock import Notice, NoticeKind
from resolvers.lifecycle.ways import ENDS


@dataclass(frozen=True, slots=True)
class Lettering:
    """The letters that are written; none where nothing is sent from."""

    written: bool

    @property
    def of_filing(self) -> LetterKind | None:
        """What is written of a case that was just filed."""
        return LetterKind.RECEIPT if self.written else None

    def of_notice(self, notice: Notice) -> LetterKind | None:
        """What is written of what the clock has to tell."""
        late = notice.kind is NoticeKind.OVERDUE
        return LetterKind.OVERDUE if self.written and late else None

    def tells(self, change: Change) -> Change:
        """`change` with the letter that is written of it."""
        return replace(change, letter=_of(change)) if self.written else change


NO_LETTERS: Final = Lettering(written=False)


def _of(change: Change) -> LetterKind | None:
    """The one that says the most, where several things happen at once."""
    return next((kind for kind, is_told in _TOLD.items() if is_told(change)), None)


def _by_others(change: Change) -> bool:
    return change.author is not AuthorRole.COMPLAINANT


def _happened(change: Change, kind: EventKind) -> bool:
    return _by_others(change) and any(event.kind is kind for event in change.events)


def _said(change: Change) -> tuple[Message, ...]:
    return change.heard if change.message is None else (*change.heard, change.message)


def _for_them(message: Message) -> bool:
    """In the system that holds a case whoever complains may have said something themselves."""
    by_others = message.author is not AuthorRole.COMPLAINANT
    return by_others and message.visibility is Visibility.PUBLIC


_TOLD: Final[Mapping[LetterKind, Callable[[Change], bool]]] = {
    LetterKind.REOPENED: lambda change: change.status is Status.REOPENED,
    LetterKind.ANSWERED: lambda change: change.decision is not None,
    LetterKind.INFORMATION_REQUESTED: lambda change: change.status is Status.AWAITING_COMPLAINANT,
    LetterKind.CLOSED: lambda change: change.status in ENDS and _by_others(change),
    LetterKind.TRANSFERRED: lambda change: _happened(change, EventKind.TRANSFERRED),
    LetterKind.ANSWERED_IN_PART: lambda change: _happened(change, EventKind.ANSWERED_IN_PART),
    LetterKind.MESSAGE: lambda change: any(_for_them(each) for each in _said(change)),
}
"""What each is written of, the weightiest first."""
