"""When an answer is due after each act in a life, by each policy: moved, stopped, or left alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Due, Standing
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    AgencyCode,
    AuthorRole,
    Complaint,
    Event,
    EventKind,
    Kind,
    Mode,
    Origin,
    Outcome,
)
from resolvers.clock import USUAL, ClockPolicy, Pausing, Term
from resolvers.lifecycle import DONE_BY, Request, decide

REFERENCE = "1234-5678-9012-3"
AGENCY = AgencyCode("onee")
PAUSING = ClockPolicy(complement_pauses=Pausing.BOTH)
EXTENDING = ClockPolicy(complaint=Term(60, extension_days=30, extensions=1))
REMAINING = replace(USUAL, reopening_restarts=False)


def day(number: int) -> datetime:
    """Noon of so many days after the deposit, which was on 1 May 2026."""
    return datetime(2026, 5, 1, 12, tzinfo=UTC) + timedelta(days=number)


def end(number: int) -> datetime:
    """The end of that day in Morocco, where it is an hour later than in UTC."""
    return day(number).replace(hour=23)


FILED = Complaint(
    origin=Origin(source=STORE, source_id=REFERENCE, mode=Mode.OWN, fetched_at=day(0)),
    agency_code=AGENCY,
    status=Status.SUBMITTED,
    kind=Kind.COMPLAINT,
    reference=REFERENCE,
    received_at=day(0),
    due_at=end(60),
    events=(Event(id="1", kind=EventKind.FILED, at=day(0), status=Status.SUBMITTED),),
    decisions=(),
)

Step = tuple[Act, int]
"""An act, and how many days after the deposit it is done."""


def standing(case: Complaint) -> Standing:
    decisions = case.decisions or ()
    return Standing(
        reference=REFERENCE,
        agency_code=AGENCY,
        source=STORE,
        mode=Mode.OWN,
        kind=case.kind,
        status=case.status,
        version=len(case.events or ()),
        subject="citizen",
        filed_here=True,
        generation=1,
        received_at=day(0),
        due_at=case.due_at,
        events=len(case.events or ()),
        last_decision=decisions[-1].id if decisions else None,
    )


def acted(case: Complaint, step: Step, policy: ClockPolicy) -> tuple[Complaint, Due | None]:
    """The case after it, and what is due then, if that was moved."""
    act, number = step
    outcome = Outcome.UPHELD if act is Act.DECIDE else None
    request = Request(act, text="Des mots", outcome=outcome)
    (author, *_) = sorted(DONE_BY[act])
    change = decide(request, AuthorRole(author), standing(case), day(number), policy)
    assert isinstance(change, Change), change
    assert change.due is not None
    due = change.due(case)
    after = msgspec.structs.replace(
        case,
        status=change.status or case.status,
        due_at=case.due_at if due is None else due.at,
        events=(*(case.events or ()), *change.events),
        decisions=(*(case.decisions or ()), *([change.decision] if change.decision else [])),
    )
    return after, due


def lived(steps: Sequence[Step], policy: ClockPolicy, case: Complaint = FILED) -> list[Due | None]:
    """What each step said of what is due."""
    said = []
    for step in steps:
        case, due = acted(case, step, policy)
        said.append(due)
    return said


ASKED = [(Act.ASSESS, 2), (Act.REQUEST_INFORMATION, 5), (Act.PROVIDE_INFORMATION, 12)]
ANSWERED = [(Act.ASSESS, 2), (Act.DECIDE, 20)]


def test_by_the_usual_policy_nothing_but_a_reopening_moves_it() -> None:
    steps = [*ASKED, (Act.ANSWER_IN_PART, 14), (Act.DECIDE, 20), (Act.CLOSE, 25), (Act.REOPEN, 30)]
    assert lived(steps, USUAL) == [None, None, None, None, None, None, Due(end(90))]


def test_while_the_complainant_is_asked_nothing_is_due_and_then_as_many_days_later() -> None:
    assert lived(ASKED, PAUSING) == [None, Due(None), Due(end(67))]


def test_only_so_many_requests_as_the_policy_says_put_it_off() -> None:
    again = [(Act.REQUEST_INFORMATION, 20), (Act.PROVIDE_INFORMATION, 25)]
    assert lived([*ASKED, *again], PAUSING)[3:] == [None, None]


def test_an_answer_to_a_paused_case_says_when_it_had_been_due() -> None:
    assert lived([*ASKED[:2], (Act.DECIDE, 9)], PAUSING) == [None, Due(None), Due(end(64))]


@pytest.mark.parametrize(("number", "due"), [(59, Due(end(90))), (61, None)])
def test_an_interim_answer_extends_it_once_if_it_comes_in_time(
    number: int, due: Due | None
) -> None:
    steps = [(Act.ASSESS, 2), (Act.ANSWER_IN_PART, number), (Act.ANSWER_IN_PART, number)]
    assert lived(steps, EXTENDING) == [None, due, None]


def test_a_reopened_case_has_its_whole_term_again_or_what_was_left_of_it() -> None:
    assert lived([*ANSWERED, (Act.REOPEN, 30)], USUAL)[-1] == Due(end(90))
    assert lived([*ANSWERED, (Act.REOPEN, 30)], REMAINING)[-1] == Due(end(70))


def test_a_pause_in_a_second_cycle_is_its_own() -> None:
    steps = [
        *ASKED,
        (Act.DECIDE, 20),
        (Act.REOPEN, 30),
        (Act.REQUEST_INFORMATION, 40),
        (Act.PROVIDE_INFORMATION, 43),
    ]
    assert lived(steps, PAUSING)[-3:] == [Due(end(90)), Due(None), Due(end(93))]


def test_what_has_no_term_has_nothing_that_moves() -> None:
    idea = msgspec.structs.replace(FILED, kind=Kind.SUGGESTION, due_at=None)
    assert lived([*ASKED, (Act.DECIDE, 20), (Act.REOPEN, 30)], PAUSING, idea) == [None] * 5


def test_a_policy_that_changed_leaves_what_was_promised_until_the_clock_is_moved() -> None:
    shorter = replace(PAUSING, complaint=Term(30))
    assert lived(ASKED, shorter) == [None, Due(None), Due(end(37))]
    assert lived([(Act.ASSESS, 2), (Act.ADD_NOTE, 3), (Act.DECIDE, 9)], shorter) == [None] * 3


def test_an_imported_case_counts_from_when_its_source_says_that_it_began() -> None:
    imported = msgspec.structs.replace(
        FILED, received_at=None, created_at=day(-10), events=None, decisions=None
    )
    steps = [(Act.ASSESS, 2), (Act.REQUEST_INFORMATION, 5), (Act.PROVIDE_INFORMATION, 12)]
    assert lived(steps, PAUSING, imported) == [None, Due(None), Due(end(57))]
