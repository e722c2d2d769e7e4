"""Who may ask for which lists and do what, what they are shown, and whose answers are kept apart."""

import msgspec
import pytest

from connectors.contract.acts import Act
from connectors.contract.query import EVERYTHING, Child, ComplaintQuery, Condition, Field, Op
from connectors.contract.records import STORE, AgencyCode, Complaint, Visibility
from connectors.memory.full import FULL
from resolvers.outcome import BadCursor, Forbidden
from resolvers.policy import (
    ANONYMOUS,
    Case,
    Pseudonyms,
    Role,
    Viewer,
    may,
    require,
    scope,
    sight_of,
    sight_with_code,
)
from tests.policy.office import case
from tests.resolvers.world import SUPERVISOR, make_world

PSEUDONYMS = Pseudonyms(b"p" * 32)
WATER = AgencyCode("water")


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


def seen(role: Role, record: Complaint) -> Complaint:
    return sight_of(role).of(record, PSEUDONYMS)


class TestShown:
    """What is shown of a case, told without the table."""

    whole = case(STORE, "water", "1234-5678-9012-8")

    @pytest.mark.parametrize(
        "role",
        [Role.OFFICER, Role.SUPERVISOR, Role.NATIONAL_SUPERVISOR, Role.AGENCY_SYSTEM],
    )
    def test_who_handles_or_oversees_a_case_sees_all_of_it(self, role: Role) -> None:
        assert seen(role, self.whole) is self.whole
        assert sight_of(role).narrowed(EVERYTHING) == EVERYTHING

    def test_the_complainant_and_the_call_centre_see_all_but_what_is_internal(self) -> None:
        assert self.whole.messages is not None
        public = tuple(each for each in self.whole.messages if each.visibility is Visibility.PUBLIC)
        expected = msgspec.structs.replace(self.whole, messages=public, assignee=None)
        assert self.whole.assignee is not None
        assert 0 < len(public) < len(self.whole.messages)
        assert seen(Role.CALL_CENTRE, self.whole) == expected
        assert sight_with_code().of(self.whole, PSEUDONYMS) == expected
        assert not sight_with_code().narrowed(EVERYTHING).internal

    def test_an_analyst_sees_no_words_and_no_names(self) -> None:
        shown = seen(Role.ANALYST, self.whole)
        told = msgspec.json.encode(shown).decode()
        for word in ("title", "description", "reason", "address", "comment", "words", "source-id"):
            assert f"water {word}" not in told
            assert f"water-{word}" not in told
        for secret in ("1234-5678-9012-8", "34.0", "-6.8", "file.jpg", "event-id"):
            assert secret not in told
        assert (shown.status, shown.created_at) == (self.whole.status, self.whole.created_at)
        assert shown.location is not None
        assert shown.location.area_code == "MA-04"
        narrowed = sight_of(Role.ANALYST).narrowed(EVERYTHING)
        assert narrowed.children == {Child.EVENTS}
        assert EVERYTHING.fields - narrowed.fields == {"title", "description", "status_reason"}

    def test_a_pseudonym_is_the_same_for_the_same_thing_only(self) -> None:
        one = seen(Role.ANALYST, self.whole)
        assert one == seen(Role.ANALYST, self.whole)
        moved = msgspec.structs.replace(
            self.whole,
            origin=msgspec.structs.replace(self.whole.origin, source="elsewhere"),
        )
        elsewhere = seen(Role.ANALYST, moved)
        assert elsewhere.reference == one.reference
        assert elsewhere.origin.source_id != one.origin.source_id
        other = sight_of(Role.ANALYST).of(self.whole, Pseudonyms(b"q" * 32))
        assert (other.reference, other.id) != (one.reference, one.id)
        names = [one.reference, one.origin.source_id, elsewhere.origin.source_id, other.reference]
        assert len(set(names)) == 4

    def test_what_no_source_told_stays_unknown(self) -> None:
        bare = Complaint(
            origin=self.whole.origin,
            agency_code=WATER,
            status=self.whole.status,
            kind=self.whole.kind,
        )
        shown = seen(Role.ANALYST, bare)
        assert (shown.reference, shown.events, shown.location) == (None, None, None)


