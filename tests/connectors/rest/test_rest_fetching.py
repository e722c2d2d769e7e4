"""Single cases are read in as few calls as the source can, with what is selected and nothing else."""

from collections.abc import Sequence
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.errors import BadData
from connectors.contract.query import Child, Selection
from connectors.contract.records import Complaint
from connectors.testing.asking import call
from tests.connectors.rest import desk
from tests.connectors.rest.describing import at_desk, connected, plainly, row

BULK = {
    "request": {"path": "cases", "query": {"ids": "{ids}", "n": "{count}"}},
    "records": "$.cases",
    "max": 10,
}


def first(count: int) -> Sequence[str]:
    return [case.origin.source_id for case in desk.complaints()[:count]]


async def test_cases_by_id_are_one_call_and_histories_one_a_case_only_when_selected() -> None:
    system = desk.Desk(desk.complaints())
    some = first(5)
    async with at_desk(system) as connector:
        for children, calls in (
            (frozenset[Child](), 1),
            (frozenset({Child.ATTACHMENTS, Child.MESSAGES}), 1),
            (frozenset({Child.EVENTS}), 5),
            (frozenset({Child.EVENTS, Child.MESSAGES}), 5),
        ):
            system.calls.clear()
            found = await connector.get(some, Selection(children=children), call())
            assert list(found) == some
            assert len(system.calls) == calls
            brought = {each for each in Child if getattr(found[some[0]], each.value) is not None}
            assert brought == children
        assert system.calls[0].endswith("?with=history,notes")


async def test_a_child_with_a_request_of_its_own_is_read_to_its_end() -> None:
    system = desk.Desk(desk.complaints())
    case = next(each for each in desk.complaints() if each.decisions)
    id_ = case.origin.source_id
    made = system.cases[id_]["decisions"]
    made += [
        made[0] | {"id": f"more-{number}", "at": "2026-03-03T10:00:00Z"} for number in range(3)
    ]
    system.calls.clear()
    async with at_desk(system) as connector:
        found = await connector.get([id_], Selection(children=frozenset({Child.DECISIONS})), call())
    decisions = found[id_].decisions or ()
    assert [each.id for each in decisions[1:]] == ["more-0", "more-1", "more-2"]
    assert len(system.calls) == 1 + 4


class Parts:
    """A system that tells a case's messages in pages of one, of which it has forgotten the third."""

    def __init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/cases/{id}", lambda _: JSONResponse(row(1))),
                Route("/cases/{id}/notes", self._notes),
            ]
        )

    async def _notes(self, request: Request) -> Response:
        at = int(request.query_params.get("at", 0))
        if at > 1:
            return Response(status_code=404)
        note = {"id": at, "at": "2026-03-02T12:00:00Z", "text": "x"}
        return JSONResponse({"notes": [note], "next": at + 1})

    def described(self, **paging: Any) -> dict[str, Any]:
        messages = {
            "request": {"path": "cases/{id}/notes"},
            "items": "$.notes",
            "paging": {"parameter": "at", "max_size": 1} | paging,
            "id": "$.id",
            "at": "$.at",
            "body": "$.text",
        }
        get = {"request": {"path": "cases/{id}"}}
        return plainly(get=get, children={"messages": messages})


EVERY_MESSAGE = Selection(children=frozenset({Child.MESSAGES}), internal=True)


async def test_a_child_whose_next_page_is_gone_is_not_told_as_if_it_were_whole() -> None:
    system = Parts()
    said = system.described(style="cursor", next="$.next")
    async with connected(system.app, said) as connector:
        with pytest.raises(BadData, match="breaks off"):
            await connector.get(["1"], EVERY_MESSAGE, call())


@pytest.mark.parametrize("style", [{"style": "offset"}, {"style": "page", "first": 0}])
async def test_a_child_ends_where_no_page_has_that_number(style: dict[str, Any]) -> None:
    system = Parts()
    async with connected(system.app, system.described(**style)) as connector:
        found = await connector.get(["1"], EVERY_MESSAGE, call())
    assert [each.id for each in found["1"].messages or ()] == ["0", "1"]


class Several:
    """A system that answers ids in one call, and hides all of them if one is unknown."""

    def __init__(self, *known: str, strict: bool = True) -> None:
        self.known = known
        self.strict = strict
        self.asked: list[str] = []
        self.app = Starlette(
            routes=[Route("/cases", self._several), Route("/cases/{id:path}", self._one)]
        )

    async def _several(self, request: Request) -> Response:
        said = request.query_params["ids"]
        self.asked.append(said)
        wanted = said.split(",")
        assert request.query_params["n"] == str(len(wanted))
        if self.strict and not set(wanted) <= set(self.known):
            return Response(status_code=404)
        found = [case_of(each) for each in reversed(self.known) if each in wanted]
        return JSONResponse({"cases": [*found, case_of("uninvited")]})

    async def _one(self, request: Request) -> Response:
        self.asked.append(request.path_params["id"])
        known = request.path_params["id"] in self.known
        return (
            JSONResponse(case_of(request.path_params["id"])) if known else Response(status_code=404)
        )


def case_of(id_: str) -> dict[str, Any]:
    return row(0) | {"id": id_}


async def test_one_unknown_id_does_not_hide_the_others() -> None:
    system = Several("a", "b", "c")
    async with connected(system.app, plainly(get={"bulk": BULK})) as connector:
        found = await connector.get(["a", "x", "b", "c"], Selection(), call())
    assert list(found) == ["a", "b", "c"]
    assert len(system.asked) == 5


async def test_an_id_that_would_fall_into_two_is_asked_for_alone() -> None:
    system = Several("a,b", "a", "b", strict=False)
    get = {"bulk": BULK, "request": {"path": "cases/{id}"}}
    async with connected(system.app, plainly(get=get)) as connector:
        found = await connector.get(["a,b", "a"], Selection(), call())
        assert list(found) == ["a,b", "a"]
    assert sorted(system.asked) == ["a", "a,b"]
    async with connected(system.app, plainly(get={"bulk": BULK})) as connector:
        assert list(await connector.get(["a,b", "a"], Selection(), call())) == ["a"]


async def _get(answer: Any, **how: Any) -> dict[str, Complaint]:
    app = Starlette(routes=[Route("/cases/{id}", lambda _: JSONResponse(answer))])
    get = {"request": {"path": "cases/{id}"}} | how
    async with connected(app, plainly(get=get)) as connector:
        return dict(await connector.get(["7"], Selection(), call()))


async def test_a_case_that_answers_to_another_id_is_another() -> None:
    assert await _get({"id": "007", "state": "new"}) == {}
    assert list(await _get({"id": 7, "state": "new"})) == ["7"]


async def test_no_case_where_one_is_described_is_none_at_all() -> None:
    assert await _get({"case": None}, record="$.case") == {}
    assert await _get({"cases": []}, record="$.cases") == {}


@pytest.mark.parametrize("answer", [{"cases": [{"id": 7}, {"id": 7}]}, {"cases": "x"}, {"x": 1}])
async def test_an_answer_that_is_not_one_case_is_bad_data(answer: Any) -> None:
    with pytest.raises(BadData):
        await _get(answer, record="$.cases")
