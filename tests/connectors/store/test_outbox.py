"""What agencies are to hear is queued with the act, handed out once at a time and in order."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

from msgspec import structs

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Doing
from connectors.contract.connector import Contact, Filing, Move, OnBehalfOf, Saying
from connectors.contract.ledger import NewCase
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import (
    PLACE_TAKEN,
    Arrived,
    DeliveryState,
    Due,
    Later,
    Outgoing,
    Stopped,
    Which,
)
from connectors.contract.query import Selection
from connectors.contract.records import STORE, AuthorRole, Mandate, Mode, SourceId, Visibility
from connectors.store import Store, changing
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import CITY, EMAIL, NAME, PHONE, filing, listed, mirrored

REFERENCE = "4471083920155"
OTHER = "7310024586619"
TOWN = SourceId("town")
SAYING = Saying("Toujours rien", AuthorRole.COMPLAINANT, Visibility.PUBLIC, "fr")
MOVE = Move(Status.WITHDRAWN, "réparé")
LATER = NOON + timedelta(seconds=90)
"""When a lease that was taken at noon ends."""


def pending(reference: str = REFERENCE, *, source: SourceId = CITY) -> NewCase:
    """A filing for an agency whose system is `source`."""
    case = filing(reference, key=reference)
    origin = structs.replace(case.complaint.origin, mode=Mode.PENDING)
    return replace(
        case,
        complaint=structs.replace(case.complaint, origin=origin),
        outgoing=(Outgoing(source, None),),
    )


async def act(store: Store, *outgoing: Outgoing, reference: str = REFERENCE, key: str) -> None:
    """Do something of which these are told."""
    doing = Doing(Act.ADD_MESSAGE, "citizen", key)
    change = Change(at=NOON, author=AuthorRole.COMPLAINANT, events=(), outgoing=outgoing)
    await store.ledger.change(reference, doing, lambda _: change)


async def begun(store: Store, source: SourceId = CITY, *, most: int = 10, **late: int) -> list[Due]:
    now = NOON + timedelta(**late)
    until = now + timedelta(seconds=90)
    return list(await store.outbox.begin(source, now=now, until=until, most=most))


async def states(store: Store) -> list[DeliveryState]:
    every = await store.outbox.deliveries(Which(states=frozenset(DeliveryState)), most=100)
    return [each.state for each in every]


async def test_a_filing_is_handed_out_as_it_was_filed(store: Store) -> None:
    case = pending()
    await store.ledger.open_case(case)
    assert await store.outbox.waiting(NOON) == [CITY]
    (due,) = await begun(store)
    assert due.what == Filing(
        reference=REFERENCE,
        agency_code=case.complaint.agency_code,
        kind=case.complaint.kind,
        channel=due.what.channel,  # type: ignore[union-attr]
        description="Lampadaire éteint",
        filed_at=NOON,
        contact=Contact(name=NAME, phone=PHONE, email=EMAIL),
        attributes={"POLE": ("12", "ـ١٣")},
    )
    assert (due.act, due.source_id, due.attempt, due.maybe_sent) == (Act.FILE, None, 1, False)
    assert due.tried_at is None
    assert await store.outbox.waiting(NOON) == []
    assert await begun(store) == []


async def test_who_complains_in_secret_is_told_to_no_agencys_system(store: Store) -> None:
    case = pending()
    whom = OnBehalfOf("Fatna", Mandate.RELATIVE)
    secret = structs.replace(case.complaint, secret=True)
    await store.ledger.open_case(replace(case, complaint=secret, on_behalf_of=whom))
    (due,) = await begun(store)
    assert isinstance(due.what, Filing)
    assert (due.what.contact, due.what.on_behalf_of) == (Contact(), None)
    assert due.what.description == "Lampadaire éteint"


async def test_what_is_said_while_a_filing_arrives_is_told_where_the_case_is_then(
    postgres_url: str,
) -> None:
    """Two at once: what is said is queued, and not committed before the arrival is noted."""
    async with aclosing(await Store.open(postgres_url)) as store:
        await store.ledger.open_case(pending())
        (due,) = await begun(store)
        saying = store._engine.transaction()
        doing = Doing(Act.ADD_MESSAGE, "citizen", "says")
        change = Change(
            at=NOON,
            author=AuthorRole.COMPLAINANT,
            events=(),
            outgoing=(Outgoing(CITY, SAYING),),
        )
        await changing.change(
            await saying.__aenter__(), store._engine.dialect, REFERENCE, doing, lambda _: change
        )
        arriving = asyncio.ensure_future(store.outbox.settle(due, Arrived(NOON, "c-7")))
        await waits_for_a_lock(store)
        await saying.__aexit__(None, None, None)
        assert await arriving
        (said,) = await begun(store)
        assert (said.what, said.source_id) == (SAYING, "c-7")


async def waits_for_a_lock(store: Store) -> None:
    """Return once somebody waits for another's transaction to end."""
    waiting: object = 0
    while not waiting:
        ((waiting,),) = await store._engine.fetch(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )


