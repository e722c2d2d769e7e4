"""The clock's facts as records tell them: of cases received here, and of those that never were."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Complaint,
    DatePrecision,
    Decision,
    Event,
    EventKind,
    Kind,
    Mode,
    Origin,
    Outcome,
    SourceId,
)
from resolvers.clock import (
    Clock,
    Complement,
    End,
    Ended,
    NoClock,
    Transfer,
    Untold,
    clock_of,
    facts_of,
)
from tests.resolvers.clock.building import DUE, RECEIVED, utc

S = Status
CITY = SourceId("city")
A_DAY_LATER = utc("2026-05-02T10:00")


def record(
    *steps: tuple[str, Status], source: SourceId = STORE, status: Status | None = None, **more: Any
) -> Complaint:
    """A case with these steps; one of the store's was received here."""
    own = source == STORE
    events = tuple(
        Event(id=f"{number}", kind=EventKind.STATUS_CHANGED, at=utc(at), status=to)
        for number, (at, to) in enumerate(steps)
    )
    fields: dict[str, Any] = {
        "origin": Origin(
            source=source, source_id="7", mode=Mode.OWN if own else Mode.LIVE, fetched_at=RECEIVED
        ),
        "agency_code": AgencyCode("now"),
        "status": status or (steps[-1][1] if steps else S.SUBMITTED),
        "kind": Kind.COMPLAINT,
        "created_at": RECEIVED,
        "received_at": RECEIVED if own else None,
        "reference": "123" if own else None,
        "events": events,
        **more,
    }
    return Complaint(**fields)


def decision(at: str, notified: str | None) -> Decision:
    return Decision(
        id="d",
        outcome=Outcome.UPHELD,
        reasons="…",
        at=utc(at),
        notified_at=None if notified is None else utc(notified),
    )


LIFE = (
    ("2026-05-03T10:00", S.ACKNOWLEDGED),
    ("2026-05-04T10:00", S.UNDER_ASSESSMENT),
    ("2026-05-05T10:00", S.IN_PROGRESS),
    ("2026-05-06T10:00", S.AWAITING_COMPLAINANT),
    ("2026-05-09T10:00", S.IN_PROGRESS),
    ("2026-06-01T10:00", S.ANSWERED),
    ("2026-06-10T10:00", S.CLOSED),
    ("2026-06-20T10:00", S.REOPENED),
    ("2026-06-21T10:00", S.IN_PROGRESS),
)


def test_a_life_that_events_tell_is_what_the_clock_counts() -> None:
    told = record(*LIFE, decisions=(decision("2026-06-01T10:00", "2026-06-02T10:00"),))
    facts = facts_of(told)
    assert (facts.case, facts.kind, facts.started_at) == (told.id, Kind.COMPLAINT, RECEIVED)
    assert facts.agency == "now"
    assert facts.complements == (Complement(utc("2026-05-06T10:00"), utc("2026-05-09T10:00")),)
    assert facts.taken_up[0] == utc("2026-05-05T10:00")
    assert facts.ends == (End(utc("2026-06-02T10:00")),)
    assert facts.reopened == (utc("2026-06-20T10:00"),)
    assert (facts.over, facts.inadmissible, facts.transfers) == (False, (), ())


def test_of_a_case_received_here_a_status_answers_nothing() -> None:
    untold = record(*LIFE[:6], decisions=(decision("2026-06-01T10:00", None),))
    clock = clock_of(facts_of(untold))
    assert isinstance(clock, Clock)
    assert (clock.current.stopped_at, clock.current.due_at) == (None, DUE)


def test_of_a_case_that_was_never_here_the_steps_are_taken_for_the_answer() -> None:
    first, second = _clock(record(*LIFE, source=CITY)).cycles
    assert (first.started_at, first.stopped_at) == (RECEIVED, utc("2026-06-01T10:00"))
    assert (first.stopped_by, second.stopped_at) == (Ended.NOTIFIED, None)


def test_a_notice_that_a_source_tells_of_stands_over_its_steps() -> None:
    told = record(
        *LIFE[:6], source=CITY, decisions=(decision("2026-06-01T10:00", "2026-06-03T10:00"),)
    )
    assert _clock(told).current.stopped_at == utc("2026-06-03T10:00")


def test_the_same_facts_give_the_same_clock_whoever_holds_the_case() -> None:
    answered = (decision("2026-06-01T10:00", "2026-06-01T10:00"),)
    own, foreign = _clock(record(*LIFE, decisions=answered)), _clock(record(*LIFE, source=CITY))
    assert own.cycles == foreign.cycles
    assert (own.routed_at, own.routing_due_at) == (foreign.routed_at, foreign.routing_due_at)


