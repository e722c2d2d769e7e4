"""The figures are those that a count by hand gives, each case once, and a count changes all or nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace as with_fields
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Standing, Unfiled
from connectors.contract.figures import Cohort, Counts, Month
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    AgencyClass,
    AgencyCode,
    AuthorRole,
    Complaint,
    DatePrecision,
    Decision,
    Event,
    EventKind,
    Kind,
    Mode,
    Outcome,
)
from connectors.store import Store
from gateway.generating import generate
from resolvers.figures.recount import EVERY, SOON
from resolvers.registry import Registry
from tests.connectors.store.cases import complaint, filing
from tests.resolvers.figures.world import (
    AGENCIES,
    FRESH,
    HEARD_AT,
    LIVE,
    NOW,
    REGISTRY,
    SILENT,
    Figures,
    coverage,
    kept,
    recount,
)

CASABLANCA = ZoneInfo("Africa/Casablanca")
MAY = datetime(2025, 5, 10, 12, tzinfo=UTC)
REFERENCE = "4471083920155"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(database_url)) as store:
        yield store


def case(number: int = 1, agency: str = "water", at: datetime = MAY, **fields: Any) -> Complaint:
    told = {"agency_code": AgencyCode(agency), "created_at": at, "received_at": at} | fields
    return complaint(f"{number}", **told)


def answer(days: float, at: datetime = MAY, **fields: Any) -> Decision:
    """That could be read so many days after `at`."""
    then = at + timedelta(days=days)
    told = {"outcome": Outcome.UPHELD, "reasons": "", "at": then, "notified_at": then} | fields
    return Decision(id=f"{days}", **told)


def step(status: Status, days: float) -> Event:
    at = MAY + timedelta(days=days)
    return Event(id=f"{days}", kind=EventKind.STATUS_CHANGED, at=at, status=status)


async def put(store: Store, *cases: Complaint) -> None:
    await store.mirror.put(cases, source=STORE, heard_at=NOW)


async def counted(store: Store, *cases: Complaint) -> Figures:
    await put(store, *cases)
    await recount(store).run()
    return await kept(store)


async def counted_at(store: Store) -> datetime:
    last = await store.figures.last()
    assert last
    return last.began_at


def only(figures: Figures) -> Counts:
    (counts,) = figures.values()
    return counts


# By hand


def drawn() -> Sequence[Complaint]:
    """Cases of every life, real and invented; some answered twice, some rated once or twice."""
    chance = Random(5)
    cases = []
    for made in generate(list(AGENCIES.values()), count=1200, seed=5, now=NOW):
        decisions = made.decisions or ()
        if decisions and chance.random() < 0.3:
            first = decisions[0]
            assert first.notified_at
            later = first.notified_at + timedelta(days=chance.randint(1, 30))
            decisions = (*decisions, replace(first, id="again", at=later, notified_at=later))
        decisions = tuple(
            replace(each, rating=chance.randint(1, 5), rated_at=each.notified_at)
            if chance.random() < 0.5
            else each
            for each in decisions
        )
        cases.append(replace(made, decisions=decisions, demonstration=chance.random() < 0.4))
    return cases


def by_hand(cases: Sequence[Complaint]) -> Figures:
    """The same figures, in the plainest words."""
    sums: dict[Cohort, list[int]] = {}
    for each in cases:
        if each.kind is not Kind.COMPLAINT:
            continue
        assert each.received_at
        assert each.events is not None
        received = each.received_at.astimezone(CASABLANCA).date()
        agency = AGENCIES[each.agency_code]
        cohort = Cohort(
            agency.agency_class,
            each.demonstration or agency.demonstration,
            Month(received.year, received.month),
        )
        told = [
            a.notified_at.astimezone(CASABLANCA).date()
            for a in each.decisions or ()
            if a.notified_at
        ]
        ratings = [a.rating for a in each.decisions or () if a.rating]
        steps = [event.status for event in each.events]
        treated = each.status.name in {"ANSWERED", "CLOSED", "INADMISSIBLE"}
        dropped = each.status.name in {"WITHDRAWN", "DUPLICATE"}
        line = [
            1,
            not treated and not dropped,
            treated,
            dropped,
            bool(told),
            (min(told) - received).days if told else 0,
            Status.REOPENED in steps,
            bool(ratings),
            bool(ratings) and ratings[-1] in {4, 5},
        ]
        before = sums.setdefault(cohort, [0] * len(line))
        sums[cohort] = [one + other for one, other in zip(before, line, strict=True)]
    return {cohort: Counts(*numbers) for cohort, numbers in sums.items()}


async def test_the_figures_are_those_of_a_count_by_hand(store: Store) -> None:
    cases = drawn()
    await store.bulk.add(cases, heard_at=NOW)
    complaints = sum(each.kind is Kind.COMPLAINT for each in cases)
    assert await recount(store, page=97).run() == complaints
    expected = by_hand(cases)
    assert await kept(store) == expected
    # Nothing is told of nothing: the lives that were drawn have everything.
    total = Counts()
    for counts in expected.values():
        total = total.plus(counts)
        assert counts.received == counts.in_treatment + counts.treated + counts.dropped
    assert min(total) > 10
    assert {cohort.demonstration for cohort in expected} == {True, False}


# What is counted, and as what


async def test_a_month_begins_at_midnight_in_morocco(store: Store) -> None:
    moments = [
        # In summer it has begun an hour before midnight in UTC.
        (datetime(2025, 6, 30, 22, 59, 59, tzinfo=UTC), Month(2025, 6)),
        (datetime(2025, 6, 30, 23, tzinfo=UTC), Month(2025, 7)),
        (datetime(2025, 12, 31, 23, tzinfo=UTC), Month(2026, 1)),
        # In Ramadan the clocks are UTC's.
        (datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC), Month(2026, 2)),
        (datetime(2026, 3, 1, tzinfo=UTC), Month(2026, 3)),
    ]
    figures = await counted(store, *(case(number, at=at) for number, (at, _) in enumerate(moments)))
    assert sorted(cohort.month for cohort in figures) == [month for _, month in moments]


async def test_days_are_days_of_the_calendar_in_morocco(store: Store) -> None:
    evening = datetime(2025, 5, 10, 22, 59, tzinfo=UTC)
    late = answer(0, at=evening + timedelta(minutes=1))
    figures = await counted(
        store,
        case(1, at=evening, status=Status.ANSWERED, decisions=(answer(0, at=evening),)),
        case(2, at=evening, status=Status.ANSWERED, decisions=(late,)),
        case(3, status=Status.ANSWERED, decisions=(answer(-1),)),
    )
    assert only(figures)[:6] == Counts(received=3, treated=3, answered=3, answer_days=1)[:6]


async def test_the_first_answer_counts_and_the_last_rating(store: Store) -> None:
    twice = (answer(7, rating=5), answer(30, rating=2))
    unsaid = (answer(9, rating=4), answer(20))
    figures = await counted(
        store,
        case(1, status=Status.CLOSED, decisions=twice),
        case(2, status=Status.CLOSED, decisions=unsaid),
    )
    assert only(figures) == Counts(
        received=2, treated=2, answered=2, answer_days=16, rated=2, satisfied=1
    )


async def test_what_is_known_of_an_answer_without_a_decision_is_its_step_or_its_end(
    store: Store,
) -> None:
    steps = (step(Status.IN_PROGRESS, 1), step(Status.ANSWERED, 4), step(Status.CLOSED, 9))
    closed = {"status": Status.CLOSED, "closed_at": MAY + timedelta(days=6)}
    withdrawn = {"status": Status.WITHDRAWN, "closed_at": MAY + timedelta(days=2)}
    figures = await counted(
        store,
        case(1, events=steps, **closed),
        case(2, **closed),
        case(3, status=Status.CLOSED),
        case(4, **withdrawn),
    )
    assert only(figures) == Counts(received=4, treated=3, dropped=1, answered=2, answer_days=10)


async def test_days_are_not_counted_from_a_month(store: Store) -> None:
    vague = case(
        received_at=None,
        created_precision=DatePrecision.MONTH,
        status=Status.ANSWERED,
        decisions=(answer(3),),
    )
    assert only(await counted(store, vague)) == Counts(received=1, treated=1)


async def test_a_case_counts_as_reopened_whatever_became_of_it(store: Store) -> None:
    over = (step(Status.ANSWERED, 2), step(Status.CLOSED, 3))
    figures = await counted(
        store,
        case(1, status=Status.REOPENED),
        case(2, status=Status.CLOSED, events=(*over, step(Status.REOPENED, 4), over[1])),
        # Many systems have no word for it.
        case(3, status=Status.IN_PROGRESS, events=(*over, step(Status.IN_PROGRESS, 4))),
        case(4, status=Status.CLOSED, events=(step(Status.IN_PROGRESS, 1), *over)),
    )
    assert only(figures).reopened == 3
    assert only(figures).in_treatment == 2


async def test_what_no_cohort_has_is_not_counted(store: Store) -> None:
    figures = await counted(
        store,
        case(1),
        case(2, received_at=None, created_at=None),
        case(3, agency="gone"),
        case(4, kind=Kind.OBSERVATION),
        case(5, kind=Kind.SUGGESTION),
        case(6, kind=Kind.INFORMATION_REQUEST),
    )
    assert figures == {
        Cohort(AgencyClass.EEP, demonstration=False, month=Month(2025, 5)): Counts(1, 1)
    }


async def test_invented_cases_and_those_of_invented_agencies_are_apart(store: Store) -> None:
    figures = await counted(
        store, case(1, "rabat"), case(2, "rabat", demonstration=True), case(3, "invented")
    )
    assert {cohort.demonstration: counts.received for cohort, counts in figures.items()} == {
        False: 1,
        True: 2,
    }


async def test_an_adopted_case_is_counted_once_as_the_ledger_knows_it(store: Store) -> None:
    told = [
        replace(
            case(n, "rabat", received_at=None),
            origin=complaint(f"{n}", source=FRESH, mode=Mode.MIRROR).origin,
        )
        for n in (1, 2)
    ]
    await store.mirror.put(told, source=FRESH, heard_at=NOW)
    unfiled = Unfiled(FRESH, "1", REFERENCE, bytes(32), told=told[0], due_at=None)

    def decided(_standing: Standing) -> Change:
        at = MAY + timedelta(days=5)
        return Change(
            at=at,
            author=AuthorRole.AGENCY,
            status=Status.ANSWERED,
            decision=answer(5),
            events=(step(Status.ANSWERED, 5),),
        )

    did = await store.ledger.change(unfiled, Doing(Act.DECIDE, "officer", "key"), decided)
    assert isinstance(did, Changed)
    assert only(await counted(store)) == Counts(
        received=2, in_treatment=1, treated=1, answered=1, answer_days=5
    )


async def test_a_case_that_left_its_list_is_counted_if_it_passed_the_gateway(store: Store) -> None:
    filed = filing(REFERENCE)
    filed = with_fields(filed, complaint=replace(filed.complaint, agency_code=AgencyCode("rabat")))
    await store.ledger.open_case(filed)
    gone = complaint(
        "9", source=FRESH, mode=Mode.MIRROR, agency_code=AgencyCode("rabat"), created_at=MAY
    )
    await store.mirror.put([gone], source=FRESH, heard_at=NOW)
    assert sum(each.received for each in (await counted(store)).values()) == 2
    async with store.mirror.alone_with(FRESH) as writing:
        await writing.progress()
        await writing.unlist(["9"])
    async with store._engine.transaction() as transaction:
        await transaction.fetch("UPDATE complaint SET listed = false")
    assert only(await counted(store)).received == 1


# How much is known


async def test_own_and_freshly_mirrored_agencies_are_covered_and_no_others(store: Store) -> None:
    await store.mirror.put([], source=FRESH, heard_at=HEARD_AT)
    await store.mirror.put([], source=SILENT, heard_at=HEARD_AT - timedelta(seconds=1))
    await recount(store).run()
    real = await coverage(store)
    assert {name: (each.covered, each.agencies) for name, each in real.items()} == {
        "EEP": (2, 2),
        "MINISTRY": (1, 1),
        "HIGH_COMMISSION": (1, 1),
        # One is fresh, one silent, and one is only asked when somebody asks.
        "COLLECTIVITE": (1, 3),
    }
    assert {name: each.as_of for name, each in real.items()} == {
        "EEP": HEARD_AT,
        "MINISTRY": NOW,
        "HIGH_COMMISSION": NOW,
        "COLLECTIVITE": HEARD_AT,
    }
    with_invented = await coverage(store, demonstration=True)
    assert (with_invented["COLLECTIVITE"].covered, with_invented["COLLECTIVITE"].agencies) == (2, 4)


async def test_a_case_of_an_agency_that_is_not_covered_is_counted_if_it_is_here(
    store: Store,
) -> None:
    figures = await counted(store, case(1, "agadir"))
    assert REGISTRY.routes[AgencyCode("agadir")].details == LIVE
    assert only(figures).received == 1


# All or nothing


async def test_a_count_that_is_broken_off_leaves_what_was_kept(store: Store) -> None:
    before = await counted(store, case(1))
    await put(store, *(case(number, "interior") for number in range(2, 8)))
    pages = iter([None])

    def breaks() -> None:
        if next(pages, "broken") == "broken":
            raise KeyError("the machine stops here")

    later = recount(store, at=NOW + EVERY, page=2)
    with pytest.raises(KeyError):
        await later.run(breaks)
    assert await kept(store) == before
    assert await counted_at(store) == NOW
    assert await later.due_in() == 0
    assert await later.run() == 7
    assert sum(each.received for each in (await kept(store)).values()) == 7
    assert await counted_at(store) == NOW + EVERY


async def test_what_cannot_be_kept_whole_is_not_kept(store: Store) -> None:
    before = await counted(store, case(1))
    known = list((await coverage(store)).values())
    with pytest.raises(Exception, match=r"(?i)unique"):
        await store.figures.keep([*known, known[0]], {}, NOW + EVERY)
    assert await kept(store) == before
    assert await counted_at(store) == NOW


async def test_what_is_no_longer_so_is_told_no_more(store: Store) -> None:
    await counted(store, case(1), case(2, "interior"))
    await recount(
        store, registry=Registry({}, REGISTRY.sources | {FRESH: REGISTRY.sources[STORE]})
    ).run()
    assert await kept(store) == {}
    assert await coverage(store) == {}


async def test_a_count_is_due_every_so_often_whoever_made_it(store: Store) -> None:
    assert await recount(store).due_in() == 0
    await recount(store).run()
    assert await recount(store).due_in() == EVERY.total_seconds()
    assert await recount(store, at=NOW + EVERY / 4).due_in() == 0.75 * EVERY.total_seconds()
    assert await recount(store, at=NOW + EVERY).due_in() == 0
    # A clock that was put back stops nothing for long.
    assert await recount(store, at=NOW - 9 * EVERY).due_in() == EVERY.total_seconds()


async def test_a_count_is_due_soon_where_more_is_known_by_now(store: Store) -> None:
    await recount(store).run()
    later = recount(store, at=NOW + SOON)
    assert await later.due_in() == (EVERY - SOON).total_seconds()
    await store.mirror.put([], source=FRESH, heard_at=NOW)
    assert await recount(store, at=NOW + SOON / 5).due_in() == 0.8 * SOON.total_seconds()
    assert await later.due_in() == 0
    await later.run()
    assert await later.due_in() == EVERY.total_seconds()
    # Where less is known by now it stays as it was told.
    much_later = recount(store, at=NOW + SOON + EVERY / 2)
    assert await much_later.due_in() == (EVERY / 2).total_seconds()


async def test_while_somebody_counts_others_leave_it_to_them(store: Store) -> None:
    async with store.figures.alone() as alone:
        assert alone
        assert await recount(store).run() is None
    assert await recount(store).run() == 0


async def test_those_who_count_at_once_count_once(store: Store) -> None:
    await put(store, *(case(number) for number in range(20)))
    counts = await asyncio.gather(*(recount(store, page=3).run() for _ in range(5)))
    assert {each for each in counts if each is not None} == {20}
    assert only(await kept(store)).received == 20


async def test_what_is_kept_is_read_by_one_statement(database_url: str) -> None:
    statements: list[str] = []
    opened = await Store.open(database_url, on_statement=statements.append)
    async with aclosing(opened) as store:
        await counted(
            store, *(case(number, at=MAY + timedelta(days=9 * number)) for number in range(20))
        )
        statements.clear()
        told = await store.figures.kept(
            [AgencyClass.EEP, AgencyClass.MINISTRY],
            Month(2025, 6),
            Month(2025, 8),
            demonstration=False,
        )
    assert len(statements) == 1
    assert [each.coverage.agency_class for each in told] == [AgencyClass.EEP, AgencyClass.MINISTRY]
    assert [sorted(each.months) for each in told] == [
        [Month(2025, month) for month in (6, 7, 8)],
        [],
    ]