async def test_a_filing_that_arrived_leads_to_where_the_case_is_then(store: Store) -> None:
    await store.ledger.open_case(pending())
    (due,) = await begun(store)
    assert [row.origin.mode for row in await listed(store)] == [Mode.PENDING]
    assert await store.outbox.settle(due, Arrived(NOON, "c-7"))
    row = await store.ledger.find(REFERENCE)
    assert row is not None
    assert (row.source, row.source_id, row.mode) == (CITY, "c-7", Mode.LIVE)
    assert await listed(store) == []
    assert await states(store) == [DeliveryState.DELIVERED]


async def test_a_mirrored_case_has_a_row_before_its_source_is_read_again(store: Store) -> None:
    await store.ledger.open_case(pending())
    (due,) = await begun(store)
    await store.outbox.settle(due, Arrived(NOON, "c-7", mirrored=True))
    (row,) = await listed(store)
    assert (row.origin.source, row.origin.source_id, row.origin.mode) == (CITY, "c-7", Mode.MIRROR)
    assert (row.reference, row.title, row.description) == (REFERENCE, None, None)
    heard = mirrored("c-7", status=Status.IN_PROGRESS)
    await store.mirror.put([heard], source=CITY, heard_at=LATER)
    (row,) = await listed(store)
    assert (row.reference, row.status) == (REFERENCE, Status.IN_PROGRESS)


async def test_a_case_that_the_mirror_knew_before_is_named(store: Store) -> None:
    await store.ledger.open_case(pending())
    await store.mirror.put([mirrored("c-7")], source=CITY, heard_at=NOON)
    (due,) = await begun(store)
    await store.outbox.settle(due, Arrived(NOON, "c-7", mirrored=True))
    (row,) = await listed(store)
    assert (row.origin.source_id, row.reference) == ("c-7", REFERENCE)


async def test_two_references_never_lead_to_one_case(store: Store) -> None:
    await store.ledger.open_case(pending())
    await store.ledger.open_case(pending(OTHER))
    one, other = await begun(store)
    await store.outbox.settle(one, Arrived(NOON, "c-7"))
    await store.outbox.settle(other, Arrived(NOON, "c-7"))
    (stopped,) = await store.outbox.deliveries(Which(), most=10)
    assert (stopped.reference, stopped.state, stopped.code) == (
        OTHER,
        DeliveryState.UNCERTAIN,
        PLACE_TAKEN,
    )
    row = await store.ledger.find(OTHER)
    assert row is not None
    assert row.source == STORE


async def test_what_follows_in_a_case_waits_for_what_came_before(store: Store) -> None:
    await store.ledger.open_case(pending())
    await act(store, Outgoing(CITY, SAYING), Outgoing(CITY, MOVE), key="a")
    (filed,) = await begun(store)
    await store.outbox.settle(filed, Arrived(NOON, "c-7"))
    (said,) = await begun(store)
    assert (said.what, said.source_id) == (SAYING, "c-7")
    assert await begun(store) == []
    await store.outbox.settle(said, Arrived(NOON))
    (moved,) = await begun(store)
    assert moved.what == MOVE


