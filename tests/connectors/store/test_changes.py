"""An act is one durable transaction upon the case as it stands, and every act is chained."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Due, Rating, Standing
from connectors.contract.ledger import KeyReused
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    AuthorRole,
    Complaint,
    Decision,
    Event,
    EventKind,
    Kind,
    Message,
    Mode,
    Outcome,
    Visibility,
)
from connectors.store import Store
from connectors.store.chain import BEFORE_ALL, Body, Link
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import filing, got

REFERENCE = "4471083920155"
OTHER = "7310024586619"
LATER = NOON + timedelta(hours=3)
NOTE = Doing(Act.ADD_NOTE, "officer-1", "key-1", {"text": "vu"})


def noted(standing: Standing) -> Change:
    return Change(at=LATER, author=AuthorRole.AGENCY, events=())


def answered(standing: Standing) -> Change:
    id_ = f"{standing.reference}-v{standing.version + 1}"
    number = standing.events + 1
    return Change(
        at=LATER,
        author=AuthorRole.AGENCY,
        events=(
            Event(id=f"{REFERENCE}-{number}", kind=EventKind.DECIDED, at=LATER),
            Event(
                id=f"{REFERENCE}-{number + 1}",
                kind=EventKind.STATUS_CHANGED,
                at=LATER,
                status=Status.ANSWERED,
            ),
        ),
        status=Status.ANSWERED,
        status_reason="repaired",
        message=Message(
            id=id_, author=AuthorRole.AGENCY, visibility=Visibility.PUBLIC, body="Voici", at=LATER
        ),
        decision=Decision(id=id_, outcome=Outcome.UPHELD, reasons="Réparé", at=LATER),
    )


async def test_how_a_case_stands_is_told_and_what_is_decided_is_written(store: Store) -> None:
    case = filing()
    await store.ledger.open_case(case)
    seen: list[Standing] = []

    def decide(standing: Standing) -> Change:
        seen.append(standing)
        return answered(standing)

    did = await store.ledger.change(REFERENCE, replace(NOTE, act=Act.DECIDE), decide)
    assert did == Changed(REFERENCE, 2, replayed=False)
    assert seen == [
        Standing(
            reference=REFERENCE,
            agency_code=case.complaint.agency_code,
            source=STORE,
            mode=Mode.OWN,
            kind=Kind.COMPLAINT,
            status=Status.SUBMITTED,
            version=1,
            subject="citizen",
            filed_here=True,
            generation=1,
            received_at=NOON,
            due_at=case.complaint.due_at,
            events=1,
            last_decision=None,
        )
    ]
    after = await got(store, REFERENCE)
    told = answered(seen[0])
    assert after.status is Status.ANSWERED
    assert (after.version, after.updated_at, after.status_reason) == (2, LATER, "repaired")
    assert after.messages == (told.message,)
    assert after.decisions == (told.decision,)
    assert after.events is not None
    assert after.events[1:] == told.events


async def test_a_rating_is_kept_with_the_answer_it_is_about(store: Store) -> None:
    await store.ledger.open_case(filing())
    await store.ledger.change(REFERENCE, replace(NOTE, act=Act.DECIDE), answered)

    def rate(standing: Standing) -> Change:
        assert standing.last_decision is not None
        return replace(noted(standing), rating=Rating(standing.last_decision, 4, "bien"))

    await store.ledger.change(REFERENCE, Doing(Act.RATE, "citizen", "key-2"), rate)
    (decision,) = (await got(store, REFERENCE)).decisions or ()
    assert (decision.rating, decision.rating_comment, decision.rated_at) == (4, "bien", LATER)


async def test_what_is_due_is_told_from_the_case_before_the_act(store: Store) -> None:
    await store.ledger.open_case(filing())
    await store.ledger.change(REFERENCE, replace(NOTE, act=Act.DECIDE), answered)
    before = await got(store, REFERENCE)
    seen: list[Complaint] = []

    def due(case: Complaint) -> None:
        seen.append(case)

    doing = Doing(Act.ADD_NOTE, "citizen", "key-2")
    await store.ledger.change(REFERENCE, doing, lambda each: replace(noted(each), due=due))
    (case,) = seen
    assert (case.events, case.decisions) == (before.events, before.decisions)
    assert (case.id, case.received_at, case.created_at) == (before.id, NOON, NOON)
    assert (await got(store, REFERENCE)).due_at == before.due_at


async def test_what_ends_a_case_is_noted_and_taken_back_when_it_begins_anew(store: Store) -> None:
    await store.ledger.open_case(filing())

    def due(at: datetime | None) -> Callable[[Complaint], Due]:
        return lambda _case: Due(at)

    def to(status: Status, key: str, **more: object) -> Callable[[Standing], Change]:
        return lambda standing: replace(noted(standing), status=status, **more)  # type: ignore[arg-type]

    for status, key, more, closed in (
        (Status.CLOSED, "1", {"closed_at": LATER}, LATER),
        (Status.REOPENED, "2", {"due": due(LATER)}, None),
    ):
        doing = replace(NOTE, key=key)
        await store.ledger.change(REFERENCE, doing, to(status, key, **more))
        case = await got(store, REFERENCE)
        assert (case.status, case.closed_at) == (status, closed)
    assert case.due_at == LATER
    await store.ledger.change(
        REFERENCE, replace(NOTE, key="3"), to(Status.AWAITING_COMPLAINANT, "3", due=due(None))
    )
    assert (await got(store, REFERENCE)).due_at is None


async def test_an_unknown_reference_is_nothing_to_act_in(store: Store) -> None:
    assert await store.ledger.change("\ud800", NOTE, noted) is None


async def test_what_is_refused_is_handed_back_and_nothing_is_stored(store: Store) -> None:
    await store.ledger.open_case(filing())
    before = await got(store, REFERENCE)
    assert await store.ledger.change(REFERENCE, NOTE, lambda _: "not now") == "not now"
    assert await got(store, REFERENCE) == before
    # The key is still free.
    assert await store.ledger.change(REFERENCE, NOTE, noted) == Changed(
        REFERENCE, 2, replayed=False
    )


async def test_a_repetition_is_known_and_not_decided_again(store: Store) -> None:
    await store.ledger.open_case(filing())
    first = await store.ledger.change(REFERENCE, NOTE, noted)
    await store.ledger.change(REFERENCE, replace(NOTE, key="key-2"), noted)

    def never(standing: Standing) -> Change:
        raise AssertionError("decided twice")

    again = await store.ledger.change(REFERENCE, NOTE, never)
    assert first == Changed(REFERENCE, 2, replayed=False)
    assert again == Changed(REFERENCE, 2, replayed=True)


@pytest.mark.parametrize(
    "other",
    [
        (REFERENCE, replace(NOTE, content={"text": "autre"})),
        (REFERENCE, replace(NOTE, act=Act.CLOSE)),
        (OTHER, NOTE),
    ],
    ids=["content", "act", "case"],
)
async def test_a_key_is_good_for_one_act_in_one_case(
    store: Store, other: tuple[str, Doing]
) -> None:
    await store.ledger.open_case(filing())
    await store.ledger.open_case(filing(OTHER, key="another"))
    await store.ledger.change(REFERENCE, NOTE, noted)
    with pytest.raises(KeyReused):
        await store.ledger.change(*other, noted)


async def test_one_key_used_in_two_cases_at_once_does_one_act(store: Store) -> None:
    await store.ledger.open_case(filing())
    await store.ledger.open_case(filing(OTHER, key="another"))
    did = await asyncio.gather(
        store.ledger.change(REFERENCE, NOTE, noted),
        store.ledger.change(OTHER, NOTE, noted),
        return_exceptions=True,
    )
    assert Counter(type(each) for each in did) == {Changed: 1, KeyReused: 1}
    versions = {(await got(store, each)).version for each in (REFERENCE, OTHER)}
    assert versions == {1, 2}


async def test_of_many_who_act_on_one_version_one_wins(store: Store) -> None:
    await store.ledger.open_case(filing())

    def if_first(standing: Standing) -> Change | str:
        return noted(standing) if standing.version == 1 else f"at {standing.version}"

    did = await asyncio.gather(
        *(
            store.ledger.change(REFERENCE, replace(NOTE, key=str(number)), if_first)
            for number in range(50)
        )
    )
    assert Counter(map(str, did)) == {str(Changed(REFERENCE, 2, replayed=False)): 1, "at 2": 49}


async def test_every_act_is_a_link_that_follows_the_one_before(store: Store) -> None:
    await store.ledger.open_case(filing())
    for number in range(3):
        await store.ledger.change(REFERENCE, replace(NOTE, key=str(number)), noted)
    rows = await store._engine.fetch(
        "SELECT number, act, author, at, status, version, body_digest, previous, digest, salt, body"
        " FROM history h JOIN history_body b ON b.history_id = h.id ORDER BY number"
    )
    previous = BEFORE_ALL
    moment = store._engine.dialect.moment
    for number, act, author, at, status, version, told, before, digest, salt, body in rows:
        link = Link(REFERENCE, number, act, author, moment(at), status, version, bytes(told))
        assert bytes(before) == previous
        assert link.after(previous) == bytes(digest)
        assert Body(bytes(salt), body).digest == bytes(told)
        previous = bytes(digest)
    assert [row[1] for row in rows] == ["FILE", "ADD_NOTE", "ADD_NOTE", "ADD_NOTE"]
