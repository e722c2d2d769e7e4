"""Say in which states each act can be done, where it leads, and who does it.

The ways are the transitions of the contract, put together to what a person does: who assesses a
case that nobody acknowledged has acknowledged it too. Every step of a way is an event.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from connectors.contract.acts import Act
from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.records import AuthorRole

S = Status
Way: TypeAlias = tuple[Status, ...]
"""The states that a case passes, one after the other; none: it stays where it is."""

_STAYS: Final[Way] = ()
_FINAL: Final = frozenset({S.WITHDRAWN, S.DUPLICATE})
_NOT_FINAL: Final = frozenset(Status) - _FINAL
ENDS: Final = frozenset({S.INADMISSIBLE, S.CLOSED, *_FINAL})
"""States from which on a case counts as closed."""


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
    Act.ASSIGN: _everywhere(OPEN, _STAYS),
    Act.LINK_DUPLICATE: _everywhere(OPEN, (S.DUPLICATE,)),
    Act.TRANSFER: {
        S.SUBMITTED: (S.ACKNOWLEDGED, S.UNDER_ASSESSMENT),
        S.ACKNOWLEDGED: (S.UNDER_ASSESSMENT,),
        S.UNDER_ASSESSMENT: _STAYS,
        S.IN_PROGRESS: (S.UNDER_ASSESSMENT,),
        S.AWAITING_COMPLAINANT: (S.IN_PROGRESS, S.UNDER_ASSESSMENT),
        S.AWAITING_THIRD_PARTY: (S.IN_PROGRESS, S.UNDER_ASSESSMENT),
        S.REOPENED: (S.IN_PROGRESS, S.UNDER_ASSESSMENT),
    },
    Act.ADD_CO_AGENCY: _everywhere(OPEN, _STAYS),
    Act.HAND_OVER: _everywhere(_NOT_FINAL, _STAYS),
}
"""For each act the states in which it can be done, and where it leads from there."""

UNINVESTIGATED: Final[Mapping[Status, Way]] = {
    S.SUBMITTED: (S.ACKNOWLEDGED, S.ANSWERED),
    S.ACKNOWLEDGED: (S.ANSWERED,),
}
"""How an observation or a suggestion is answered."""

DONE_BY: Final[Mapping[Act, frozenset[AuthorRole]]] = {
    Act.ADD_MESSAGE: frozenset({AuthorRole.COMPLAINANT, AuthorRole.AGENCY}),
    **dict.fromkeys(
        (Act.PROVIDE_INFORMATION, Act.WITHDRAW, Act.RATE, Act.REOPEN, Act.HAND_OVER),
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
            Act.ASSIGN,
            Act.LINK_DUPLICATE,
            Act.TRANSFER,
            Act.ADD_CO_AGENCY,
        ),
        frozenset({AuthorRole.AGENCY}),
    ),
}
"""On which side of a case whoever does an act stands."""


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
