"""Who has to do with a case is kept with it, and another case can be held while one is decided."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from msgspec import structs

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Standing
from connectors.contract.lifecycle import Status
from connectors.contract.query import EVERYTHING, OF_THE_LEDGER
from connectors.contract.records import (
    STORE,
    AgencyCode,
    AuthorRole,
    Complaint,
    Event,
    EventKind,
    Part,
    Participant,
)
from connectors.store import Store
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import call, filing

REFERENCE, OTHER = "4471083920155", "7310024586619"
LATER = NOON + timedelta(hours=3)
ROADS = AgencyCode("roads")
FORMER = Participant(agency_code=AgencyCode("onee"), part=Part.FORMER, since=LATER)
TRANSFER = Doing(Act.TRANSFER, "officer-1", "key-1", {"text": "vu"})
SELECTION = replace(EVERYTHING, fields=EVERYTHING.fields | OF_THE_LEDGER)


def moved(standing: Standing) -> Change:
    return Change(
        at=LATER,
        author=AuthorRole.AGENCY,
        events=(Event(id="e", kind=EventKind.TRANSFERRED, at=LATER, agency_code=ROADS),),
        agency_code=ROADS,
        service_code="lights",
        participants=(FORMER,),
        duplicate_of=OTHER,
        handed_over_at=LATER,
    )


async def got(store: Store) -> Complaint:
    found = await store.connector.get([REFERENCE], SELECTION, call())
    return found[REFERENCE]


async def test_who_has_to_do_with_a_case_is_kept_whatever_its_source_tells(store: Store) -> None:
    await store.ledger.open_case(filing())

    def assign(_: Standing) -> Change:
        return Change(at=LATER, author=AuthorRole.AGENCY, events=(), assignee="Mme Tazi")

    await store.ledger.change(REFERENCE, replace(TRANSFER, act=Act.ASSIGN, key="key-0"), assign)
    before = await got(store)
    assert (before.assignee, before.participants) == ("Mme Tazi", ())
    await store.ledger.change(REFERENCE, TRANSFER, moved)
    after = await got(store)
    assert (after.agency_code, after.service_code, after.assignee) == (ROADS, "lights", None)
    assert (after.participants, after.duplicate_of) == ((FORMER,), OTHER)
    assert after.handed_over_at == LATER
    assert [event.agency_code for event in after.events or ()] == [None, ROADS]
    row = await store.ledger.find(REFERENCE)
    assert row is not None
    assert row.agency_code == ROADS
    told = structs.replace(after, participants=(), duplicate_of=None, handed_over_at=None)
    await store.mirror.put([told], source=STORE, heard_at=LATER)
    assert await got(store) == structs.replace(after, origin=(await got(store)).origin)


async def test_another_case_is_decided_by_as_it_stands(store: Store) -> None:
    await store.ledger.open_case(filing())
    await store.ledger.open_case(filing(OTHER, key="another"))
    seen: list[Standing | None] = []

    def look(standing: Standing) -> str:
        seen.append(standing.other)
        return "no"

    for other in (OTHER, REFERENCE, "1", None):
        await store.ledger.change(REFERENCE, replace(TRANSFER, other=other), look)
    assert [None if each is None else each.reference for each in seen] == [
        OTHER,
        REFERENCE,
        None,
        None,
    ]


async def test_two_who_hold_each_others_case_do_not_wait_for_each_other(store: Store) -> None:
    await store.ledger.open_case(filing())
    await store.ledger.open_case(filing(OTHER, key="another"))

    def link(standing: Standing) -> Change | str:
        assert standing.other is not None
        if standing.other.status is Status.DUPLICATE or standing.status is Status.DUPLICATE:
            return "no"
        status = Status.DUPLICATE
        return Change(at=LATER, author=AuthorRole.AGENCY, events=(), status=status)

    did = await asyncio.gather(
        *(
            store.ledger.change(one, replace(TRANSFER, key=f"{number} {one}", other=two), link)
            for number in range(10)
            for one, two in ((REFERENCE, OTHER), (OTHER, REFERENCE))
        )
    )
    assert Counter(type(each) for each in did) == {Changed: 1, str: 19}
