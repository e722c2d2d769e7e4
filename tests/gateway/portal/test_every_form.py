"""Whatever is missing in a form is told at its field, in the language, with all that was typed still there."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from gateway.portal.acting import CITIZENS
from gateway.portal.desk.acts import ACTS
from tests.gateway.auth.browser.place import Place
from tests.gateway.portal.answering import Desk, Filed
from tests.gateway.portal.visitor import FormSeen, Page, Visitor, become, portal, visitor

Wrong = tuple[str, dict[str, str], set[str]]
"""An act, what is typed for it, and the fields at which something is told."""

OF_CITIZENS: list[Wrong] = [
    ("PROVIDE_INFORMATION", {"text": ""}, {"text"}),
    ("ADD_MESSAGE", {"text": ""}, {"text"}),
    ("RATE", {"text": "غير راض"}, {"score"}),
    ("REOPEN", {"text": ""}, {"text"}),
    ("HAND_OVER", {"text": "أرجو النظر"}, {"noCourtSeized"}),
    ("WITHDRAW", {"text": "x" * 30_001}, {"text"}),
]
OF_OFFICERS: list[Wrong] = [
    ("ASSESS", {"inadmissible": "UNCLEAR", "instead": "مصلحة أخرى"}, {"text"}),
    ("ASSIGN", {"assignee": "x" * 300}, {"assignee"}),
    ("DECIDE", {"text": "لأن", "legalBasis": "المادة 4"}, {"outcome"}),
    ("ANSWER_IN_PART", {"text": ""}, {"text"}),
    ("REQUEST_INFORMATION", {"text": ""}, {"text"}),
    ("ADD_MESSAGE", {"text": ""}, {"text"}),
    ("ADD_NOTE", {"text": ""}, {"text"}),
    ("TRANSFER", {"text": "لأن"}, {"agency"}),
    ("ADD_CO_AGENCY", {"text": "لأن"}, {"agency"}),
    ("LINK_DUPLICATE", {"original": "12", "text": "لأن"}, {"original"}),
    ("CLOSE", {"text": "x" * 30_001}, {"text"}),
]
NOTHING_TO_MISS = {"ACKNOWLEDGE"}


@pytest.fixture
async def place(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Place]:
    async with portal(tmp_path, sqlite_url, {"CHIKAYA_ENV": "development"}) as place:
        yield place


@pytest.fixture
async def desk(place: Place) -> AsyncIterator[Desk]:
    async with httpx2.AsyncClient(base_url=place.url) as client:
        yield Desk(client)


def test_no_act_is_forgotten() -> None:
    assert {act for act, _, _ in OF_CITIZENS} == set(CITIZENS)
    assert {act for act, _, _ in OF_OFFICERS} == set(ACTS) - NOTHING_TO_MISS


async def stands(desk: Desk, case: Filed, act: str) -> None:
    """The case comes to where the act can be done."""
    if act in {"ACKNOWLEDGE", "ASSESS", "TRANSFER", "LINK_DUPLICATE", "WITHDRAW"}:
        return
    await desk.takes_up(case)
    if act == "PROVIDE_INFORMATION":
        await desk.does("requestInformation", case, text="أي عداد؟")
    if act in {"RATE", "REOPEN", "HAND_OVER", "CLOSE"}:
        await desk.does("decideComplaint", case, outcome="NOT_UPHELD", text="لا")


async def told(person: Visitor, address: str, wrong: Wrong) -> None:
    act, given, fields = wrong
    page = await person.read(address)
    page = Page(await person.sent(form_of(page, act), given))
    assert (page.status, set(page.problems)) == (422, fields), page.text
    assert all(arabic(words) for words in page.problems.values()), page.problems
    kept = form_of(page, act).filled({})
    assert {(name, text) for name, text in given.items()} <= set(kept)


def form_of(page: Page, act: str) -> FormSeen:
    [form] = [each for each in page.forms if ("act", act) in each.filled({})]
    return form


def arabic(words: str) -> bool:
    """Whether most of its letters are Arabic."""
    letters = [each for each in words if each.isalpha()]
    return sum("\u0600" <= each <= "\u06ff" for each in letters) > len(letters) / 2


@pytest.mark.parametrize("wrong", OF_CITIZENS, ids=[act for act, _, _ in OF_CITIZENS])
async def test_a_citizen_is_told_what_is_missing(place: Place, desk: Desk, wrong: Wrong) -> None:
    case = await desk.files()
    await stands(desk, case, wrong[0])
    async with visitor(place) as citizen:
        page = await citizen.read(f"/ar/follow?reference={case.reference}")
        await citizen.send(page, "/follow", code=case.code)
        await told(citizen, f"/ar/case?act={wrong[0]}", wrong)


@pytest.mark.parametrize("wrong", OF_OFFICERS, ids=[act for act, _, _ in OF_OFFICERS])
async def test_an_officer_is_told_what_is_missing(place: Place, desk: Desk, wrong: Wrong) -> None:
    case = await desk.files()
    await stands(desk, case, wrong[0])
    async with visitor(place) as officer:
        await become(officer, "OFFICER", agency="water", other="")
        address = f"/ar/desk/case/Complaint:{case.reference}?act={wrong[0]}"
        await told(officer, address, wrong)
