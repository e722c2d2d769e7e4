"""Decide what an act does to a case, from how the case stands; pure, time is passed in.

The ways are the transitions of the contract, put together to what a person does: who assesses a
case that nobody acknowledged has acknowledged it too. Every step of a way is an event.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from connectors.contract.acts import Act, Inadmissibility
from connectors.contract.changes import Change, Rating, Standing
from connectors.contract.lifecycle import OPEN, Status
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
from resolvers.clock import USUAL, ClockPolicy, due_at

S = Status
Way: TypeAlias = tuple[Status, ...]
"""The states that a case passes, one after the other; none: it stays where it is."""

_STAYS: Final[Way] = ()
_FINAL: Final = frozenset({S.WITHDRAWN, S.DUPLICATE})
_NOT_FINAL: Final = frozenset(Status) - _FINAL


def _everywhere(states: frozenset[Status], way: Way) -> Mapping[Status, Way]:
    return dict.fromkeys(states, way)


WAYS: Final[Mapping[Act, Mapping[Status, Way]]] = {
    Act.ADD_MESSAGE: _everywhere(_NOT_FINAL, _STAYS),
    Act.PROVIDE_INFORMATION: {S.AWAITING_COMPLAINANT: (S.IN_PROGRESS,)},
    Act.WITHDRAW: _everywhere(OPEN, (S.WITHDRAWN,)),
    Act.RATE: {S.ANSWERED: (S.CLOSED,), S.CLOSED: _STAYS, S.INADMISSIBLE: _STAYS},
    Act.REOPEN: _everywhere(frozenset({S.INADMISSIBLE, S.ANSWERED, S.CLOSED}), (S.REOPENED,)),
    Act.ACKNOWLEDGE: {S.SUBMITTED: (S.ACKNOWLEDGED,), S.REOPENED: (S.IN_PROGRESS,)},
    Act.ASSESS: {
        S.SUBMITTED: (S.ACKNOWLEDGED, S.UNDER_ASSESSMENT),
        S.ACKNOWLEDGED: (S.UNDER_ASSESSMENT,),
        S.UNDER_ASSESSMENT: _STAYS,
    },
    Act.ADD_NOTE: _everywhere(frozenset(Status), _STAYS),
    Act.REQUEST_INFORMATION: {
        S.IN_PROGRESS: (S.AWAITING_COMPLAINANT,),
        S.REOPENED: (S.IN_PROGRESS, S.AWAITING_COMPLAINANT),
    },
    Act.ANSWER_IN_PART: _everywhere(
        OPEN - {S.SUBMITTED, S.ACKNOWLEDGED, S.UNDER_ASSESSMENT}, _STAYS
    ),
    Act.DECIDE: {
        S.IN_PROGRESS: (S.ANSWERED,),
        S.AWAITING_COMPLAINANT: (S.IN_PROGRESS, S.ANSWERED),
        S.AWAITING_THIRD_PARTY: (S.IN_PROGRESS, S.ANSWERED),
        S.REOPENED: (S.IN_PROGRESS, S.ANSWERED),
    },
    Act.CLOSE: {S.ANSWERED: (S.CLOSED,)},
}
"""For each act the states in which it can be done, and where it leads from there."""

_UNINVESTIGATED: Final[Mapping[Status, Way]] = {
    S.SUBMITTED: (S.ACKNOWLEDGED, S.ANSWERED),
    S.ACKNOWLEDGED: (S.ANSWERED,),
}
"""How an observation or a suggestion is answered."""

DONE_BY: Final[Mapping[Act, frozenset[AuthorRole]]] = {
    Act.ADD_MESSAGE: frozenset({AuthorRole.COMPLAINANT, AuthorRole.AGENCY}),
    **dict.fromkeys(
        (Act.PROVIDE_INFORMATION, Act.WITHDRAW, Act.RATE, Act.REOPEN),
        frozenset({AuthorRole.COMPLAINANT}),
    ),
    **dict.fromkeys(
        (
            Act.ACKNOWLEDGE,
            Act.ASSESS,
            Act.ADD_NOTE,
            Act.REQUEST_INFORMATION,
            Act.ANSWER_IN_PART,
            Act.DECIDE,
            Act.CLOSE,
        ),
        frozenset({AuthorRole.AGENCY}),
    ),
}
"""On which side of a case whoever does an act stands."""

_ENDS: Final = frozenset({S.INADMISSIBLE, S.CLOSED, S.WITHDRAWN, S.DUPLICATE})
_SAID: Final = frozenset(
    {Act.ADD_MESSAGE, Act.PROVIDE_INFORMATION, Act.REQUEST_INFORMATION, Act.ANSWER_IN_PART}
)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done, as far as the act asks for it."""

    act: Act
    text: str | None = None
    """What is said: a message, a note, the reasons of an answer, why something is done."""
    language: str | None = None
    """BCP 47 tag of the text."""
    inadmissible: Inadmissibility | None = None
    """What an assessment finds. None: the case is to be treated."""
    outcome: Outcome | None = None
    legal_basis: str | None = None
    instead: str | None = None
    """Where to go instead."""
    score: int | None = None


