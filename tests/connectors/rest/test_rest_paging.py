"""Every way of paging visits each row once and ends; one that lies is told, and never read for ever."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.errors import BadData, NotFound
from connectors.contract.query import Direction, Field, Order
from connectors.contract.records import Complaint
from connectors.rest import RestConnector
from connectors.testing.asking import call, ids, pages, plain
from connectors.testing.serving import serve
from tests.connectors.rest import desk
from tests.connectors.rest.describing import SOURCE, at_desk, connect, connected, plainly, row
from tests.connectors.rest.desk import PAGINGS

NEWEST = Order(Field.CREATED, Direction.DESC)
Tells = Callable[[Request], Response]


class Told:
    """A system whose list is what `tell` answers; `queries` is what it was asked."""

    def __init__(self, tell: Tells) -> None:
        self.queries: list[str] = []
        self._tell = tell
        self.app = Starlette(routes=[Route("/{path:path}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        self.queries.append(str(request.url.query))
        return self._tell(request)


def paged(style: str, listed: dict[str, Any] | None = None, **paging: Any) -> dict[str, Any]:
    """The description of a list in pages of two rows, unless `paging` says otherwise."""
    described = {
        "request": {"path": "cases"},
        "records": "$.cases",
        "paging": PAGINGS[style] | {"max_size": 2} | paging,
    }
    return plainly(list=described | (listed or {}))


def part(rows: Sequence[Any], request: Request) -> Sequence[Any]:
    start, size = int(request.query_params.get("at", 0)), int(request.query_params["size"])
    return rows[start : start + size]


async def read(connector: RestConnector, **asked: Any) -> Sequence[Complaint]:
    asked = {"limit": 2} | asked
    found = await pages(connector, plain(connector.capabilities, **asked))
    return [record for page in found for record in page.records]


@pytest.mark.parametrize("style", ["page", "cursor", "link_header", "next_url"])
async def test_pages_of_any_size_and_order_join_up(style: str) -> None:
    cases = desk.complaints()[:40]
    system = desk.Desk(cases, paging=style, most=10)
    listed = desk.description("", style)["list"]
    listed["paging"] = listed["paging"] | {"max_size": 10}
    async with at_desk(system, list=listed) as connector:
        for limit in (1, 3, 10):
            assert sorted(ids(await read(connector, limit=limit))) == sorted(ids(cases))
        found = await read(connector, order=NEWEST, limit=3)
        assert len(set(ids(found))) == len(found) == len(cases)


@pytest.mark.parametrize("style", ["page", "offset", "cursor", "link_header", "next_url"])
async def test_a_place_in_a_list_is_good_for_another_limit(style: str) -> None:
    cases = desk.complaints()[:30]
    async with at_desk(desk.Desk(cases, paging=style)) as connector:
        question = plain(connector.capabilities, order=NEWEST)
        whole = ids((await connector.list(question, call())).records)
        first = await connector.list(replace(question, limit=7), call())
        rest = await connector.list(replace(question, limit=50, token=first.next_token), call())
        assert [*ids(first.records), *ids(rest.records)] == whole


async def test_a_page_in_no_order_is_one_call_and_in_an_unsettled_one_two_at_most() -> None:
    system = desk.Desk(desk.complaints())
    async with at_desk(system) as connector:
        for order, most in ((None, 1), (NEWEST, 2)):
            question = plain(connector.capabilities, order=order, limit=20)
            for _ in range(5):
                system.calls.clear()
                page = await connector.list(question, call())
                assert len(page.records) == 20
                assert len(system.calls) <= most
                question = replace(question, token=page.next_token)


async def test_an_order_that_is_settled_is_believed_and_costs_one_call() -> None:
    rows = [row(number, desk.scenario.NOON) for number in (9, 8, 7, 6, 5)]
    system = Told(lambda request: JSONResponse({"cases": part(rows, request)}))
    settled = {"CREATED": {"DESC": {"query": {"sort": "-at"}, "ties": "id"}}}
    async with connected(system.app, paged("offset", {"orders": settled})) as connector:
        assert ids(await read(connector, order=NEWEST)) == ["9", "8", "7", "6", "5"]
        assert len(system.queries) == 3


async def test_a_run_of_equal_times_over_many_pages_is_put_in_order() -> None:
    noon = desk.scenario.NOON
    rows = [row(0, noon + timedelta(1)), *(row(n, noon) for n in (3, 11, 2, 7, 10, 1, 5)), row(4)]
    system = Told(lambda request: JSONResponse({"cases": part(rows, request)}))
    orders = {"CREATED": {"DESC": {"query": {"sort": "-at"}}}}
    async with connected(system.app, paged("offset", {"orders": orders})) as connector:
        found = ids(await read(connector, order=NEWEST))
        assert found == ["0", "7", "5", "3", "2", "11", "10", "1", "4"]


async def test_a_run_that_is_too_long_is_told() -> None:
    def tell(request: Request) -> Response:
        start = int(request.query_params["at"])
        return JSONResponse({"cases": [row(start + n, desk.scenario.NOON) for n in range(500)]})

    said = paged("offset", max_size=500)
    said["list"]["orders"] = {"CREATED": {"DESC": {"query": {"sort": "-at"}}}}
    async with connected(Told(tell).app, said) as connector:
        with pytest.raises(BadData, match="share one created_at"):
            await read(connector, order=NEWEST)


def _same_cursor(_: Request) -> Response:
    return JSONResponse({"cases": [row(1), row(2)], "next": "again"})


def _same_page(_: Request) -> Response:
    return JSONResponse({"cases": [row(1), row(2)], "found": 99})


def _same_address(request: Request) -> Response:
    return JSONResponse({"cases": [row(1), row(2)], "next": str(request.url)})


def _same_link(request: Request) -> Response:
    return JSONResponse(
        {"cases": [row(1), row(2)]}, headers={"Link": f'<{request.url}>; rel="next"'}
    )


@pytest.mark.parametrize(
    ("style", "tell"),
    [
        ("cursor", _same_cursor),
        ("page", _same_page),
        ("offset", _same_page),
        ("next_url", _same_address),
        ("link_header", _same_link),
    ],
)
async def test_a_list_that_goes_in_circles_is_bad_data(style: str, tell: Tells) -> None:
    system = Told(tell)
    async with connected(system.app, paged(style)) as connector:
        with pytest.raises(BadData, match="comes back"):
            await read(connector)
    assert len(system.queries) <= 2


async def test_empty_pages_before_others_are_passed_over() -> None:
    def tell(request: Request) -> Response:
        at = int(request.query_params.get("at", 0))
        rows = [row(at)] if at % 4 == 3 else []
        return JSONResponse({"cases": rows, "next": at + 1 if at < 11 else None})

    async with connected(Told(tell).app, paged("cursor")) as connector:
        assert ids(await read(connector)) == ["3", "7", "11"]


async def test_empty_pages_for_ever_are_bad_data() -> None:
    system = Told(
        lambda request: JSONResponse(
            {"cases": [], "next": int(request.query_params.get("at", 0)) + 1}
        )
    )
    async with connected(system.app, paged("cursor")) as connector:
        with pytest.raises(BadData, match="does not come to an end"):
            await read(connector)
    assert len(system.queries) == 20


async def test_a_list_longer_than_any_is_bad_data() -> None:
    def tell(request: Request) -> Response:
        start = int(request.query_params.get("at", 0))
        return JSONResponse({"cases": [row(start), row(start + 1)], "next": start + 2})

    async with connected(Told(tell).app, paged("cursor", {"max_pages": 4})) as connector:
        with pytest.raises(BadData, match="does not come to an end"):
            await read(connector)


@pytest.mark.parametrize("count", [0, 1, 99])
async def test_a_wrong_total_loses_no_row_and_adds_none(count: int) -> None:
    rows = [row(number) for number in range(5)]
    system = Told(lambda request: JSONResponse({"cases": part(rows, request), "found": count}))
    said = paged("offset", {"total": {"path": "$.found"}})
    async with connected(system.app, said) as connector:
        assert ids(await read(connector)) == ["0", "1", "2", "3", "4"]


async def test_a_list_that_shrinks_while_it_is_read_ends() -> None:
    rows = [row(number) for number in range(9)]

    def tell(request: Request) -> Response:
        del rows[-2:]
        return JSONResponse({"cases": part(rows, request)})

    async with connected(Told(tell).app, paged("offset")) as connector:
        assert ids(await read(connector)) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("listed", [{"total": {"path": "$.found"}}, {}])
async def test_numbered_pages_that_are_cut_shorter_are_read_to_their_end(
    listed: dict[str, Any],
) -> None:
    rows = [row(number) for number in range(20)]

    def tell(request: Request) -> Response:
        start = int(request.query_params["page"]) * 5
        return JSONResponse({"cases": rows[start : start + 5], "found": len(rows)})

    system = Told(tell)
    # Without a total, only a size that was never asked for can be told from a last page.
    paging = {"max_size": 8} | ({} if listed else {"size_parameter": None})
    async with connected(system.app, paged("page", listed, **paging)) as connector:
        assert len(await read(connector, limit=8)) == 20
    assert len(set(system.queries)) == (4 if listed else 5)


async def test_a_source_that_cuts_pages_shorter_than_it_says_is_read_to_its_total() -> None:
    rows = [row(number) for number in range(5)]

    def tell(request: Request) -> Response:
        start = int(request.query_params["at"])
        return JSONResponse({"cases": rows[start : start + 1], "found": len(rows)})

    said = paged("offset", {"total": {"path": "$.found"}})
    async with connected(Told(tell).app, said) as connector:
        assert ids(await read(connector)) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("away", "why"),
    [
        ("https://elsewhere.example/cases", "another address"),
        ("//elsewhere.example/x", "another address"),
        ("https://{host}/cases?at=2&key=s3cret", "another address"),
        ("http://127.0.0.1:1/cases?at=2&key=s3cret", "another address"),
        ("http://{host}@elsewhere.example/", "another address"),
        ("http://[x", "no address"),
        ("http://{host}00000/cases", "no address"),
    ],
)
@pytest.mark.parametrize("style", ["next_url", "link_header"])
async def test_a_next_page_elsewhere_is_refused_before_it_is_kept(
    style: str, away: str, why: str
) -> None:
    def tell(request: Request) -> Response:
        there = away.format(host=request.url.netloc)
        said = {"cases": [row(1), row(2)], "next": there}
        return JSONResponse(said, headers={"Link": f'<{there}>; rel="next"'})

    system = Told(tell)
    said = paged(style) | {"auth": {"kind": "query", "name": "key", "value": "s3cret"}}
    async with connected(system.app, said) as connector:
        with pytest.raises(BadData, match=why):
            await connector.list(plain(connector.capabilities, limit=2), call())
    assert len(system.queries) == 1


async def test_a_next_address_may_be_relative_and_loses_the_key_before_it_is_kept() -> None:
    rows = [row(number) for number in range(4)]

    def tell(request: Request) -> Response:
        start = int(request.query_params.get("from", 0))
        there = None if start else "?from=2&k%65y=s3cret&plus=a%2Bb&latin=%e9&bare"
        return JSONResponse({"cases": rows[start : start + 2], "next": there})

    system = Told(tell)
    said = paged("next_url") | {"auth": {"kind": "query", "name": "key", "value": "s3cret"}}
    async with connected(system.app, said) as connector:
        first = await connector.list(plain(connector.capabilities, limit=2), call())
        assert first.next_token is not None
        assert "s3cret" not in first.next_token
        assert ids(await read(connector)) == ["0", "1", "2", "3"]
    assert system.queries[-1] == "from=2&plus=a%2Bb&latin=%e9&bare&key=s3cret"


@pytest.mark.parametrize("path", ["//cases", "/a//b", ""])
async def test_a_next_address_keeps_its_path(path: str) -> None:
    asked: list[str] = []

    def tell(request: Request) -> Response:
        asked.append(request.scope["raw_path"].decode())
        start = int(request.query_params.get("from", 0))
        there = f"http://{request.url.netloc}{path}?from={start + 1}"
        return JSONResponse({"cases": [row(start)], "next": there if start < 2 else None})

    async with serve(Told(tell).app) as url:
        connector = connect({"url": f"{url}/api"} | paged("next_url", max_size=1))
        assert ids(await read(connector, limit=1)) == ["0", "1", "2"]
        await connector.aclose()
    assert asked == ["/api/cases", path or "/", path or "/"]


async def test_a_next_address_may_name_the_sources_own_host_in_other_letters() -> None:
    def tell(request: Request) -> Response:
        whole = f"HTTP://LOCALHOST:{request.url.port}/cases?from=2"
        return JSONResponse({"cases": [row(1), row(2)], "next": whole})

    async with serve(Told(tell).app) as url:
        connector = connect({"url": url.replace("127.0.0.1", "localhost")} | paged("next_url"))
        page = await connector.list(plain(connector.capabilities, limit=2), call())
        await connector.aclose()
    assert page.next_token is not None
    assert "/cases?from=2" in page.next_token
    assert "LOCALHOST" not in page.next_token


@pytest.mark.parametrize("token", ["1", "[]", "{", '["x",2,0,"",0,null]', '["0",0,0,"",0,null]'])
async def test_a_token_that_nobody_gave_is_not_found(token: str) -> None:
    system = Told(lambda request: JSONResponse({"cases": []}))
    async with connected(system.app, paged("offset")) as connector:
        with pytest.raises(NotFound):
            await connector.list(plain(connector.capabilities, token=token, limit=2), call())
    assert system.queries == []


async def test_a_whole_list_says_that_more_follows_than_it_may_tell() -> None:
    system = Told(lambda _: JSONResponse({"cases": [row(number) for number in range(5)]}))
    async with connected(system.app, paged("none", max_size=3)) as connector:
        page = await connector.list(plain(connector.capabilities, limit=3), call())
    assert (ids(page.records), page.more) == (["0", "1", "2"], True)


async def test_the_source_is_named_in_what_it_tells() -> None:
    system = Told(lambda _: JSONResponse({"cases": [row(1)]}))
    async with connected(system.app, paged("none")) as connector:
        page = await connector.list(plain(connector.capabilities, limit=1), call())
    assert page.records[0].origin.source == SOURCE


async def test_a_cursor_that_was_forgotten_is_not_found() -> None:
    def tell(request: Request) -> Response:
        if "at" in request.query_params:
            return JSONResponse({}, 410)
        return JSONResponse({"cases": [row(1), row(2)], "next": "x"})

    async with connected(Told(tell).app, paged("cursor")) as connector:
        with pytest.raises(NotFound):
            await read(connector)
