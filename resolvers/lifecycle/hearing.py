"""Decide what becomes of a case by what the system that holds it tells; pure, time is passed in.

What a system says is never refused: it happened there, whatever the table of states has of it.
What was done here comes first as long as it is on its way; then what the system says counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from connectors.contract.changes import Change
from connectors.contract.connector import Move, Saying
from connectors.contract.following import Heard, OwnWords, Remembered
from connectors.contract.lifecycle import OPEN, TREATED, Status, may_follow
from connectors.contract.records import (
    AuthorRole,
    Complaint,
    Decision,
    Event,
    EventKind,
    Message,
    Outcome,
    Visibility,
)
from resolvers.clock import ClockPolicy
from resolvers.lifecycle.due import due_after
from resolvers.lifecycle.ways import ENDS

S = Status


@dataclass(frozen=True, slots=True)
class Told:
    """What a system told of a case that was asked for."""

    record: Complaint
    asked_at: datetime
    """When it was asked: what it took later it may not tell yet."""
    digest: bytes
    follow_at: datetime | None


def hear(told: Told, known: Remembered, now: datetime, clock: ClockPolicy) -> Heard:
    """What becomes of `told` in a case of which that much is known; what is due is so by `clock`."""
    record = told.record
    met = _met(record, known)
    there = tuple(_there(record, known, frozenset(filter(None, met.values()))))
    judged = _judged(told, known, frozenset(there))
    steps = _steps(record, known) if judged else ()
    new = tuple(each for each in record.messages or () if each.id in met and met[each.id] is None)
    added = tuple(_named(each, record, known) for each in new)
    decision = _decision(record, known, steps, known.ours | (met.keys() - {m.id for m in new}), now)
    change = None
    if new or steps:
        status = steps[-1].status if steps else None
        events = tuple(_events(record, known, steps, new, decision, now))
        change = Change(
            at=now,
            author=AuthorRole.AGENCY,
            events=events,
            status=status,
            status_reason=record.status_reason,
            closed_at=(record.closed_at or now) if status in ENDS else None,
            due=partial(due_after, events, decision, status, clock),
            heard=added,
            decision=decision,
        )
    return Heard(
        at=now,
        follow_at=told.follow_at,
        status=record.status if judged else None,
        digest=told.digest if judged else None,
        messages=met,
        arrived=there,
        change=change,
        content={} if change is None else _content(record, change),
    )


def impossible(heard: Heard, before: Status) -> bool:
    """Whether a case that stood at `before` took a step that the table of states does not have."""
    if heard.change is None:
        return False
    steps = [each.status for each in heard.change.events if each.status is not None]
    return any(not may_follow(*step) for step in pairwise([before, *steps]))


def _met(record: Complaint, known: Remembered) -> Mapping[str, str | None]:
    """The messages that are new, each with the id of what was said here if it is that.

    Many systems tell whatever came from here as the agency's, so that words are known by
    themselves, those with which a state was told too; each of ours is met once.
    """
    unmet = [words for words in known.said if not words.recognised]
    met: dict[str, str | None] = {}
    for message in record.messages or ():
        if message.id in known.known or message.id in met:
            continue
        ours = next((words for words in unmet if _same(words, message)), None)
        if ours is not None:
            unmet.remove(ours)
        met[message.id] = None if ours is None else ours.id
    return met


def _named(message: Message, record: Complaint, known: Remembered) -> Message:
    """`message` under a name of its own, where another system gave the same one before."""
    if message.id not in known.kept:
        return message
    return replace(message, id=f"{record.origin.source}:{message.id}")


def _same(words: OwnWords, message: Message) -> bool:
    return (words.body.strip(), words.visibility) == (message.body.strip(), message.visibility)


def _there(record: Complaint, known: Remembered, met: frozenset[str]) -> Iterator[int]:
    """The doubtful deliveries that arrived, as the system shows."""
    for each in known.doubtful:
        match each.what:
            case Saying(body=body, visibility=visibility):
                alike = [
                    words.recognised or words.id in met
                    for words in known.said
                    if (words.body, words.visibility) == (body, visibility)
                ]
                # Of several in the same words nobody knows which one is missing.
                if alike and all(alike):
                    yield each.id
            case Move(status=status):
                if record.status is status:
                    yield each.id


def _judged(told: Told, known: Remembered, there: frozenset[int]) -> bool:
    """Whether what the system says of the state counts now."""
    waits = known.moves_under_way or any(
        isinstance(each.what, Move) and each.id not in there for each in known.doubtful
    )
    return not waits and (known.moved_at is None or known.moved_at < told.asked_at)


@dataclass(frozen=True, slots=True)
class _Step:
    status: Status
    source_at: datetime | None
    """When it came so by the system's own account; None: it does not say."""


