"""An officer finds what waits for an answer, and does the same in several cases at once."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from connectors.contract.lifecycle import Status
from connectors.contract.records import STORE, utc_now
from connectors.store import Store
from tests.gateway.auth.browser.place import Place, placed
from tests.gateway.portal.answering import Desk, Filed
from tests.gateway.portal.cases import kept
from tests.gateway.portal.visitor import FormSeen, Page, Visitor, become, portal, visitor

DEVELOPMENT = {"CHIKAYA_ENV": "development"}
SILENT = """
version: 1
sources:
  city: {connector: open311, mode: live, options: {url: "http://127.0.0.1:9/"}}
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
  - {code: city, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, source: city}
"""
STATES = "{ complaints(first: 100) { nodes { reference status assignee version } } }"


CASES = [
    kept("soon", due_in=2),
    kept("late", due_in=-3, service_code="supply"),
    kept("latest", due_in=-9, status=Status.SUBMITTED),
    kept("answered", due_in=-20, status=Status.ANSWERED),
    kept("road", "roads", due_in=-5),
    kept("far", due_in=50),
]


@pytest.fixture
async def place(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Place]:
    store = await Store.open(sqlite_url)
    await store.mirror.put(CASES, source=STORE, heard_at=utc_now())
    await store.aclose()
    async with portal(tmp_path, sqlite_url, DEVELOPMENT) as place:
        yield place


@pytest.fixture
async def officer(place: Place) -> AsyncIterator[Visitor]:
    async with visitor(place) as officer:
        await become(officer, "OFFICER", agency="water", other="")
        yield officer


@pytest.fixture
async def desk(place: Place) -> AsyncIterator[Desk]:
    async with httpx2.AsyncClient(base_url=place.url) as client:
        yield Desk(client)


def titles(page: Page) -> list[str]:
    """Of the cases, in the order of the page."""
    return re.findall(r"Marked (\w+)", page.text)


def choosing(page: Page) -> FormSeen:
    """The form in which cases are chosen."""
    return next(each for each in page.forms if each.method == "post" and "desk" in each.action)


def rows(page: Page, *cases: Filed) -> list[tuple[str, str]]:
    """What the boxes of these cases send."""
    boxes = [each.value for each in choosing(page).fields if each.name == "case"]
    return [("case", box) for case in cases for box in boxes if box.endswith(case.reference)]


async def together(
    officer: Visitor, page: Page, chosen: list[tuple[str, str]], **given: str
) -> Page:
    """What comes of doing the same in all that are chosen."""
    form = choosing(page)
    sent = [*(each for each in form.filled({}) if each[0] not in given), *chosen, *given.items()]
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    content = str(httpx2.QueryParams(sent))
    return Page(await officer.client.post(form.action, content=content, headers=headers))


async def test_what_is_overdue_comes_first_and_nothing_that_was_answered(officer: Visitor) -> None:
    page = await officer.read("/en/desk")
    assert titles(page) == ["latest", "late", "soon", "far"]
    assert "4 cases · 2 overdue" in page.text


async def test_the_address_says_what_is_looked_for(officer: Visitor) -> None:
    for asked, found in {
        "overdue=yes": ["latest", "late"],
        "status=ANSWERED": ["answered"],
        "status=ANY&overdue=yes": ["latest", "late"],
        "status=ANY": ["answered", "latest", "late", "soon", "far"],
        "status=of-nothing": ["latest", "late", "soon", "far"],
        "agency=water&service=supply": ["late"],
        "text=soon": ["soon"],
    }.items():
        page = await officer.read(f"/en/desk?{asked}")
        assert titles(page) == found, asked
        # It is still said in the other languages and in what the form sends.
        assert asked in page.links["Français"]
        form = {each.name: each.value for each in page.form("/desk").fields}
        assert form["text"] == ("soon" if "text" in asked else "")


async def test_words_that_are_too_short_are_told_at_their_field(officer: Visitor) -> None:
    page = await officer.read("/en/desk?text=so")
    assert (page.status, set(page.problems)) == (422, {"text"})
    assert titles(page) == ["latest", "late", "soon", "far"]


async def test_an_officer_finds_their_agencies_and_a_national_supervisor_all(
    officer: Visitor,
) -> None:
    assert titles(await officer.read("/en/desk?agency=roads")) == []
    await become(officer, "NATIONAL_SUPERVISOR")
    assert titles(await officer.read("/en/desk")) == ["latest", "road", "late", "soon", "far"]


async def test_nobody_else_has_a_queue(place: Place) -> None:
    async with visitor(place) as person:
        # Whoever is not signed in is asked to, and comes back.
        assert (await person.read("/en/desk")).url.path == "/en/sign-in"
        for role in ("CITIZEN", "CALL_CENTRE", "ADMIN"):
            home = await become(person, role)
            assert not [each for each in home.links.values() if each.endswith("/desk")]
            assert (await person.read("/en/desk")).status == 403
            form = {"act": "ACKNOWLEDGE", "case": "1 Complaint:store:latest ", "key": "k"}
            headers = {"Sec-Fetch-Site": "same-origin"}
            answer = await person.client.post("/en/desk", data=form, headers=headers)
            assert "Not done" in answer.text


async def test_the_next_page_goes_on_and_an_old_cursor_begins_anew(
    tmp_path: Path, sqlite_url: str
) -> None:
    store = await Store.open(sqlite_url)
    many = [kept(f"n{number}", due_in=number) for number in range(60)]
    await store.mirror.put(many, source=STORE, heard_at=utc_now())
    await store.aclose()
    async with portal(tmp_path, sqlite_url, DEVELOPMENT) as place, visitor(place) as officer:
        await become(officer, "OFFICER", agency="water", other="")
        first = await officer.read("/en/desk?agency=water")
        second = await officer.read(first.links["More"])
        assert titles(first) + titles(second) == [f"n{number}" for number in range(60)]
        await become(officer, "OFFICER", agency="water", other="roads")
        anew = await officer.read(first.links["More"])
        assert str(anew.url).endswith("/en/desk?agency=water")


async def test_a_silent_source_is_told_and_costs_nobody_elses_cases(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with placed(tmp_path, sqlite_url, DEVELOPMENT, registry=SILENT) as place:
        async with httpx2.AsyncClient(base_url=place.url) as client:
            await Desk(client).files("Marked own")
        async with visitor(place) as person:
            await become(person, "NATIONAL_SUPERVISOR")
            page = await person.read("/en/desk")
            assert titles(page) == ["own"]
            assert "المدينة : It does not answer just now. Its cases are missing." in page.text
            assert "at least 1 case" in page.text
            again = await person.read(page.links["Ask it again"])
            assert "Its cases are missing." in again.text


async def test_the_same_is_done_in_all_that_are_chosen_but_where_somebody_was_first(
    officer: Visitor, desk: Desk
) -> None:
    cases = [await desk.files(f"Marked words {number}") for number in range(3)]
    page = await officer.read("/en/desk?agency=water")
    await desk.does("addNote", cases[1], text="Somebody was here")
    sent = rows(page, *cases)
    assert len(sent) == 3
    told = await together(officer, page, sent, act="ACKNOWLEDGE")
    assert told.text.count("Not done") == 1
    assert re.search(rf"{cases[1].reference} Not done : [^.]*version", told.text.replace(":", " :"))
    after = {each["reference"]: each for each in (await desk.ask(STATES))["complaints"]["nodes"]}
    states = [after[case.reference]["status"] for case in cases]
    assert states == ["ACKNOWLEDGED", "SUBMITTED", "ACKNOWLEDGED"]
    # Sent again, as by a second tap, it is the same act.
    again = await together(officer, page, sent, act="ACKNOWLEDGE")
    assert again.text.count("Not done") == 1
    later = {each["reference"]: each for each in (await desk.ask(STATES))["complaints"]["nodes"]}
    assert later == after


async def test_they_are_given_to_a_colleague_and_the_list_is_gone_back_to(
    officer: Visitor, desk: Desk
) -> None:
    cases = [await desk.files(), await desk.files()]
    page = await officer.read("/en/desk?agency=water&overdue=")
    whole = await officer.read(page.links["Choose all on this page"])
    assert [name for name, _ in choosing(whole).filled({})].count("case") == 6
    told = await together(officer, page, rows(page, *cases), act="ASSIGN", assignee="Desk 4")
    assert told.links["Back to the cases"] == "/en/desk?agency=water"
    page = await officer.read(told.links["Back to the cases"])
    assert page.text.count("Desk 4") == 2


async def test_choosing_none_or_too_many_does_nothing(officer: Visitor, desk: Desk) -> None:
    case = await desk.files()
    page = await officer.read("/en/desk")
    told = await together(officer, page, [], act="ASSIGN", assignee="Desk 4")
    assert (told.status, set(told.problems)) == (422, {"case"})
    assert ("assignee", "Desk 4") in choosing(told).filled({})
    many = [("case", f"1 Complaint:store:{number} ") for number in range(100)]
    told = await together(officer, page, [*rows(page, case), *many], act="ACKNOWLEDGE")
    assert (told.status, set(told.problems)) == (422, {"case"})
    for wrong in ([("case", "x y z")], [("case", "1")]):
        assert (await together(officer, page, wrong, act="ACKNOWLEDGE")).status == 400
    assert (await together(officer, page, rows(page, case), act="DECIDE")).status == 400
    [seen] = [
        each
        for each in (await desk.ask(STATES))["complaints"]["nodes"]
        if each["reference"] == case.reference
    ]
    assert (seen["status"], seen["assignee"]) == ("SUBMITTED", None)


async def test_another_sites_form_does_nothing(officer: Visitor, desk: Desk) -> None:
    case = await desk.files()
    form = {"act": "ACKNOWLEDGE", "case": f"1 Complaint:{case.reference} x", "key": "k"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = await officer.client.post("/en/desk", data=form, headers=headers)
        assert answer.status_code == 403
    assert "ACKNOWLEDGED" not in str(await desk.ask(STATES))
