"""Find the clock's facts in a record, as far as its holder tells them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.records import Complaint, DatePrecision, EventKind
from resolvers.clock.facts import Complement, End, Ended, Facts, Transfer

_ENDS: Final = {Status.WITHDRAWN: Ended.WITHDRAWN, Status.DUPLICATE: Ended.DUPLICATE}
_WORK: Final = frozenset(
    {Status.IN_PROGRESS, Status.AWAITING_COMPLAINANT, Status.AWAITING_THIRD_PARTY}
)

_Step = tuple[datetime, Status]


def facts_of(complaint: Complaint) -> Facts:
    """The facts that `complaint` tells; events and decisions must have been read, if there are any.

    A case that was received here was answered when its complainant could read the decision, and
    not before. Of one that never was, the source knows no such time: its steps are taken for it.
    """
    steps = sorted(
        ((event.at, event.status) for event in complaint.events or () if event.status is not None),
        key=lambda step: step[0],
    )
    here = complaint.received_at is not None
    moved = sorted(
        event.at for event in complaint.events or () if event.kind is EventKind.TRANSFERRED
    )
    known = complaint.created_at if complaint.created_precision is not DatePrecision.MONTH else None
    return Facts(
        case=complaint.id,
        kind=complaint.kind,
        started_at=complaint.received_at or known,
        agency=None if moved else complaint.agency_code,
        transfers=(
            *(Transfer(at) for at in moved[:-1]),
            *(Transfer(at, complaint.agency_code) for at in moved[-1:]),
        ),
        taken_up=_at(steps, _WORK),
        complements=tuple(_complements(steps)),
        interim_answers=tuple(
            event.at for event in complaint.events or () if event.kind is EventKind.ANSWERED_IN_PART
        ),
        inadmissible=_at(steps, frozenset({Status.INADMISSIBLE})),
        ends=(*_notified(complaint), *_without_answer(steps))
        if here
        else tuple(_told_by_source(complaint, steps)),
        reopened=tuple(at for (_, before), (at, after) in pairwise(steps) if _opens(before, after)),
        over=not here and complaint.status not in OPEN,
    )


def _at(steps: Sequence[_Step], statuses: frozenset[Status]) -> tuple[datetime, ...]:
    return tuple(at for at, status in steps if status in statuses)


def _opens(before: Status, after: Status) -> bool:
    # Many systems have no word for it: what was over is simply open again.
    return before not in OPEN and after in OPEN


def _complements(steps: Sequence[_Step]) -> Iterator[Complement]:
    asked_at: datetime | None = None
    for at, status in steps:
        if status is Status.AWAITING_COMPLAINANT:
            asked_at = asked_at or at
        elif asked_at is not None:
            yield Complement(asked_at, at)
            asked_at = None
    if asked_at is not None:
        yield Complement(asked_at)


def _notified(complaint: Complaint) -> Iterator[End]:
    for decision in complaint.decisions or ():
        if decision.notified_at is not None:
            yield End(decision.notified_at)


def _without_answer(steps: Sequence[_Step]) -> Iterator[End]:
    for at, status in steps:
        if status in _ENDS:
            yield End(at, _ENDS[status])


def _told_by_source(complaint: Complaint, steps: Sequence[_Step]) -> Iterator[End]:
    """A notified decision if there is one, else the steps out of what is open."""
    notified = tuple(_notified(complaint))
    if notified:
        yield from (*notified, *_without_answer(steps))
        return
    for at, status in steps:
        if status not in OPEN:
            yield End(at, _ENDS.get(status, Ended.NOTIFIED))
    # A case that was opened again may show when it was closed before.
    unsaid = not steps or steps[-1][1] in OPEN
    if unsaid and complaint.closed_at is not None and complaint.status not in OPEN:
        yield End(complaint.closed_at, _ENDS.get(complaint.status, Ended.NOTIFIED))
