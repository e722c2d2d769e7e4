"""What has to be told of cases is noted once, whoever looks, however late; silence closes a case."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Standing, Unfiled
from connectors.contract.lifecycle import Status
from connectors.contract.notices import NewNotice, NoticeName, WatchProgress
from connectors.contract.query import Selection
from connectors.contract.records import AuthorRole, Complaint, Event, EventKind, Outcome
from connectors.store import Store
from resolvers.clock import USUAL, ClockPolicy, Pausing
from resolvers.lifecycle import DONE_BY, Request, decide
from resolvers.watch import EVERY, Looked, Watch
from tests.connectors.store.cases import CITY, filing, got, mirrored

REFERENCE = "4471083920155"
DEPOSIT = datetime(2026, 5, 1, 12, tzinfo=UTC)
PAUSING = ClockPolicy(complement_pauses=Pausing.BOTH)
LATE = ["ROUTING_LATE", "WARNING_15", "WARNING_5", "OVERDUE", "ESCALATION"]


def day(number: int) -> datetime:
    """Noon of so many days after the deposit."""
    return DEPOSIT + timedelta(days=number)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(database_url)) as store:
        yield store


def watch(store: Store, number: int, policy: ClockPolicy = USUAL, **how: Any) -> Watch:
    return Watch(store.notices, store.ledger, lambda: policy, now=lambda: day(number), **how)


async def look(store: Store, number: int, policy: ClockPolicy = USUAL) -> Looked:
    looked = await watch(store, number, policy).look()
    assert looked is not None
    return looked


async def filed(store: Store, number: int = 1) -> str:
    """A case that was received on the day of the deposit."""
    reference = REFERENCE if number == 1 else f"44710839201{number:02}"
    case = filing(reference, key=f"key-{number}")
    received = msgspec.structs.replace(case.complaint, received_at=DEPOSIT, created_at=DEPOSIT)
    await store.ledger.open_case(replace(case, complaint=received))
    return reference


async def act(
    store: Store, act: Act, number: int, policy: ClockPolicy = USUAL, reference: str = REFERENCE
) -> None:
    outcome = Outcome.UPHELD if act is Act.DECIDE else None
    request = Request(act, text="Des mots", outcome=outcome)

    def decided(standing: Standing) -> Change:
        (author, *_) = sorted(DONE_BY[act])
        change = decide(request, author, standing, day(number), policy)
        assert isinstance(change, Change)
        return change

    doing = Doing(act, "somebody", f"{act}-{number}-{reference}")
    assert isinstance(await store.ledger.change(reference, doing, decided), Changed)


async def told(store: Store) -> list[str]:
    """The names of what was told, in the order in which it was."""
    rows = await store._engine.fetch("SELECT name FROM notice ORDER BY id")
    return [row[0] for row in rows]


async def test_each_notice_is_told_in_its_time_and_never_again(store: Store) -> None:
    await filed(store)
    seen = {}
    for number in (15, 16, 44, 45, 54, 55, 60, 61, 62):
        looked = await look(store, number)
        seen[number] = (looked.cases, looked.told)
    assert seen == {
        **dict.fromkeys((15, 44, 54, 60, 62), (1, 0)),
        **dict.fromkeys((16, 45, 55), (1, 1)),
        61: (1, 2),
    }
    assert await told(store) == LATE


async def test_who_looks_late_tells_all_of_it_in_its_order(store: Store) -> None:
    await filed(store)
    assert await look(store, 100) == Looked(cases=1, told=5)
    assert await told(store) == LATE


async def test_those_who_look_at_once_tell_each_notice_once(store: Store) -> None:
    for number in range(1, 13):
        await filed(store, number)
    looks = [watch(store, 100, page=3).look() for _ in range(8)]
    looked = [each for each in await asyncio.gather(*looks) if each is not None]
    assert sum(each.told for each in looked) == 12 * len(LATE)
    assert len(await told(store)) == 12 * len(LATE)


async def test_what_is_noted_twice_at_once_is_kept_once(store: Store) -> None:
    await filed(store)
    (case,) = await store.notices.page(0, 10)
    notices = [
        NewNotice(case.row, NoticeName(1, 0, f"WARNING_{days}"), "WARNING", days, DEPOSIT)
        for days in range(1, 21)
    ]
    progress = WatchProgress(DEPOSIT, going=True)
    counts = await asyncio.gather(
        *(store.notices.tell(notices, progress, now=DEPOSIT) for _ in range(8))
    )
    assert sum(counts) == len(await told(store)) == len(notices)
    (again,) = await store.notices.page(0, 10)
    assert again.told == {each.name for each in notices}


async def test_a_round_that_is_broken_off_is_gone_on_with(store: Store) -> None:
    for number in range(1, 6):
        await filed(store, number)
    got_on = iter([None, None])

    def breaks() -> None:
        if next(got_on, "broken") == "broken":
            raise KeyError("the machine stops here")

    with pytest.raises(KeyError):
        await watch(store, 100, page=1).look(breaks)
    assert await watch(store, 100).due_in() == 0
    assert await look(store, 100) == Looked(cases=2, told=2 * len(LATE))
    assert len(await told(store)) == 5 * len(LATE)


async def test_a_round_is_due_every_so_often_and_after_none(store: Store) -> None:
    assert await watch(store, 1).due_in() == 0
    await look(store, 1)
    assert await watch(store, 1).due_in() == EVERY.total_seconds()
    assert await watch(store, 2).due_in() == 0


async def test_while_somebody_looks_others_leave_it_to_them(store: Store) -> None:
    async with store.notices.alone() as alone:
        assert alone
        assert await watch(store, 100).look() is None


async def test_cases_that_other_systems_hold_are_told_of_as_far_as_they_are_known(
    store: Store,
) -> None:
    cases = [
        mirrored("late", created_at=DEPOSIT, status=Status.IN_PROGRESS),
        mirrored("closed", created_at=DEPOSIT, status=Status.CLOSED, closed_at=day(3)),
        mirrored("answered", created_at=DEPOSIT, status=Status.ANSWERED, closed_at=day(3)),
        mirrored("unknown", status=Status.IN_PROGRESS),
    ]
    await store.mirror.put(cases, source=CITY, heard_at=DEPOSIT)
    assert await look(store, 100) == Looked(cases=2, told=4)
    # Whether it was taken up in time its index row does not tell.
    assert await told(store) == LATE[1:]
    kept = await store.mirror.kept(CITY, ["answered"], Selection())
    assert kept["answered"].status is Status.ANSWERED


async def test_a_case_that_an_act_takes_into_the_ledger_is_not_told_of_twice(
    store: Store,
) -> None:
    case = mirrored("late", created_at=DEPOSIT, status=Status.IN_PROGRESS)
    await store.mirror.put([case], source=CITY, heard_at=DEPOSIT)
    assert await look(store, 45) == Looked(cases=1, told=1)
    unfiled = Unfiled(CITY, "late", REFERENCE, bytes(32), told=case, due_at=day(60))

    def noted(standing: Standing) -> Change:
        event = Event(id="n", kind=EventKind.MESSAGE_ADDED, at=day(46))
        return Change(at=day(46), author=AuthorRole.AGENCY, events=(event,))

    did = await store.ledger.change(unfiled, Doing(Act.ADD_MESSAGE, "somebody", "a key"), noted)
    assert isinstance(did, Changed)
    assert await look(store, 46) == Looked(cases=1)
    assert await look(store, 55) == Looked(cases=1, told=1)
    assert await told(store) == ["WARNING_15", "WARNING_5"]


async def test_a_case_that_left_its_list_is_not_told_of(store: Store) -> None:
    await store.mirror.put([mirrored("late", created_at=DEPOSIT)], source=CITY, heard_at=DEPOSIT)
    async with store.mirror.alone_with(CITY) as writing:
        await writing.progress()
        await writing.unlist(["late"])
    assert await look(store, 100) == Looked()


async def test_a_pause_puts_off_what_was_still_to_be_told(store: Store) -> None:
    await filed(store)
    await act(store, Act.ASSESS, 2)
    await act(store, Act.REQUEST_INFORMATION, 5, PAUSING)
    assert (await look(store, 100, PAUSING)).told == 0
    await act(store, Act.PROVIDE_INFORMATION, 101, PAUSING)
    assert (await look(store, 140, PAUSING)).told == 0
    await look(store, 141, PAUSING)
    assert await told(store) == ["WARNING_15"]


async def test_a_second_cycle_has_notices_of_its_own(store: Store) -> None:
    await filed(store)
    await act(store, Act.ASSESS, 2)
    await look(store, 50)
    await act(store, Act.DECIDE, 51)
    assert (await look(store, 60)).told == 0
    await act(store, Act.REOPEN, 61)
    await look(store, 61 + 45)
    assert await told(store) == ["WARNING_15", "WARNING_15"]
    rows = await store._engine.fetch("SELECT cycle FROM notice ORDER BY id")
    assert [row[0] for row in rows] == [1, 2]


async def test_a_transfer_restarts_nothing_and_is_late_if_it_comes_late(store: Store) -> None:
    await filed(store)
    await act(store, Act.ASSESS, 2)
    moved = Event(
        id="moved", kind=EventKind.TRANSFERRED, at=day(20), status=Status.UNDER_ASSESSMENT
    )

    def move(standing: Standing) -> Change:
        (author, *_) = sorted(DONE_BY[Act.ADD_NOTE])
        return Change(at=day(20), author=author, events=(moved,), status=moved.status)

    await store.ledger.change(REFERENCE, Doing(Act.ADD_NOTE, "somebody", "moves"), move)
    assert (await look(store, 19)).told == 0
    await look(store, 21)
    assert await told(store) == ["ROUTING_LATE"]
    await look(store, 61)
    assert await told(store) == LATE


async def test_an_answer_about_which_nothing_more_is_said_closes_the_case_once(
    store: Store,
) -> None:
    await filed(store)
    await act(store, Act.ASSESS, 2)
    await act(store, Act.DECIDE, 10)
    assert (await look(store, 40)).closed == 0
    looked = [await look(store, 41), await look(store, 42)]
    assert [each.closed for each in looked] == [1, 0]
    case = await got(store, REFERENCE)
    assert (case.status, case.closed_at) == (Status.CLOSED, day(41))
    assert _last(case) == (EventKind.STATUS_CHANGED, Status.CLOSED)
    rows = await store._engine.fetch("SELECT act, author FROM history ORDER BY number DESC LIMIT 1")
    assert list(map(tuple, rows)) == [("CLOSE", "SYSTEM")]
    assert [proof.flaws async for proof in store.ledger.proofs()] == [()]


async def test_a_reopened_case_is_not_closed_and_closes_anew_after_its_next_answer(
    store: Store,
) -> None:
    await filed(store)
    await act(store, Act.ASSESS, 2)
    await act(store, Act.DECIDE, 10)
    await act(store, Act.REOPEN, 20)
    assert (await look(store, 41)).closed == 0
    await act(store, Act.DECIDE, 45)
    assert (await look(store, 75)).closed == 0
    assert (await look(store, 76)).closed == 1


def _last(case: Complaint) -> tuple[EventKind, Status | None]:
    assert case.events
    return case.events[-1].kind, case.events[-1].status
