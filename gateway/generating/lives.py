"""Know what becomes of a case, and when: its steps follow the lifecycle and none lies ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from connectors.contract.lifecycle import Status
from connectors.contract.records import Kind
from gateway.demonstration.steps import TIME_TO_ANSWER, Step
from gateway.generating.drawing import Weighted

_DAY_SECONDS: Final = 86_400
_PROMPT_DAYS: Final = 18.0
_LATE_SHARE: Final = 0.13
"""Of the answers, how many come late; with those that never come about 16 in a hundred."""


@dataclass(frozen=True, slots=True)
class _Life:
    weight: int
    steps: tuple[tuple[Status, float], ...]
    """The states after the first, each at a share of the time that the answer takes."""


_TAKEN_UP: Final = (
    (Status.ACKNOWLEDGED, 0.05),
    (Status.UNDER_ASSESSMENT, 0.15),
    (Status.IN_PROGRESS, 0.3),
)
_ANSWERED: Final = (*_TAKEN_UP, (Status.ANSWERED, 1.0))
_GOES_ON: Final = ((Status.IN_PROGRESS, 0.8), (Status.ANSWERED, 1.0), (Status.CLOSED, 1.3))
_AGAIN: Final = (
    (Status.REOPENED, 1.2),
    (Status.IN_PROGRESS, 1.3),
    (Status.ANSWERED, 1.8),
    (Status.CLOSED, 2.2),
)
_LIVES: Final = (
    _Life(50, (*_ANSWERED, (Status.CLOSED, 1.4))),
    _Life(20, _ANSWERED),
    _Life(7, (*_ANSWERED, *_AGAIN)),
    _Life(2, (*_ANSWERED, (Status.CLOSED, 1.2), (Status.REOPENED, 1.5))),
    _Life(5, (*_TAKEN_UP[:2], (Status.INADMISSIBLE, 0.5))),
    _Life(2, (*_TAKEN_UP[:1], (Status.WITHDRAWN, 0.4))),
    _Life(3, (*_TAKEN_UP[:2], (Status.DUPLICATE, 0.3))),
    _Life(5, (*_TAKEN_UP, (Status.AWAITING_COMPLAINANT, 0.5), *_GOES_ON)),
    _Life(3, (*_TAKEN_UP, (Status.AWAITING_THIRD_PARTY, 0.5), *_GOES_ON)),
    # What still waits for somebody, and what was forgotten.
    _Life(1, (*_TAKEN_UP, (Status.AWAITING_COMPLAINANT, 0.6))),
    _Life(1, (*_TAKEN_UP, (Status.AWAITING_THIRD_PARTY, 0.6))),
    _Life(1, _TAKEN_UP),
)
_SHORT_LIVES: Final = (
    _Life(1, ((Status.ACKNOWLEDGED, 0.2),)),
    _Life(3, ((Status.ACKNOWLEDGED, 0.2), (Status.ANSWERED, 1.0))),
)
"""The same for what is answered without an investigation."""


class Lives:
    """Draws the steps of cases as they stand at `now`."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def steps(self, chance: Random, kind: Kind, filed: datetime) -> list[Step]:
        """The steps up to now, the first being the filing."""
        life = _KINDS[kind].drawn(chance)
        seconds = _days(chance) * _DAY_SECONDS
        steps = [Step(Status.SUBMITTED, filed)]
        for status, share in life.steps:
            at = filed + timedelta(seconds=int(seconds * share))
            if at > self._now:
                break
            steps.append(Step(status, at))
        return steps


def _days(chance: Random) -> float:
    """How long an answer takes."""
    owed = TIME_TO_ANSWER.days
    if chance.random() < _LATE_SHARE:
        return owed + 1 + chance.expovariate(1 / 40)
    return min(0.5 + chance.expovariate(1 / _PROMPT_DAYS), owed - 1)


_KINDS: Final[Mapping[Kind, Weighted[_Life]]] = {
    kind: Weighted(
        [(life, life.weight) for life in (_LIVES if kind is Kind.COMPLAINT else _SHORT_LIVES)]
    )
    for kind in Kind
}
