"""An officer reads one case, acts in it, and what they typed survives whatever comes between."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from connectors.testing.georeport import GeoReportCity
from connectors.testing.serving import serve
from gateway.catalogues import Tongue
from gateway.portal.desk.acts import OUTCOMES
from gateway.portal.desk.prepared_answers import prepared
from tests.gateway.auth.browser.place import Place, placed
from tests.gateway.portal.answering import Desk, Filed
from tests.gateway.portal.visitor import Field, Page, Visitor, become, portal, visitor

SILENT = """
version: 1
sources:
  city: {connector: open311, mode: live, options: {url: "http://127.0.0.1:9/", api_key: k}}
agencies:
  - code: city
    name: {ar: المدينة, fr: Ville}
    class: COLLECTIVITE
    source: city
    services: [{code: lamp, name: {ar: الإنارة, fr: Lampe}}]
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
"""


@pytest.fixture
async def place(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Place]:
    async with portal(tmp_path, sqlite_url, {"CHIKAYA_ENV": "development"}) as place:
        yield place


@pytest.fixture
async def officer(place: Place) -> AsyncIterator[Visitor]:
    async with visitor(place) as officer:
        await become(officer, "OFFICER", agency="water", other="")
        yield officer


@pytest.fixture
async def citizen(place: Place) -> AsyncIterator[Visitor]:
    async with visitor(place) as citizen:
        yield citizen


@pytest.fixture
async def desk(place: Place) -> AsyncIterator[Desk]:
    async with httpx2.AsyncClient(base_url=place.url) as client:
        yield Desk(client)


async def shown(officer: Visitor, case: Filed, act: str = "") -> Page:
    return await officer.read(f"/en/desk/case/Complaint:{case.reference}?act={act}")


async def does(officer: Visitor, case: Filed, act: str, /, **given: str) -> Page:
    """What comes of an act whose form is opened, filled in and sent."""
    page = await shown(officer, case, act)
    [form] = [each for each in page.forms if ("act", act) in each.filled({})]
    return Page(await officer.sent(form, given))


async def opened(citizen: Visitor, case: Filed) -> Page:
    page = await citizen.read(f"/en/follow?reference={case.reference}")
    return await citizen.send(page, "/follow", code=case.code)


def typed(page: Page, act: str) -> dict[str, str]:
    """What stands in the form of an act."""
    [form] = [each for each in page.forms if ("act", act) in each.filled({})]
    return {each.name: each.value for each in form.fields}


def looks_at(database: Path) -> list[tuple[str, str, str]]:
    """Who looked who complains, as what, and what for."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT subject, role, purpose FROM complainant_look")
        return list(found)


async def test_what_is_decided_is_what_the_citizen_reads(
    officer: Visitor, citizen: Visitor, desk: Desk
) -> None:
    case = await desk.files()
    await does(officer, case, "ASSESS")
    told = await does(officer, case, "DECIDE", outcome="UPHELD", text="Repaired", legalBasis="§ 4")
    assert "It was done, and is kept." in told.text
    assert str(told.url).endswith("?done=DECIDE#told")
    page = await opened(citizen, case)
    assert "Repaired" in page.text
    assert "§ 4" in page.text


async def test_each_act_is_offered_where_it_can_be_done_and_done(
    officer: Visitor, citizen: Visitor, desk: Desk
) -> None:
    case, other = await desk.files(), await desk.files("Marked other words")
    assert "Decide" not in (await shown(officer, case)).links
    acts: list[tuple[str, dict[str, str], str]] = [
        ("ACKNOWLEDGE", {}, "acknowledged"),
        ("ASSESS", {}, "in progress"),
        ("ASSIGN", {"assignee": "Desk 4"}, "Desk 4"),
        ("ADD_NOTE", {"text": "Marked note"}, "colleagues only Marked note"),
        ("REQUEST_INFORMATION", {"text": "Which meter?"}, "Which meter?"),
        ("ADD_MESSAGE", {"text": "Still here"}, "Still here"),
        ("ANSWER_IN_PART", {"text": "It takes longer"}, "It takes longer"),
        ("ADD_CO_AGENCY", {"agency": "roads", "text": "Look at the road"}, "asked to help الطرق"),
        ("DECIDE", {"outcome": "NOT_UPHELD", "text": "Because"}, "not upheld Because"),
        ("CLOSE", {"text": "Nothing more"}, "closed"),
    ]
    for act, given, seen in acts:
        page = await does(officer, case, act, **given)
        assert page.status == 200, (act, page.text)
        assert seen in page.text, (act, page.text)
    page = await does(officer, other, "LINK_DUPLICATE", original=case.reference)
    assert f"where the answer will be {case.reference}" in page.text
    assert "Marked note" not in (await opened(citizen, case)).text


