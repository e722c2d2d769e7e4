"""Know which states a complaint can be in and which step may follow which.

The order is that of ISO 10002: receipt, tracking, acknowledgement, initial assessment,
investigation, response, decision, closing. A transfer is an event, not a state: the case returns
to `UNDER_ASSESSMENT` at its new lead agency.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a complaint stands, in one vocabulary for every system."""

    SUBMITTED = "SUBMITTED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    UNDER_ASSESSMENT = "UNDER_ASSESSMENT"
    INADMISSIBLE = "INADMISSIBLE"
    IN_PROGRESS = "IN_PROGRESS"
    AWAITING_COMPLAINANT = "AWAITING_COMPLAINANT"
    AWAITING_THIRD_PARTY = "AWAITING_THIRD_PARTY"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"
    WITHDRAWN = "WITHDRAWN"
    DUPLICATE = "DUPLICATE"


_LEAVES_AT_ANY_TIME: Final = frozenset({Status.WITHDRAWN, Status.DUPLICATE})

_STEPS: Final[Mapping[Status, frozenset[Status]]] = {
    Status.SUBMITTED: frozenset({Status.ACKNOWLEDGED}),
    # Observations and suggestions are answered without an investigation.
    Status.ACKNOWLEDGED: frozenset({Status.UNDER_ASSESSMENT, Status.ANSWERED}),
    Status.UNDER_ASSESSMENT: frozenset({Status.INADMISSIBLE, Status.IN_PROGRESS}),
    Status.IN_PROGRESS: frozenset(
        {
            Status.UNDER_ASSESSMENT,
            Status.AWAITING_COMPLAINANT,
            Status.AWAITING_THIRD_PARTY,
            Status.ANSWERED,
        }
    ),
    Status.AWAITING_COMPLAINANT: frozenset({Status.IN_PROGRESS}),
    Status.AWAITING_THIRD_PARTY: frozenset({Status.IN_PROGRESS}),
    Status.REOPENED: frozenset({Status.IN_PROGRESS}),
    Status.INADMISSIBLE: frozenset({Status.REOPENED}),
    Status.ANSWERED: frozenset({Status.CLOSED, Status.REOPENED}),
    Status.CLOSED: frozenset({Status.REOPENED}),
    Status.WITHDRAWN: frozenset(),
    Status.DUPLICATE: frozenset(),
}

OPEN: Final = frozenset(
    {
        Status.SUBMITTED,
        Status.ACKNOWLEDGED,
        Status.UNDER_ASSESSMENT,
        Status.IN_PROGRESS,
        Status.AWAITING_COMPLAINANT,
        Status.AWAITING_THIRD_PARTY,
        Status.REOPENED,
    }
)
"""States in which an answer is still owed."""

TREATED: Final = frozenset({Status.INADMISSIBLE, Status.ANSWERED, Status.CLOSED})
"""States in which the complainant was told what came of the case."""

TRANSITIONS: Final[Mapping[Status, frozenset[Status]]] = {
    status: steps | _LEAVES_AT_ANY_TIME if status in OPEN else steps
    for status, steps in _STEPS.items()
}
"""For each state the states that may follow it; an empty set is final."""


def may_follow(before: Status, after: Status) -> bool:
    """Whether a case may step from `before` to `after`; staying put is not a step."""
    return after in TRANSITIONS[before]


def transition_table() -> str:
    """The transitions as a Markdown table, as the docs print it."""
    rows = ["| from | open | may become |", "|---|---|---|"]
    for status, steps in TRANSITIONS.items():
        targets = ", ".join(step for step in Status if step in steps) or "(final)"
        rows.append(f"| {status} | {'yes' if status in OPEN else 'no'} | {targets} |")
    return "\n".join(rows)
