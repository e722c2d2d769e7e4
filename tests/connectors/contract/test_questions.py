"""The order of rows, the meaning of conditions, and the refusal of what is not declared."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from connectors.contract.capabilities import (
    Capabilities,
    Exactness,
    GetCapability,
    Idempotency,
    MessageCapability,
    Paging,
)
from connectors.contract.errors import NotSupported
from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.query import (
    TIMES,
    Box,
    Child,
    Condition,
    Direction,
    Field,
    Key,
    ListQuestion,
    Op,
    Order,
    Selection,
    key_of,
)
from connectors.contract.records import Complaint, Location, SourceId, Visibility
from connectors.contract.text import terms
from connectors.memory import FULL
from connectors.testing import scenario

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
CASE = scenario.complaints()[0]

keys = st.builds(
    Key,
    at=st.none() | st.sampled_from([AT, AT + TICK, datetime.min.replace(tzinfo=UTC)]),
    source=st.sampled_from(["a", "B", "é"]).map(SourceId),
    source_id=st.sampled_from(["1", "10", "9", "a", "Z"]),
)
directions = st.sampled_from(Direction)


@given(keys, keys, keys, directions)
def test_places_are_totally_ordered(a: Key, b: Key, c: Key, direction: Direction) -> None:
    x, y, z = (key.rank(direction) for key in (a, b, c))
    assert [x < y, x == y, y < x].count(True) == 1
    assert (x == y) == (a == b)
    assert not (x < y < z) or x < z


@given(st.lists(keys, unique=True), directions)
def test_nulls_come_last_in_both_directions(some: list[Key], direction: Direction) -> None:
    nulls = [key.at is None for key in sorted(some, key=lambda key: key.rank(direction))]
    assert nulls == sorted(nulls)


@given(st.lists(keys, unique=True))
def test_the_directions_are_each_others_reverse_apart_from_nulls(some: list[Key]) -> None:
    up = sorted(some, key=lambda key: key.rank(Direction.ASC))
    down = sorted(some, key=lambda key: key.rank(Direction.DESC))
    assert [key for key in up if key.at] == [key for key in down if key.at][::-1]
    assert [key for key in up if not key.at] == [key for key in down if not key.at][::-1]


def test_ids_are_compared_as_text_by_code_point_and_in_the_direction() -> None:
    some = [Key(AT, SourceId("s"), source_id) for source_id in ("é", "a", "B", "10", "9")]
    up = sorted(some, key=lambda key: key.rank(Direction.ASC))
    assert [key.source_id for key in up] == ["10", "9", "B", "a", "é"]


@pytest.mark.parametrize("by", TIMES)
def test_a_case_stands_at_the_time_it_is_ordered_by(by: Field) -> None:
    key = key_of(CASE, Order(by))
    assert key == Key(getattr(CASE, by.value), CASE.origin.source, CASE.origin.source_id)


def case(**changes: object) -> Complaint:
    return structs.replace(CASE, **changes)


def test_a_list_condition_never_matches_a_null() -> None:
    condition = Condition(Field.SERVICE, Op.IN, frozenset({"roads"}))
    assert condition.holds(case(service_code="roads"))
    assert not condition.holds(case(service_code="water"))
    assert not condition.holds(case(service_code=None))
    assert not Condition(Field.SERVICE, Op.IN, frozenset({None})).holds(case(service_code=None))


def test_an_empty_list_matches_nothing() -> None:
    assert not Condition(Field.STATUS, Op.IN, frozenset()).holds(CASE)


def test_an_area_is_that_of_the_place() -> None:
    condition = Condition(Field.AREA, Op.IN, frozenset({"MA-CAS"}))
    assert condition.holds(case(location=Location(area_code="MA-CAS")))
    assert not condition.holds(case(location=Location(address="Casablanca")))
    assert not condition.holds(case(location=None))


@pytest.mark.parametrize("field", TIMES)
def test_a_range_has_its_beginning_and_not_its_end(field: Field) -> None:
    since, until = Condition(field, Op.GTE, AT), Condition(field, Op.LT, AT)
    for time, after in ((AT - TICK, False), (AT, True), (AT + TICK, True)):
        dated = case(**{field.value: time})
        assert since.holds(dated) is after
        assert until.holds(dated) is not after
    undated = case(**{field.value: None})
    assert not since.holds(undated)
    assert not until.holds(undated)


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        (Location(latitude=33.0, longitude=-8.0), True),
        (Location(latitude=34.0, longitude=-7.0), True),
        (Location(latitude=33.5, longitude=-7.5), True),
        (Location(latitude=34.000001, longitude=-7.5), False),
        (Location(latitude=33.5, longitude=-8.000001), False),
        (Location(latitude=33.5), False),
        (Location(address="rue"), False),
        (None, False),
    ],
)
def test_a_box_holds_its_edges(place: Location | None, inside: bool) -> None:
    box = Box(south=33.0, west=-8.0, north=34.0, east=-7.0)
    assert Condition(Field.POSITION, Op.WITHIN, box).holds(case(location=place)) is inside


@pytest.mark.parametrize("status", Status)
def test_a_case_is_overdue_while_an_answer_is_owed_after_it_was_due(status: Status) -> None:
    due = case(status=status, due_at=AT)
    overdue_at = {
        at: Condition(Field.OVERDUE, Op.AS_OF, at).holds(due) for at in (AT - TICK, AT, AT + TICK)
    }
    assert overdue_at == {AT - TICK: False, AT: False, AT + TICK: status in OPEN}
    assert not Condition(Field.OVERDUE, Op.AS_OF, AT).holds(case(status=status, due_at=None))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ECLAIRAGE", True),
        ("lairag", True),
        ("école panne", True),
        ("école voirie", False),
        ("مسوولية", True),
        ("pannelampe", False),
    ],
)
def test_each_term_is_a_part_of_title_and_description(search: str, found: bool) -> None:
    told = case(title="Éclairage en panne", description="Lampe de l'école, مَسْؤُولِيَّة")
    assert Condition(Field.TEXT, Op.CONTAINS, terms(search)).holds(told) is found


def test_no_text_holds_no_term() -> None:
    silent = case(title=None, description=None)
    assert not Condition(Field.TEXT, Op.CONTAINS, ("none",)).holds(silent)


NOTHING = Capabilities(fields=frozenset())
PLAIN = ListQuestion(where=(), order=None, selection=Selection(), limit=10)
STATUS = Condition(Field.STATUS, Op.IN, frozenset({Status.CLOSED}))
KEY = Key(AT, SourceId("s"), "1")


def asking(**changes: object) -> ListQuestion:
    return replace(PLAIN, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        (asking(where=(STATUS,)), "a filter STATUS IN"),
        (asking(order=Order()), "the order CREATED DESC"),
        (asking(selection=Selection(children=frozenset({Child.EVENTS}))), "the children events"),
        (asking(selection=Selection(total=True)), "a total"),
        (asking(after=KEY), "a page after a key"),
        (asking(token="t"), "a page token"),
        (asking(limit=0), "a page of 0 (1 to 1000)"),
        (asking(limit=1001), "a page of 1001 (1 to 1000)"),
    ],
)
def test_what_is_not_declared_is_refused_by_name(question: ListQuestion, named: str) -> None:
    with pytest.raises(NotSupported) as refused:
        NOTHING.refuse_undeclared(question)
    assert str(refused.value) == f"{named} was asked of a source that does not declare it"


def test_a_plain_question_is_for_everyone() -> None:
    NOTHING.refuse_undeclared(PLAIN)
    NOTHING.refuse_undeclared(asking(selection=Selection(fields=frozenset({"title"}))))


def test_what_is_declared_is_not_refused() -> None:
    FULL.refuse_undeclared(asking(where=(STATUS,), order=Order(), after=KEY))
    replace(FULL, paging=Paging.TOKEN).refuse_undeclared(asking(token="t"))


def test_a_key_says_nothing_without_its_order() -> None:
    with pytest.raises(NotSupported, match="a page after a key"):
        FULL.refuse_undeclared(asking(after=KEY))


def test_another_operator_on_a_declared_field_is_refused() -> None:
    since = replace(NOTHING, filters={(Field.CREATED, Op.GTE): Exactness.EXACT})
    since.refuse_undeclared(asking(where=(Condition(Field.CREATED, Op.GTE, AT),)))
    with pytest.raises(NotSupported, match="a filter CREATED LT"):
        since.refuse_undeclared(asking(where=(Condition(Field.CREATED, Op.LT, AT),)))


@pytest.mark.parametrize(
    ("refuse", "named"),
    [
        (lambda declared: declared.refuse_undeclared_get(["1"], Selection()), "a get"),
        (lambda declared: declared.refuse_undeclared_services(), "a list of services"),
        (lambda declared: declared.refuse_undeclared_filing(), "a filing"),
        (
            lambda declared: declared.refuse_undeclared_saying(Visibility.INTERNAL),
            "a message that is INTERNAL",
        ),
        (lambda declared: declared.refuse_undeclared_move(Status.CLOSED), "a move to CLOSED"),
        (lambda declared: declared.refuse_undeclared_upload(), "a file"),
    ],
)
def test_a_verb_that_is_not_declared_is_refused_by_name_before_anything_is_sent(
    refuse: Callable[[Capabilities], object], named: str
) -> None:
    with pytest.raises(NotSupported) as refused:
        refuse(NOTHING)
    assert str(refused.value) == f"{named} was asked of a source that does not declare it"
    assert not refused.value.sent
    refuse(FULL)


def test_of_a_verb_only_what_is_declared_can_be_asked() -> None:
    some = replace(
        FULL,
        get=GetCapability(max_batch=2, children=frozenset({Child.EVENTS})),
        says=MessageCapability(frozenset({Visibility.PUBLIC}), Idempotency.NONE),
        moves=frozenset({Status.CLOSED}),
    )
    events = Selection(children=frozenset({Child.EVENTS}))
    assert some.refuse_undeclared_get(["1", "2", "1"], events) is some.get
    assert some.refuse_undeclared_saying(Visibility.PUBLIC) is some.says
    some.refuse_undeclared_move(Status.CLOSED)
    with pytest.raises(NotSupported, match=r"a get of 3 ids \(1 to 2\)"):
        some.refuse_undeclared_get(["1", "2", "3"], events)
    with pytest.raises(NotSupported, match="a get of the children attachments"):
        some.refuse_undeclared_get(["1"], Selection(children=frozenset(Child)))
    with pytest.raises(NotSupported, match="a message that is INTERNAL"):
        some.refuse_undeclared_saying(Visibility.INTERNAL)
    with pytest.raises(NotSupported, match="a move to ANSWERED"):
        some.refuse_undeclared_move(Status.ANSWERED)
