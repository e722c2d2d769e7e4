"""Cases by id: one batch for each source, matched by key, and nobody fails for another."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from connectors.contract.capabilities import GetCapability
from connectors.contract.connector import Call
from connectors.contract.errors import BadData, ConnectorError, NotSupported, SourceUnavailable
from connectors.contract.query import EVERYTHING, Child, Selection
from connectors.contract.records import STORE, AgencyCode, Complaint, Mode, SourceId
from connectors.memory import MemoryConnector
from connectors.memory.full import FULL
from resolvers.asking import Asker
from resolvers.batching import Loaders
from resolvers.policy import ANONYMOUS, Role, Viewer
from resolvers.receipt import draw_reference
from tests.resolvers.clockwork import run
from tests.resolvers.world import LIST_ONLY, SUPERVISOR, World, make_world

CITY, TOWN, MIRRORED = SourceId("city"), SourceId("town"), SourceId("mirrored")


def soon() -> float:
    return asyncio.get_running_loop().time() + 5


async def get(
    world: World, ids: list[str], selection: Selection = LIST_ONLY, viewer: Viewer = SUPERVISOR
) -> dict[str, Complaint | ConnectorError]:
    return dict(await world.complaints.get(viewer, ids, selection, deadline=soon()))


def held_by(world: World, source: str) -> list[str]:
    return [each.id for each in world.records if each.origin.source == source]


async def test_one_batch_for_each_source_whatever_the_sequence_and_repeats() -> None:
    world = make_world({"city": FULL, "town": FULL}, each=4)
    ids = [each.id for each in world.records]
    mixed = [*reversed(ids), *ids]
    found = await get(world, mixed)
    assert set(found) == set(ids)
    assert all(isinstance(found[each], Complaint) and found[each].id == each for each in ids)
    gets = sorted(source for source, verb, _ in world.weather.calls if verb == "get")
    assert gets == [CITY, MIRRORED, STORE, TOWN]


async def test_no_batch_is_larger_than_the_source_takes_and_all_are_under_way_at_once() -> None:
    small = replace(FULL, get=GetCapability(max_batch=2, children=frozenset(Child)))
    world = make_world({"city": small}, each=5)
    gate = asyncio.Event()
    asked: list[object] = []

    async def before(verb: str, ids: object) -> None:
        asked.append(ids)
        if len(asked) == 3:
            gate.set()
        await gate.wait()

    world.hold(CITY, [each for each in world.records if each.origin.source == CITY], before=before)
    assert len(await get(world, held_by(world, "city"))) == 5
    assert [len(ids) for ids in asked] == [2, 2, 1]  # type: ignore[arg-type]


async def test_the_ledger_is_asked_once_for_cases_that_never_passed_it() -> None:
    world = make_world({"city": FULL}, each=3)
    of, asked = world.register.of, list[object]()

    async def counted(places: Any, selection: Selection) -> Any:
        asked.append(places)
        return await of(places, selection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.register, "of", counted)
        assert len(await get(world, held_by(world, "city"))) == 3
    assert len(asked) == 1


async def test_a_source_that_fails_costs_only_its_own_ids() -> None:
    world = make_world({"city": FULL, "town": FULL}, each=3)
    world.weather.down = {CITY}
    found = await get(world, [each.id for each in world.records])
    failed = {each for each, answer in found.items() if isinstance(answer, ConnectorError)}
    assert failed == set(held_by(world, "city"))
    assert len(found) == len(world.records)


async def test_an_id_that_was_never_read_is_a_failure_and_not_an_unknown_case() -> None:
    world = make_world({"city": FULL}, each=3)
    one, two, _ = held_by(world, "city")
    await get(world, [one])
    world.weather.down = {CITY}
    found = await get(world, [one, two])
    assert isinstance(found[one], Complaint)
    assert found[one].origin.stale
    assert isinstance(found[two], SourceUnavailable)


async def test_what_nobody_knows_is_absent() -> None:
    world = make_world({"city": FULL}, each=1)
    ids = [
        "Complaint:city:no-such-case",
        "Complaint:nowhere:1",
        f"Complaint:{draw_reference()}",
        "Complaint:1234-5678-9012-0",
        "Complaint:city:",
        "Complaint::1",
        "Complaint:",
        "Agency:city-agency",
        "",
    ]
    assert await get(world, ids) == {}


async def test_a_stale_copy_is_kept_apart_for_each_scope_of_viewers() -> None:
    world = make_world({"city": FULL}, each=1)
    (one,) = held_by(world, "city")
    await get(world, [one])
    world.weather.down = {CITY}
    officer = Viewer(Role.OFFICER, "o", frozenset({AgencyCode("city-agency")}))
    found = await get(world, [one], viewer=officer)
    assert isinstance(found[one], SourceUnavailable)


async def test_a_mirrored_case_comes_from_its_agency_and_from_the_mirror_when_that_is_down() -> (
    None
):
    world = make_world({}, each=2)
    one, _ = held_by(world, "mirrored")
    live = await get(world, [one], EVERYTHING)
    assert isinstance(live[one], Complaint)
    assert not live[one].origin.stale
    world = make_world({}, each=2)
    world.weather.down = {MIRRORED}
    kept = await get(world, [one, "Complaint:mirrored:unknown"], EVERYTHING)
    assert isinstance(kept[one], Complaint)
    assert kept[one].id == one
    assert kept[one].origin.stale
    assert isinstance(kept["Complaint:mirrored:unknown"], SourceUnavailable)
    world.mirrors.broken = True
    assert isinstance((await get(world, [one], EVERYTHING))[one], SourceUnavailable)


def test_a_mirrored_source_that_hangs_leaves_time_to_look_into_the_mirror() -> None:
    async def scenario() -> None:
        world = make_world({}, each=1)
        (one,) = held_by(world, "mirrored")
        world.weather.hanging = {MIRRORED}
        start = asyncio.get_running_loop().time()
        found = await world.complaints.get(SUPERVISOR, [one], LIST_ONLY, deadline=start + 3)
        assert asyncio.get_running_loop().time() - start < 3
        assert isinstance(found[one], Complaint)

    run(scenario())


async def test_the_mirror_answers_for_a_source_that_reads_no_ids_or_is_gone() -> None:
    world = make_world({}, each=1)
    (one,) = held_by(world, "mirrored")
    source = world.engine.registry.sources[MIRRORED]
    mute = replace(source, capabilities=replace(FULL, get=None))
    world.engine.askers[MIRRORED] = Asker(mute, MemoryConnector())  # type: ignore[index]
    found = await get(world, [one])
    assert isinstance(found[one], Complaint)
    assert not found[one].origin.stale
    del world.engine.askers[MIRRORED]  # type: ignore[attr-defined]
    assert await get(world, [one]) == found


async def test_a_live_source_that_reads_no_ids_says_so() -> None:
    world = make_world({"city": replace(FULL, get=None)}, each=1)
    (one,) = held_by(world, "city")
    assert isinstance((await get(world, [one]))[one], NotSupported)


async def test_no_more_is_asked_than_a_get_can_bring() -> None:
    poor = replace(
        FULL,
        fields=FULL.fields - {"due_at"},
        get=GetCapability(max_batch=9, children=frozenset({Child.EVENTS})),
    )
    world = make_world({"city": poor}, each=1)
    (one,) = held_by(world, "city")
    found = await get(world, [one], EVERYTHING)
    assert isinstance(found[one], Complaint)


class Swapping(MemoryConnector):
    """Answers with the right cases under each other's ids."""

    async def get(  # type: ignore[override]
        self, ids: list[str], selection: Selection, call: Call
    ) -> dict[str, Complaint]:
        found = dict(await super().get(ids, selection, call))
        return dict(zip(found, reversed(found.values()), strict=True))


