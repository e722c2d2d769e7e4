"""The ledger is looked up by who filed and by where a case is held, on both engines."""

from dataclasses import replace
from datetime import timedelta

from msgspec import structs

from connectors.contract.ledger import NewCase
from connectors.contract.records import STORE, SourceId
from connectors.store import Store
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import filing


def received(case: NewCase, *, hours: int) -> NewCase:
    at = NOON + timedelta(hours=hours)
    return replace(case, complaint=structs.replace(case.complaint, received_at=at))


async def test_cases_come_by_who_filed_them_the_last_first_and_ties_in_one_order(
    store: Store,
) -> None:
    for number in range(9):
        case = filing(f"ref-{number}", key=f"key-{number}")
        await store.ledger.open_case(received(case, hours=number // 3))
    await store.ledger.open_case(filing("his", key="key", subject="another"))
    await store.ledger.open_case(filing("for-her", key="key-x", subject=""))
    seen: list[str] = []
    after = None
    while rows := await store.ledger.filed_by("citizen", after=after, limit=2):
        assert len(rows) <= 2
        seen += [row.reference for row in rows]
        after = (rows[-1].received_at, rows[-1].reference)
    assert seen == [f"ref-{number}" for number in reversed(range(9))]
    assert await store.ledger.count_filed_by("citizen") == 9
    assert await store.ledger.count_filed_by("nobody\0") == 0


async def test_a_place_leads_to_its_row(store: Store) -> None:
    await store.ledger.open_case(filing("ref-1"))
    await store.ledger.open_case(filing("ref-2", key="key-2"))
    city = SourceId("city")
    places = [(STORE, "ref-1"), (STORE, "none\0"), (city, "ref-1"), (STORE, "ref-2")]
    found = await store.ledger.find_held(places)
    assert {place: row.reference for place, row in found.items()} == {
        (STORE, "ref-1"): "ref-1",
        (STORE, "ref-2"): "ref-2",
    }
    assert await store.ledger.find_held([]) == {}
