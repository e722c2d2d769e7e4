"""A mirror becomes what its source says, whatever happened in between, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace as changed

from connectors.contract.capabilities import Capabilities, Exactness, Paging
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NotFound,
    SourceTimeout,
    SourceUnavailable,
)
from connectors.contract.ledger import MirrorBusy, MirrorProgress, MirrorState
from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    EVERYTHING,
    Direction,
    Field,
    ListQuestion,
    Op,
    Order,
    Page,
    Selection,
)
from connectors.contract.records import (
    AgencyCode,
    Complaint,
    Kind,
    Location,
    Mode,
    Origin,
    SourceId,
)
from connectors.memory import MemoryConnector
from connectors.memory.full import FULL
from connectors.store import Store
from connectors.testing.asking import call
from resolvers.asking import Asker, Authority
from resolvers.registry import GuardSettings, Holds, Source, SyncSettings
from resolvers.sync import Sync, Synced

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CITY = SourceId("city")
AGENCY = AgencyCode("city-agency")
SETTINGS = SyncSettings(overlap_seconds=0, per_second=1e6)
GUARD = GuardSettings(retries=0, breaker_failures=10_000, per_second=1e6)

BY_CHANGE = Order(Field.UPDATED, Direction.ASC)
NEWEST_FIRST = Order(Field.CREATED, Direction.DESC)
NO_CHANGES = {what: how for what, how in FULL.filters.items() if what != (Field.UPDATED, Op.GTE)}
WAYS: Mapping[str, Capabilities] = {
    "full": FULL,
    "small-pages": replace(FULL, max_page=3),
    "by-token": replace(FULL, paging=Paging.TOKEN, max_page=4),
    "whole": replace(FULL, paging=Paging.WHOLE),
    "cannot-tell-changes": replace(FULL, filters=NO_CHANGES, max_page=3),
    "changes-newest-first": replace(FULL, orders=frozenset({NEWEST_FIRST}), max_page=3),
    "nearly-filters": replace(
        FULL, filters=dict.fromkeys(FULL.filters, Exactness.APPROXIMATE), max_page=5
    ),
    "unsorted-by-token": replace(FULL, orders=frozenset(), paging=Paging.TOKEN, max_page=5),
    "knows-no-id": replace(FULL, get=None, paging=Paging.TOKEN, max_page=4),
}


def case(number: int, at: datetime | None = NOW, **fields: object) -> Complaint:
    """Changed at `at`; with words that an index does not keep."""
    plain = Complaint(
        origin=Origin(source=CITY, source_id=f"{number}", mode=Mode.LIVE, fetched_at=NOW),
        agency_code=AGENCY,
        status=Status.SUBMITTED,
        kind=Kind.COMPLAINT,
        title=f"شكاية {number}",
        description="Rue sombre",
        category="Voirie",
        location=Location(area_code="MA-04"),
        created_at=NOW - timedelta(days=number % 5),
        updated_at=at,
    )
    return changed(plain, **fields)


@dataclass
class City:
    """A source, its clock, and the mirror of it in a real store."""

    store: Store
    capabilities: Capabilities = FULL
    settings: SyncSettings = SETTINGS
    name: SourceId = CITY
    now: datetime = NOW
    asked: list[ListQuestion] = field(default_factory=list)
    gets: list[tuple[str, ...]] = field(default_factory=list)
    fails_after: int | None = None
    """So many calls succeed, and then none."""

    def __post_init__(self) -> None:
        self.connector = MemoryConnector(
            capabilities=self.capabilities, source=self.name, before=self._before
        )
        self.source = Source(
            self.name, "memory", Mode.MIRROR, self.capabilities, (AGENCY,), GUARD, self.settings
        )
        self.asker = Asker(self.source, self.connector)
        self.sync = Sync(self.store.mirror, now=lambda: self.now)

    async def _before(self, verb: str, asked: Any) -> None:
        if self.fails_after is not None:
            self.fails_after -= 1
            if self.fails_after < 0:
                raise SourceUnavailable("down for the test")
        if verb == "list":
            self.asked.append(asked)
        else:
            self.gets.append(asked)

    @property
    def cases(self) -> dict[str, Complaint]:
        return self.connector._cases

    def put(self, *records: Complaint) -> None:
        for record in records:
            origin = changed(record.origin, source=self.name)
            self.cases[record.origin.source_id] = changed(record, origin=origin)

    async def run(self, **how: Any) -> Synced:
        """A pass, a minute after the one before; pages are told as of then."""
        self.now += timedelta(minutes=1)
        self.asked.clear()
        return await self.sync.run(self.asker, **how)

    async def listed(self, selection: Selection = EVERYTHING) -> list[Complaint]:
        question = ListQuestion((), Order(), replace(selection, children=frozenset()), 1000)
        page = await self.store.connector.list(question, call())
        return [row for row in page.records if row.origin.source == self.name]

    def expected(self) -> set[tuple[Any, ...]]:
        return {told(record) for record in self.cases.values()}

    async def mirrored(self) -> set[tuple[Any, ...]]:
        found = await self.listed()
        assert {row.origin.mode for row in found} <= {Mode.MIRROR}
        return {told(record) for record in found}

    async def progress(self) -> MirrorProgress:
        async with self.store.mirror.alone_with(self.name) as mirror:
            return await mirror.progress()


def told(record: Complaint) -> tuple[Any, ...]:
    """What of a record an index keeps."""
    return (
        record.origin.source_id,
        record.status,
        record.category,
        record.location,
        record.created_at,
        record.updated_at,
    )


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An opened, empty store; the test runs once on each engine."""
    async with aclosing(await Store.open(database_url)) as opened:
        yield opened