async def test_it_is_transferred_to_an_agency_that_is_looked_for_and_its_service(
    officer: Visitor, desk: Desk
) -> None:
    case = await desk.files("Marked words", "roads")
    await become(officer, "SUPERVISOR", agency="roads", other="")
    page = await does(officer, case, "TRANSFER", to="search", search="eau", text="Not a road")
    form = typed(page, "TRANSFER")
    assert (page.status, form["text"], form["search"]) == (200, "Not a road", "eau")
    page = await does(officer, case, "TRANSFER", to="search", search="eau", agency="water")
    assert "التزويد بالماء" in page.text
    [form_] = [each for each in page.forms if ("act", "TRANSFER") in each.filled({})]
    sent = {"agency": "water", "serviceCode": "supply", "text": "It is about water"}
    page = Page(await officer.sent(form_, sent))
    assert "Administration Drinking water" in page.text
    assert "responsible before الطرق" in page.text


async def test_what_changed_meanwhile_is_shown_and_what_was_typed_stays(
    officer: Visitor, desk: Desk
) -> None:
    case = await desk.files()
    await desk.takes_up(case)
    page = await shown(officer, case, "DECIDE")
    [form] = [each for each in page.forms if ("act", "DECIDE") in each.filled({})]
    await desk.does("addNote", case, text="Marked note")
    page = Page(await officer.sent(form, {"outcome": "UPHELD", "text": "Long reasons"}))
    assert page.status == 422
    assert "version" in page.text.partition("Please correct")[2][:200]
    assert "new Note, read by colleagues only Marked note" in page.text
    assert "new State" not in page.text
    kept = typed(page, "DECIDE")
    assert kept["text"] == "Long reasons"
    [form] = [each for each in page.forms if ("act", "DECIDE") in each.filled({})]
    assert ("outcome", "UPHELD") in form.filled({})
    # Seen is decided upon: sent once more it is done.
    assert "Long reasons" in Page(await officer.sent(form, {})).text
    assert typed(await shown(officer, case, "CLOSE"), "CLOSE")["version"] != kept["version"]


async def test_what_is_missing_is_told_at_its_field(officer: Visitor, desk: Desk) -> None:
    case = await desk.files()
    await desk.takes_up(case)
    wrong: list[tuple[str, dict[str, str], set[str]]] = [
        ("DECIDE", {"text": "Because"}, {"outcome"}),
        ("DECIDE", {"outcome": "UPHELD", "legalBasis": "§ 4"}, {"text"}),
        ("DECIDE", {"outcome": "REDIRECTED", "text": "Because"}, {"instead"}),
        ("TRANSFER", {"text": "Because"}, {"agency"}),
        ("LINK_DUPLICATE", {"original": "12"}, {"original"}),
        ("ADD_MESSAGE", {}, {"text"}),
    ]
    for act, given, fields in wrong:
        page = await does(officer, case, act, **given)
        assert (page.status, set(page.problems)) == (422, fields)
        kept = typed(page, act)
        assert {name: kept[name] for name in given if name != "outcome"} == {
            name: text for name, text in given.items() if name != "outcome"
        }


