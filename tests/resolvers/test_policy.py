"""Who may ask for which lists, and whose answers are kept apart."""

import pytest

from connectors.contract.query import ComplaintQuery, Condition, Field, Op
from connectors.contract.records import AgencyCode
from connectors.memory.full import FULL
from resolvers.outcome import BadCursor, Forbidden
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.resolvers.world import SUPERVISOR, make_world


def officer(*agencies: str) -> Viewer:
    return Viewer(Role.OFFICER, "o", frozenset(map(AgencyCode, agencies)))


def about(*agencies: str) -> ComplaintQuery:
    codes = frozenset(map(AgencyCode, agencies))
    return ComplaintQuery((Condition(Field.AGENCY, Op.IN, codes),))


async def test_who_serves_no_agency_is_told_so() -> None:
    with pytest.raises(Forbidden, match="you serve none"):
        await make_world({"city": FULL}).page(viewer=officer())


async def test_agencies_that_left_the_registry_and_those_of_others_add_nothing() -> None:
    world = make_world({"city": FULL, "town": FULL}, each=3)
    page = await world.page(viewer=officer("city-agency", "gone"))
    assert {edge.node.agency_code for edge in page.edges} == {"city-agency"}
    for nothing in (officer("gone"), officer("city-agency")):
        world.weather.calls.clear()
        page = await world.page(about("town-agency", "gone"), viewer=nothing)
        assert (page.edges, page.sources, page.complete) == ((), (), True)
        assert not page.page_info.has_next_page
        assert not world.weather.calls


async def test_two_officers_of_the_same_agencies_share_cursors_and_others_do_not() -> None:
    world = make_world({"city": FULL, "town": FULL}, each=9)
    one = officer("city-agency", "own-agency")
    cursor = (await world.page(first=5, viewer=one)).page_info.end_cursor
    same = Viewer(Role.OFFICER, "another", one.agencies)
    assert (await world.page(first=5, after=cursor, viewer=same)).edges
    for other in (officer("city-agency"), SUPERVISOR):
        with pytest.raises(BadCursor):
            await world.page(first=5, after=cursor, viewer=other)
    with pytest.raises(Forbidden):
        await world.page(first=5, after=cursor, viewer=ANONYMOUS)