@pytest.mark.parametrize("way", WAYS)
async def test_a_mirror_follows_its_source_whatever_that_can_do(sqlite_url: str, way: str) -> None:
    async with aclosing(await Store.open(sqlite_url)) as store:
        city = City(store, WAYS[way])
        city.put(*(case(number, NOW - timedelta(hours=number)) for number in range(20)))
        first = await city.run()
        assert (first.full, first.new, first.read >= 20) == (True, 20, True)
        assert await city.mirrored() == city.expected()

        city.put(case(3, NOW + timedelta(seconds=70), status=Status.CLOSED), case(40))
        city.now += timedelta(minutes=2)
        second = await city.run(full=True)
        assert (second.new, second.changed, second.unchanged) == (1, 1, 19)
        assert await city.mirrored() == city.expected()

        del city.cases["7"], city.cases["15"]
        await city.run(full=True)
        if way == "knows-no-id":
            assert len(await city.mirrored()) == 21, "once unseen may be a slip"
            await city.run(full=True)
        assert await city.mirrored() == city.expected()


async def test_only_what_changed_is_asked_for_where_the_source_can_tell(store: Store) -> None:
    city = City(store, WAYS["small-pages"])
    city.put(*(case(number, NOW - timedelta(hours=number)) for number in range(20)))
    assert (await city.run()).pages == 7
    city.put(case(5, NOW + timedelta(seconds=30), status=Status.ANSWERED))
    second = await city.run()
    assert (second.full, second.pages, second.changed, second.unchanged) == (False, 1, 1, 1)
    (question,) = city.asked
    assert question.order == BY_CHANGE
    assert [(each.field, each.op) for each in question.where] == [(Field.UPDATED, Op.GTE)]
    assert await city.mirrored() == city.expected()
    assert (await city.run()).changed == 0


async def test_a_change_that_shows_late_is_met_within_the_overlap(store: Store) -> None:
    city = City(store, settings=replace(SETTINGS, overlap_seconds=120))
    city.put(case(1, NOW))
    await city.run()
    city.put(case(2, NOW - timedelta(seconds=100)), case(3, NOW - timedelta(seconds=200)))
    assert (await city.run()).new == 1
    assert (await city.run(full=True)).new == 1