async def test_an_answer_to_begin_with_stands_below_what_was_typed(
    officer: Visitor, desk: Desk
) -> None:
    case = await desk.files()
    await desk.takes_up(case)
    page = await does(
        officer,
        case,
        "DECIDE",
        to="prepared",
        prepared="fr.not-upheld",
        text="Bonjour",
        instead="X",
    )
    form = typed(page, "DECIDE")
    assert form["text"].startswith("Bonjour\n\nNous avons examiné votre réclamation.")
    assert form["instead"] == "X"
    [sent] = [each for each in page.forms if ("act", "DECIDE") in each.filled({})]
    assert ("outcome", "NOT_UPHELD") in sent.filled({})
    page = await does(officer, case, "DECIDE", to="prepared", prepared="../fr.upheld", text="Y")
    assert typed(page, "DECIDE")["text"] == "Y"


async def test_every_outcome_has_an_answer_to_begin_with_in_every_language() -> None:
    for tongue in (Tongue.AR, Tongue.FR, Tongue.EN):
        assert [each.outcome for each in prepared(tongue).values()] == list(OUTCOMES)
        assert all("…" in each.text for each in prepared(tongue).values())


async def test_who_complains_is_told_for_a_purpose_that_is_written_down(
    officer: Visitor, desk: Desk, tmp_path: Path, sqlite_url: str
) -> None:
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    case = await desk.files()
    page = await shown(officer, case)
    assert "Marked name" not in page.text
    sent = {"act": "READ_COMPLAINANT", "purpose": ""}
    [form] = [each for each in page.forms if "purpose" in {one.name for one in each.fields}]
    told = Page(await officer.sent(form, sent))
    assert (told.status, set(told.problems)) == (422, {"purpose"})
    assert "Marked name" not in told.text
    assert looks_at(database) == []
    told = Page(await officer.sent(form, sent | {"purpose": "To call back"}))
    assert "Marked name" in told.text
    assert looks_at(database) == [("demonstration-officer", "OFFICER", "To call back")]
    assert "Marked name" not in (await shown(officer, case)).text


async def test_a_lost_code_is_replaced_and_told_once(
    officer: Visitor, citizen: Visitor, desk: Desk
) -> None:
    case = await desk.files()
    page = await shown(officer, case)
    [form] = [each for each in page.forms if "purpose" in {one.name for one in each.fields}]
    sent = {"act": "REPLACE_TRACKING_CODE", "purpose": "Papers were shown"}
    told = Page(await officer.sent(form, sent))
    [code] = re.findall(r"\d{5}-\d{5}", told.text)
    assert (await opened(citizen, case)).status == 422
    assert (await opened(citizen, Filed(case.reference, code))).status == 200
    again = Page(await officer.sent(form, sent))
    assert code not in again.text


async def test_who_has_nothing_to_do_with_it_is_shown_and_does_nothing(
    officer: Visitor, desk: Desk
) -> None:
    case = await desk.files()
    path = f"/en/desk/case/Complaint:{case.reference}"
    await become(officer, "OFFICER", agency="roads", other="")
    for role in ("OFFICER", "CITIZEN", "ANALYST", "ADMIN"):
        if role != "OFFICER":
            await become(officer, role)
        page = await officer.read(path)
        assert page.status in {403, 404}
        assert "Marked words" not in page.text
        for act in ("ACKNOWLEDGE", "READ_COMPLAINANT", "REPLACE_TRACKING_CODE", "NOTHING"):
            form = {"act": act, "version": "1", "key": uuid4().hex, "purpose": "To know"}
            form["reference"] = case.reference
            headers = {"Sec-Fetch-Site": "same-origin"}
            answer = await officer.client.post(path, data=form, headers=headers)
            assert answer.status_code in {400, 403, 404}
            assert "Marked" not in answer.text
    [seen] = (await desk.ask("{ complaints { nodes { status version } } }"))["complaints"]["nodes"]
    assert seen == {"status": "SUBMITTED", "version": 1}


async def test_who_is_not_signed_in_is_asked_to_and_comes_back(
    citizen: Visitor, desk: Desk
) -> None:
    case = await desk.files()
    path = f"/en/desk/case/Complaint:{case.reference}"
    page = await citizen.read(path)
    assert page.url.path == "/en/sign-in"
    [form] = [each for each in page.forms if ("role", "NATIONAL_SUPERVISOR") in each.filled({})]
    page = Page(await citizen.sent(form, {}))
    assert page.url.path == path
    # Who oversees agencies has nothing to know of people.
    assert "Marked words" in page.text
    assert not [each for each in page.forms if "purpose" in {one.name for one in each.fields}]


