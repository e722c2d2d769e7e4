"""Know the steps of an invented case, whoever invents it: how it ends, what is decided, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.records import Outcome

TIME_TO_ANSWER: Final = timedelta(days=60)
"""Owed to complaints; observations and suggestions have no clock."""

ENDED: Final = frozenset(Status) - OPEN - {Status.ANSWERED}
"""The states in which a case is closed."""

OUTCOMES: Final[Mapping[Status, Sequence[Outcome]]] = {
    Status.ANSWERED: (
        Outcome.UPHELD,
        Outcome.PARTLY_UPHELD,
        Outcome.NOT_UPHELD,
        Outcome.INFORMATION_GIVEN,
    ),
    Status.INADMISSIBLE: (Outcome.REDIRECTED, Outcome.NO_ACTION_POSSIBLE),
}
"""The states that a decision leads to, and what it may say."""


@dataclass(frozen=True, slots=True)
class Step:
    """A state, and since when."""

    status: Status
    at: datetime
