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
    Part,
    Participant,
    Visibility,
)
from resolvers.clock import due_at
from resolvers.lifecycle import (
    DONE_BY,
    WAYS,
    HandedOver,
    HandOverPolicy,
    Hindrance,
    NothingToRate,
    NotNow,
    Request,
    TooEarly,
    decide,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REFERENCE = "1234-5678-9012-3"
ROADS, TAXES = AgencyCode("roads"), AgencyCode("taxes")
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
    if act in {Act.TRANSFER, Act.ADD_CO_AGENCY}:
        needed["agency"] = ROADS
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


def test_a_transfer_tells_whither() -> None:
    for status, passed in (
        (Status.SUBMITTED, [Status.ACKNOWLEDGED, Status.UNDER_ASSESSMENT]),
        (Status.UNDER_ASSESSMENT, []),
        (Status.AWAITING_COMPLAINANT, [Status.IN_PROGRESS, Status.UNDER_ASSESSMENT]),
    ):
        change = done(Act.TRANSFER, status, service_code="lights")
        assert steps(change) == passed
        assert (change.agency_code, change.service_code) == (ROADS, "lights")
        assert [(event.kind, event.agency_code) for event in change.events] == [
            (EventKind.TRANSFERRED, ROADS),
            *((EventKind.STATUS_CHANGED, None) for _ in passed),
        ]
        assert change.participants == (
            Participant(agency_code=AgencyCode("onee"), part=Part.FORMER, since=NOW),
        )
        assert change.message is not None
        assert change.message.visibility is Visibility.PUBLIC


def test_an_agency_has_one_part_in_a_case_and_the_responsible_one_none() -> None:
    def part(agency: AgencyCode, part: Part) -> Participant:
        return Participant(agency_code=agency, part=part, since=NOW)

    before = replace(
        standing(Status.IN_PROGRESS),
        participants=(part(ROADS, Part.FORMER), part(TAXES, Part.CO_AGENCY)),
    )
    for act, agency, after in (
        (Act.ADD_CO_AGENCY, ROADS, {TAXES: Part.CO_AGENCY, ROADS: Part.CO_AGENCY}),
        (Act.TRANSFER, ROADS, {TAXES: Part.CO_AGENCY, "onee": Part.FORMER}),
        (Act.TRANSFER, TAXES, {ROADS: Part.FORMER, "onee": Part.FORMER}),
    ):
        change = decide(request(act, agency=agency), AGENCY, before, NOW)
        assert isinstance(change, Change)
        assert {each.agency_code: each.part for each in change.participants or ()} == after


def test_what_a_co_agency_is_asked_is_for_colleagues() -> None:
    change = done(Act.ADD_CO_AGENCY, Status.IN_PROGRESS)
    assert change.message is not None
    assert change.message.visibility is Visibility.INTERNAL
    assert [(event.kind, event.agency_code) for event in change.events] == [
        (EventKind.CO_AGENCY_ADDED, ROADS)
    ]


def test_nobody_is_named_by_an_empty_name() -> None:
    assert done(Act.ASSIGN, Status.IN_PROGRESS, assignee="Mme Tazi").assignee == "Mme Tazi"
    assert done(Act.ASSIGN, Status.IN_PROGRESS).assignee == ""
    assert done(Act.ASSIGN, Status.IN_PROGRESS).events == ()


@pytest.mark.parametrize("status", sorted(OPEN))
def test_a_case_is_handed_over_when_it_is_overdue(status: Status) -> None:
    open_case = standing(status, answered=False)
    due = due_at(NOW - timedelta(days=60), Kind.COMPLAINT)
    assert due is not None
    policy = HandOverPolicy(days_overdue=3, ombudsman=TAXES)

    def handed(at: datetime, due: datetime | None) -> Change | Hindrance:
        case = replace(open_case, due_at=due)
        return decide(request(Act.HAND_OVER), COMPLAINANT, case, at, hand_over=policy)

    last = due + timedelta(days=3)
    assert handed(last, due) == TooEarly(last)
    assert handed(last, None) == TooEarly(None)
    change = handed(last + timedelta(microseconds=1), due)
    assert isinstance(change, Change)
    assert (change.status, change.handed_over_at) == (None, change.at)
    assert [(event.kind, event.agency_code) for event in change.events] == [
        (EventKind.HANDED_OVER, TAXES)
    ]
    assert change.participants == (
        Participant(agency_code=TAXES, part=Part.OMBUDSMAN, since=change.at),
    )


def test_what_was_answered_once_is_handed_over_once() -> None:
    change = done(Act.HAND_OVER, Status.ANSWERED)
    # Nobody is told to be the ombudsman's agency.
    assert (change.handed_over_at, change.participants) == (NOW, None)
    before = replace(standing(Status.ANSWERED), handed_over_at=NOW)
    assert decide(request(Act.HAND_OVER), COMPLAINANT, before, NOW) == HandedOver()
