"""A supervisor sees how much there is where, and what agencies' systems have not heard."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from connectors.contract.lifecycle import Status
from connectors.contract.records import STORE, utc_now
from connectors.store import Store
from tests.gateway.auth.browser.place import Place, placed
from tests.gateway.portal.answering import Desk
from tests.gateway.portal.cases import kept
from tests.gateway.portal.visitor import Page, Visitor, become, visitor

REGISTRY = """
version: 1
sources:
  city: {connector: open311, mode: live, options: {url: "http://127.0.0.1:9/", api_key: k}}
agencies:
  - code: city
    name: {en: City, ar: المدينة, fr: Ville}
    class: COLLECTIVITE
    source: city
    services: [{code: lamp, name: {ar: الإنارة, fr: Lampe}}]
  - {code: water, name: {en: Water, ar: الماء, fr: Eau}, class: EEP}
  - {code: roads, name: {en: Roads, ar: الطرق, fr: Routes}, class: MINISTRY}
"""
CASES = [
    kept("soon", due_in=2),
    kept("late", due_in=-3),
    kept("new", status=Status.SUBMITTED),
    kept("answered", status=Status.ANSWERED),
    kept("road", "roads", due_in=-5, status=Status.REOPENED),
]


@pytest.fixture
async def place(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Place]:
    store = await Store.open(sqlite_url)
    await store.mirror.put(CASES, source=STORE, heard_at=utc_now())
    await store.aclose()
    environ = {"CHIKAYA_ENV": "development", "CHIKAYA_LOOPS": "off"}
    async with placed(tmp_path, sqlite_url, environ, registry=REGISTRY) as place:
        yield place


@pytest.fixture
async def supervisor(place: Place) -> AsyncIterator[Visitor]:
    async with visitor(place) as supervisor:
        await become(supervisor, "SUPERVISOR", agency="water", other="roads")
        yield supervisor


@pytest.fixture
async def desk(place: Place) -> AsyncIterator[Desk]:
    async with httpx2.AsyncClient(base_url=place.url) as client:
        yield Desk(client)


def link(page: Page, read: str) -> str:
    """Where a number leads to."""
    return next(href for text, href in page.links.items() if re.sub(r"\s+", " ", text) == read)


async def test_load_is_told_by_agency_and_state_and_leads_to_its_cases(supervisor: Visitor) -> None:
    page = await supervisor.read("/en/desk/overview")
    assert "Roads 1 – Roads 0 0 0 0 0 0 1 – Roads" in page.text
    assert "Water 1 – Water 1 – Water 0 0 2 – Water 0 0 0" in page.text
    found = await supervisor.read(link(page, "2 – Water"))
    assert re.findall(r"Marked (\w+)", found.text) == ["late", "soon"]


async def test_who_oversees_all_goes_by_class(supervisor: Visitor) -> None:
    await become(supervisor, "NATIONAL_SUPERVISOR")
    page = await supervisor.read("/en/desk/overview")
    assert "Ministries 1 – Ministries" in page.text
    # A city that is silent costs nobody else's numbers.
    assert "City : It does not answer just now. Its cases are missing." in page.text
    assert "Regions, provinces and communes at least 0" in page.text
    again = await supervisor.read(page.links["Ask it again"])
    assert (again.status, again.url.path) == (200, "/en/desk")
    found = await supervisor.read(link(page, "1 – Ministries"))
    assert re.findall(r"Marked (\w+)", found.text) == ["road"]
    page = await supervisor.read(page.links["Ministries"])
    assert "Roads 1 – Roads" in page.text
    assert "Water" not in page.text


async def test_what_did_not_arrive_is_told_and_confirmed(supervisor: Visitor, desk: Desk) -> None:
    case = await desk.files(agency="city", service="lamp")
    await become(supervisor, "SUPERVISOR", agency="city", other="")
    async with httpx2.AsyncClient(base_url=supervisor.client.base_url) as client:
        citizen = Visitor(client)
        page = await citizen.read(f"/en/follow?reference={case.reference}")
        await citizen.send(page, "/follow", code=case.code)
        page = await citizen.read("/en/case?act=ADD_MESSAGE")
        await citizen.send(page, "/case", text="Marked words")
    page = await supervisor.read("/en/desk/overview")
    looked, way = page.text.split("What is on its way")
    assert "To be entered there by hand." in looked
    assert f"{case.reference} · City · File → city : on its way" in way
    assert "Marked words" not in page.text
    told = await supervisor.send(page, "/desk/overview")
    assert "It was done, and is kept." in told.text
    assert "To be entered there by hand." not in told.text


async def test_a_filing_in_doubt_is_confirmed_with_the_number_that_it_has_there(
    supervisor: Visitor, desk: Desk, sqlite_url: str
) -> None:
    case = await desk.files(agency="city", service="lamp")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE outbox SET state = 'UNCERTAIN'")
        connection.commit()
    await become(supervisor, "SUPERVISOR", agency="city", other="")
    page = await supervisor.read("/en/desk/overview")
    assert "It may have arrived: look there." in page.text
    told = await supervisor.send(page, "/desk/overview", sourceId=" ")
    assert (told.status, set(told.problems)) == (422, {"sourceId"})
    long = "7" * 201
    told = await supervisor.send(told, "/desk/overview", sourceId=long)
    assert (told.status, set(told.problems)) == (422, {"sourceId"})
    kept_ = {each.name: each.value for each in told.form("/desk/overview").fields}
    assert kept_["sourceId"] == long
    told = await supervisor.send(told, "/desk/overview", sourceId="A 7")
    assert "It was done, and is kept." in told.text
    assert case.reference not in told.text


async def test_it_is_for_who_answers_for_others(supervisor: Visitor) -> None:
    for role in ("CITIZEN", "CALL_CENTRE", "ADMIN"):
        home = await become(supervisor, role)
        assert "How it stands" not in home.links
        assert (await supervisor.read("/en/desk/overview")).status == 403
    headers = {"Sec-Fetch-Site": "cross-site"}
    form = {"act": "CONFIRM_DELIVERY", "delivery": "1", "key": "k"}
    answer = await supervisor.client.post("/en/desk/overview", data=form, headers=headers)
    assert answer.status_code == 403