@pytest.mark.parametrize(
    ("status", "by"),
    [
        (S.WITHDRAWN, Ended.WITHDRAWN),
        (S.DUPLICATE, Ended.DUPLICATE),
    ],
)
@pytest.mark.parametrize("source", [STORE, CITY])
def test_what_is_withdrawn_or_a_duplicate_stops_there(
    source: SourceId, status: Status, by: Ended
) -> None:
    clock = _clock(record(LIFE[0], ("2026-05-20T10:00", status), source=source))
    assert (clock.current.stopped_at, clock.current.stopped_by) == (utc("2026-05-20T10:00"), by)


def test_a_source_that_has_no_word_for_reopening_says_so_by_what_is_open_again() -> None:
    steps = (*LIFE[:6], ("2026-06-20T10:00", S.IN_PROGRESS))
    assert facts_of(record(*steps, source=CITY)).reopened == (utc("2026-06-20T10:00"),)


def test_a_case_with_no_events_stops_when_its_source_says_that_it_was_closed() -> None:
    told = record(source=CITY, status=S.CLOSED, closed_at=A_DAY_LATER, events=None)
    assert _clock(told).current.stopped_at == A_DAY_LATER
    unknown = msgspec.structs.replace(told, closed_at=None)
    assert clock_of(facts_of(unknown)) == NoClock(Untold.END)


def test_a_case_that_is_open_again_is_not_stopped_by_when_it_was_closed_before() -> None:
    again = record(source=CITY, status=S.IN_PROGRESS, closed_at=A_DAY_LATER, events=None)
    assert _clock(again).current.stopped_at is None


def test_a_closing_that_no_event_tells_of_is_told_by_its_time() -> None:
    told = record(*LIFE[:5], source=CITY, status=S.DUPLICATE, closed_at=utc("2026-05-20T10:00"))
    assert facts_of(told).ends == (End(utc("2026-05-20T10:00"), Ended.DUPLICATE),)
    by_event = record(*LIFE[:6], source=CITY, closed_at=utc("2026-06-01T10:01"))
    assert facts_of(by_event).ends == (End(utc("2026-06-01T10:00")),)


@pytest.mark.parametrize(
    ("created_at", "precision", "known"),
    [
        (RECEIVED, DatePrecision.INSTANT, True),
        (RECEIVED, DatePrecision.DAY, True),
        # Nobody is late by a guess of up to 30 days.
        (RECEIVED, DatePrecision.MONTH, False),
        (None, DatePrecision.INSTANT, False),
    ],
)
def test_a_case_of_a_source_starts_when_it_began_there_if_the_day_is_known(
    created_at: datetime | None, precision: DatePrecision, known: bool
) -> None:
    told = record(source=CITY, created_at=created_at, created_precision=precision)
    clock = clock_of(facts_of(told))
    if known:
        assert isinstance(clock, Clock)
        assert clock.current.due_at == DUE
    else:
        assert clock == NoClock(Untold.START)


def test_what_was_received_here_starts_here_whatever_the_source_says() -> None:
    told = record(source=CITY, received_at=A_DAY_LATER)
    assert facts_of(told).started_at == A_DAY_LATER


def test_of_several_transfers_only_the_last_ones_goal_is_known() -> None:
    moves = tuple(
        Event(id=at, kind=EventKind.TRANSFERRED, at=utc(at))
        for at in ("2026-05-05T10:00", "2026-05-03T10:00")
    )
    facts = facts_of(record(events=moves))
    assert (facts.agency, facts.transfers) == (
        None,
        (
            Transfer(utc("2026-05-03T10:00")),
            Transfer(utc("2026-05-05T10:00"), AgencyCode("now")),
        ),
    )


def test_an_interim_answer_and_a_finding_are_read() -> None:
    interim = Event(id="i", kind=EventKind.ANSWERED_IN_PART, at=A_DAY_LATER)
    assert facts_of(record(events=(interim,))).interim_answers == (A_DAY_LATER,)
    found = record(("2026-05-02T10:00", S.UNDER_ASSESSMENT), ("2026-05-02T10:00", S.INADMISSIBLE))
    assert facts_of(found).inadmissible == (A_DAY_LATER,)


def test_a_complement_that_is_still_waited_for_has_no_end() -> None:
    waiting = (*LIFE[:4], ("2026-05-08T10:00", S.AWAITING_COMPLAINANT))
    assert facts_of(record(*waiting)).complements == (Complement(utc("2026-05-06T10:00")),)


def _clock(complaint: Complaint) -> Clock:
    clock = clock_of(facts_of(complaint))
    assert isinstance(clock, Clock)
    return clock
