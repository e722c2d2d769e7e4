"""The system with cursors keeps its own rules, so that what passes over it is worth something."""

from collections.abc import AsyncIterator

import pytest
from starlette.responses import Response

from tests.dialects.cursors.server import KEY, CursorDesk
from tests.dialects.four import CURSORS
from tests.dialects.talking import Talk, talking

CASES = "/api/v3/cases"


@pytest.fixture
def desk() -> CursorDesk:
    desk = CURSORS.vendor()
    assert isinstance(desk, CursorDesk)
    return desk


@pytest.fixture
async def talk(desk: CursorDesk) -> AsyncIterator[Talk]:
    async with talking(desk) as talk:
        talk.headers["X-Api-Key"] = KEY
        yield talk


async def test_cursors_lead_through_all_cases_in_the_order_asked_for(
    talk: Talk, desk: CursorDesk
) -> None:
    for sort in ("created_at", "-created_at", "updated_at", "-updated_at"):
        asked, found = {"sort": sort, "limit": 7}, []
        while True:
            page = (await talk.get(CASES, **asked)).body
            found += [(each[sort.lstrip("-")], each["id"]) for each in page["data"]]
            if page["meta"]["next_cursor"] is None:
                break
            asked["cursor"] = page["meta"]["next_cursor"]
        assert len(found) == len(desk.cases)
        assert found == sorted(found, reverse=sort.startswith("-"))


async def test_lists_and_ranges_choose_cases(talk: Talk, desk: CursorDesk) -> None:
    moments = sorted(row["created_at"] for row in desk.cases.values())
    asked = {"state": "new,working", "tenant": "A", "created_from": moments[20], "limit": 50}
    told = (await talk.get(CASES, **asked, created_until=moments[50])).body["data"]
    assert {each["id"] for each in told} == {
        row["id"]
        for row in desk.cases.values()
        if row["state"] in {"new", "working"}
        and row["tenant"] == "A"
        and moments[20] <= row["created_at"] < moments[50]
    }
    assert told


async def test_what_it_does_not_know_is_refused(talk: Talk) -> None:
    assert (await talk.get(CASES, page=1)).status == 400
    assert (await talk.get(CASES, limit=51)).status == 400
    assert (await talk.get(f"{CASES}/nobody")).status == 404
    assert (await talk.send("POST", CASES, {"body": ""})).status == 422
    talk.headers.clear()
    assert (await talk.get(CASES)).status == 401


async def test_a_key_makes_a_write_safe_to_repeat(talk: Talk, desk: CursorDesk) -> None:
    said = {"body": "Lampadaire éteint", "tenant": "A"}
    first = await talk.send("POST", CASES, said, Idempotency_Key="1")
    again = await talk.send("POST", CASES, said, Idempotency_Key="1")
    assert first.body == again.body
    id_ = first.body["data"]["id"]
    message = {"from": "agent", "public": True, "text": "Bien reçu"}
    for key in ("2", "2", "3"):
        await talk.send("POST", f"{CASES}/{id_}/messages", message, Idempotency_Key=key)
    assert len(desk.cases[id_]["messages"]) == 2


async def test_it_misbehaves_when_told_to_and_counts_all_the_same(
    talk: Talk, desk: CursorDesk
) -> None:
    desk.misbehave(Response(status_code=418))
    assert [(await talk.get(CASES, limit=1)).status for _ in range(2)] == [418, 200]
    assert desk.calls == [f"GET {CASES}?limit=1"] * 2
