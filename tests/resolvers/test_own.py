"""One's own cases: every one is told or its source is named, whatever fails meanwhile."""

import asyncio

import pytest

from connectors.contract.query import Selection
from connectors.contract.records import STORE, Mode, SourceId
from connectors.memory.full import FULL
from resolvers.outcome import ComplaintPage, SourceStatus
from resolvers.own import OwnCases
from resolvers.policy import Role, Viewer
from resolvers.receipt import draw_reference
from tests.resolvers.world import LIST_ONLY, World, make_world

AMINA = Viewer(Role.CITIZEN, "amina")
CITY = SourceId("city")


def own_world() -> tuple[World, list[str]]:
    """A world in which Amina filed every case that is not mirrored, all in one instant."""
    world = make_world({"city": FULL}, each=5)
    references = []
    for record in world.records:
        if record.origin.mode is not Mode.MIRROR:
            references.append(draw_reference())
            world.enter(record, reference=references[-1], code="12345-67890", subject="amina")
    return world, sorted(references, reverse=True)


async def page(
    world: World, *, first: int = 50, after: str | None = None, selection: Selection = LIST_ONLY
) -> ComplaintPage:
    return await OwnCases(world.engine, world.complaints).page(
        AMINA,
        selection,
        first=first,
        after=after,
        deadline=asyncio.get_running_loop().time() + 5,
    )


def told(*pages: ComplaintPage) -> list[str | None]:
    return [edge.node.reference for page in pages for edge in page.edges]


@pytest.mark.parametrize("first", [1, 3, 10, 11])
async def test_cases_of_one_instant_are_paged_through_once_each(first: int) -> None:
    world, references = own_world()
    pages = [await page(world, first=first)]
    while pages[-1].page_info.has_next_page:
        pages.append(await page(world, first=first, after=pages[-1].page_info.end_cursor))
    assert told(*pages) == references
    # The cursor of a row leads on from that row.
    assert told(await page(world, after=pages[0].edges[0].cursor)) == references[1:]


async def test_what_was_missed_on_one_page_is_announced_on_all_that_follow() -> None:
    world, references = own_world()
    world.weather.down = {CITY}
    pages = [await page(world, first=4)]
    world.weather.down = set()
    while pages[-1].page_info.has_next_page:
        pages.append(await page(world, first=4, after=pages[-1].page_info.end_cursor))
    assert not any(each.complete for each in pages)
    last = {outcome.source: outcome for outcome in pages[-1].sources}
    assert last[CITY].missed_before is not None
    again = [await page(world, after=last[CITY].missed_before)]
    assert told(*again) == references
    assert again[0].complete


async def test_a_case_that_its_holder_does_not_know_is_no_silence() -> None:
    world, references = own_world()
    world.hold(CITY, [])
    answer = await page(world)
    assert len(told(answer)) == len(references) // 2
    (city,) = (each for each in answer.sources if each.source == CITY)
    assert city.status is SourceStatus.BAD_DATA
    assert not answer.complete


async def test_a_store_that_fails_is_named_and_nobody_is_asked() -> None:
    world, references = own_world()
    world.register.broken = True
    answer = await page(world)
    assert (answer.edges, answer.complete) == ((), False)
    (store,) = answer.sources
    assert (store.source, store.status) == (STORE, SourceStatus.UNAVAILABLE)
    assert not world.weather.calls
    world.register.broken = False
    assert told(await page(world, after=store.missed_before)) == references
