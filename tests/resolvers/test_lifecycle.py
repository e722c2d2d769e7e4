"""What each act does to a case, from every state in which a case can stand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from connectors.contract.acts import Act, Inadmissibility
from connectors.contract.changes import Change, Standing
from connectors.contract.lifecycle import OPEN, Status, may_follow
from connectors.contract.records import (
    STORE,
    AgencyCode,
    AuthorRole,
    EventKind,
    Kind,
    Mode,
    Outcome,
    Visibility,
)
from resolvers.lifecycle import DONE_BY, WAYS, NothingToRate, NotNow, Request, decide

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REFERENCE = "1234-5678-9012-3"
COMPLAINANT, AGENCY = AuthorRole.COMPLAINANT, AuthorRole.AGENCY
EVERY_ACT = sorted(WAYS)


def standing(status: Status, *, kind: Kind = Kind.COMPLAINT, answered: bool = True) -> Standing:
    return Standing(
        reference=REFERENCE,
        agency_code=AgencyCode("onee"),
        source=STORE,
        mode=Mode.OWN,
        kind=kind,
        status=status,
        version=6,
        subject="citizen",
        filed_here=True,
        generation=1,
        received_at=NOW - timedelta(days=30),
        due_at=NOW + timedelta(days=30),
        events=4,
        last_decision="answer" if answered else None,
    )


def request(act: Act, **given: object) -> Request:
    """A request with all that the act asks for."""
    needed: dict[str, object] = {"text": "Des mots"}
    if act is Act.DECIDE:
        needed["outcome"] = Outcome.UPHELD
    if act is Act.RATE:
        needed["score"] = 4
    return Request(act, **(needed | given))  # type: ignore[arg-type]


def done(act: Act, status: Status, *, kind: Kind = Kind.COMPLAINT, **given: object) -> Change:
    (author, *_) = sorted(DONE_BY[act])
    change = decide(request(act, **given), author, standing(status, kind=kind), NOW)
    assert isinstance(change, Change)
    return change


def steps(change: Change) -> list[Status]:
    return [event.status for event in change.events if event.status is not None]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("act", EVERY_ACT)
@pytest.mark.parametrize("inadmissible", [None, Inadmissibility.UNCLEAR])
def test_every_step_that_an_act_leads_through_is_one_that_a_case_may_take(
    act: Act, status: Status, inadmissible: Inadmissibility | None
) -> None:
    given = {"inadmissible": inadmissible} if act is Act.ASSESS else {}
    for kind in (Kind.COMPLAINT, Kind.SUGGESTION):
        (author, *_) = sorted(DONE_BY[act])
        change = decide(request(act, **given), author, standing(status, kind=kind), NOW)
        if isinstance(change, NotNow):
            assert status not in change.possible
            continue
        assert isinstance(change, Change)
        passed = [status, *steps(change)]
        assert all(may_follow(before, after) for before, after in pairwise(passed)), passed
        assert change.status == (passed[-1] if len(passed) > 1 else None)
        assert (change.at, change.author) == (NOW, author)


def test_an_answer_is_an_object_of_its_own_that_can_be_read_at_once() -> None:
    change = done(Act.DECIDE, Status.IN_PROGRESS, legal_basis="art. 7")
    assert change.decision is not None
    assert (change.decision.outcome, change.decision.reasons) == (Outcome.UPHELD, "Des mots")
    assert (change.decision.at, change.decision.notified_at) == (NOW, NOW)
    assert change.decision.legal_basis == "art. 7"
    assert change.message is None
    assert [event.kind for event in change.events] == [
        EventKind.DECIDED,
        EventKind.STATUS_CHANGED,
    ]
    assert [event.id for event in change.events] == [f"{REFERENCE}-5", f"{REFERENCE}-6"]
    assert change.decision.id == f"{REFERENCE}-v7"


def test_what_is_not_admissible_is_answered_with_reasons_and_where_to_go() -> None:
    there = done(
        Act.ASSESS,
        Status.SUBMITTED,
        inadmissible=Inadmissibility.OTHER_COMPETENT_BODY,
        instead="La commune",
    )
    assert steps(there) == [Status.ACKNOWLEDGED, Status.UNDER_ASSESSMENT, Status.INADMISSIBLE]
    assert there.decision is not None
    assert (there.decision.outcome, there.decision.instead) == (Outcome.REDIRECTED, "La commune")
    assert (there.status_reason, there.closed_at) == ("OTHER_COMPETENT_BODY", NOW)
    nowhere = done(Act.ASSESS, Status.SUBMITTED, inadmissible=Inadmissibility.SUB_JUDICE)
    assert nowhere.decision is not None
    assert nowhere.decision.outcome is Outcome.NO_ACTION_POSSIBLE


def test_an_admissible_case_is_taken_up_without_an_answer() -> None:
    change = done(Act.ASSESS, Status.ACKNOWLEDGED)
    assert steps(change) == [Status.UNDER_ASSESSMENT, Status.IN_PROGRESS]
    assert (change.decision, change.closed_at) == (None, None)


@pytest.mark.parametrize("kind", [Kind.OBSERVATION, Kind.SUGGESTION])
def test_what_is_no_complaint_is_answered_without_an_investigation(kind: Kind) -> None:
    change = done(Act.DECIDE, Status.SUBMITTED, kind=kind)
    assert steps(change) == [Status.ACKNOWLEDGED, Status.ANSWERED]
    refused = decide(request(Act.DECIDE), AGENCY, standing(Status.SUBMITTED), NOW)
    assert refused == NotNow(
        Status.SUBMITTED,
        frozenset(
            {
                Status.IN_PROGRESS,
                Status.AWAITING_COMPLAINANT,
                Status.AWAITING_THIRD_PARTY,
                Status.REOPENED,
            }
        ),
    )


def test_a_note_is_for_colleagues_and_leaves_no_event() -> None:
    change = done(Act.ADD_NOTE, Status.IN_PROGRESS)
    assert change.message is not None
    assert change.message.visibility is Visibility.INTERNAL
    assert (change.events, change.status) == ((), None)


@pytest.mark.parametrize("author", [COMPLAINANT, AGENCY])
def test_a_message_is_for_both_sides(author: AuthorRole) -> None:
    change = decide(request(Act.ADD_MESSAGE), author, standing(Status.ANSWERED), NOW)
    assert isinstance(change, Change)
    assert change.message is not None
    assert (change.message.author, change.message.visibility) == (author, Visibility.PUBLIC)
    assert [event.kind for event in change.events] == [EventKind.MESSAGE_ADDED]


def test_a_reopening_tells_why() -> None:
    change = done(Act.REOPEN, Status.CLOSED)
    assert (change.status, change.status_reason) == (Status.REOPENED, "Des mots")


def test_a_rating_is_of_the_last_answer_and_closes_the_case() -> None:
    change = done(Act.RATE, Status.ANSWERED)
    assert change.rating is not None
    assert (change.rating.decision, change.rating.score) == ("answer", 4)
    assert (change.rating.comment, change.status) == ("Des mots", Status.CLOSED)
    assert change.closed_at == NOW
    before = replace(standing(Status.ANSWERED), last_decision=None)
    assert decide(request(Act.RATE), COMPLAINANT, before, NOW) == NothingToRate()


def test_a_complaint_can_be_withdrawn_as_long_as_an_answer_is_owed() -> None:
    for status in Status:
        decided = decide(request(Act.WITHDRAW), COMPLAINANT, standing(status), NOW)
        assert isinstance(decided, Change) == (status in OPEN)
