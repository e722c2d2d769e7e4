"""A citizen follows a case, takes part in it, and stays in it for a while and no longer."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from tests.gateway.auth.browser.place import Place
from tests.gateway.portal.answering import Desk, Filed
from tests.gateway.portal.visitor import Page, Visitor, portal, visitor


@pytest.fixture
async def place(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Place]:
    async with portal(tmp_path, sqlite_url, {"CHIKAYA_ENV": "development"}) as place:
        yield place


@pytest.fixture
async def citizen(place: Place) -> AsyncIterator[Visitor]:
    async with visitor(place) as citizen:
        yield citizen


@pytest.fixture
async def desk(place: Place) -> AsyncIterator[Desk]:
    async with httpx2.AsyncClient(base_url=place.url) as client:
        yield Desk(client)


async def opened(citizen: Visitor, case: Filed, language: str = "fr") -> Page:
    page = await citizen.read(f"/{language}/follow?reference={case.reference}")
    return await citizen.send(page, "/follow", code=case.code)


async def test_a_case_is_opened_answered_rated_and_reopened(citizen: Visitor, desk: Desk) -> None:
    case = await desk.files()
    page = await opened(citizen, case)
    assert "Marked words" in page.text
    assert "Marked name" not in page.text
    # What cannot be done now is not offered.
    assert {"Envoyer un message", "Retirer la réclamation"} <= page.links.keys()
    assert page.links.keys().isdisjoint({"Évaluer la réponse", "Rouvrir"})
    await desk.takes_up(case)
    await desk.does("addNote", case, text="Marked note")
    await desk.does("requestInformation", case, text="Quel compteur ?")
    page = await citizen.read("/fr/case")
    assert "Quel compteur ?" in page.text
    assert "Marked note" not in page.text
    # What is waited for is asked for without a click.
    page = await citizen.send(page, "/case", text="Le 12")
    assert "Le 12" in page.text
    await desk.does("decideComplaint", case, outcome="UPHELD", text="Réparé hier")
    page = await citizen.read("/fr/case")
    assert "Réparé hier" in page.text
    page = await citizen.send(page, "/case", text="Trop long")
    assert set(page.problems) == {"score"}
    assert page.status == 422
    page = await citizen.send(page, "/case", score="2")
    assert "2 sur 5" in page.text
    page = await citizen.read("/fr/case?act=REOPEN")
    page = await citizen.send(page, "/case", text="Encore sec")
    assert "Encore sec" in page.text


async def test_a_wrong_code_is_told_at_the_field_and_too_many_end_it(
    citizen: Visitor, desk: Desk
) -> None:
    case = await desk.files()
    page = await citizen.read("/ar/follow")
    page = await citizen.send(page, "/follow")
    assert set(page.problems) == {"reference", "code"}
    page = await citizen.send(page, "/follow", reference=case.reference, code="00000-00000")
    assert (page.status, set(page.problems)) == (422, {"code"})
    unknown = await citizen.send(page, "/follow", reference="4471083920156", code="00000-00000")
    assert unknown.problems == page.problems
    for _ in range(10):
        page = await opened(citizen, Filed(case.reference, "00000-00000"))
    assert page.status == 429


async def test_without_a_case_one_is_led_to_the_form_and_to_that_language(
    citizen: Visitor, desk: Desk
) -> None:
    assert (await citizen.read("/zgh/case")).url.path == "/zgh/follow"
    await opened(citizen, await desk.files())
    assert (await citizen.read("/ar/case")).url.path == "/ar/case"


async def test_a_session_that_ended_is_told_and_ends_in_the_browser_too(
    citizen: Visitor, desk: Desk
) -> None:
    await opened(citizen, await desk.files())
    citizen.client.cookies.set("chikaya-case", "of-nobody", domain="127.0.0.1", path="/")
    page = await citizen.read("/fr/case")
    assert str(page.url).endswith("/fr/follow?ended=1")
    assert "déconnecté" in page.text
    assert "chikaya-case" not in {each.name for each in citizen.client.cookies.jar}


async def test_nobody_is_anybody_on_a_page_without_signing_in(citizen: Visitor, desk: Desk) -> None:
    case = await desk.files()
    page = await citizen.read(f"/fr/case/Complaint:{case.reference}")
    assert page.status == 404
    assert "Marked words" not in page.text


@pytest.mark.parametrize("path", ["/fr/case", "/fr/file", "/fr/follow", "/fr/letters/stop"])
async def test_another_sites_form_changes_nothing(citizen: Visitor, desk: Desk, path: str) -> None:
    case = await desk.files()
    await opened(citizen, case)
    form = {"act": "WITHDRAW", "key": uuid4().hex, "reference": case.reference, "code": case.code}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = await citizen.client.post(path, data=form, headers=headers)
        assert answer.status_code == 403
    if path == "/fr/case":
        # A browser that does not say whose page it was has to show the session's token.
        answer = await citizen.client.post(path, data=form)
        assert answer.status_code == 403
    page = await citizen.read("/fr/case")
    assert "retiré" not in page.text


async def test_what_others_wrote_is_text_and_nothing_else(citizen: Visitor, desk: Desk) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}"
    case = await desk.files(evil)
    await desk.takes_up(case)
    await desk.does("decideComplaint", case, outcome="UPHELD", text=evil)
    await opened(citizen, case)
    answer = await citizen.client.get("/fr/case?act=%3Cscript%3E&done=%3Cscript%3E")
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert "{{ 7 * 7 }}" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"
