"""Index rows of other systems' cases: put again without harm, and honest about what is not known."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.contract.ledger import MirrorState
from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    EVERYTHING,
    SELECTABLE,
    Child,
    Direction,
    Field,
    Order,
    Selection,
    key_of,
)
from connectors.contract.records import (
    STORE,
    Attachment,
    AuthorRole,
    Complaint,
    Decision,
    Event,
    EventKind,
    Location,
    Message,
    Mode,
    Outcome,
    SourceId,
    Visibility,
)
from connectors.store import Store
from connectors.testing import scenario
from connectors.testing.asking import call, ids
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import CITY, complaint, filing, got, listed, mirrored

LATER = NOON + timedelta(minutes=5)


def message(number: int, visibility: Visibility = Visibility.PUBLIC) -> Message:
    return Message(
        id=f"m{number}",
        author=AuthorRole.AGENCY,
        visibility=visibility,
        body=f"n° {number}",
        at=NOON - timedelta(hours=number),
    )


async def test_a_mirrored_row_says_what_its_source_said_and_when(store: Store) -> None:
    told = mirrored(
        title="Nid-de-poule", created_at=NOON - timedelta(days=3), status=Status.IN_PROGRESS
    )
    await store.mirror.put([told], source=CITY, heard_at=LATER)
    assert await listed(store) == [replace(told, origin=replace(told.origin, fetched_at=LATER))]


async def test_children_that_a_source_did_not_tell_stay_unknown_and_none_is_not_empty(
    store: Store,
) -> None:
    await store.mirror.put(
        [mirrored("unknown"), mirrored("none", messages=(), events=())],
        source=CITY,
        heard_at=NOON,
    )
    unknown, none = sorted(await listed(store), key=lambda row: row.origin.source_id != "unknown")
    assert [getattr(unknown, child.value) for child in Child] == [None] * 4
    assert (none.messages, none.events, none.decisions, none.attachments) == ((), (), None, None)


async def test_putting_the_same_again_changes_nothing_but_the_time_it_was_heard(
    store: Store,
) -> None:
    cases = scenario.complaints(source=CITY, mode=Mode.MIRROR, count=40)
    await store.mirror.put(cases, source=CITY, heard_at=NOON)
    first = await listed(store)
    await store.mirror.put(tuple(reversed(cases)), source=CITY, heard_at=LATER)
    again = await listed(store)
    assert again == [replace(row, origin=replace(row.origin, fetched_at=LATER)) for row in first]
    assert {row.version for row in again} == {1}


async def test_a_change_raises_the_version_and_a_repetition_does_not(store: Store) -> None:
    versions = []
    for status in (Status.SUBMITTED, Status.SUBMITTED, Status.IN_PROGRESS, Status.CLOSED):
        await store.mirror.put([mirrored(status=status)], source=CITY, heard_at=NOON)
        versions += [row.version for row in await listed(store)]
    assert versions == [1, 1, 2, 3]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "autre"},
        {"title": None},
        {"due_at": None},
        {"updated_at": LATER},
        {"category": "الماء"},
        {"location": None},
    ],
    ids=str,
)
async def test_every_kind_of_change_is_noticed(store: Store, change: dict[str, object]) -> None:
    place = Location(address="Rabat", latitude=34.0, longitude=-6.8)
    before = mirrored(title="titre", due_at=NOON, category="Eau", location=place)
    await store.mirror.put([before], source=CITY, heard_at=NOON)
    await store.mirror.put([replace(before, **change)], source=CITY, heard_at=NOON)
    (row,) = await listed(store)
    assert row.version == 2
    assert all(getattr(row, name) == value for name, value in change.items())


async def test_of_two_rows_with_one_id_the_later_is_kept(store: Store) -> None:
    await store.mirror.put(
        [mirrored(title="first"), mirrored(title="second")], source=CITY, heard_at=NOON
    )
    assert [row.title for row in await listed(store)] == ["second"]


async def test_a_reference_once_known_stays_when_the_source_does_not_repeat_it(
    store: Store,
) -> None:
    await store.mirror.put([mirrored(reference="4471083920155")], source=CITY, heard_at=NOON)
    await store.mirror.put([mirrored(title="news")], source=CITY, heard_at=LATER)
    (row,) = await listed(store)
    assert (row.reference, row.title) == ("4471083920155", "news")


async def test_children_that_are_not_told_again_stay_and_those_told_are_replaced(
    store: Store,
) -> None:
    event = Event(id="e", kind=EventKind.FILED, at=NOON, status=Status.SUBMITTED)
    await store.mirror.put(
        [mirrored(messages=(message(1), message(2)), events=(event,))], source=CITY, heard_at=NOON
    )
    await store.mirror.put([mirrored(messages=(message(3),))], source=CITY, heard_at=LATER)
    (row,) = await listed(store)
    assert row.messages == (message(3),)
    assert row.events == (event,)


async def test_children_come_in_the_order_in_which_they_were_told(store: Store) -> None:
    messages = tuple(message(number) for number in (3, 1, 2, 10))
    events = tuple(
        Event(id=f"e{number}", kind=EventKind.STATUS_CHANGED, at=NOON, raw_status=f"é {number}")
        for number in range(12)
    )
    decisions = (
        Decision(id="d2", outcome=Outcome.UPHELD, reasons="لأن", at=NOON, notified_at=LATER),
        Decision(id="d1", outcome=Outcome.DUPLICATE, reasons="", at=NOON, legal_basis="art. 2"),
    )
    attachments = (Attachment(id="b", bytes=2**40), Attachment(id="a", name="صورة.jpg"))
    told = complaint(messages=messages, events=events, decisions=decisions, attachments=attachments)
    await store.mirror.put([told, complaint("2")], source=STORE, heard_at=NOON)
    assert await got(store, "1") == told
    assert (await listed(store))[1] == told


async def test_internal_messages_are_withheld_unless_asked_for(store: Store) -> None:
    shown, withheld = message(1), message(2, Visibility.INTERNAL)
    await store.mirror.put(
        [complaint(messages=(withheld, shown, withheld))], source=STORE, heard_at=NOON
    )
    only = Selection(children=frozenset({Child.MESSAGES}))
    assert (await listed(store, selection=only))[0].messages == (shown,)
    assert (await got(store, "1", children=frozenset({Child.MESSAGES}))).messages == (shown,)
    assert (await got(store, "1")).messages == (withheld, shown, withheld)


async def test_a_get_knows_own_cases_only(store: Store) -> None:
    await store.mirror.put([mirrored("1")], source=CITY, heard_at=NOON)
    await store.mirror.put([complaint("2")], source=STORE, heard_at=NOON)
    odd = ["1", "2", "2\0", "\ud800", "", "%"]
    assert list(await store.connector.get(odd, EVERYTHING, call())) == ["2"]


async def test_states_tell_when_each_source_was_heard(store: Store) -> None:
    other, never = SourceId("other"), SourceId("never")
    await store.mirror.put([mirrored()], source=CITY, heard_at=NOON)
    await store.mirror.put([], source=other, heard_at=NOON)
    await store.mirror.put([], source=CITY, heard_at=LATER)
    await store.mirror.put([complaint()], source=STORE, heard_at=NOON)
    states = await store.mirror.states([other, never, CITY, STORE])
    assert states == [MirrorState(CITY, LATER), MirrorState(other, NOON)]


@pytest.mark.parametrize("odd", ["a\0b", "lone\ud800"])
async def test_children_are_kept_under_an_id_that_no_database_can_hold(
    store: Store, odd: str
) -> None:
    await store.mirror.put([mirrored(odd, messages=(message(1),))], source=CITY, heard_at=NOON)
    (row,) = await listed(store)
    assert row.messages == (message(1),)


async def test_a_put_that_breaks_off_leaves_everything_as_it_was(store: Store) -> None:
    await store.mirror.put([mirrored(title="before", messages=())], source=CITY, heard_at=NOON)
    broken = mirrored("2", messages=(None,))
    with pytest.raises(AttributeError):
        await store.mirror.put([mirrored(title="after"), broken], source=CITY, heard_at=LATER)
    assert [(row.title, row.messages) for row in await listed(store)] == [("before", ())]
    assert await store.mirror.states([CITY]) == [MirrorState(CITY, NOON)]


async def test_cases_of_many_sources_come_in_one_order_over_pages(store: Store) -> None:
    sources = (STORE, CITY, SourceId("É"), SourceId("b"), SourceId("B"))
    cases = [
        case
        for source in sources
        for case in scenario.complaints(source=source, mode=Mode.MIRROR, count=30)
    ]
    for source in sources:
        mine = [case for case in cases if case.origin.source == source]
        await store.mirror.put(mine, source=source, heard_at=NOON)
    for by in (Field.CREATED, Field.UPDATED, Field.RECEIVED, Field.DUE, Field.CLOSED):
        for direction in Direction:
            order = Order(by, direction)
            seen = await listed(store, order=order, selection=Selection(fields=SELECTABLE), limit=7)
            assert _keys(seen) == _keys(_in_order(cases, order)), order
    await store.ledger.open_case(filing())
    assert ids(await listed(store, order=Order(Field.RECEIVED)))[0] == "4471083920155"


def _in_order(cases: Sequence[Complaint], order: Order) -> list[Complaint]:
    return sorted(cases, key=lambda case: key_of(case, order).rank(order.direction))


def _keys(cases: Sequence[Complaint]) -> list[tuple[str, str]]:
    return [(case.origin.source, case.origin.source_id) for case in cases]
