"""What two agencies' systems are told of a transfer, by what they can take."""

from dataclasses import replace

import pytest

from connectors.contract.acts import Act
from connectors.contract.capabilities import Capabilities
from connectors.contract.changes import Goes, Places, Standing
from connectors.contract.connector import Move
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import STORE, AgencyCode, AuthorRole, Mode, SourceId
from connectors.memory import FULL
from resolvers.lifecycle import Request
from resolvers.refusing import problems_of
from resolvers.registry import Source
from resolvers.transfer import passed_on
from tests.resolvers import test_lifecycle as lifecycle
from tests.resolvers.test_outgoing import (
    CITY,
    TAKES_NOTHING,
    TAKES_WORDS,
    by_officer,
    message,
    said,
)
from tests.resolvers.world import make_world

DESK = SourceId("desk")
SPEAKING = replace(TAKES_WORDS, moves=frozenset({Status.CLOSED, Status.IN_PROGRESS}))
WORDS = said(AuthorRole.AGENCY)
CHANGE = by_officer(
    status=Status.UNDER_ASSESSMENT,
    message=message(AuthorRole.AGENCY),
    agency_code=AgencyCode("b"),
)


def source(id_: SourceId, can: Capabilities, mode: Mode = Mode.LIVE) -> Source:
    return Source(id_, "memory", mode, can)


def standing(places: Places, mode: Mode = Mode.LIVE) -> Standing:
    ours = mode in {Mode.OWN, Mode.PENDING}
    stands = lifecycle.standing(Status.IN_PROGRESS)
    return replace(stands, source=STORE if ours else CITY, mode=mode, places=places)


NOWHERE = standing(Places())
LEFT = NOWHERE.agency_code


def test_from_a_system_here_it_is_closed_there() -> None:
    done = passed_on(CHANGE, NOWHERE, source(CITY, SPEAKING), None)
    assert done.goes == Goes(STORE, Mode.OWN)
    assert done.outgoing == (
        Outgoing(CITY, WORDS, agency=LEFT),
        Outgoing(CITY, Move(Status.CLOSED), agency=LEFT),
    )


def test_what_a_system_cannot_take_is_for_an_officer_with_the_reasons() -> None:
    done = passed_on(CHANGE, NOWHERE, source(CITY, TAKES_NOTHING), None)
    move = Move(Status.CLOSED, WORDS.body)
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
    done = passed_on(CHANGE, known, source(CITY, TAKES_NOTHING), desk)
    assert done.goes == Goes(DESK, Mode.MIRROR, "17")
    # It has no word for an assessment.
    assert done.outgoing[1:] == (Outgoing(DESK, WORDS), Outgoing(DESK, Move(Status.IN_PROGRESS)))


def test_of_two_agencies_in_one_system_an_officer_does_it_there() -> None:
    done = passed_on(CHANGE, NOWHERE, source(CITY, SPEAKING), source(CITY, SPEAKING))
    assert done.goes is None
    assert done.outgoing == (Outgoing(CITY, WORDS, by_hand=True, agency=LEFT),)


def test_where_no_filing_is_taken_no_case_goes() -> None:
    request = Request(Act.TRANSFER, text="Pas nous", agency=AgencyCode("city-agency"))
    for can, codes in ((FULL, []), (replace(FULL, files=None), ["AGENCY_FILES_ELSEWHERE"])):
        known = make_world({"city": can}).engine.registry
        assert [each.code for each in problems_of(request, known)] == codes
