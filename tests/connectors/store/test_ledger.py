"""A filing is one durable transaction, repeated without harm, and the complainant stays apart."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace

import msgspec
import pytest
from msgspec import structs

from connectors.contract.connector import Contact
from connectors.contract.ledger import KeyReused, LedgerRow, OpenedCase, ReferenceTaken
from connectors.contract.lifecycle import Status
from connectors.contract.records import STORE, Event, EventKind, Mode
from connectors.store import Store
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import EMAIL, NAME, PHONE, complaint, filing, got, listed

OTHER = "7310024586619"
TABLES = ("ledger", "complainant", "complaint", "event", "message", "decision", "attachment")


async def test_a_filing_becomes_a_case_with_its_first_event_and_a_receipt(store: Store) -> None:
    case = filing()
    opened = await store.ledger.open_case(case)
    assert opened == OpenedCase(
        reference="4471083920155",
        generation=1,
        received_at=NOON,
        due_at=case.complaint.due_at,
        replayed=False,
    )
    filed = Event(id="4471083920155-1", kind=EventKind.FILED, at=NOON, status=Status.SUBMITTED)
    told = structs.replace(
        case.complaint, events=(filed,), messages=(), decisions=(), attachments=()
    )
    assert await got(store, "4471083920155") == told
    assert await listed(store) == [told]


async def test_a_reference_leads_to_where_the_case_is_held(store: Store) -> None:
    case = filing()
    await store.ledger.open_case(case)
    assert await store.ledger.find("4471083920155") == LedgerRow(
        reference="4471083920155",
        source=STORE,
        source_id="4471083920155",
        agency_code=case.complaint.agency_code,
        mode=Mode.OWN,
        generation=1,
        code_hash=case.code_hash,
        received_at=NOON,
        subject="citizen",
        filed_here=True,
    )


@pytest.mark.parametrize("reference", ["", "4471083920156", "4471083920155\0", "\ud800", "%", "'"])
async def test_a_reference_that_was_never_given_out_leads_nowhere(
    store: Store, reference: str
) -> None:
    await store.ledger.open_case(filing())
    assert await store.ledger.find(reference) is None


async def test_a_replay_gets_the_first_receipt_and_stores_nothing(
    store: Store, database_url: str
) -> None:
    first = await store.ledger.open_case(filing())
    before = await _counts(store)
    # The reference is drawn anew for each attempt: the first one stays.
    again = await store.ledger.open_case(filing(OTHER))
    assert again == replace(first, replayed=True)
    assert await _counts(store) == before


async def test_a_replay_finds_its_receipt_after_a_restart(store: Store, database_url: str) -> None:
    first = await store.ledger.open_case(filing())
    await store.aclose()
    async with aclosing(await Store.open(database_url)) as reopened:
        again = await reopened.ledger.open_case(filing(OTHER))
    assert again == replace(first, replayed=True)


async def test_other_content_under_the_same_key_is_refused(store: Store) -> None:
    await store.ledger.open_case(filing())
    before = await _counts(store)
    with pytest.raises(KeyReused):
        await store.ledger.open_case(filing(OTHER, text="Autre chose"))
    assert await _counts(store) == before


async def test_a_key_belongs_to_its_subject(store: Store) -> None:
    first = await store.ledger.open_case(filing())
    second = await store.ledger.open_case(filing(OTHER, subject="somebody else"))
    assert (first.replayed, second.replayed) == (False, False)
    assert first.reference != second.reference


async def test_a_taken_reference_is_refused_and_stores_nothing(store: Store) -> None:
    await store.ledger.open_case(filing())
    before = await _counts(store)
    with pytest.raises(ReferenceTaken):
        await store.ledger.open_case(filing(key="key-2"))
    assert await _counts(store) == before


async def test_a_taken_source_id_is_refused_and_stores_nothing(store: Store) -> None:
    await store.mirror.put([complaint("4471083920155")], source=STORE, heard_at=NOON)
    before = await _counts(store)
    with pytest.raises(ReferenceTaken):
        await store.ledger.open_case(filing())
    assert await _counts(store) == before


async def test_a_filing_that_breaks_off_in_the_middle_leaves_nothing(store: Store) -> None:
    # Ledger, contact and case are written when the message turns out to be none.
    broken = structs.replace(
        filing().complaint,
        messages=(msgspec.UNSET,),  # type: ignore[arg-type]
    )
    before = await _counts(store)
    with pytest.raises(AttributeError):
        await store.ledger.open_case(replace(filing(), complaint=broken))
    assert await _counts(store) == before == dict.fromkeys(TABLES, 0)
    assert not (await store.ledger.open_case(filing())).replayed


async def test_of_the_same_filing_sent_many_times_at_once_one_becomes_a_case(
    store: Store, second: Store
) -> None:
    references = ("4471083920155", OTHER, "1000000000008", "1000000000016")
    opened = await asyncio.gather(
        *(
            ledger.open_case(filing(reference))
            for reference in references
            for ledger in (store.ledger, second.ledger)
        )
    )
    assert len({each.reference for each in opened}) == 1
    assert sorted(each.replayed for each in opened) == [False, *[True] * 7]
    assert (await _counts(store))["complaint"] == 1


async def test_of_two_filings_at_once_with_one_reference_one_is_refused(
    store: Store, second: Store
) -> None:
    ends = await asyncio.gather(
        store.ledger.open_case(filing()),
        second.ledger.open_case(filing(key="key-2")),
        return_exceptions=True,
    )
    assert {type(end) for end in ends} == {OpenedCase, ReferenceTaken}
    assert (await _counts(store))["ledger"] == 1


async def test_of_two_contents_at_once_under_one_key_one_is_refused(
    store: Store, second: Store
) -> None:
    ends = await asyncio.gather(
        store.ledger.open_case(filing()),
        second.ledger.open_case(filing(OTHER, text="Autre chose")),
        return_exceptions=True,
    )
    assert {type(end) for end in ends} == {OpenedCase, KeyReused}
    assert (await _counts(store))["ledger"] == 1


async def test_who_filed_is_kept_apart_and_never_in_a_complaint(store: Store) -> None:
    await store.ledger.open_case(filing())
    rows = await store._engine.fetch("SELECT name, phone, email FROM complainant")
    assert [tuple(row) for row in rows] == [(NAME, PHONE, EMAIL)]
    for shown in (await got(store, "4471083920155"), (await listed(store))[0]):
        text = msgspec.json.encode(shown).decode()
        assert not [word for word in (NAME, PHONE, EMAIL) if word in text]
    kept = [row for table in set(TABLES) - {"complainant"} for row in await _rows(store, table)]
    assert NAME not in repr(kept)
    assert EMAIL not in repr(kept)


async def test_the_answers_to_a_service_s_questions_are_kept(store: Store) -> None:
    await store.ledger.open_case(filing())
    rows = await store._engine.fetch("SELECT attributes FROM ledger")
    assert json.loads(rows[0][0]) == {"POLE": ["12", "ـ١٣"]}


async def test_what_no_database_can_hold_is_replaced_in_a_filing(store: Store) -> None:
    odd = "a\0b\ud83dc💡"
    case = replace(
        filing(),
        contact=Contact(name=odd),
        attributes={odd: (odd,)},
        complaint=structs.replace(filing().complaint, description=odd, title=odd),
    )
    await store.ledger.open_case(case)
    shown = await got(store, "4471083920155")
    assert shown.description == shown.title == "a\ufffdb\ufffdc💡"


async def test_a_cancelled_filing_is_whole_or_not_there(store: Store) -> None:
    for number in range(12):
        task = asyncio.create_task(store.ledger.open_case(filing(f"{number}", key=f"{number}")))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        counts = await _counts(store)
        assert counts["ledger"] == counts["complaint"] == counts["event"] == counts["complainant"]
    assert not (await store.ledger.open_case(filing())).replayed


async def _counts(store: Store) -> Mapping[str, int]:
    return {table: len(await _rows(store, table)) for table in TABLES}


async def _rows(store: Store, table: str) -> list[tuple[object, ...]]:
    rows = await store._engine.fetch(f"SELECT * FROM {table}")  # noqa: S608 - our own names
    return [tuple(row) for row in rows]
