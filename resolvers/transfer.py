"""Decide where a case is held once another agency is responsible, and who is told what of it; pure.

Whatever holds the two agencies' cases: the reference, the history and the clock go on. The system
that held it is told to close it, the one that is to hold it is given the filing; where it was
held there before, it goes on there under its old id.
"""

from dataclasses import replace
from typing import Final

from connectors.contract.changes import Change, Goes, Places, Standing
from connectors.contract.connector import Move, Saying
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import STORE, Mode
from resolvers.outgoing import saying, takes, with_files
from resolvers.registry import Source

_OVER: Final = (Status.CLOSED,)
_TAKEN_UP_AGAIN: Final = (
    Status.UNDER_ASSESSMENT,
    Status.REOPENED,
    Status.IN_PROGRESS,
    Status.ACKNOWLEDGED,
    Status.SUBMITTED,
)
"""How a system may know a case that is to be looked at anew, the fittest first."""


def passed_on(
    change: Change, standing: Standing, here: Source | None, there: Source | None
) -> Change:
    """`change`, a transfer, with where the case goes and what is told of that.

    `here` is the system that holds it, `there` the one that holds the new agency's cases; None for
    the store.
    """
    words = saying(change)
    if words is None:
        raise AssertionError("a transfer without a word was let through")
    if here is not None and there is not None and here.id == there.id:
        # No system is asked for that, so an officer does it there.
        by_hand = Outgoing(here.id, words, by_hand=True, agency=standing.agency_code)
        return replace(change, outgoing=(by_hand,))
    told = () if here is None else _put(here, words, _OVER)
    # It is the system of the agency that was responsible: whose officers see to the rest.
    left = tuple(replace(each, agency=standing.agency_code) for each in told)
    if there is None:
        stays = standing.mode is Mode.OWN
        return replace(change, goes=None if stays else Goes(STORE, Mode.OWN), outgoing=left)
    places = standing.places or Places()
    known = places.former.get(there.id)
    if known is None:
        goes = Goes(STORE, Mode.PENDING)
        filing = (Outgoing(there.id, None), *with_files(places.files, there))
        told = (*filing, *_said(there, words))
    else:
        goes = Goes(there.id, there.mode, known)
        told = _put(there, words, _TAKEN_UP_AGAIN)
    return replace(change, goes=goes, outgoing=(*left, *told))


def _said(source: Source, words: Saying) -> tuple[Outgoing, ...]:
    """The reasons, if `source` takes them."""
    return (Outgoing(source.id, words),) if takes(source, words) else ()


def _put(source: Source, words: Saying, states: tuple[Status, ...]) -> tuple[Outgoing, ...]:
    """The reasons, and the first of `states` that `source` takes; if it takes none, an officer does."""
    said = _said(source, words)
    taken = next((each for each in states if each in source.capabilities.moves), None)
    move = Move(taken or states[0], None if said else words.body)
    return (*said, Outgoing(source.id, move, by_hand=taken is None))
