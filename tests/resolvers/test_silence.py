"""Sources that hang, fail or hold back: the answer comes in time, with everyone else's rows."""

import asyncio
from dataclasses import replace

from connectors.contract.capabilities import GetCapability
from connectors.contract.connector import Call
from connectors.contract.query import (
    EVERYTHING,
    Child,
    ComplaintQuery,
    Condition,
    Field,
    ListQuestion,
    Op,
    Page,
)
from connectors.contract.records import STORE, SourceId
from connectors.memory import MemoryConnector
from connectors.memory.full import FULL
from resolvers.asking import Asker
from resolvers.outcome import ComplaintPage, SourceOutcome, SourceStatus
from resolvers.registry import GuardSettings, SyncSettings
from tests.resolvers.clockwork import run
from tests.resolvers.world import World, expected, ids, make_world

CITY, TOWN = SourceId("city"), SourceId("town")
LATE = replace(FULL, children=frozenset(), get=GetCapability(9, frozenset(Child)))


def now() -> float:
    return asyncio.get_running_loop().time()


def outcomes(page: ComplaintPage) -> dict[str, SourceOutcome]:
    return {each.source: each for each in page.sources}


def others(world: World, *silent: SourceId) -> list[str]:
    rows = [each for each in world.records if each.origin.source not in silent]
    return expected(rows, ComplaintQuery())


def test_with_one_source_hanging_and_one_failing_the_page_is_there_before_the_deadline() -> None:
    async def scenario() -> None:
        world = make_world({"city": FULL, "town": FULL, "village": FULL}, each=5)
        world.weather.hanging = {CITY}
        world.weather.down = {TOWN}
        start = now()
        page = await world.page(first=50, seconds=3)
        assert now() - start < 3
        assert ids([page]) == others(world, CITY, TOWN)
        told = outcomes(page)
        assert {source: each.status for source, each in told.items()} == {
            "store": SourceStatus.OK,
            "mirrored": SourceStatus.OK,
            "village": SourceStatus.OK,
            "city": SourceStatus.TIMEOUT,
            "town": SourceStatus.UNAVAILABLE,
        }
        assert told["city"].missed_before
        assert told["town"].missed_before
        for asker in world.engine.askers.values():
            assert asker.guard._permits._value == asker.source.guard.max_concurrent
            assert not asker.guard._record.trial

    run(scenario())


def test_a_call_that_does_not_let_itself_be_cancelled_is_left_behind() -> None:
    class Stubborn(MemoryConnector):
        async def list(self, question: ListQuestion, call: Call) -> Page:
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                await asyncio.sleep(100)
            raise AssertionError

    async def scenario() -> None:
        world = make_world({"city": FULL}, each=5)
        source = world.engine.registry.sources[CITY]
        world.engine.askers[CITY] = Asker(source, Stubborn())  # type: ignore[index]
        start = now()
        page = await world.page(first=50, seconds=1)
        assert now() - start < 1
        assert outcomes(page)["city"].status is SourceStatus.TIMEOUT
        assert ids([page]) == others(world, CITY)
        await asyncio.sleep(200)

    run(scenario())


def test_a_caller_who_leaves_takes_every_call_along() -> None:
    async def scenario() -> None:
        world = make_world({"city": FULL, "town": LATE}, each=5)
        world.weather.hanging = {CITY, TOWN}
        asking = asyncio.create_task(world.page(first=50, selection=EVERYTHING))
        await asyncio.sleep(1)
        asking.cancel()
        await asyncio.wait([asking])
        world.weather.hanging = set()
        assert (await world.page(first=50)).complete

    run(scenario())


def test_a_hanging_list_leaves_time_for_the_children_of_the_others() -> None:
    async def scenario() -> None:
        guard = GuardSettings(retries=0, timeout_seconds=60)
        world = make_world({"city": FULL, "town": LATE}, each=5, guard=guard)
        world.weather.hanging = {CITY}
        page = await world.page(first=50, selection=EVERYTHING, seconds=3)
        assert outcomes(page)["town"].status is SourceStatus.OK
        town = [edge.node for edge in page.edges if edge.node.origin.source == TOWN]
        assert [each.events is None for each in town] == [False] * 5

    run(scenario())


