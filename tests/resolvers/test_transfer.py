"""What two agencies' systems are told of a transfer, by what they can take."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.contract.capabilities import Capabilities, Idempotency, MessageCapability
from connectors.contract.changes import Change, Goes, Places, Standing
from connectors.contract.connector import Move, Saying
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import (
    STORE,
    AgencyCode,
    AuthorRole,
    Kind,
    Message,
    Mode,
    SourceId,
    Visibility,
)
from resolvers.registry import Source
from resolvers.transfer import passed_on

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEFT = AgencyCode("a")
CITY, DESK = SourceId("city"), SourceId("desk")
MUTE = Capabilities(fields=frozenset(), files=Idempotency.NONE)
SPEAKING = replace(
    MUTE,
    says=MessageCapability(frozenset({Visibility.PUBLIC}), Idempotency.KEY),
    moves=frozenset({Status.CLOSED, Status.IN_PROGRESS}),
)
WORDS = Saying("Pas nous", AuthorRole.AGENCY, Visibility.PUBLIC)
CHANGE = Change(
    at=NOON,
    author=AuthorRole.AGENCY,
    events=(),
    status=Status.UNDER_ASSESSMENT,
    message=Message(
        id="v2",
        author=AuthorRole.AGENCY,
        visibility=Visibility.PUBLIC,
        body="Pas nous",
        at=NOON,
    ),
    agency_code=AgencyCode("b"),
)


def source(id_: SourceId, can: Capabilities, mode: Mode = Mode.LIVE) -> Source:
    return Source(id_, "memory", mode, can)


def standing(places: Places, mode: Mode = Mode.LIVE) -> Standing:
    return Standing(
        reference="MA-1",
        agency_code=LEFT,
        source=STORE if mode in {Mode.OWN, Mode.PENDING} else CITY,
        mode=mode,
        kind=Kind.COMPLAINT,
        status=Status.IN_PROGRESS,
        version=1,
        subject="",
        filed_here=True,
        generation=1,
        received_at=NOON,
        due_at=None,
        events=1,
        last_decision=None,
        places=places,
    )


NOWHERE = standing(Places())


def test_from_a_system_here_it_is_closed_there() -> None:
    done = passed_on(CHANGE, NOWHERE, source(CITY, SPEAKING), None)
    assert done.goes == Goes(STORE, Mode.OWN)
    assert done.outgoing == (
        Outgoing(CITY, WORDS, agency=LEFT),
        Outgoing(CITY, Move(Status.CLOSED), agency=LEFT),
    )


def test_what_a_system_cannot_take_is_for_an_officer_with_the_reasons() -> None:
    done = passed_on(CHANGE, NOWHERE, source(CITY, MUTE), None)
    move = Move(Status.CLOSED, "Pas nous")
    assert done.outgoing == (Outgoing(CITY, move, by_hand=True, agency=LEFT),)


@pytest.mark.parametrize("mode", [Mode.OWN, Mode.PENDING])
def test_from_here_to_a_system_it_is_filed(mode: Mode) -> None:
    done = passed_on(CHANGE, standing(Places(), mode), None, source(DESK, SPEAKING))
    assert done.goes == Goes(STORE, Mode.PENDING)
    assert done.outgoing == (Outgoing(DESK, None), Outgoing(DESK, WORDS))


def test_among_agencies_of_the_store_it_stays() -> None:
    done = passed_on(CHANGE, standing(Places(), Mode.OWN), None, None)
    assert (done.goes, done.outgoing) == (None, ())
    back = passed_on(CHANGE, standing(Places(), Mode.PENDING), None, None)
    assert back.goes == Goes(STORE, Mode.OWN)


def test_where_it_was_before_it_is_taken_up_again() -> None:
    known = standing(Places(former={DESK: "17"}))
    desk = source(DESK, SPEAKING, Mode.MIRROR)
    done = passed_on(CHANGE, known, source(CITY, MUTE), desk)
    assert done.goes == Goes(DESK, Mode.MIRROR, "17")
    # It has no word for an assessment.
    assert done.outgoing[1:] == (Outgoing(DESK, WORDS), Outgoing(DESK, Move(Status.IN_PROGRESS)))


def test_of_two_agencies_in_one_system_an_officer_does_it_there() -> None:
    done = passed_on(CHANGE, NOWHERE, source(CITY, SPEAKING), source(CITY, SPEAKING))
    assert done.goes is None
    assert done.outgoing == (Outgoing(CITY, WORDS, by_hand=True, agency=LEFT),)