def _steps(record: Complaint, known: Remembered) -> tuple[_Step, ...]:
    """The states that the case took there since it was heard last; none if that is no news."""
    ours, status = known.standing.status, record.status
    if status in {ours, known.heard_status}:
        return ()
    if known.heard_status is None and ours is not S.SUBMITTED and status in OPEN:
        # It was never heard, and something was done here since: where it began is no news.
        return ()
    taken = [
        _Step(each.status, each.at)
        for each in record.events or ()
        if each.status is not None and each.kind is EventKind.STATUS_CHANGED
    ]
    last = known.heard_status or ours
    behind = [at for at, step in enumerate(taken) if step.status is last]
    # Of a case that was never heard all that happened is news.
    unheard = taken if known.heard_status is None else taken[-1:]
    new = taken[behind[-1] + 1 :] if behind else unheard
    if not new or new[-1].status is not status:
        at = record.closed_at if status in ENDS else record.updated_at
        new = [_Step(status, at)]
    return tuple(_reopened(ours, new))


def _reopened(ours: Status, steps: Sequence[_Step]) -> Iterator[_Step]:
    """With the step for which most systems have no word: what was over is open again."""
    before = ours
    for step in steps:
        if step.status is before:
            continue
        if before not in OPEN and step.status in OPEN and step.status is not S.REOPENED:
            yield _Step(S.REOPENED, step.source_at)
        yield step
        before = step.status


def _decision(
    record: Complaint,
    known: Remembered,
    steps: Sequence[_Step],
    ours: AbstractSet[str],
    now: datetime,
) -> Decision | None:
    """The answer that the system gave, where the case was answered there and not here."""
    opened = max((at for at, each in enumerate(steps) if each.status is S.REOPENED), default=None)
    cycle = steps if opened is None else steps[opened + 1 :]
    answered = next((each for each in cycle if each.status in TREATED), None)
    if answered is None:
        return None
    if opened is None:
        before = _last_reopening(known.case)
        if any(before is None or each.at >= before.at for each in known.case.decisions or ()):
            return None
        since = None if before is None else before.source_at or before.at
    else:
        since = steps[opened].source_at
    spoken = [
        each
        for each in record.messages or ()
        if (each.author, each.visibility) == (AuthorRole.AGENCY, Visibility.PUBLIC)
        and each.id not in ours
        and _within(each.at, since, answered.source_at)
    ]
    formal = [each for each in record.decisions or () if _within(each.at, since, None)]
    return _answer(answered, formal, spoken, f"heard-v{known.standing.version + 1}", now)


def _answer(
    answered: _Step,
    formal: Sequence[Decision],
    spoken: Sequence[Message],
    id_: str,
    now: datetime,
) -> Decision:
    """The system's own answer if it tells one, else the last that was said before the state."""
    if formal:
        # The complainant can read it from now on.
        return replace(formal[-1], id=id_, at=now, notified_at=now, source_at=formal[-1].at)
    found = answered.status is S.INADMISSIBLE
    return Decision(
        id=id_,
        outcome=Outcome.NO_ACTION_POSSIBLE if found else Outcome.INFORMATION_GIVEN,
        reasons=spoken[-1].body if spoken else "",
        at=now,
        notified_at=now,
        source_at=answered.source_at,
        answered_without_reasons=not spoken,
    )


def _last_reopening(case: Complaint) -> Event | None:
    opened = [each for each in case.events or () if each.status is S.REOPENED]
    return opened[-1] if opened else None


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at > since) and (until is None or at <= until)


def _events(
    record: Complaint,
    known: Remembered,
    steps: Sequence[_Step],
    new: Sequence[Message],
    decision: Decision | None,
    now: datetime,
) -> Iterator[Event]:
    """What anyone who sees the case may see of it; of what is internal nothing."""
    happened: list[tuple[EventKind, Status | None, datetime | None]] = [
        (EventKind.MESSAGE_ADDED, None, each.at)
        for each in new
        if each.visibility is Visibility.PUBLIC
    ]
    if decision is not None:
        happened.append((EventKind.DECIDED, None, decision.source_at))
    happened += [(EventKind.STATUS_CHANGED, each.status, each.source_at) for each in steps]
    for number, (kind, status, source_at) in enumerate(happened, start=known.standing.events + 1):
        yield Event(
            id=f"{known.standing.reference}-{number}",
            kind=kind,
            at=now,
            status=status,
            raw_status=record.origin.raw_status if status is record.status else None,
            source_at=source_at,
        )


def _content(record: Complaint, change: Change) -> Mapping[str, Any]:
    """What is kept of it with the link of the history."""
    told = {
        "source": record.origin.source,
        "status": change.status,
        "reason": change.status_reason if change.status is not None else None,
        "messages": [to_builtins(each) for each in change.heard],
        "decision": None if change.decision is None else to_builtins(change.decision),
    }
    return {name: value for name, value in told.items() if value}
