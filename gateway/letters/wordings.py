"""What letters say: of each kind the same to everybody, so that nothing of a case is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.contract.letters import LetterKind


@dataclass(frozen=True, slots=True)
class Wording:
    """What one kind of letter says, in English; catalogues have the other languages."""

    subject: str
    """Whoever sees the subject alone, on a locked screen, learns nothing about the person."""
    happened: str
    """With the name of the administration."""
    then: str
    """What may be done next."""


def _(message: str) -> str:
    """Marks a message for the catalogues."""
    return message


WORDINGS: Final[Mapping[LetterKind, Wording]] = {
    LetterKind.RECEIPT: Wording(
        _("Your complaint was received"),
        _("Your complaint was received. It is for %(agency)s to answer it."),
        _(
            "Keep the reference below and the tracking code that you were given: with both you can "
            "follow your complaint, add to it or take it back."
        ),
    ),
    LetterKind.INFORMATION_REQUESTED: Wording(
        _("You are asked for something about your complaint"),
        _("%(agency)s needs something from you before it can go on with your complaint."),
        _("Please read what that is, and answer there. Your complaint waits for it."),
    ),
    LetterKind.MESSAGE: Wording(
        _("There is a message about your complaint"),
        _("%(agency)s has sent you a message about your complaint."),
        _("You can read it there, and answer."),
    ),
    LetterKind.ANSWERED_IN_PART: Wording(
        _("Your complaint was answered in part"),
        _("%(agency)s has told you why the whole answer to your complaint takes longer."),
        _("You can read it there. The whole answer is still owed to you."),
    ),
    LetterKind.ANSWERED: Wording(
        _("Your complaint was answered"),
        _("%(agency)s has answered your complaint."),
        _(
            "Please read the answer and its reasons there. You can say what you think of it and, if "
            "it does not settle the matter, have your complaint taken up again."
        ),
    ),
    LetterKind.TRANSFERRED: Wording(
        _("Your complaint was passed on"),
        _("Your complaint was passed on. It is now for %(agency)s to answer it."),
        _("Nothing is lost by that: your reference and your tracking code stay the same."),
    ),
    LetterKind.REOPENED: Wording(
        _("Your complaint was taken up again"),
        _("%(agency)s has to look at your complaint again."),
        _("The time for an answer has begun anew."),
    ),
    LetterKind.CLOSED: Wording(
        _("Your complaint was closed"),
        _("Your complaint to %(agency)s was closed."),
        _("You can see there why, and what you can still do."),
    ),
    LetterKind.OVERDUE: Wording(
        _("The answer to your complaint is late"),
        _("%(agency)s has not answered your complaint in time. It still has to."),
        _("You can wait for the answer, or hand your complaint over to the ombudsman."),
    ),
    LetterKind.CODE_LINK: Wording(
        _("A new tracking code was asked for"),
        _("Somebody asked for a new tracking code of your complaint to %(agency)s."),
        _(
            "If that was you, open the link below within a day: it shows you a new code, once, and "
            "the old one ends. If not, do nothing: your code stays as it is."
        ),
    ),
}

FOLLOW: Final = _("Your complaint, with your tracking code:")
NEW_CODE: Final = _("Your new tracking code:")
"""What stands before the one link of a letter."""

ANSWER_OWED: Final = frozenset(
    {
        LetterKind.RECEIPT,
        LetterKind.ANSWERED_IN_PART,
        LetterKind.TRANSFERRED,
        LetterKind.REOPENED,
        LetterKind.OVERDUE,
    }
)
"""Letters that say when the answer is due."""
