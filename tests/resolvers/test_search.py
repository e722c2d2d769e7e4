"""One question over many systems: cost, silence, age and who may ask."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract.errors import (
    BadData,
    ConnectorError,
    RateLimited,
    SourceTimeout,
    SourceUnavailable,
    Unauthorized,
)
from connectors.contract.query import (
    EVERYTHING,
    Child,
    ComplaintQuery,
    Condition,
    Field,
    ListQuestion,
    Op,
    Selection,
    Total,
)
from connectors.contract.records import STORE, AgencyCode, Mode, SourceId
from connectors.memory import MemoryConnector
from connectors.memory.full import FULL
from resolvers.agencies import Agencies
from resolvers.asking import Asker
from resolvers.outcome import ComplaintPage, Forbidden, OnSourceFailure, SourcesFailed, SourceStatus
from resolvers.policy import ANONYMOUS, Role, Viewer
from resolvers.reader import Limits
from resolvers.registry import GuardSettings
from tests.resolvers.clockwork import run
from tests.resolvers.world import KINDS_OF_SOURCE, LIST_ONLY, NOON, World, expected, ids, make_world

CITY = SourceId("city")


def status(page: ComplaintPage) -> dict[str, SourceStatus]:
    return {outcome.source: outcome.status for outcome in page.sources}


def replace_asker(world: World, connector: object) -> None:
    source = world.engine.registry.sources[CITY]
    world.engine.askers[CITY] = Asker(source, connector)  # type: ignore[index, arg-type]


class Failing(MemoryConnector):
    def __init__(self, error: ConnectorError) -> None:
        super().__init__()
        self.error = error

    async def list(self, question: ListQuestion, call: object) -> object:  # type: ignore[override]
        raise self.error


async def test_a_page_costs_one_call_for_each_live_source_and_one_for_the_store() -> None:
    live = {f"live-{n}": FULL for n in range(5)}
    world = make_world(live)
    await world.page(first=20)
    asked = [source for source, _, _ in world.weather.calls]
    assert sorted(asked) == sorted([STORE, *live])


async def test_only_the_sources_of_the_agencies_asked_about_are_called() -> None:
    world = make_world({"a": FULL, "b": FULL})
    one = Condition(Field.AGENCY, Op.IN, frozenset({AgencyCode("b-agency")}))
    page = await world.page(ComplaintQuery((one,)))
    # The store too: what was filed here for that agency may not be delivered yet.
    assert {source for source, _, _ in world.weather.calls} == {"b", STORE}
    assert {edge.node.agency_code for edge in page.edges} == {"b-agency"}


async def test_nothing_is_asked_for_that_was_not_selected() -> None:
    world = make_world({"city": FULL})
    page = await world.page(selection=Selection(fields=frozenset({"title"})))
    for _, _, question in world.weather.calls:
        assert isinstance(question, ListQuestion)
        assert question.selection.fields == {"title", "created_at"}
        assert not question.selection.children
        assert not question.selection.total
    assert page.total_count is None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SourceUnavailable("x"), SourceStatus.UNAVAILABLE),
        (SourceTimeout("x"), SourceStatus.TIMEOUT),
        (Unauthorized("x"), SourceStatus.UNAUTHORIZED),
        (RateLimited("x", retry_after=99), SourceStatus.RATE_LIMITED),
        (BadData("x"), SourceStatus.BAD_DATA),
    ],
)
async def test_a_silent_source_is_named_and_the_others_rows_all_come(
    error: ConnectorError, told: SourceStatus
) -> None:
    world = make_world({"city": FULL, "town": FULL}, each=5)
    replace_asker(world, Failing(error))
    page = await world.page(first=50)
    assert status(page) == {
        "store": SourceStatus.OK,
        "mirrored": SourceStatus.OK,
        "town": SourceStatus.OK,
        "city": told,
    }
    assert len(page.edges) == 15
    assert not page.complete
    silent = next(each for each in page.sources if each.source == CITY)
    assert silent.error is not None
    assert silent.error.code == error.code
    assert silent.error.retry_after == error.retry_after
    assert silent.missed_before is not None


async def test_a_slow_source_does_not_hold_the_answer_beyond_the_deadline() -> None:
    world = make_world({"city": FULL}, each=5)

    async def hang(verb: str, asked: object) -> None:
        await asyncio.Event().wait()

    replace_asker(world, MemoryConnector(before=hang))
    start = asyncio.get_running_loop().time()
    page = await world.page(first=50, seconds=0.2)
    assert asyncio.get_running_loop().time() - start < 1
    assert status(page)["city"] is SourceStatus.TIMEOUT
    assert len(page.edges) == 10


async def test_what_a_source_last_said_is_served_as_stale_with_its_age() -> None:
    world = make_world({"city": FULL}, each=5)
    fresh = await world.page(first=50)
    world.weather.down = {CITY}
    old = await world.page(first=50)
    assert ids([old]) == ids([fresh])
    assert status(old)["city"] is SourceStatus.STALE
    assert not old.complete
    outcome = next(each for each in old.sources if each.source == CITY)
    before = next(each for each in fresh.sources if each.source == CITY)
    assert outcome.as_of == before.as_of
    assert {edge.node.origin.stale for edge in old.edges if edge.node.origin.source == CITY} == {
        True
    }


async def test_a_stale_answer_never_crosses_from_one_viewer_to_another() -> None:
    world = make_world({"city": FULL}, each=5)
    await world.page(first=50)
    world.weather.down = {CITY}
    officer = Viewer(Role.OFFICER, "o", frozenset({AgencyCode("city-agency")}))
    page = await world.page(first=50, viewer=officer)
    assert status(page)["city"] is SourceStatus.UNAVAILABLE
    assert not page.edges


def test_a_declared_lifetime_spares_the_call_unless_a_younger_answer_is_wanted() -> None:
    async def scenario() -> None:
        world = make_world(
            {"city": FULL}, guard=GuardSettings(lifetime_seconds=60, per_second=1e6, retries=0)
        )
        for _ in range(3):
            await world.page()
            await asyncio.sleep(10)
        assert world.weather.count("city") == 1
        await world.page(max_age=31)
        assert world.weather.count("city") == 1
        await world.page(max_age=30)
        assert world.weather.count("city") == 2
        await world.page(max_age=0)
        assert world.weather.count("city") == 3
        await asyncio.sleep(60)
        await world.page(max_age=3600)
        assert world.weather.count("city") == 4
        # The store is not a memory of answers: it is asked for every page.
        assert world.weather.count("store") == 7

    run(scenario())


def test_an_answer_is_served_as_stale_for_a_day_and_not_longer() -> None:
    async def scenario() -> None:
        world = make_world({"city": FULL}, each=2)
        await world.page()
        world.weather.down = {CITY}
        await asyncio.sleep(86_399)
        assert status(await world.page(max_age=1))["city"] is SourceStatus.STALE
        await asyncio.sleep(1)
        assert status(await world.page())["city"] is SourceStatus.UNAVAILABLE

    run(scenario())


def test_a_joined_call_holds_nobody_beyond_the_own_deadline() -> None:
    async def scenario() -> None:
        world = make_world({"city": FULL}, each=2, guard=GuardSettings(timeout_seconds=60))
        world.weather.hanging = {CITY}
        patient = asyncio.create_task(world.page(seconds=30))
        await asyncio.sleep(1)
        start = asyncio.get_running_loop().time()
        assert status(await world.page(seconds=2))["city"] is SourceStatus.TIMEOUT
        assert asyncio.get_running_loop().time() - start < 2
        assert world.weather.count("city") == 1
        assert not patient.done()
        await patient

    run(scenario())


async def test_services_of_one_source_are_asked_for_once_for_all_its_agencies() -> None:
    world = make_world({"city": FULL})
    agencies = Agencies(world.engine.registry, world.engine.askers)
    soon = asyncio.get_running_loop().time() + 5
    code = AgencyCode("city-agency")
    await asyncio.gather(*(agencies.services(code, deadline=soon) for _ in range(5)))
    assert world.weather.count("city", "services") == 1


async def test_equal_questions_at_the_same_time_share_one_call() -> None:
    world = make_world({"city": FULL})
    pages = await asyncio.gather(*(world.page(first=5) for _ in range(10)))
    assert len({tuple(ids([page])) for page in pages}) == 1
    assert [source for source, _, _ in world.weather.calls].count(CITY) == 1


async def test_a_source_may_be_asked_each_question_by_itself() -> None:
    guard = GuardSettings(share_calls=False, max_concurrent=10, per_second=1e6)
    world = make_world({"city": FULL}, guard=guard)
    pages = await asyncio.gather(*(world.page(first=5) for _ in range(10)))
    assert len({tuple(ids([page])) for page in pages}) == 1
    assert [source for source, _, _ in world.weather.calls].count(CITY) == 10


async def test_the_first_to_leave_does_not_cancel_a_shared_call() -> None:
    world = make_world({"city": FULL}, each=5)
    release = asyncio.Event()

    async def wait(verb: str, asked: object) -> None:
        await release.wait()

    replace_asker(world, MemoryConnector(before=wait))
    leaver = asyncio.create_task(world.page())
    stayer = asyncio.create_task(world.page())
    await asyncio.sleep(0.01)
    leaver.cancel()
    await asyncio.sleep(0)
    release.set()
    assert status(await stayer)["city"] is SourceStatus.OK


async def test_a_caller_who_wants_all_or_nothing_gets_nothing_and_the_names() -> None:
    world = make_world({"city": FULL})
    assert (await world.page(on_failure=OnSourceFailure.FAIL)).complete
    world.weather.down = {CITY}
    with pytest.raises(SourcesFailed, match="city"):
        await world.page(on_failure=OnSourceFailure.FAIL, first=3)


async def test_a_mirror_tells_its_age_and_is_stale_beyond_the_age_wanted() -> None:
    world = make_world({})
    assert status(await world.page())["mirrored"] is SourceStatus.OK
    assert status(await world.page(max_age=60))["mirrored"] is SourceStatus.STALE
    world.mirrors.heard.clear()
    assert status(await world.page())["mirrored"] is SourceStatus.UNAVAILABLE


async def test_totals_add_up_and_say_when_they_are_not_exact() -> None:
    world = make_world({"city": FULL}, each=7)
    wanted = replace(LIST_ONLY, total=True)
    total = (await world.page(first=2, selection=wanted)).total_count
    assert total is not None
    assert (total.value, total.exact) == (21, True)
    # What is sorted here was read whole, and so counted.
    world = make_world({"city": KINDS_OF_SOURCE["bare"]}, each=7)
    assert (await world.page(first=2, selection=wanted)).total_count == Total(21, exact=True)
    silent = replace(FULL, total=None)
    world = make_world({"city": silent}, each=7)
    assert (await world.page(first=2, selection=wanted)).total_count == Total(14, exact=False)
    assert (await world.page(first=50, selection=wanted)).total_count == Total(21, exact=True)


async def test_a_filter_that_is_looked_at_again_here_counts_what_was_read() -> None:
    blunt = replace(FULL, filters={}, max_page=10)
    world = make_world({"city": blunt}, each=30)
    query = ComplaintQuery((Condition(Field.AREA, Op.IN, frozenset({"MA-01"})),))
    wanted = replace(LIST_ONLY, total=True)
    part = (await world.page(query, first=1, selection=wanted)).total_count
    whole = (await world.page(query, first=50, selection=wanted)).total_count
    assert part is not None
    assert not part.exact
    assert whole == Total(len(expected(world.records, query)), exact=True)


async def test_a_total_without_a_source_or_from_an_old_answer_is_not_exact() -> None:
    world = make_world({"city": FULL}, each=7)
    wanted = replace(LIST_ONLY, total=True)
    await world.page(first=2, selection=wanted)
    world.weather.down = {CITY}
    assert (await world.page(first=2, selection=wanted)).total_count == Total(21, exact=False)
    assert (await world.page(first=3, selection=wanted)).total_count == Total(14, exact=False)
    world.weather.down = set()
    world.mirrors.heard.clear()
    assert (await world.page(first=3, selection=wanted)).total_count == Total(21, exact=False)


async def test_a_source_left_out_makes_the_total_not_exact() -> None:
    blind = replace(FULL, filters={}, fields=FULL.fields - {"due_at"})
    world = make_world({"city": blind}, each=7)
    query = ComplaintQuery((Condition(Field.DUE, Op.LT, NOON + timedelta(days=9)),))
    page = await world.page(query, selection=replace(LIST_ONLY, total=True))
    rows = [each for each in world.records if each.due_at and each.origin.source != CITY]
    assert page.total_count == Total(len(rows), exact=False)


@pytest.mark.parametrize("kind", ["bare", "unsorted-by-token"])
async def test_more_rows_than_the_sort_buffer_exclude_the_source_by_name(kind: str) -> None:
    world = make_world({"city": KINDS_OF_SOURCE[kind]}, each=30, limits=Limits(sort_buffer=20))
    page = await world.page(first=50)
    assert status(page)["city"] is SourceStatus.UNSUPPORTED_ORDER
    assert {edge.node.origin.source for edge in page.edges} == {"store", "mirrored"}
    # Asking again would not change it.
    assert {each.missed_before for each in page.sources} == {None}


async def test_a_source_that_tells_one_page_and_has_more_is_truncated() -> None:
    short = replace(KINDS_OF_SOURCE["one-page"], max_page=8)
    world = make_world({"city": short}, each=30)
    page = await world.page(first=50)
    assert status(page)["city"] is SourceStatus.TRUNCATED
    assert sum(edge.node.origin.source == CITY for edge in page.edges) == 8
    assert {each.missed_before for each in page.sources} == {None}
    assert not page.complete


async def test_a_spent_row_budget_ends_the_page_early_and_loses_nothing() -> None:
    blunt = replace(FULL, filters={}, max_page=5)
    world = make_world({"city": blunt}, each=60, limits=Limits(row_budget=10))
    query = ComplaintQuery((Condition(Field.AREA, Op.IN, frozenset({"MA-01"})),))
    pages = await world.walk(query, first=50)
    early = {each.source for page in pages for each in page.sources if each.ended_early}
    assert early == {CITY}
    assert all(page.complete for page in pages)
    matching = [
        record
        for record in world.records
        if record.location and record.location.area_code == "MA-01"
    ]
    assert sorted(ids(pages)) == sorted(record.id for record in matching)


async def test_children_that_no_list_brings_come_by_key_in_one_batch() -> None:
    listless = replace(FULL, children=frozenset())
    world = make_world({"city": listless}, each=30)
    await world.page(first=50, selection=EVERYTHING)
    gets = [asked for source, verb, asked in world.weather.calls if verb == "get"]
    assert len(gets) == 1


async def test_single_reads_stop_at_the_calls_allowed_and_the_outcome_says_so() -> None:
    assert FULL.get is not None
    single = replace(FULL, children=frozenset(), get=replace(FULL.get, max_batch=1))
    world = make_world(
        {"city": single},
        each=30,
        guard=GuardSettings(detail_calls=4, per_second=1e6, retries=0),
    )
    city = Condition(Field.AGENCY, Op.IN, frozenset({AgencyCode("city-agency")}))
    page = await world.page(
        ComplaintQuery((city,)), first=20, selection=Selection(children=frozenset({Child.EVENTS}))
    )
    assert sum(verb == "get" for _, verb, _ in world.weather.calls) == 4
    assert status(page)["city"] is SourceStatus.TRUNCATED
    assert not page.complete


async def test_an_anonymous_caller_gets_no_list() -> None:
    with pytest.raises(Forbidden, match="reference and tracking code"):
        await make_world({}).page(viewer=ANONYMOUS)


async def test_an_officer_sees_the_cases_of_the_own_agencies_only() -> None:
    world = make_world({"city": FULL}, each=5)
    officer = Viewer(Role.OFFICER, "o", frozenset({AgencyCode("city-agency")}))
    page = await world.page(viewer=officer)
    assert {edge.node.agency_code for edge in page.edges} == {"city-agency"}
    other = next(r for r in world.records if r.origin.mode is Mode.OWN)
    own = next(r for r in world.records if r.origin.source == CITY)
    found = await world.complaints.get(
        officer, [other.id, own.id], LIST_ONLY, deadline=asyncio.get_running_loop().time() + 5
    )
    assert set(found) == {own.id}


async def test_a_source_that_answers_with_anothers_case_is_not_believed() -> None:
    world = make_world({"city": FULL}, each=5)
    stranger = next(r for r in world.records if r.origin.source == STORE)
    replace_asker(world, MemoryConnector([stranger]))
    assert status(await world.page())["city"] is SourceStatus.BAD_DATA
