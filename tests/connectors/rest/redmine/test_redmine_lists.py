"""Redmine's issues are listed, filtered, ordered and paged to the end, by description alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Final

import pytest

from connectors.contract.capabilities import Exactness
from connectors.contract.connector import Connector
from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    SELECTABLE,
    Condition,
    Direction,
    Field,
    Op,
    Order,
    Selection,
    key_of,
)
from connectors.contract.records import Complaint
from connectors.testing.asking import call, ids, matching, pages, plain, rows
from tests.connectors.rest.redmine.desk import issues, seen, told
from tests.connectors.rest.redmine.upstreams import Redmine

ORDERS: Final = [
    Order(by=by, direction=direction)
    for by in (Field.CREATED, Field.UPDATED)
    for direction in Direction
]
FILTERS: Final = {
    (Field.AGENCY, Op.IN),
    (Field.STATUS, Op.IN),
    (Field.SERVICE, Op.IN),
    (Field.CREATED, Op.GTE),
    (Field.CREATED, Op.LT),
    (Field.UPDATED, Op.GTE),
    (Field.UPDATED, Op.LT),
}


async def test_a_list_tells_every_issue_as_redmine_has_it(
    reader: Connector, still_redmine: Redmine
) -> None:
    there = await issues(still_redmine)
    page = await reader.list(plain(reader.capabilities, limit=100), call())
    assert not page.more
    assert sorted(map(seen, page.records), key=_number) == [told(issue) for issue in there]
    assert {case.status for case in page.records} >= {Status.CLOSED, Status.INADMISSIBLE}
    assert len(still_redmine.asked_by_the_gateway()) == 1


def _number(case: dict[str, object]) -> int:
    return int(str(case["id"]))


async def test_pages_join_up_to_the_end_and_each_costs_one_call(
    reader: Connector, still_redmine: Redmine
) -> None:
    there = await issues(still_redmine)
    size = 5
    found = await pages(reader, plain(reader.capabilities, limit=size))
    told_ids = [number for page in found for number in ids(page.records)]
    assert sorted(told_ids, key=int) == [str(issue["id"]) for issue in there]
    # A last page that is full looks like any other: another call finds that nothing follows.
    assert len(still_redmine.asked_by_the_gateway()) == len(found)
    assert ceil(len(there) / size) <= len(found) <= len(there) // size + 1


async def test_the_total_is_told_when_asked_for(reader: Connector, still_redmine: Redmine) -> None:
    there = await issues(still_redmine)
    selection = Selection(fields=SELECTABLE, total=True)
    page = await reader.list(plain(reader.capabilities, limit=5, selection=selection), call())
    assert page.total is not None
    assert (page.total.value, page.total.exact) == (len(there), True)


def test_the_orders_are_those_tried_here(reader: Connector) -> None:
    assert reader.capabilities.orders == {*ORDERS}


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: f"{order.by.name}-{order.direction}")
async def test_every_order_is_total_though_redmine_tells_whole_seconds(
    reader: Connector, still_redmine: Redmine, order: Order
) -> None:
    there = await issues(still_redmine)
    found, _ = await rows(reader, plain(reader.capabilities, order=order, limit=5))
    expected = sorted(
        (told(issue) for issue in there),
        key=lambda case: (case[_name(order)], case["id"]),
        reverse=order.direction is Direction.DESC,
    )
    assert [seen(case) for case in found] == expected
    assert any(_tied(one, other, order) for one, other in pairwise(found)), "no ties were met"


def _name(order: Order) -> str:
    return {Field.CREATED: "created", Field.UPDATED: "updated"}[order.by]


def _tied(one: Complaint, other: Complaint, order: Order) -> bool:
    return key_of(one, order).at == key_of(other, order).at


def test_the_filters_are_those_tried_here(reader: Connector) -> None:
    assert {*reader.capabilities.filters} == FILTERS


async def test_every_filter_brings_what_it_should(
    reader: Connector, still_redmine: Redmine
) -> None:
    everything, _ = await rows(reader, plain(reader.capabilities, limit=100))
    tried: set[tuple[Field, Op]] = set()
    for where in _conditions([case.created_at for case in everything]):
        found, _ = await rows(reader, plain(reader.capabilities, where=where, limit=100))
        wanted = {*ids(matching(everything, where))}
        came = {*ids(found)}
        assert wanted <= came, f"{where} leaves out {wanted - came}"
        if all(_exact(reader, condition) for condition in where):
            assert wanted == came, f"{where} brings {came - wanted} too"
        if len(where) == 1:
            assert wanted, f"{where} matches nothing: it proves little"
            tried.add((where[0].field, where[0].op))
    assert tried == FILTERS


def _exact(reader: Connector, condition: Condition) -> bool:
    return reader.capabilities.supports(condition) is Exactness.EXACT


def _conditions(times: Sequence[datetime | None]) -> Sequence[tuple[Condition, ...]]:
    known = sorted(at for at in times if at is not None)
    middle = known[len(known) // 2]
    # Redmine takes whole seconds only: a bound between two of them must not lose a row.
    moments = [middle, middle + timedelta(milliseconds=400)]
    single = [
        Condition(Field.AGENCY, Op.IN, frozenset({"water-office"})),
        Condition(Field.AGENCY, Op.IN, frozenset({"water-office", "roads-office"})),
        Condition(Field.STATUS, Op.IN, frozenset({Status.IN_PROGRESS})),
        Condition(Field.STATUS, Op.IN, frozenset({Status.ANSWERED, Status.SUBMITTED})),
        Condition(Field.STATUS, Op.IN, frozenset({Status.CLOSED})),
        Condition(Field.SERVICE, Op.IN, frozenset({"3"})),
        Condition(Field.SERVICE, Op.IN, frozenset({"1", "3"})),
        *(
            Condition(field, op, at)
            for field in (Field.CREATED, Field.UPDATED)
            for op in (Op.GTE, Op.LT)
            for at in moments
        ),
    ]
    windows = [
        (Condition(field, Op.GTE, since), Condition(field, Op.LT, before))
        for field in (Field.CREATED, Field.UPDATED)
        for since, before in ((middle, middle + timedelta(seconds=1)), (known[0], moments[1]))
    ]
    together = tuple(single[index] for index in (0, 3, 5))
    return [*((condition,) for condition in single), *windows, together]


async def test_a_filter_is_asked_of_redmine_itself(
    reader: Connector, still_redmine: Redmine
) -> None:
    where = (
        Condition(Field.STATUS, Op.IN, frozenset({Status.ANSWERED, Status.SUBMITTED})),
        Condition(Field.AGENCY, Op.IN, frozenset({"water-office"})),
    )
    await reader.list(plain(reader.capabilities, where=where, limit=100), call())
    (asked,) = still_redmine.asked_by_the_gateway()
    query = dict(asked.query)
    assert set(query["status_id"].split("|")) == {"1", "3"}
    assert query["project_id"] == "eau"
