"""What each system does besides answering well: sessions that end, 200 for no, clocks put back."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response

from connectors.contract.connector import Saying, Upload
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    RateLimited,
    SourceUnavailable,
    Unauthorized,
)
from connectors.contract.lifecycle import Status
from connectors.contract.query import Child, Condition, Direction, Field, Op, Order, Selection
from connectors.contract.records import AuthorRole, Visibility
from connectors.testing.asking import call, ids, pageable, pages, plain
from tests.dialects.connecting import connected
from tests.dialects.four import CURSORS, ENVELOPES, FOUR, LINKS, SESSIONS, Dialect


async def test_one_login_serves_all_and_one_more_follows_its_end(tmp_path: Path) -> None:
    async with connected(SESSIONS, tmp_path) as (connector, register):
        question = plain(connector.capabilities, limit=5)
        await asyncio.gather(*(connector.list(question, call()) for _ in range(20)))
        assert register.logins == 1
        register.expire_sessions()
        await asyncio.gather(*(connector.list(question, call()) for _ in range(20)))
        assert register.logins == 2


async def test_one_grant_serves_all_and_one_more_follows_its_end(tmp_path: Path) -> None:
    async with connected(LINKS, tmp_path) as (connector, works):
        question = plain(connector.capabilities, limit=5)
        await asyncio.gather(*(connector.list(question, call()) for _ in range(20)))
        assert works.grants == 1
        works.expire_tokens()
        await asyncio.gather(*(connector.list(question, call()) for _ in range(20)))
        assert works.grants == 2


async def test_what_is_done_is_done_once_although_the_session_ended(tmp_path: Path) -> None:
    async with connected(SESSIONS, tmp_path) as (connector, register):
        await connector.list(plain(connector.capabilities, limit=1), call())
        register.expire_sessions()
        before = len(register.issues["REC-1"]["files"])
        upload = Upload(name="a.txt", media_type="text/plain", content=b"vu")
        await connector.attach("REC-1", upload, key="1", call=call())
        assert len(register.issues["REC-1"]["files"]) == before + 1


@pytest.mark.parametrize(
    ("code", "kind"),
    # Of a list, "not found" says that it is not where it is described.
    [("E404", BadData), ("E101", Unauthorized), ("E100", BadData), ("E999", BadData)],
)
async def test_a_no_that_comes_as_200_is_told_for_what_it_is(
    code: str, kind: type[ConnectorError], tmp_path: Path
) -> None:
    no = {"etat": "KO", "erreur": {"code": code, "libelle": "Mme Exemple n'existe pas"}}
    async with connected(ENVELOPES, tmp_path) as (connector, counter):
        counter.misbehave(JSONResponse(no))
        with pytest.raises(kind) as refused:
            await connector.list(plain(connector.capabilities), call())
        assert "Exemple" not in str(refused.value)


async def test_a_case_that_is_not_there_is_absent_and_not_an_error(tmp_path: Path) -> None:
    async with connected(ENVELOPES, tmp_path) as (connector, counter):
        assert await connector.get(["1"], Selection(), call()) == {}
        assert await connector.get(["n'importe"], Selection(), call()) == {}
        assert len(counter.calls) == 1, "an id that can be none of theirs was asked for"


TROUBLES = {
    "slow down": (Response(status_code=429, headers={"Retry-After": "7"}), RateLimited),
    "broken": (Response("Exception in Main.java", 500), SourceUnavailable),
    "a portal's page": (HTMLResponse("<h1>Maintenance</h1>"), ConnectorError),
    "half": (Response('{"data": [', media_type="application/json"), BadData),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_trouble_is_told_for_what_it_is_and_passes(
    dialect: Dialect, trouble: str, tmp_path: Path
) -> None:
    answer, kind = TROUBLES[trouble]
    async with connected(dialect, tmp_path) as (connector, vendor):
        question = plain(connector.capabilities, limit=5)
        await connector.list(question, call())
        vendor.misbehave(answer)
        with pytest.raises(kind) as told:
            await connector.list(question, call())
        assert "Main.java" not in str(told.value)
        assert len((await connector.list(question, call())).records) == 5
        if kind is RateLimited:
            assert told.value.retry_after == 7


async def test_a_word_that_nobody_knew_of_is_open_or_closed_as_the_system_says(
    tmp_path: Path,
) -> None:
    async with connected(LINKS, tmp_path) as (connector, works):
        found = await pages(connector, pageable(connector.capabilities))
        parked = {
            (record.status, works.tickets[record.origin.source_id]["closed"])
            for page in found
            for record in page.records
            if record.origin.raw_status == "parked"
        }
        assert parked == {(Status.CLOSED, True), (Status.UNDER_ASSESSMENT, False)}


async def test_nothing_of_the_hour_that_was_twice_is_lost(tmp_path: Path) -> None:
    """The system filters by its wall clock, which said 02:00 to 03:00 twice on 2026-02-15."""
    twice = [each for each in ENVELOPES.complaints() if each.origin.source_id in {"997", "998"}]
    async with connected(ENVELOPES, tmp_path) as (connector, _):
        for minutes in range(0, 180, 20):
            bound = datetime(2026, 2, 15, 0, 30, tzinfo=UTC) + timedelta(minutes=minutes)
            for op in (Op.GTE, Op.LT):
                asked = Condition(Field.CREATED, op, bound)
                question = pageable(connector.capabilities, where=(asked,))
                found = await pages(connector, question)
                rows = set(ids([record for page in found for record in page.records]))
                missed = set(ids([each for each in twice if asked.holds(each)])) - rows
                assert not missed, f"{op} {bound} loses {missed}"


async def test_children_cost_a_call_only_where_the_system_wants_one(tmp_path: Path) -> None:
    selection = Selection(children=frozenset({Child.MESSAGES}), internal=True)
    costs = {}
    for dialect in FOUR:
        id_ = dialect.complaints()[0].origin.source_id
        folder = tmp_path / dialect.name
        folder.mkdir()
        async with connected(dialect, folder) as (connector, vendor):
            await connector.get([id_], Selection(), call())
            vendor.calls.clear()
            await connector.get([id_], selection, call())
            costs[dialect] = len(vendor.calls)
    assert costs == {CURSORS: 1, SESSIONS: 1, ENVELOPES: 2, LINKS: 1}


async def test_a_page_of_an_order_costs_one_call_or_two(tmp_path: Path) -> None:
    for dialect, most in ((CURSORS, 1), (SESSIONS, 2), (ENVELOPES, 2)):
        folder = tmp_path / dialect.name
        folder.mkdir()
        async with connected(dialect, folder) as (connector, vendor):
            await connector.list(plain(connector.capabilities, limit=1), call())
            vendor.calls.clear()
            order = Order(Field.CREATED, Direction.DESC)
            found = await pages(connector, plain(connector.capabilities, order=order, limit=20))
            assert len(found) == 3
            assert len(vendor.calls) <= most * len(found) + 1


@pytest.mark.parametrize("dialect", [CURSORS, SESSIONS], ids=str)
async def test_what_has_changed_is_read_in_its_order_and_nothing_else(
    dialect: Dialect, tmp_path: Path
) -> None:
    async with connected(dialect, tmp_path) as (connector, vendor):
        since = vendor.next_moment()
        changed = ids(dialect.complaints())[5:30:8]
        saying = Saying(body="Vu", author=AuthorRole.AGENCY, visibility=Visibility.PUBLIC)
        for number, id_ in enumerate(changed):
            await connector.say(id_, saying, key=f"key-{number}", call=call())
        vendor.calls.clear()
        question = pageable(
            connector.capabilities,
            where=(Condition(Field.UPDATED, Op.GTE, since),),
            order=Order(Field.UPDATED, Direction.ASC),
        )
        found = await pages(connector, question)
        assert ids([record for page in found for record in page.records]) == changed
        assert len(vendor.calls) == 1