async def test_where_a_system_put_a_case_is_no_news_of_it(store: Store) -> None:
    await store.ledger.open_case(pending())
    await act(store, Outgoing(CITY, MOVE), key="a")
    (filed,) = await begun(store)
    await store.outbox.settle(filed, Arrived(NOON, "c-7"))
    assert await heard_status(store) is None
    (moved,) = await begun(store)
    await store.outbox.settle(moved, Arrived(NOON, stands=Status.WITHDRAWN))
    assert await heard_status(store) is Status.WITHDRAWN


async def heard_status(store: Store) -> Status | None:
    (account,) = (await store.accounts.of([(CITY, "c-7")], Selection())).values()
    return account.heard_status


async def test_a_message_that_stopped_holds_up_no_other_and_a_filing_holds_up_all(
    store: Store,
) -> None:
    await store.ledger.open_case(pending())
    await act(store, Outgoing(CITY, SAYING), Outgoing(CITY, MOVE), key="a")
    dead = Stopped(DeliveryState.DEAD, "SOURCE_REJECTED", NOON)
    (filed,) = await begun(store)
    await store.outbox.settle(filed, dead)
    assert await begun(store) == []
    assert await store.outbox.resolve(filed.id, Arrived(NOON, "c-7"))
    (said,) = await begun(store)
    await store.outbox.settle(said, dead)
    (moved,) = await begun(store)
    assert (moved.what, moved.source_id) == (MOVE, "c-7")


async def test_an_attempt_that_was_broken_off_is_known_as_one(store: Store) -> None:
    await store.ledger.open_case(pending())
    (first,) = await begun(store)
    assert await begun(store, seconds=89) == []
    (again,) = await begun(store, seconds=91)
    assert (again.id, again.key, again.attempt) == (first.id, first.key, 2)
    assert (again.maybe_sent, again.tried_at) == (True, NOON)
    assert not await store.outbox.settle(first, Arrived(NOON, "c-1"))
    assert await store.outbox.settle(again, Arrived(NOON, "c-2"))
    assert not await store.outbox.settle(again, Arrived(NOON, "c-3"))
    row = await store.ledger.find(REFERENCE)
    assert row is not None
    assert row.source_id == "c-2"


async def test_what_is_put_off_comes_when_it_is_time(store: Store) -> None:
    await store.ledger.open_case(pending())
    (due,) = await begun(store)
    await store.outbox.settle(due, Later(LATER, "SOURCE_UNAVAILABLE", maybe_sent=False))
    assert await store.outbox.waiting(NOON) == []
    (shown,) = await store.outbox.deliveries(Which(), most=10)
    assert (shown.state, shown.attempts, shown.next_at, shown.code) == (
        DeliveryState.PENDING,
        1,
        LATER,
        "SOURCE_UNAVAILABLE",
    )
    (again,) = await begun(store, seconds=90)
    assert (again.attempt, again.maybe_sent) == (2, False)
    await store.outbox.settle(
        again, Later(LATER, None, maybe_sent=True, counted=False, token="t-1")
    )
    (third,) = await begun(store, seconds=91)
    assert (third.attempt, third.token, third.maybe_sent) == (2, "t-1", True)


async def test_what_pauses_because_a_system_was_away_can_be_hastened_and_nothing_else(
    store: Store,
) -> None:
    for reference, source in ((REFERENCE, CITY), (OTHER, TOWN)):
        await store.ledger.open_case(pending(reference, source=source))
        (due,) = await begun(store, source)
        await store.outbox.settle(due, Later(LATER, "SOURCE_TIMEOUT", maybe_sent=True))
    await store.outbox.hasten(CITY, at=NOON, codes={"SOURCE_UNAVAILABLE"})
    assert await store.outbox.waiting(NOON) == []
    await store.outbox.hasten(CITY, at=NOON, codes={"SOURCE_UNAVAILABLE", "SOURCE_TIMEOUT"})
    assert await store.outbox.waiting(NOON) == [CITY]
    (again,) = await begun(store)
    assert (again.attempt, again.maybe_sent) == (2, True)