@pytest.mark.parametrize("behind", [timedelta(hours=-3), timedelta(hours=3)], ids=str)
async def test_the_sources_clock_may_be_wrong(store: Store, behind: timedelta) -> None:
    city = City(store)
    city.put(case(1, city.now - behind), case(2, city.now - behind))
    await city.run()
    for status in (Status.IN_PROGRESS, Status.ANSWERED, Status.CLOSED):
        city.put(case(2, city.now - behind, status=status))
        await city.run()
        assert await city.mirrored() == city.expected()


async def test_a_time_in_the_future_does_not_hide_later_changes(store: Store) -> None:
    city = City(store)
    city.put(case(1, NOW), case(2, datetime(2099, 1, 1, tzinfo=UTC)))
    await city.run()
    city.put(case(1, NOW + timedelta(seconds=90), status=Status.CLOSED))
    city.now += timedelta(minutes=5)
    run = await city.run()
    assert (run.full, run.changed) == (False, 1)


async def test_rows_that_say_no_time_of_change_are_read_whole_each_time(store: Store) -> None:
    city = City(store)
    city.put(*(case(number, None) for number in range(5)))
    assert (await city.run()).full
    city.put(case(2, None, status=Status.CLOSED), case(9, None))
    del city.cases["4"]
    second = await city.run()
    assert (second.full, second.new, second.changed, second.unlisted) == (True, 1, 1, 1)
    assert await city.mirrored() == city.expected()


async def test_a_row_without_a_time_among_others_waits_for_the_next_full_pass(
    store: Store,
) -> None:
    city = City(store)
    city.put(case(1, NOW), case(2, None))
    await city.run()
    city.put(case(2, None, status=Status.CLOSED))
    assert (await city.run()).changed == 0
    city.now += timedelta(seconds=SETTINGS.full_every_seconds)
    run = await city.run()
    assert (run.full, run.changed) == (True, 1)


async def test_only_the_index_is_kept_and_asked_for_unless_somebody_decided_otherwise(
    store: Store,
) -> None:
    city = City(store)
    city.put(case(1, status_reason="Madame Alaoui a appelé"))
    await city.run()
    (row,) = await city.listed()
    assert (row.title, row.description, row.status_reason, row.language) == (None,) * 4
    assert (row.category, row.location) == ("Voirie", Location(area_code="MA-04"))
    assert city.asked[0].selection == Selection(fields=Holds.INDEX.fields)

    open_city = City(store, settings=replace(SETTINGS, holds=Holds.TEXTS))
    open_city.put(case(1))
    assert (await open_city.run(full=True)).changed == 1
    assert [row.title for row in await open_city.listed()] == ["شكاية 1"]

    assert (await city.run(full=True)).changed == 1
    assert [(row.title, row.version) for row in await city.listed()] == [(None, 3)]


async def test_what_a_source_tells_unasked_is_not_kept(store: Store) -> None:
    city = City(store)
    city.put(case(1))

    class Talkative(MemoryConnector):
        async def list(self, question: ListQuestion, call: Any) -> Page:
            return await super().list(replace(question, selection=EVERYTHING), call)

    city.asker = Asker(city.source, Talkative(city.cases.values(), source=CITY))
    await city.run()
    (row,) = await city.listed()
    assert (row.title, row.messages) == (None, None)


async def test_a_pass_that_dies_goes_on_where_it_stood(store: Store) -> None:
    city = City(store, WAYS["small-pages"])
    city.put(*(case(number) for number in range(20)))
    began = city.now + timedelta(minutes=1)
    city.fails_after = 3
    with pytest.raises(SourceUnavailable):
        await city.run()
    assert len(await city.listed()) == 9
    assert await store.mirror.states([CITY]) == []

    city.fails_after = None
    rest = await city.run()
    assert (rest.resumed, rest.began_at, rest.pages, rest.read) == (True, began, 4, 11)
    assert await city.mirrored() == city.expected()
    assert await store.mirror.states([CITY]) == [MirrorState(CITY, began)]
    assert not (await city.run()).resumed


