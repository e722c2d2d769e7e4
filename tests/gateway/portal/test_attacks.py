"""What another site, a made-up link or a forged form brings changes nothing and shows nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from gateway.portal.citizen import PAGES as CITIZEN
from gateway.portal.desk import PAGES as DESK
from tests.gateway.auth.browser.place import Place
from tests.gateway.portal.answering import Desk, Filed
from tests.gateway.portal.visitor import Visitor, become, portal, visitor

SENT = sorted(path for path, handlers in (CITIZEN | DESK).items() if "POST" in handlers)
READ = sorted(path for path, handlers in (CITIZEN | DESK).items() if "GET" in handlers)
MARKUP = "\"'><script>marked()</script><img src=x onerror=marked()>"
PARAMETERS = (
    "act",
    "after",
    "agency",
    "class",
    "done",
    "ended",
    "from",
    "month",
    "next",
    "overdue",
)
PARAMETERS += ("reference", "search", "service", "status", "text", "to", "token", "until")


@pytest.fixture
async def place(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Place]:
    async with portal(tmp_path, sqlite_url, {"CHIKAYA_ENV": "development"}) as place:
        yield place


@pytest.fixture
async def desk(place: Place) -> AsyncIterator[Desk]:
    async with httpx2.AsyncClient(base_url=place.url) as client:
        yield Desk(client)


@pytest.fixture
async def case(desk: Desk) -> Filed:
    return await desk.files()


@pytest.fixture
async def officer(place: Place) -> AsyncIterator[Visitor]:
    async with visitor(place) as officer:
        await become(officer, "SUPERVISOR", agency="water", other="")
        yield officer


@pytest.fixture
async def citizen(place: Place, case: Filed) -> AsyncIterator[Visitor]:
    """Who has the case open."""
    async with visitor(place) as citizen:
        page = await citizen.read(f"/fr/follow?reference={case.reference}")
        await citizen.send(page, "/follow", code=case.code)
        yield citizen


def address(path: str, case: Filed) -> str:
    for part in ("{id:path}", "{id}"):
        path = path.replace(part, f"Complaint:{case.reference}")
    return f"/fr{path}"


def forged(case: Filed) -> dict[str, str]:
    """All that any form of ours asks for."""
    return {
        **dict.fromkeys(("key", "csrf_token", "purpose", "name", "assignee"), "x" * 20),
        "reference": case.reference,
        "code": case.code,
        "step": "check",
        "to": "send",
        "agency": "water",
        "description": "Forged",
        "reach": "code",
        "role": "ADMIN",
        "act": "WITHDRAW",
        "text": "Forged",
        "case": f"1 Complaint:{case.reference} x",
    }


async def seen(desk: Desk) -> object:
    """Everything that a form could have changed."""
    return await desk.ask(
        "{ complaints(first: 50) { nodes { id version status assignee messages { body } } } }"
    )


@pytest.mark.parametrize("path", SENT)
@pytest.mark.parametrize(
    "sender",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=["cross-site", "same-site", "origin", "hidden"],
)
async def test_a_form_of_another_site_changes_nothing(
    path: str, sender: dict[str, str], officer: Visitor, citizen: Visitor, desk: Desk, case: Filed
) -> None:
    before = await seen(desk)
    for person in (officer, citizen):
        answer = await person.client.post(address(path, case), data=forged(case), headers=sender)
        assert answer.status_code == 403
        assert case.code not in answer.text
    assert await seen(desk) == before


@pytest.mark.parametrize("path", READ)
async def test_what_an_address_says_is_text_or_nothing(
    path: str, officer: Visitor, citizen: Visitor, case: Filed
) -> None:
    for person in (officer, citizen):
        answer = await person.client.get(
            address(path, case), params=dict.fromkeys(PARAMETERS, MARKUP), follow_redirects=True
        )
        assert answer.status_code < 500, answer.url
        assert "<script>marked" not in answer.text
        assert "<img src=x" not in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


async def test_a_made_up_path_is_text_too(citizen: Visitor) -> None:
    answer = await citizen.client.get("/fr/%3Cscript%3Emarked()%3C/script%3E")
    assert answer.status_code == 404
    assert "<script>marked" not in answer.text