async def test_what_stopped_is_tried_again_only_if_somebody_says_so(store: Store) -> None:
    await store.ledger.open_case(pending())
    (due,) = await begun(store)
    assert not await store.outbox.retry(due.id, at=NOON)
    await store.outbox.settle(due, Stopped(DeliveryState.UNCERTAIN, "SOURCE_TIMEOUT", NOON))
    assert await begun(store, days=400) == []
    assert await store.outbox.retry(due.id, at=NOON)
    (again,) = await begun(store)
    assert (again.key, again.attempt, again.maybe_sent) == (due.key, 1, False)


async def test_who_was_stopped_settles_nothing_of_what_is_tried_anew(store: Store) -> None:
    await store.ledger.open_case(pending())
    (stalled,) = await begun(store)
    (other,) = await begun(store, seconds=91)
    await store.outbox.settle(other, Stopped(DeliveryState.UNCERTAIN, "SOURCE_TIMEOUT", LATER))
    await store.outbox.retry(other.id, at=LATER)
    (anew,) = await begun(store, seconds=95)
    assert anew.attempt == stalled.attempt
    assert not await store.outbox.settle(stalled, Arrived(LATER, "c-1"))
    assert await store.outbox.settle(anew, Arrived(LATER, "c-2"))


async def test_what_a_system_cannot_take_waits_for_a_hand(store: Store) -> None:
    await store.ledger.open_case(pending())
    (filed,) = await begun(store)
    await store.outbox.settle(filed, Arrived(NOON, "c-7"))
    await act(store, Outgoing(CITY, MOVE, by_hand=True), key="a")
    assert await begun(store) == []
    (shown,) = await store.outbox.deliveries(Which(), most=10)
    assert shown.state is DeliveryState.BY_HAND
    assert await store.outbox.resolve(shown.id, Arrived(NOON))
    assert not await store.outbox.resolve(shown.id, Arrived(NOON))
    assert await store.outbox.deliveries(Which(), most=10) == []


async def test_several_workers_share_one_queue_and_each_row_is_once_handed_out(
    store: Store, second: Store
) -> None:
    references = [f"{number:013d}" for number in range(40)]
    for reference in references:
        await store.ledger.open_case(pending(reference))
        await act(store, Outgoing(CITY, SAYING), reference=reference, key=f"say-{reference}")

    async def work(at: Store) -> list[Due]:
        taken: list[Due] = []
        while some := await begun(at, most=3):
            taken += some
        return taken

    shares = await asyncio.gather(*(work(at) for at in (store, second, store, second)))
    taken = [due.reference for share in shares for due in share]
    assert sorted(taken) == references
    assert all(isinstance(due.what, Filing) for share in shares for due in share)


async def test_deliveries_are_found_by_what_they_are(store: Store) -> None:
    await store.ledger.open_case(pending())
    await store.ledger.open_case(pending(OTHER, source=TOWN))
    find = store.outbox.deliveries
    ((city,), (town,)) = (
        await find(Which(sources=frozenset({CITY})), most=10),
        await find(Which(reference=OTHER), most=10),
    )
    assert (city.reference, town.source) == (REFERENCE, TOWN)
    assert await find(Which(), most=1) == [city]
    assert await find(Which(), most=1, after=city.id) == [town]
    agencies = frozenset({city.agency_code})
    assert len(await find(Which(agencies=agencies), most=10)) == 2
    assert await find(Which(states=frozenset({DeliveryState.DEAD})), most=10) == []


async def test_nothing_is_queued_for_an_act_that_is_refused(store: Store) -> None:
    await store.ledger.open_case(filing())
    await store.ledger.change(REFERENCE, Doing(Act.ADD_MESSAGE, "citizen", "k"), lambda _: "no")
    assert await states(store) == []
