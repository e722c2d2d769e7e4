"""What a source must not do to a list: it is named BAD_DATA, and the others' rows all come."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import pytest

from connectors.contract.capabilities import Capabilities, Paging
from connectors.contract.connector import Call
from connectors.contract.errors import Rejected
from connectors.contract.query import (
    ComplaintQuery,
    Condition,
    Field,
    ListQuestion,
    Op,
    Order,
    Page,
    key_of,
)
from connectors.contract.records import STORE, AgencyCode, Complaint, Mode, SourceId
from connectors.memory.full import FULL
from resolvers.asking import Asker
from resolvers.cursor import Place, Position, digest
from resolvers.outcome import SourceOutcome, SourceStatus
from resolvers.reader import Limits
from tests.resolvers.world import NOON, SUPERVISOR, World, expected, ids, make_world

CITY = SourceId("city")
Answering = Callable[[Sequence[Complaint], ListQuestion], Page]


class Scripted:
    """A source that answers as the test has it."""

    def __init__(
        self, capabilities: Capabilities, own: Sequence[Complaint], answer: Answering
    ) -> None:
        self.capabilities = capabilities
        self.asked = 0
        self._own = own
        self._answer = answer

    async def list(self, question: ListQuestion, call: Call) -> Page:
        self.asked += 1
        return self._answer(self._own, question)

    async def aclose(self) -> None:
        pass


def scripted(
    answer: Answering, capabilities: Capabilities = FULL, **world: object
) -> tuple[World, Scripted]:
    made = make_world({"city": capabilities}, each=6, **world)  # type: ignore[arg-type]
    own = [each for each in made.records if each.origin.source == CITY]
    own.sort(key=lambda each: (each.created_at, each.origin.source_id), reverse=True)
    source = Scripted(capabilities, own, answer)
    made.engine.askers[CITY] = Asker(made.engine.registry.sources[CITY], source)  # type: ignore[index]
    return made, source


def page(
    rows: Sequence[Complaint],
    *,
    more: bool,
    token: str | None = None,
    read_to: Complaint | None = None,
) -> Page:
    stopped = None if read_to is None else key_of(read_to, Order())
    return Page(rows, more=more, as_of=NOON, next_token=token, read_to=stopped)


def naive(record: Complaint) -> Complaint:
    assert record.created_at is not None
    return msgspec.structs.replace(record, created_at=record.created_at.replace(tzinfo=None))


def of_another_agency(record: Complaint) -> Complaint:
    return msgspec.structs.replace(record, agency_code=AgencyCode("own-agency"))


def of_another_source(record: Complaint) -> Complaint:
    return msgspec.structs.replace(
        record, origin=msgspec.structs.replace(record.origin, source=STORE, mode=Mode.OWN)
    )


BY_TOKEN = replace(FULL, paging=Paging.TOKEN, max_page=3)


@pytest.mark.parametrize(
    ("capabilities", "answer", "named"),
    [
        (FULL, lambda own, _: page(own[::-1], more=False), "does not keep its declared order"),
        (FULL, lambda own, _: page([*own[:2], own[1]], more=False), "does not keep its declared"),
        (FULL, lambda own, _: page((), more=True), "promises rows and sends none"),
        (FULL, lambda own, _: page(own[:2], more=True), "repeats a page for ever"),
        (FULL, lambda own, _: page((), more=False, read_to=own[1]), "stops looking where"),
        (FULL, lambda own, _: page(own[:2], more=True, read_to=own[0]), "stops looking where"),
        (BY_TOKEN, lambda own, _: page((), more=True, read_to=own[0]), "stops looking where"),
        (BY_TOKEN, lambda own, _: page(own[:2], more=True), "repeats a page for ever"),
        (BY_TOKEN, lambda own, _: page(own[:2], more=True, token="x"), "repeats a page for ever"),
        (BY_TOKEN, lambda own, _: page(own[:2], more=True, token="x" * 2049), "too long"),
        (FULL, lambda own, _: page([naive(own[0])], more=False), "a time without a zone"),
        (FULL, lambda own, _: page([of_another_agency(own[0])], more=False), "not its own"),
        (FULL, lambda own, _: page([of_another_source(own[0])], more=False), "not its own"),
    ],
    ids=[
        "disorder",
        "the-same-row-twice",
        "an-empty-page-with-more",
        "the-same-page-for-ever",
        "an-end-that-stops-early",
        "a-stop-before-its-last-row",
        "a-stop-though-it-pages-by-token",
        "no-token-with-more",
        "the-same-token-for-ever",
        "an-endless-token",
        "a-naive-time",
        "anothers-agency",
        "anothers-source",
    ],
)
async def test_a_source_that_breaks_a_promise_is_named_and_costs_nobody_else_a_row(
    capabilities: Capabilities, answer: Answering, named: str
) -> None:
    world, source = scripted(answer, capabilities)
    got = await world.page(first=50)
    told = _of_city(got.sources)
    assert told.status is SourceStatus.BAD_DATA
    assert told.error is not None
    assert named in told.error.message
    assert told.missed_before is not None
    assert not got.complete
    others = [each for each in world.records if each.origin.source != CITY]
    kept = [each for each in ids([got]) if not each.startswith("Complaint:city:")]
    assert kept == expected(others, ComplaintQuery())
    assert source.asked <= 3


async def test_pages_that_turn_in_a_circle_end_with_the_row_budget() -> None:
    def circle(own: Sequence[Complaint], question: ListQuestion) -> Page:
        return page(own[:3], more=True, token="b" if question.token == "a" else "a")

    world, source = scripted(circle, BY_TOKEN, limits=Limits(row_budget=30))
    got = await world.page(first=50)
    assert _of_city(got.sources).ended_early
    assert sum(each.startswith("Complaint:city:") for each in ids([got])) == 3
    assert source.asked <= 11
    following = await world.page(first=50, after=got.page_info.end_cursor)
    assert _of_city(following.sources).status is SourceStatus.TRUNCATED
    assert source.asked <= 22


async def test_a_source_that_stops_looking_at_one_place_for_ever_is_told() -> None:
    world, source = scripted(lambda own, _: page((), more=True, read_to=own[1]))
    got = await world.page(first=50)
    assert _of_city(got.sources).ended_early
    following = await world.page(first=50, after=got.page_info.end_cursor)
    assert _of_city(following.sources).status is SourceStatus.BAD_DATA
    assert source.asked == 2


async def test_a_source_that_refuses_every_token_is_asked_from_the_start_only_once() -> None:
    def refuse(own: Sequence[Complaint], question: ListQuestion) -> Page:
        if question.token is not None:
            raise Rejected("no such page")
        return page(own[:3], more=True, token="a")

    world, source = scripted(refuse, BY_TOKEN)
    got = await world.page(first=50)
    assert _of_city(got.sources).status is SourceStatus.UNAVAILABLE
    assert sum(each.startswith("Complaint:city:") for each in ids([got])) == 3
    assert source.asked == 4


async def test_a_place_too_deep_in_a_list_without_its_token_is_truncated_and_said() -> None:
    world = make_world(
        {"city": replace(BY_TOKEN, max_page=2)}, each=20, limits=Limits(row_budget=4)
    )
    city = Condition(Field.AGENCY, Op.IN, frozenset({AgencyCode("city-agency")}))
    query = ComplaintQuery((city,))
    deep = (await world.page(query, first=15)).edges[-1].cursor
    bound = digest(query, SUPERVISOR.scope)
    last = world.engine.cursors.read(deep, bound).place.last
    bare = world.engine.cursors.write(Position(Place(last)), bound)
    got = await world.page(query, first=5, after=bare)
    told = _of_city(got.sources)
    assert (told.status, told.missed_before) == (SourceStatus.TRUNCATED, None)
    assert told.error is not None
    assert "more than 4 rows in" in told.error.message
    # With its token the place costs no more than any other.
    assert len((await world.page(query, first=5, after=deep)).edges) == 5


def _of_city(sources: Sequence[SourceOutcome]) -> SourceOutcome:
    return next(each for each in sources if each.source == CITY)