def test_children_that_do_not_come_are_told_and_older_ones_are_stale() -> None:
    async def scenario() -> None:
        world = make_world({"town": LATE}, each=5)
        lists_only = world.engine.askers[TOWN]
        await world.page(first=50, selection=EVERYTHING)
        gets_fail = world.weather.over(TOWN)

        async def before(verb: str, asked: object) -> None:
            world.weather.down = {TOWN} if verb == "get" else set()
            await gets_fail(verb, asked)

        lists_only._connector._before = before  # type: ignore[attr-defined]
        page = await world.page(first=50, selection=EVERYTHING)
        assert outcomes(page)["town"].status is SourceStatus.STALE
        fewer = replace(EVERYTHING, children=frozenset({Child.EVENTS}))
        page = await world.page(first=50, selection=fewer)
        told = outcomes(page)["town"]
        assert (told.status, told.rows) == (SourceStatus.UNAVAILABLE, 5)
        assert told.missed_before is None
        assert not page.complete

    run(scenario())


def test_a_list_that_failed_is_not_covered_up_by_its_children() -> None:
    async def scenario() -> None:
        few = replace(LATE, max_page=2, get=GetCapability(1, frozenset(Child)))
        guard = GuardSettings(retries=0, detail_calls=1, breaker_failures=99, per_second=1e6)
        world = make_world({"town": few}, each=5, guard=guard)
        lists = 0

        async def before(verb: str, asked: object) -> None:
            nonlocal lists
            lists += verb == "list"
            world.weather.down = {TOWN} if verb == "list" and lists == 2 else set()
            await world.weather.over(TOWN)(verb, asked)

        town = [each for each in world.records if each.origin.source == TOWN]
        world.hold(TOWN, town, before=before)
        page = await world.page(first=50, selection=EVERYTHING)
        told = outcomes(page)["town"]
        assert (told.status, told.rows) == (SourceStatus.UNAVAILABLE, 2)
        assert told.missed_before is not None

    run(scenario())


def test_a_silent_store_is_silent_for_what_it_mirrors_too() -> None:
    async def scenario() -> None:
        world = make_world({"city": FULL}, each=5)
        world.weather.down = {STORE}
        world.mirrors.broken = True
        page = await world.page(first=50)
        assert ids([page]) == others(world, STORE, SourceId("mirrored"))
        told = outcomes(page)
        for source in ("store", "mirrored"):
            assert told[source].status is SourceStatus.UNAVAILABLE
            assert told[source].missed_before is not None
        world.weather.down = set()
        page = await world.page(first=50)
        assert outcomes(page)["store"].status is SourceStatus.OK
        assert outcomes(page)["mirrored"].status is SourceStatus.UNAVAILABLE
        assert outcomes(page)["mirrored"].rows == 5

    run(scenario())


async def test_what_the_store_missed_on_an_earlier_page_the_mirrors_missed_too() -> None:
    world = make_world({"city": FULL}, each=5)
    world.weather.down = {STORE}
    first = await world.page(first=2)
    world.weather.down = set()
    told = outcomes(await world.page(first=50, after=first.page_info.end_cursor))
    for source in ("store", "mirrored"):
        assert told[source].status is SourceStatus.OK
        assert told[source].missed_before is not None
    assert told["city"].missed_before is None


async def test_what_a_mirror_does_not_hold_is_named() -> None:
    world = make_world({}, each=2)
    source = world.engine.registry.sources[SourceId("mirrored")]
    world.engine.registry.sources[source.id] = replace(  # type: ignore[index]
        source, capabilities=replace(FULL, fields=FULL.fields - {"title"})
    )
    told = outcomes(await world.page(selection=EVERYTHING))
    assert told["store"].fields_missing == ()
    assert told["mirrored"].fields_missing == ("title",)
    # Not for the children either is the agency asked.
    assert {source for source, _, _ in world.weather.calls} == {STORE}


async def test_a_mirror_that_keeps_no_words_takes_no_part_in_a_search_for_them() -> None:
    world = make_world({}, each=2)
    source = world.engine.registry.sources[SourceId("mirrored")]
    world.engine.registry.sources[source.id] = replace(source, sync=SyncSettings())  # type: ignore[index]
    told = outcomes(await world.page(selection=EVERYTHING))
    assert {"title", "description"} < set(told["mirrored"].fields_missing)
    words = ComplaintQuery(where=(Condition(Field.TEXT, Op.CONTAINS, ("route",)),))
    searched = outcomes(await world.page(words))
    assert searched["mirrored"].status is SourceStatus.UNSUPPORTED_FILTER
    assert searched["store"].status is SourceStatus.OK