async def test_an_interrupted_full_pass_unlists_nothing(store: Store) -> None:
    city = City(store, WAYS["small-pages"])
    city.put(*(case(number) for number in range(9)))
    await city.run()
    del city.cases["0"]
    city.fails_after = 2
    with pytest.raises(SourceUnavailable):
        await city.run(full=True)
    assert len(await city.listed()) == 9
    city.fails_after = None
    assert (await city.run(full=True)).unlisted == 1


async def test_a_list_that_was_cut_off_is_no_full_pass(store: Store) -> None:
    city = City(store, replace(BARE, max_page=5))
    city.put(*(case(number) for number in range(4)))
    await city.run()
    heard = await store.mirror.states([CITY])
    del city.cases["0"]
    city.put(*(case(number) for number in range(10, 20)))
    with pytest.raises(ConnectorError, match="at most 5 cases, and has more"):
        await city.run()
    assert "0" in {row.origin.source_id for row in await city.listed()}
    assert await store.mirror.states([CITY]) == heard


BARE = Capabilities(fields=FULL.fields)


async def test_a_place_that_the_source_forgot_is_begun_anew(store: Store) -> None:
    city = City(store, replace(WAYS["unsorted-by-token"], filters=NO_CHANGES))
    city.put(*(case(number) for number in range(12)))
    city.fails_after = 1
    with pytest.raises(SourceUnavailable):
        await city.run()
    city.fails_after = None
    forgetful = city.connector

    class Forgetful(MemoryConnector):
        async def list(self, question: ListQuestion, call: Any) -> Page:
            if question.token == "5":
                raise NotFound("this token is over")
            return await forgetful.list(question, call)

    city.asker = Asker(city.source, Forgetful(capabilities=city.capabilities, source=CITY))
    with pytest.raises(NotFound):
        await city.run()
    assert [question.token for question in city.asked] == [None]

    city.asker = Asker(city.source, forgetful)
    assert (await city.run()).resumed
    assert await city.mirrored() == city.expected()


async def test_a_row_that_slips_to_an_earlier_page_is_not_taken_for_gone(store: Store) -> None:
    """Offsets: a case that is closed while pages are read moves the others up by one."""
    city = City(store, replace(WAYS["unsorted-by-token"], filters=NO_CHANGES))
    city.put(*(case(number) for number in range(12)))
    await city.run()

    city.asker = Asker(city.source, _Shifting(city.connector))
    city.gets.clear()
    run = await city.run(full=True)
    assert (run.unlisted, run.unchanged) == (0, 12)
    assert city.gets == [("5",)]

    city.asker = Asker(city.source, city.connector)
    assert (await city.run(full=True)).unlisted == 1
    assert await city.mirrored() == city.expected()


async def test_a_row_that_slips_where_nothing_is_read_by_id_is_gone_when_missed_twice(
    store: Store,
) -> None:
    unsorted = replace(WAYS["unsorted-by-token"], filters=NO_CHANGES, get=None)
    city = City(store, unsorted)
    city.put(*(case(number) for number in range(12)))
    await city.run()
    city.asker = Asker(city.source, _Shifting(city.connector))
    assert (await city.run(full=True)).unlisted == 0
    city.asker = Asker(city.source, city.connector)
    assert [(await city.run(full=True)).unlisted for _ in range(2)] == [0, 1]
    assert await city.mirrored() == city.expected()


