"""The plan says, without any I/O, who is asked what; and prints just that."""

from dataclasses import replace

from connectors.contract.capabilities import GetCapability
from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    Child,
    ComplaintQuery,
    Condition,
    Direction,
    Field,
    ListQuestion,
    Op,
    Order,
    Selection,
)
from connectors.contract.records import AgencyCode
from connectors.memory.full import FULL
from resolvers.outcome import SourceStatus
from resolvers.plan import Plan
from tests.resolvers.world import BARE, LIST_ONLY, NOON, SUPERVISOR, World, make_world

OVERDUE = Condition(Field.OVERDUE, Op.AS_OF, NOON.replace(hour=22))


def planned(world: World, query: ComplaintQuery, selection: Selection = LIST_ONLY) -> Plan:
    return world.complaints.plan(SUPERVISOR, query, selection)


def excluded(plan: Plan) -> dict[str, SourceStatus]:
    return {each.source.id: each.status for each in plan.excluded}


async def test_a_plan_reads_as_what_is_then_done() -> None:
    by_created = replace(
        FULL,
        filters={(Field.STATUS, Op.IN): FULL.filters[Field.STATUS, Op.IN]},
        orders=frozenset({Order()}),
        max_page=50,
        children=frozenset(),
        get=GetCapability(max_batch=10, children=frozenset({Child.MESSAGES})),
        fields=FULL.fields - {"location"},
    )
    nothing = replace(FULL, fields=frozenset({"created_at"}), filters={}, orders=frozenset())
    world = make_world({"city": by_created, "town": BARE, "village": nothing})
    query = ComplaintQuery(
        (
            Condition(Field.STATUS, Op.IN, frozenset(Status)),
            Condition(Field.TEXT, Op.CONTAINS, ("route",)),
        )
    )
    selection = Selection(
        fields=frozenset({"title", "location"}), children=frozenset({Child.MESSAGES, Child.EVENTS})
    )
    assert planned(world, query, selection).explain() == (
        """\
order CREATED DESC, then source, source id
city: memory, LIVE
  asks      STATUS in [ACKNOWLEDGED, ANSWERED, AWAITING_COMPLAINANT, AWAITING_THIRD_PARTY, \
CLOSED, … 7 more]
  rechecks  TEXT contains route
  reads     sorted there, pages by key of up to 50
  then gets messages by key
  lacks     events, location
store: store, OWN
  asks      AGENCY in [city-agency, mirrored-agency, own-agency, village-agency] and STATUS in \
[ACKNOWLEDGED, ANSWERED, AWAITING_COMPLAINANT, AWAITING_THIRD_PARTY, CLOSED, … 7 more] and TEXT \
contains route
  reads     sorted there, pages by key of up to 1000
  also for  what was filed here and is not delivered yet
  also for  mirrored (mirrored here, not asked)
town: memory, LIVE
  rechecks  STATUS in [ACKNOWLEDGED, ANSWERED, AWAITING_COMPLAINANT, AWAITING_THIRD_PARTY, \
CLOSED, … 7 more] and TEXT contains route
  reads     sorted here, within the buffer, one page of up to 1000
  lacks     events, messages
village: UNSUPPORTED_FILTER (it neither filters by TEXT nor supplies it)"""
    )
    await world.page(query, selection=selection)
    asked = {
        source: question
        for source, _, question in world.weather.calls
        if isinstance(question, ListQuestion)
    }
    assert set(asked) == {"city", "store", "town"}
    assert [len(asked[each].where) for each in ("city", "store", "town")] == [1, 3, 0]  # type: ignore[index]


def test_a_source_is_told_its_agencies_only_if_not_all_are_asked_about() -> None:
    world = make_world({"city": replace(FULL, files=None)})
    one = Condition(Field.AGENCY, Op.IN, frozenset({AgencyCode("city-agency")}))
    (step,) = planned(world, ComplaintQuery((one,))).steps
    assert (step.pushed, step.residual) == ((), ())
    source = replace(step.source, agencies=(AgencyCode("city-agency"), AgencyCode("other")))
    world.engine.registry.sources[step.source.id] = source  # type: ignore[index]
    (step,) = planned(world, ComplaintQuery((one,))).steps
    assert step.pushed == (one,)


def test_thousands_of_own_and_mirrored_agencies_are_one_step() -> None:
    world = make_world({})
    some = next(iter(world.engine.registry.agencies.values()))
    world.engine.registry.agencies.update(  # type: ignore[attr-defined]
        {AgencyCode(f"a{n}"): some for n in range(1700)}
    )
    (step,) = planned(world, ComplaintQuery()).steps
    assert step.source.id == "store"
    (agencies,) = step.pushed
    assert len(agencies.value) == 1702


def test_overdue_and_due_are_looked_at_here_where_a_source_supplies_due_and_excluded_else() -> None:
    filters = {
        key: how for key, how in FULL.filters.items() if key[0] not in {Field.DUE, Field.OVERDUE}
    }
    tells = replace(FULL, filters=filters)
    silent = replace(tells, fields=FULL.fields - {"due_at"})
    world = make_world({"tells": tells, "silent": silent, "filters": FULL})
    for condition in (OVERDUE, Condition(Field.DUE, Op.LT, NOON)):
        plan = planned(world, ComplaintQuery((condition,)))
        assert excluded(plan) == {"silent": SourceStatus.UNSUPPORTED_FILTER}
        residual = {step.source.id: step.residual for step in plan.steps}
        assert residual == {"store": (), "tells": (condition,), "filters": ()}
        needed = next(step.selection.fields for step in plan.steps if step.source.id == "tells")
        assert "due_at" in needed


def test_an_order_is_sorted_here_where_its_time_is_supplied_and_excludes_else() -> None:
    tells = replace(FULL, orders=frozenset({Order()}))
    silent = replace(tells, fields=FULL.fields - {"due_at"})
    world = make_world({"tells": tells, "silent": silent})
    plan = planned(world, ComplaintQuery(order=Order(Field.DUE, Direction.ASC)))
    assert excluded(plan) == {"silent": SourceStatus.UNSUPPORTED_ORDER}
    assert {step.source.id: step.sorting.value for step in plan.steps} == {
        "store": "SOURCE",
        "tells": "BUFFER",
    }


async def test_a_filter_on_what_a_mirror_does_not_hold_excludes_the_mirrored_source() -> None:
    world = make_world({})
    sources = world.engine.registry.sources
    mirrored = next(each for each in sources.values() if each.id == "mirrored")
    blind = replace(mirrored, capabilities=replace(FULL, fields=FULL.fields - {"due_at"}))
    sources[mirrored.id] = blind  # type: ignore[index]
    plan = planned(world, ComplaintQuery((OVERDUE,)))
    assert excluded(plan) == {"mirrored": SourceStatus.UNSUPPORTED_FILTER}
    assert plan.mirrored == ()
    page = await world.page(ComplaintQuery((OVERDUE,)))
    assert {each.source: each.status for each in page.sources} == {
        "store": SourceStatus.OK,
        "mirrored": SourceStatus.UNSUPPORTED_FILTER,
    }
    assert {edge.node.origin.source for edge in page.edges} == {"store"}
    assert not page.complete
    only = Condition(Field.AGENCY, Op.IN, frozenset({AgencyCode("mirrored-agency")}))
    assert planned(world, ComplaintQuery((OVERDUE, only))).steps == ()