@pytest.mark.parametrize("field", [Field.TEXT, Field.POSITION])
def test_nobody_filters_by_what_they_are_not_shown(field: Field) -> None:
    query = ComplaintQuery((Condition(field, Op.CONTAINS, ("water",)),))
    with pytest.raises(Forbidden, match=f"cannot be filtered by {field.name}"):
        scope(Viewer(Role.ANALYST, "a"), query)
    assert scope(SUPERVISOR, query) == query


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.CITIZEN, Role.CALL_CENTRE, Role.ADMIN])
def test_lists_are_not_for(role: Role) -> None:
    with pytest.raises(Forbidden, match="for signed-in staff"):
        scope(Viewer(role, "x", frozenset({WATER})), ComplaintQuery())


async def test_an_analyst_pages_through_pseudonyms() -> None:
    world = make_world({"city": FULL}, each=9)
    analyst = Viewer(Role.ANALYST, "a")
    names, after = [], None
    while True:
        page = await world.page(first=5, after=after, viewer=analyst)
        names += [edge.node.id for edge in page.edges]
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            break
    assert len(names) == len(set(names)) == len(world.records)
    assert not {each.id for each in world.records} & set(names)


class TestActs:
    @pytest.mark.parametrize(
        ("act", "viewer", "where", "allowed"),
        [
            (Act.DECIDE, Viewer(Role.OFFICER, "o", frozenset({WATER})), Case(WATER), True),
            (Act.DECIDE, Viewer(Role.OFFICER, "o", frozenset({WATER})), Case("roads"), False),
            (Act.DECIDE, Viewer(Role.CITIZEN, "c"), Case(WATER, filed_by="c"), False),
            (Act.DECIDE, ANONYMOUS, Case(WATER, opened=True), False),
            (Act.RATE, ANONYMOUS, Case(WATER, opened=True), True),
            (Act.RATE, ANONYMOUS, Case(WATER, filed_by="anonymous"), False),
            (Act.RATE, Viewer(Role.CITIZEN, "c"), Case(WATER, filed_by="c"), True),
            (Act.RATE, Viewer(Role.CITIZEN, "c"), Case(WATER, filed_by="d"), False),
            (Act.RATE, Viewer(Role.CITIZEN, "c"), Case(WATER), False),
            (Act.RATE, Viewer(Role.OFFICER, "o", frozenset({WATER})), Case(WATER), False),
            (Act.RATE, Viewer(Role.ADMIN, "a"), Case(WATER, opened=True), True),
            (Act.REPLACE_TRACKING_CODE, ANONYMOUS, Case(WATER, opened=True), False),
            (Act.REPLACE_TRACKING_CODE, Viewer(Role.CALL_CENTRE, "k"), Case(WATER), False),
            (
                Act.REPLACE_TRACKING_CODE,
                Viewer(Role.CALL_CENTRE, "k"),
                Case(WATER, filed_here=True),
                True,
            ),
            (Act.FILE, ANONYMOUS, Case(WATER), True),
            (Act.FILE, Viewer(Role.ANALYST, "a"), Case(WATER), False),
        ],
    )
    def test_who_may(self, act: Act, viewer: Viewer, where: Case, *, allowed: bool) -> None:
        assert may(viewer, act, where) is allowed

    def test_who_may_not_is_told_who_may(self) -> None:
        with pytest.raises(Forbidden) as refused:
            require(Viewer(Role.ANALYST, "a"), Act.WITHDRAW, Case(WATER))
        assert str(refused.value) == (
            "WITHDRAW is not for you: it is for whoever gives reference and tracking code, "
            "CITIZEN (in cases they filed)"
        )