class _Shifting(MemoryConnector):
    """Loses its first case after the first page."""

    def __init__(self, inner: MemoryConnector) -> None:
        super().__init__(capabilities=inner.capabilities, source=CITY)
        self._inner = inner

    async def list(self, question: ListQuestion, call: Any) -> Page:
        page = await self._inner.list(question, call)
        if question.token is None:
            self._inner._cases.pop("0", None)
        return page

    async def get(self, ids: Any, selection: Selection, call: Any) -> Mapping[str, Complaint]:
        return await self._inner.get(ids, selection, call)


async def test_a_case_that_changes_while_pages_of_changes_are_read_hides_no_other(
    store: Store,
) -> None:
    city = City(store, WAYS["by-token"])
    city.put(*(case(number, NOW + timedelta(seconds=number)) for number in range(12)))
    await city.run()
    city.put(*(case(n, NOW + timedelta(seconds=20 + n), status=Status.CLOSED) for n in range(12)))
    inner = city.connector

    class Busy(MemoryConnector):
        moved = 0

        async def list(self, question: ListQuestion, call: Any) -> Page:
            page = await inner.list(question, call)
            if self.moved < 3:
                city.put(case(self.moved, NOW + timedelta(seconds=50 + self.moved)))
                self.moved += 1
            return page

    city.asker = Asker(city.source, Busy(capabilities=city.capabilities, source=CITY))
    run = await city.run()
    assert not run.full
    assert await city.mirrored() == city.expected()


async def test_a_change_behind_the_back_of_a_pass_is_met_by_the_next(store: Store) -> None:
    """Read newest first, the list has passed a case that changes, and meets a later change."""
    city = City(store, WAYS["changes-newest-first"])
    city.put(*(case(number, NOW, created_at=NOW - timedelta(days=number)) for number in range(9)))
    await city.run()
    inner = city.connector

    class Busy(MemoryConnector):
        async def list(self, question: ListQuestion, call: Any) -> Page:
            page = await inner.list(question, call)
            if not page.more:
                return page
            city.now += timedelta(seconds=30)
            city.put(changed(case(0, city.now, status=Status.CLOSED), created_at=NOW))
            city.now += timedelta(seconds=30)
            city.put(case(8, city.now, created_at=NOW - timedelta(days=8)))
            return page

    city.asker = Asker(city.source, Busy(capabilities=city.capabilities, source=CITY))
    await city.run(full=True)
    assert await city.mirrored() != city.expected()
    city.asker = Asker(city.source, inner)
    assert not (await city.run()).full
    assert await city.mirrored() == city.expected()


async def test_a_pass_asks_for_one_page_at_a_time_and_people_need_not_wait_for_it(
    sqlite_url: str,
) -> None:
    reading, release, asked = asyncio.Event(), asyncio.Event(), 0

    async def slow_lists(verb: str, _asked: object) -> None:
        nonlocal asked
        if verb == "list":
            asked += 1
            reading.set()
            await release.wait()

    async with aclosing(await Store.open(sqlite_url)) as store:
        city = City(store, WAYS["small-pages"])
        city.source = replace(city.source, guard=replace(GUARD, max_concurrent=2))
        connector = MemoryConnector(
            [case(number) for number in range(9)],
            capabilities=city.capabilities,
            source=CITY,
            before=slow_lists,
        )
        city.asker = Asker(city.source, connector)
        running = asyncio.create_task(city.run())
        await reading.wait()
        soon = Authority("person", asyncio.get_running_loop().time() + 2)
        answer = (await city.asker.get(["1"], Selection(), soon))["1"]
        assert isinstance(answer, Complaint)
        assert (asked, running.done()) == (1, False)
        release.set()
        assert (await running).pages == 3


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ({"records": ()}, "promises rows and sends none"),
        ({"next_token": None}, "repeats a page for ever"),
        ({"next_token": "a"}, "repeats a page for ever"),
        ({}, "repeats a page for ever"),
    ],
    ids=["nothing", "nowhere", "itself", "circle"],
)
async def test_a_list_without_an_end_is_given_up(
    sqlite_url: str, page: dict[str, Any], said: str
) -> None:
    class Endless(MemoryConnector):
        async def list(self, question: ListQuestion, call: Any) -> Page:
            round_and_round = {"a": "b", "b": "a"}.get(question.token or "", "a")
            usual = {"records": (case(1),), "next_token": round_and_round}
            return Page(**(usual | page), more=True, as_of=NOW)

    async with aclosing(await Store.open(sqlite_url)) as store:
        city = City(store, WAYS["unsorted-by-token"])
        city.asker = Asker(city.source, Endless(capabilities=city.capabilities, source=CITY))
        with pytest.raises(BadData, match=said):
            await city.run()


