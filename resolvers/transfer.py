"""Decide where a case is held once another agency is responsible, and who is told what of it; pure.

Whatever holds the two agencies' cases: the reference, the history and the clock go on. The system
that held it is told to close it, the one that is to hold it is given the filing; where it was
held there before, it goes on there under its old id.
"""

from dataclasses import replace
from typing import Final

from connectors.contract.changes import Change, Goes, Places, Standing
from connectors.contract.connector import Move
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import STORE, AgencyCode, Mode
from resolvers.outgoing import saying, takes
from resolvers.registry import Source

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
    places = standing.places or Places()
    if here is not None and there is not None and here.id == there.id:
        return replace(
            change, outgoing=_seen_to_by(standing.agency_code, _reassigned(change, here))
        )
    left = () if here is None else _seen_to_by(standing.agency_code, _left(change, here))
    if there is None:
        stays = standing.mode is Mode.OWN
        return replace(change, goes=None if stays else Goes(STORE, Mode.OWN), outgoing=left)
    known = places.former.get(there.id)
    if known is None:
        filed = (Outgoing(there.id, None), *_said(change, there))
        return replace(change, goes=Goes(STORE, Mode.PENDING), outgoing=(*left, *filed))
    return replace(
        change,
        goes=Goes(there.id, there.mode, known),
        outgoing=(*left, *_taken_up_again(change, there)),
    )


def _seen_to_by(agency: AgencyCode, told: tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
    """`told`, seen to by officers of the agency that was responsible, whose system it is."""
    return tuple(replace(each, agency=agency) for each in told)


def _said(change: Change, source: Source) -> tuple[Outgoing, ...]:
    """The reasons, if `source` takes them."""
    what = saying(change)
    if what is None or not takes(source, what):
        return ()
    return (Outgoing(source.id, what),)


def _left(change: Change, source: Source) -> tuple[Outgoing, ...]:
    """The reasons, and that the case is over there; what `source` cannot take is for an officer."""
    return _put(change, source, (Status.CLOSED,))


def _taken_up_again(change: Change, source: Source) -> tuple[Outgoing, ...]:
    return _put(change, source, _TAKEN_UP_AGAIN)


def _put(change: Change, source: Source, states: tuple[Status, ...]) -> tuple[Outgoing, ...]:
    said = _said(change, source)
    words = saying(change)
    reason = None if said or words is None else words.body
    taken = next((each for each in states if each in source.capabilities.moves), None)
    move = Move(taken or states[0], reason)
    return (*said, Outgoing(source.id, move, by_hand=taken is None))


def _reassigned(change: Change, source: Source) -> tuple[Outgoing, ...]:
    """Of two agencies in one system: no system is asked for that, so an officer does it there."""
    words = saying(change)
    return () if words is None else (Outgoing(source.id, words, by_hand=True),)