async def test_another_sites_form_does_nothing(officer: Visitor, desk: Desk) -> None:
    case = await desk.files()
    path = f"/en/desk/case/Complaint:{case.reference}"
    for act in ("ACKNOWLEDGE", "READ_COMPLAINANT"):
        form = {"act": act, "version": "1", "key": uuid4().hex, "purpose": "To know"}
        form["reference"] = case.reference
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
            answer = await officer.client.post(path, data=form, headers=headers)
            assert answer.status_code == 403
            assert "Marked name" not in answer.text
    assert "submitted" in (await shown(officer, case)).text


async def test_what_others_wrote_is_text_and_nothing_else(officer: Visitor, desk: Desk) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}"
    case = await desk.files(evil)
    await does(officer, case, "ADD_NOTE", text=evil)
    await does(officer, case, "ASSIGN", assignee=evil[:60])
    path = f"/en/desk/case/Complaint:{case.reference}"
    for address in (f"{path}?act=%3Cscript%3E&done=%3Cscript%3E", "/en/desk?text=%3Cscript%3E"):
        answer = await officer.client.get(address)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


class TestHeldElsewhere:
    """A case of a city that has a system of its own, which is silent."""

    @pytest.fixture
    async def place(self, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Place]:
        environ = {"CHIKAYA_ENV": "development", "CHIKAYA_LOOPS": "off"}
        async with placed(tmp_path, sqlite_url, environ, registry=SILENT) as place:
            yield place

    async def test_what_its_system_is_to_hear_is_told_and_confirmed_by_who_looked(
        self, officer: Visitor, citizen: Visitor, desk: Desk
    ) -> None:
        await become(officer, "OFFICER", agency="city", other="")
        case = await desk.files(agency="city", service="lamp")
        await opened(citizen, case)
        page = await citizen.read("/en/case?act=ADD_MESSAGE")
        await citizen.send(page, "/case", text="Still leaking")
        page = await shown(officer, case)
        assert "does not have it yet" in page.text
        assert "File → city : on its way" in page.text
        assert "Send a message → city : To be entered there by hand." in page.text
        forms = [each for each in page.forms if ("act", "CONFIRM_DELIVERY") in each.filled({})]
        # What is on its way is nobody's to confirm.
        [form] = forms
        told = Page(await officer.sent(form, {}))
        assert "It was done, and is kept." in told.text
        assert "To be entered there by hand." not in told.text
        # A second tap, on a page that was not loaded anew, does nothing more.
        assert Page(await officer.sent(form, {})).status == 200
        form.fields = [
            Field("key", "another", "hidden", sent=True) if each.name == "key" else each
            for each in form.fields
        ]
        told = Page(await officer.sent(form, {}))
        assert told.status == 422


async def test_what_its_own_system_says_is_told_with_its_word_and_age_and_kept_when_it_is_silent(
    tmp_path: Path, sqlite_url: str
) -> None:
    row = {"service_request_id": "1", "status": "open", "description": "Marked lamp"}
    row |= {"service_code": "lamp", "requested_datetime": "2026-03-02T09:00:00Z"}
    environ = {"CHIKAYA_ENV": "development"}
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(GeoReportCity(requests=[row]).app))
        registry = SILENT.replace("http://127.0.0.1:9/", url)
        place = placed(tmp_path, sqlite_url, environ, registry=registry)
        async with place as there, visitor(there) as officer:
            await become(officer, "OFFICER", agency="city", other="")
            queue = await officer.read("/en/desk?agency=city")
            page = await officer.read(queue.links["Complaint:city:1"])
            assert "Marked lamp" in page.text
            assert re.search("own system city 1 : “ open ” Asked: .* \\d\\d:\\d\\d", page.text)
            await stack.aclose()
            page = await officer.read(str(page.url))
            assert "Marked lamp" in page.text
            assert "This is what it said before:" in page.text
