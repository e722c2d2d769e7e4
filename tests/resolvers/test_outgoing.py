"""What an agency's system is told of an act, and who has to do what it does not take."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract.capabilities import Capabilities, Idempotency, MessageCapability
from connectors.contract.changes import Change
from connectors.contract.connector import Move, Saying
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import (
    AuthorRole,
    Decision,
    Message,
    Mode,
    Outcome,
    SourceId,
    Visibility,
)
from connectors.memory import FULL
from connectors.testing.scenario import NOON
from resolvers.outgoing import NotTaken, outgoing
from resolvers.registry import Desk, Source

CITY = SourceId("city")
TAKES_NOTHING = Capabilities(fields=frozenset())
TAKES_WORDS = replace(
    TAKES_NOTHING, says=MessageCapability(frozenset({Visibility.PUBLIC}), Idempotency.KEY)
)


def source(can: Capabilities, desk: Desk = Desk.OWN) -> Source:
    return Source(CITY, "memory", Mode.LIVE, can, desk=desk)


def message(author: AuthorRole, visibility: Visibility = Visibility.PUBLIC) -> Message:
    return Message(id="m", author=author, visibility=visibility, body="Toujours rien", at=NOON)


def said(author: AuthorRole, visibility: Visibility = Visibility.PUBLIC) -> Saying:
    return Saying("Toujours rien", author, visibility)


def by_complainant(**changes: object) -> Change:
    change = Change(at=NOON, author=AuthorRole.COMPLAINANT, events=())
    return replace(change, **changes)  # type: ignore[arg-type]


def by_officer(**changes: object) -> Change:
    return by_complainant(author=AuthorRole.AGENCY, **changes)


ANSWER = by_officer(
    status=Status.ANSWERED,
    decision=Decision(id="d", outcome=Outcome.UPHELD, reasons="Réparé", at=NOON),
)
WITHDRAWAL = by_complainant(status=Status.WITHDRAWN, status_reason="réparé")
NOTE = by_officer(message=message(AuthorRole.AGENCY, Visibility.INTERNAL))


def test_what_a_system_takes_it_is_told_words_first() -> None:
    told = outgoing(ANSWER, source(FULL))
    assert told == (
        Outgoing(CITY, Saying("Réparé", AuthorRole.AGENCY, Visibility.PUBLIC)),
        Outgoing(CITY, Move(Status.ANSWERED)),
    )
    assert outgoing(WITHDRAWAL, source(FULL)) == (Outgoing(CITY, Move(Status.WITHDRAWN, "réparé")),)
    assert outgoing(NOTE, source(FULL)) == (
        Outgoing(CITY, said(AuthorRole.AGENCY, Visibility.INTERNAL)),
    )


@pytest.mark.parametrize("desk", Desk)
def test_a_complainants_act_is_always_taken_and_by_hand_if_need_be(desk: Desk) -> None:
    here = source(TAKES_NOTHING, desk)
    assert outgoing(WITHDRAWAL, here) == (
        Outgoing(CITY, Move(Status.WITHDRAWN, "réparé"), by_hand=True),
    )
    answered = by_complainant(status=Status.IN_PROGRESS, message=message(AuthorRole.COMPLAINANT))
    assert outgoing(answered, here) == (Outgoing(CITY, said(AuthorRole.COMPLAINANT), by_hand=True),)
    # That the case goes on follows from what is said.
    assert outgoing(answered, source(TAKES_WORDS, desk)) == (
        Outgoing(CITY, said(AuthorRole.COMPLAINANT)),
    )


@pytest.mark.parametrize("change", [ANSWER, NOTE, by_officer(status=Status.ACKNOWLEDGED)])
def test_an_officers_act_that_is_not_taken_is_done_where_the_officers_are(change: Change) -> None:
    assert outgoing(change, source(TAKES_NOTHING, Desk.PORTAL)) == ()
    assert outgoing(change, source(TAKES_NOTHING, Desk.OWN)) == NotTaken()


def test_a_rating_is_nobody_elses() -> None:
    rated = by_complainant(at=NOON + timedelta(days=1))
    assert outgoing(rated, source(TAKES_NOTHING)) == ()
