"""Decide what an act does to a case, from how the case stands; pure, time is passed in."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Rating, Standing
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    AuthorRole,
    Decision,
    Event,
    EventKind,
    Kind,
    Message,
    Outcome,
    Visibility,
)
from resolvers.clock import USUAL, ClockPolicy
from resolvers.lifecycle.due import due_after
from resolvers.lifecycle.handing_over import AT_ONCE, HandOverPolicy
from resolvers.lifecycle.involving import OF_AN_AGENCY, involve
from resolvers.lifecycle.request import Hindrance, NothingToRate, NotNow, Request
from resolvers.lifecycle.ways import ENDS, UNINVESTIGATED, WAYS, Way

S = Status

_SAID: Final = frozenset(
    {Act.ADD_MESSAGE, Act.PROVIDE_INFORMATION, Act.REQUEST_INFORMATION, Act.ANSWER_IN_PART}
)

_REASONED: Final = frozenset({Act.WITHDRAW, Act.REOPEN, Act.CLOSE, Act.LINK_DUPLICATE})
"""Acts whose words say why the case stands where it stands then."""
_SAID_BESIDES: Final = frozenset({Act.TRANSFER, Act.HAND_OVER})
"""Acts with words for the other side, whose event is another one than that."""
_NOTED: Final = frozenset({Act.ADD_NOTE, Act.ADD_CO_AGENCY})
"""Acts whose words are for colleagues."""


def decide(
    request: Request,
    author: AuthorRole,
    standing: Standing,
    now: datetime,
    clock: ClockPolicy = USUAL,
    hand_over: HandOverPolicy = AT_ONCE,
) -> Change | Hindrance:
    """What `request` does to a case that stands like that; what is due then is so by `clock`."""
    way = way_of(request.act, standing, now, hand_over)
    if not isinstance(way, tuple):
        return way
    if request.act is Act.ASSESS:
        way = (*way, S.INADMISSIBLE if request.inadmissible else S.IN_PROGRESS)
    involved = involve(request, standing, now, hand_over)
    number = standing.events + 1
    events = tuple(
        Event(
            id=f"{standing.reference}-{at}",
            kind=kind,
            at=now,
            status=status,
            agency_code=involved.of_event if kind in OF_AN_AGENCY else None,
        )
        for at, (kind, status) in enumerate(_events(request, way), start=number)
    )
    status = way[-1] if way else None
    id_ = f"{standing.reference}-v{standing.version + 1}"
    decision = _decision(request, id_, now)
    return Change(
        at=now,
        author=author,
        events=events,
        status=status,
        status_reason=_reason(request),
        closed_at=now if status in ENDS else None,
        due=partial(due_after, events, decision, status, clock),
        message=_message(request, author, id_, now),
        decision=decision,
        rating=_rating(request, standing),
        agency_code=request.agency if request.act is Act.TRANSFER else None,
        service_code=request.service_code,
        participants=involved.participants,
        assignee=(request.assignee or "") if request.act is Act.ASSIGN else None,
        duplicate_of=standing.other.reference
        if request.act is Act.LINK_DUPLICATE and standing.other is not None
        else None,
        handed_over_at=now if request.act is Act.HAND_OVER else None,
    )


def way_of(
    act: Act, standing: Standing, now: datetime, hand_over: HandOverPolicy = AT_ONCE
) -> Way | Hindrance:
    """The states that a case which stands like that passes by `act`, or what keeps it from being done."""
    ways = WAYS[act]
    if act is Act.DECIDE and standing.kind is not Kind.COMPLAINT:
        ways = {**ways, **UNINVESTIGATED}
    way = ways.get(standing.status)
    if way is None:
        return NotNow(standing.status, frozenset(ways))
    if act is Act.RATE and standing.last_decision is None:
        return NothingToRate()
    if act is Act.HAND_OVER and (hindrance := hand_over.hinders(standing, now)):
        return hindrance
    return way


def _events(request: Request, way: Way) -> Iterator[tuple[EventKind, Status | None]]:
    match request.act:
        case Act.DECIDE:
            yield EventKind.DECIDED, None
        case Act.ASSESS if request.inadmissible:
            yield EventKind.DECIDED, None
        case Act.ANSWER_IN_PART:
            yield EventKind.ANSWERED_IN_PART, None
        case Act.RATE:
            yield EventKind.RATED, None
        case Act.TRANSFER:
            yield EventKind.TRANSFERRED, None
        case Act.ADD_CO_AGENCY:
            yield EventKind.CO_AGENCY_ADDED, None
        case Act.HAND_OVER:
            yield EventKind.HANDED_OVER, None
        case act if act in _SAID:
            yield EventKind.MESSAGE_ADDED, None
    for status in way:
        yield EventKind.STATUS_CHANGED, status


def _message(request: Request, author: AuthorRole, id_: str, now: datetime) -> Message | None:
    if request.text is None or request.act not in _SAID | _SAID_BESIDES | _NOTED:
        return None
    inside = request.act in _NOTED
    return Message(
        id=id_,
        author=author,
        visibility=Visibility.INTERNAL if inside else Visibility.PUBLIC,
        body=request.text,
        at=now,
        language=request.language,
    )


def _decision(request: Request, id_: str, now: datetime) -> Decision | None:
    if request.act is Act.DECIDE:
        outcome = request.outcome
    elif request.inadmissible is not None:
        outcome = Outcome.REDIRECTED if request.instead else Outcome.NO_ACTION_POSSIBLE
    else:
        return None
    if outcome is None:
        raise AssertionError("an answer without an outcome was let through")
    return Decision(
        id=id_,
        outcome=outcome,
        reasons=request.text or "",
        at=now,
        legal_basis=request.legal_basis,
        # Whoever may see the case can read it from now on.
        notified_at=now,
        instead=request.instead,
    )


def _rating(request: Request, standing: Standing) -> Rating | None:
    if request.score is None or standing.last_decision is None:
        return None
    return Rating(standing.last_decision, request.score, request.text)


def _reason(request: Request) -> str | None:
    if request.act is Act.ASSESS:
        return request.inadmissible
    return request.text if request.act in _REASONED else None
