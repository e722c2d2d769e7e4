"""Conditions are asked for in the source's words, and never for fewer rows than meet them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.capabilities import Exactness
from connectors.contract.lifecycle import Status
from connectors.contract.query import Box, Condition, Direction, Field, Op, Order, Selection
from connectors.contract.records import AgencyCode, Kind
from connectors.rest import RestConnector
from connectors.testing.asking import call, plain
from tests.connectors.rest.describing import connected, plainly

AT = datetime(2026, 3, 2, 12, 0, 0, 500_000, tzinfo=UTC)
SINCE, BEFORE = Condition(Field.CREATED, Op.GTE, AT), Condition(Field.CREATED, Op.LT, AT)


class Asked:
    """A system without cases; `queries` is what it was asked."""

    def __init__(self) -> None:
        self.queries: list[list[tuple[str, str]]] = []
        self.app = Starlette(routes=[Route("/{path:path}", self._note, methods=["GET", "POST"])])

    async def _note(self, request: Request) -> Response:
        said = await request.json() if request.method == "POST" else {}
        self.queries.append([*request.query_params.multi_items(), *said.items()])
        return JSONResponse({"cases": [], "n": 0})


@asynccontextmanager
async def asked(
    filters: dict[str, Any], request: dict[str, Any] | None = None, **more: Any
) -> AsyncIterator[tuple[RestConnector, Asked]]:
    system = Asked()
    said = plainly()
    said["record"]["kind"] = {"path": "$.kind", "table": {"1": "COMPLAINT", "2": "SUGGESTION"}}
    said["record"]["agency"] = {"path": "$.unit", "table": {"A": "commune-a", "B": "commune-b"}}
    said["record"]["fields"] |= {
        "service_code": {"path": "$.s", "table": {"R": "roads"}},
        "description": "$.text",
        "due_at": "$.due",
        "location": {"latitude": "$.lat", "longitude": "$.lon"},
    }
    said["list"] |= {"filters": filters, "request": {"path": "cases"} | (request or {})} | more
    async with connected(system.app, said) as connector:
        yield connector, system


async def query(connector: RestConnector, system: Asked, *where: Condition) -> Any:
    """What is asked for conditions; None if nothing is."""
    system.queries.clear()
    page = await connector.list(plain(connector.capabilities, where=where), call())
    assert page.applied == where
    return system.queries[0] if system.queries else None


def listed(field: Field, *values: Any) -> Condition:
    return Condition(field, Op.IN, frozenset(values))


@pytest.mark.parametrize(
    ("how", "since", "before"),
    [
        ({}, "2026-03-02T12:00:00Z", "2026-03-02T12:00:01Z"),
        ({"exact": True}, "2026-03-02T12:00:01Z", "2026-03-02T12:00:01Z"),
        ({"inclusive": True}, "2026-03-02T12:00:00Z", "2026-03-02T12:00:01Z"),
        ({"inclusive": False}, "2026-03-02T11:59:59Z", "2026-03-02T12:00:01Z"),
        ({"inclusive": True, "exact": True}, "2026-03-02T12:00:01Z", "2026-03-02T12:00:00Z"),
        ({"inclusive": False, "exact": True}, "2026-03-02T12:00:00Z", "2026-03-02T12:00:01Z"),
        ({"format": "epoch_milliseconds"}, "1772452800500", "1772452800500"),
        ({"format": "%d/%m/%Y"}, "02/03/2026", "03/03/2026"),
        ({"format": "%H:%M", "timezone": "Asia/Tokyo"}, "21:00", "21:01"),
    ],
)
async def test_a_bound_is_told_in_the_sources_format_and_widened_unless_exact(
    how: dict[str, Any], since: str, before: str
) -> None:
    filters = {"CREATED": {"GTE": how | {"query": {"from": "{value}"}},
                           "LT": how | {"query": {"to": "{value}"}}}}  # fmt: skip
    async with asked(filters) as (connector, system):
        assert await query(connector, system, SINCE) == [("from", since)]
        assert await query(connector, system, BEFORE) == [("to", before)]
        said = await query(connector, system, SINCE, BEFORE)
        assert said == [("from", since), ("to", before)]


@pytest.mark.parametrize(
    ("how", "since", "before"),
    [
        ({}, "0001-01-04T00:00:00Z", "9999-12-29T00:00:00Z"),
        ({"exact": True, "inclusive": False}, "0001-01-03T23:59:59Z", "9999-12-29T00:00:00Z"),
        ({"format": "epoch_seconds"}, "-62135337600", "253402041600"),
        ({"format": "%d/%m/%Y"}, "03/01/0001", "30/12/9999"),
        ({"format": "%Y%%Y %H:%M", "timezone": "UTC"}, "0001%Y 00:00", "9999%Y 00:00"),
    ],
)
async def test_a_bound_at_an_end_of_the_calendar_is_one_that_every_clock_shows(
    how: dict[str, Any], since: str, before: str
) -> None:
    filters = {"CREATED": {"GTE": how | {"query": {"from": "{value}"}},
                           "LT": how | {"query": {"to": "{value}"}}}}  # fmt: skip
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    async with asked(filters) as (connector, system):
        where = Condition(Field.CREATED, Op.GTE, first), Condition(Field.CREATED, Op.LT, last)
        assert await query(connector, system, *where) == [("from", since), ("to", before)]


async def test_a_local_bound_in_an_hour_that_came_twice_is_widened() -> None:
    how = {"query": {"t": "{value}"}, "format": "%H:%M"}
    late = {"query": {"u": "{value}"}, "format": "%H:%M"}
    async with asked({"CREATED": {"GTE": how, "LT": late}}) as (connector, system):
        # On 15 February 2026 Morocco's clocks went from 3 to 2: 2.30 was at 1.30 and at 2.30 UTC.
        for hour, since, before in ((1, "02:30", "02:30"), (2, "02:30", "03:30")):
            at = datetime(2026, 2, 15, hour, 30, tzinfo=UTC)
            said = await query(connector, system, Condition(Field.CREATED, Op.GTE, at))
            assert said == [("t", since if hour == 2 else "01:30")]
            said = await query(connector, system, Condition(Field.CREATED, Op.LT, at))
            assert said == [("u", before)]


async def test_both_bounds_of_one_parameter_are_told_at_once() -> None:
    filters = {
        "CREATED": {
            "GTE": {"query": {"on": ">={value}"}},
            "LT": {"query": {"on": "<{value}"}},
            "BETWEEN": {"query": {"on": "{since}|{before}"}},
        }
    }
    async with asked(filters) as (connector, system):
        assert set(connector.capabilities.filters) == {
            (Field.CREATED, Op.GTE),
            (Field.CREATED, Op.LT),
        }
        assert await query(connector, system, SINCE) == [("on", ">=2026-03-02T12:00:00Z")]
        said = await query(connector, system, BEFORE, SINCE)
        assert said == [("on", "2026-03-02T12:00:00Z|2026-03-02T12:00:01Z")]


async def test_conditions_of_one_kind_are_told_as_one() -> None:
    filters = {
        "CREATED": {"GTE": {"query": {"from": "{value}"}}, "LT": {"query": {"to": "{value}"}}},
        "SERVICE": {"IN": {"query": {"s": "{value}"}, "several": "comma"}},
        "TEXT": {"CONTAINS": {"query": {"q": "{value}"}}},
        "POSITION": {"WITHIN": {"query": {"box": "{south},{west},{north},{east}"}}},
        "OVERDUE": {"AS_OF": {"query": {"late": "{value}"}}},
    }
    later = AT + timedelta(days=1)
    async with asked(filters) as (connector, system):
        said = await query(
            connector,
            system,
            SINCE,
            Condition(Field.CREATED, Op.GTE, later),
            Condition(Field.CREATED, Op.LT, later),
            Condition(Field.CREATED, Op.LT, later + timedelta(days=9)),
            listed(Field.SERVICE, "roads", "a", "b"),
            listed(Field.SERVICE, "roads", "b", "c"),
            Condition(Field.TEXT, Op.CONTAINS, ("trou", "rue")),
            Condition(Field.TEXT, Op.CONTAINS, ("rue", "noir")),
            Condition(Field.POSITION, Op.WITHIN, Box(30, -9, 34, -5)),
            Condition(Field.POSITION, Op.WITHIN, Box(32, -8, 36, -4)),
            Condition(Field.OVERDUE, Op.AS_OF, later),
            Condition(Field.OVERDUE, Op.AS_OF, AT),
        )
        assert dict(said) == {
            "from": "2026-03-03T12:00:00Z",
            "to": "2026-03-03T12:00:01Z",
            "s": "R,b,roads",
            "q": "trou rue noir",
            "box": "32,-8,34,-5",
            "late": "2026-03-02T12:00:01Z",
        }
        apart = Condition(Field.POSITION, Op.WITHIN, Box(40, 0, 41, 1))
        here = Condition(Field.POSITION, Op.WITHIN, Box(30, -9, 34, -5))
        assert await query(connector, system, apart, here) is None


@pytest.mark.parametrize(
    ("several", "said"),
    [
        ("comma", [("s", "new,old")]),
        ("semicolon", [("s", "new;old")]),
        ("pipe", [("s", "new|old")]),
        ("repeat", [("s", "new"), ("s", "old")]),
        ("none", []),
    ],
)
async def test_several_values_are_written_as_the_source_wants_them(
    several: str, said: list[tuple[str, str]]
) -> None:
    filters = {"STATUS": {"IN": {"query": {"s": "{value}"}, "several": several}}}
    statuses = {"in": {"new": "SUBMITTED", "old": "SUBMITTED", "done": "ANSWERED"}}
    system = Asked()
    described = plainly(statuses=statuses)
    described["list"]["filters"] = filters
    async with connected(system.app, described) as connector:
        assert await query(connector, system, listed(Field.STATUS, Status.SUBMITTED)) == said
        answered = listed(Field.STATUS, Status.ANSWERED)
        assert await query(connector, system, answered) == [("s", "done")]


async def test_a_value_that_would_fall_into_two_matches_nothing() -> None:
    filters = {"SERVICE": {"IN": {"query": {"v": "{value}"}, "several": "comma"}}}
    async with asked(filters) as (connector, system):
        assert await query(connector, system, listed(Field.SERVICE, "a,b")) is None
        assert await query(connector, system, listed(Field.SERVICE, "a,b", "c")) == [("v", "c")]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        # A word that nobody knows may mean these: all rows are asked for.
        (listed(Field.STATUS, Status.UNDER_ASSESSMENT, Status.ANSWERED), []),
        (listed(Field.STATUS, Status.CLOSED), []),
        (listed(Field.KIND, Kind.COMPLAINT), []),
        (listed(Field.AGENCY, AgencyCode("commune-a")), []),
        # These have words of their own.
        (listed(Field.KIND, Kind.SUGGESTION), [("k", "2")]),
        (listed(Field.AGENCY, AgencyCode("commune-b")), [("a", "B")]),
        (listed(Field.SERVICE, "water"), [("v", "water")]),
        (listed(Field.SERVICE, "roads"), [("v", "R"), ("v", "roads")]),
        # No word means these, and no row can be there.
        (listed(Field.STATUS, Status.WITHDRAWN), None),
        (listed(Field.KIND, Kind.OBSERVATION), None),
        (listed(Field.AGENCY, AgencyCode("regie")), None),
        (listed(Field.SERVICE), None),
    ],
)
async def test_a_list_is_asked_for_by_words_that_mean_it(condition: Condition, said: Any) -> None:
    names = {"STATUS": "s", "KIND": "k", "AGENCY": "a", "SERVICE": "v"}
    filters = {
        field: {"IN": {"query": {name: "{value}"}, "several": "repeat"}}
        for field, name in names.items()
    }
    async with asked(filters) as (connector, system):
        assert await query(connector, system, condition) == said


async def test_what_is_empty_without_asking_counts_nothing() -> None:
    filters = {"SERVICE": {"IN": {"query": {"v": "{value}"}, "several": "comma", "exact": True}}}
    async with asked(filters, total={"path": "$.n"}) as (connector, _):
        where = (listed(Field.SERVICE),)
        question = plain(connector.capabilities, where=where, selection=Selection(total=True))
        page = await connector.list(question, call())
        assert page.total is not None
        assert (page.total.value, page.total.exact, page.more) == (0, True, False)
        assert connector.capabilities.filters[Field.SERVICE, Op.IN] is Exactness.EXACT


async def test_clauses_are_joined_and_a_parameter_of_the_request_gives_way() -> None:
    filters = {
        "CREATED": {"GTE": {"clause": "Created >= '{value}'"}},
        "SERVICE": {"IN": {"query": {"scope": "{value}"}}},
    }
    clauses = {"parameter": "q", "always": ["Queue = 'general'"]}
    request = {"query": {"scope": "*", "lang": "fr"}}
    async with asked(filters, request, clauses=clauses) as (connector, system):
        general = ("q", "Queue = 'general'")
        assert await query(connector, system) == [("scope", "*"), ("lang", "fr"), general]
        said = await query(connector, system, SINCE, listed(Field.SERVICE, "x"))
        both = ("q", "Queue = 'general' AND Created >= '2026-03-02T12:00:00Z'")
        assert said == [("lang", "fr"), ("scope", "x"), both]


async def test_what_is_asked_may_stand_in_a_json_body() -> None:
    filters = {"CREATED": {"GTE": {"query": {"from": "{value}"}}}}
    request = {"method": "POST", "path": "search", "json": {"deleted": False}}
    orders = {"CREATED": {"ASC": {"query": {"sort": "at"}, "ties": "id"}}}
    paging = {"style": "offset", "parameter": "at", "size_parameter": "size"}
    more = {"parameters_in": "json", "orders": orders, "paging": paging}
    async with asked(filters, request, **more) as (connector, system):
        order = Order(Field.CREATED, Direction.ASC)
        asked_ = plain(connector.capabilities, where=(SINCE,), order=order, limit=5)
        await connector.list(asked_, call())
    assert dict(system.queries[0]) == {
        "deleted": False,
        "from": "2026-03-02T12:00:00Z",
        "sort": "at",
        "size": "5",
        "at": "0",
    }