async def test_a_list_out_of_its_declared_order_is_refused(sqlite_url: str) -> None:
    class Disorderly(MemoryConnector):
        async def list(self, question: ListQuestion, call: Any) -> Page:
            page = await super().list(question, call)
            return replace(page, records=tuple(reversed(page.records)))

    async with aclosing(await Store.open(sqlite_url)) as store:
        city = City(store)
        city.asker = Asker(city.source, Disorderly([case(1), case(2)], source=CITY))
        with pytest.raises(BadData, match="does not keep its declared order"):
            await city.run()


async def test_a_case_of_another_agency_is_kept_nowhere(sqlite_url: str) -> None:
    async with aclosing(await Store.open(sqlite_url)) as store:
        city = City(store)
        city.put(case(1, agency_code=AgencyCode("other")))
        with pytest.raises(BadData):
            await city.run()
        assert await city.listed() == []


async def test_a_page_may_take_longer_than_a_persons_question(sqlite_url: str) -> None:
    async with aclosing(await Store.open(sqlite_url)) as store:
        city = City(store, settings=replace(SETTINGS, timeout_seconds=5))
        city.source = replace(city.source, guard=replace(GUARD, timeout_seconds=0.01))

        async def slow(_verb: str, _asked: object) -> None:
            await asyncio.sleep(0.05)

        connector = MemoryConnector([case(1)], source=CITY, before=slow)
        city.asker = Asker(city.source, connector)
        assert (await city.run()).new == 1
        with pytest.raises(SourceTimeout):
            await city.asker.guard.read(
                lambda call: connector.get(["1"], Selection(), call),
                deadline=asyncio.get_running_loop().time() + 5,
            )


async def test_two_runs_at_once_are_one(store: Store) -> None:
    city = City(store)
    reading, told = asyncio.Event(), asyncio.Event()

    async def held(_verb: str, _asked: object) -> None:
        if not reading.is_set():
            reading.set()
            await told.wait()

    city.asker = Asker(city.source, MemoryConnector([case(1)], source=CITY, before=held))
    async with asyncio.TaskGroup() as group:
        first = group.create_task(city.run())
        await reading.wait()
        with pytest.raises(MirrorBusy):
            await city.run()
        told.set()
    assert (first.result().read, first.result().new) == (1, 1)


async def test_pages_of_a_pass_are_spread_and_progress_is_told(store: Store) -> None:
    city = City(store, WAYS["small-pages"], replace(SETTINGS, per_second=20))
    city.put(*(case(number) for number in range(9)))
    heard: list[Synced] = []
    began = asyncio.get_running_loop().time()
    run = await city.run(told=heard.append)
    assert asyncio.get_running_loop().time() - began >= (run.pages - 1) / 20
    assert heard[-1] == run
    assert [each.read for each in heard] == sorted(each.read for each in heard)


async def test_many_rows_in_one_page_are_kept_in_parts(sqlite_url: str) -> None:
    async with aclosing(await Store.open(sqlite_url)) as store:
        city = City(store, replace(BARE, max_page=2000))
        city.put(*(case(number) for number in range(1200)))
        run = await city.run()
        assert (run.pages, run.new, run.read) == (1, 1200, 1200)
        assert len(await city.listed()) == 1000