@dataclass(frozen=True, slots=True)
class NotNow:
    """The act cannot be done in the state in which the case stands."""

    status: Status
    possible: frozenset[Status]
    """Where it could be done."""


@dataclass(frozen=True, slots=True)
class NothingToRate:
    """No answer was given yet."""


def decide(
    request: Request,
    author: AuthorRole,
    standing: Standing,
    now: datetime,
    clock: ClockPolicy = USUAL,
) -> Change | NotNow | NothingToRate:
    """What `request` does to a case that stands like that; what is due then is so by `clock`."""
    ways = WAYS[request.act]
    if request.act is Act.DECIDE and standing.kind is not Kind.COMPLAINT:
        ways = {**ways, **_UNINVESTIGATED}
    way = ways.get(standing.status)
    if way is None:
        return NotNow(standing.status, frozenset(ways))
    if request.act is Act.RATE and standing.last_decision is None:
        return NothingToRate()
    if request.act is Act.ASSESS:
        way = (*way, S.INADMISSIBLE if request.inadmissible else S.IN_PROGRESS)
    number = standing.events + 1
    events = tuple(
        Event(id=f"{standing.reference}-{at}", kind=kind, at=now, status=status)
        for at, (kind, status) in enumerate(_events(request, way), start=number)
    )
    status = way[-1] if way else None
    id_ = f"{standing.reference}-v{standing.version + 1}"
    return Change(
        at=now,
        author=author,
        events=events,
        status=status,
        status_reason=_reason(request),
        closed_at=now if status in _ENDS else None,
        due_at=_due_anew(request, standing, now, clock),
        message=_message(request, author, id_, now),
        decision=_decision(request, id_, now),
        rating=_rating(request, standing),
    )


def _due_anew(
    request: Request, standing: Standing, now: datetime, clock: ClockPolicy
) -> datetime | None:
    """When the answer to a reopened case is due; None: the clock goes on."""
    if request.act is not Act.REOPEN or not clock.reopening_restarts:
        return None
    return due_at(now, standing.kind, clock)


def acts_table() -> str:
    """The ways as a Markdown table, as the docs print it."""
    rows = ["| act | done by | in the states | leads to |", "|---|---|---|---|"]
    for act, ways in WAYS.items():
        sides = " or ".join(sorted(DONE_BY[act]))
        states = ", ".join(status for status in Status if status in ways)
        ends = list(dict.fromkeys(_end_of(act, way) for way in ways.values()))
        rows.append(f"| {act} | {sides} | {states} | {', '.join(ends)} |")
    return "\n".join(rows)


def _end_of(act: Act, way: Way) -> str:
    if act is Act.ASSESS:
        return f"{S.IN_PROGRESS} or {S.INADMISSIBLE}"
    return way[-1] if way else "(stays)"


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
        case act if act in _SAID:
            yield EventKind.MESSAGE_ADDED, None
    for status in way:
        yield EventKind.STATUS_CHANGED, status


def _message(request: Request, author: AuthorRole, id_: str, now: datetime) -> Message | None:
    if request.text is None or request.act not in {*_SAID, Act.ADD_NOTE}:
        return None
    inside = request.act is Act.ADD_NOTE
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
    return request.text if request.act in {Act.WITHDRAW, Act.REOPEN, Act.CLOSE} else None