async def test_a_case_under_anothers_id_is_not_believed() -> None:
    world = make_world({"city": FULL}, each=2)
    own = [each for each in world.records if each.origin.source == CITY]
    source = world.engine.registry.sources[CITY]
    world.engine.askers[CITY] = Asker(source, Swapping(own, source=CITY))  # type: ignore[index]
    found = await get(world, [each.id for each in own])
    assert [type(answer) for answer in found.values()] == [BadData, BadData]


async def test_many_references_cost_one_look_into_the_ledger_and_name_their_cases() -> None:
    world = make_world({"city": FULL}, each=3)
    by_reference = {draw_reference(): each for each in world.records if each.origin.mode}
    for reference, record in by_reference.items():
        world.enter(record, reference=reference, code="0")
    found = await get(world, [f"Complaint:{reference}" for reference in by_reference])
    assert [verb for verb, *_ in world.register.asked] == ["find_all"]
    for reference, record in by_reference.items():
        answer = found[f"Complaint:{reference}"]
        assert isinstance(answer, Complaint)
        assert answer.id == f"Complaint:{reference}"
        assert answer.origin.source_id == record.origin.source_id
    world.register.broken = True
    failed = await get(world, [f"Complaint:{reference}" for reference in by_reference])
    assert {type(each) for each in failed.values()} == {SourceUnavailable}


async def test_a_loader_gathers_what_arises_in_one_operation_and_fails_key_by_key() -> None:
    world = make_world({"city": FULL, "town": FULL}, each=2)
    world.weather.down = {TOWN}
    loaders = Loaders(world.complaints, SUPERVISOR, soon())
    titles, events = (
        Selection(fields=frozenset({"title"})),
        Selection(children=frozenset({Child.EVENTS})),
    )
    (one, two), (three, _) = held_by(world, "city"), held_by(world, "town")
    answers = await asyncio.gather(
        loaders.complaint(one, titles),
        loaders.complaint(two, events),
        loaders.complaint(one, titles),
        loaders.complaint(three, titles),
        loaders.complaint("Complaint:city:unknown", titles),
        return_exceptions=True,
    )
    assert [getattr(each, "id", each) for each in answers[:3]] == [one, two, one]
    assert isinstance(answers[3], SourceUnavailable)
    assert answers[4] is None
    assert world.weather.count("city", "get") == 1
    (asked,) = (ids for source, verb, ids in world.weather.calls if (source, verb) == (CITY, "get"))
    assert asked == (one.split(":")[2], two.split(":")[2], "unknown")


async def test_nobody_is_asked_for_the_sake_of_who_may_read_no_case() -> None:
    world = make_world({"city": FULL}, each=1)
    assert await get(world, [each.id for each in world.records], viewer=ANONYMOUS) == {}
    assert not world.weather.calls


async def test_a_case_of_another_agency_is_absent_for_an_officer() -> None:
    world = make_world({"city": FULL}, each=1)
    officer = Viewer(Role.OFFICER, "o", frozenset({AgencyCode("city-agency")}))
    found = await get(world, [each.id for each in world.records], viewer=officer)
    assert set(found) == set(held_by(world, "city"))


async def test_a_case_of_an_agency_that_left_the_registry_is_absent() -> None:
    world = make_world({}, each=1)
    stray = msgspec.structs.replace(
        next(each for each in world.records if each.origin.mode is Mode.OWN),
        agency_code=AgencyCode("gone"),
    )
    world.hold(STORE, [stray])
    assert await get(world, [stray.id]) == {}
