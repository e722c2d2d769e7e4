"""On the embedded default anyone may be anyone, and nowhere else."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.auth.browser.place import Place, by_browser
from tests.gateway.portal.visitor import Visitor, become, portal, visitor

WHO = "{ viewer { role agencies { code } } }"
DEVELOPMENT = {"CHIKAYA_ENV": "development"}
ANYONE = {"role": "NATIONAL_SUPERVISOR", "next": "/fr/"}


async def who(person: Visitor) -> Any:
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = await person.client.post("/graphql", json={"query": WHO}, headers=headers)
    viewer = answer.json()["data"]["viewer"]
    return viewer["role"], {each["code"] for each in viewer["agencies"]}


@pytest.fixture
async def place(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Place]:
    async with portal(tmp_path, sqlite_url, DEVELOPMENT) as place:
        yield place


@pytest.fixture
async def person(place: Place) -> AsyncIterator[Visitor]:
    async with visitor(place) as person:
        yield person


async def test_one_is_whom_one_chose_until_one_chooses_another(person: Visitor) -> None:
    signed_in = await become(person, "OFFICER", "/fr/help")
    assert signed_in.url.path == "/fr/help"
    assert await who(person) == ("OFFICER", {"roads", "water"})
    await become(person, "SUPERVISOR", agency="water", other="")
    assert await who(person) == ("SUPERVISOR", {"water"})
    for role in ("NATIONAL_SUPERVISOR", "CALL_CENTRE", "ANALYST", "ADMIN", "CITIZEN"):
        await become(person, role)
        assert await who(person) == (role, set())


async def test_nobody_can_be_chosen_who_is_not_offered(person: Visitor) -> None:
    page = await become(person, "OFFICER", agency="", other="")
    assert (page.status, set(page.problems)) == (422, {"agency"})
    for role in ("AGENCY_SYSTEM", "ANONYMOUS", "", "<script>"):
        answer = await person.client.post("/fr/sign-in", data={"role": role})
        assert answer.status_code == 400
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/", "/%5Cevil.example"])
async def test_signing_in_leads_nowhere_else(person: Visitor, onward: str) -> None:
    form = ANYONE | {"next": onward}
    answer = await person.client.post("/fr/sign-in", data=form)
    assert answer.headers["location"] == "/"


async def test_another_site_makes_nobody_anybody(person: Visitor) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await person.client.post("/fr/sign-in", data=ANYONE, headers=headers)
    assert answer.status_code == 403
    assert not answer.cookies


@pytest.mark.parametrize(
    ("environ", "link"),
    [
        ({"CHIKAYA_ENV": "production"}, None),
        (DEVELOPMENT | by_browser("http://127.0.0.1:9"), "/auth/login?next=%2Fen%2F"),
    ],
)
async def test_where_people_are_real_nobody_is_invented(
    tmp_path: Path, sqlite_url: str, environ: Mapping[str, str], link: str | None
) -> None:
    async with portal(tmp_path, sqlite_url, environ) as place, visitor(place) as person:
        assert (await person.read("/fr/sign-in")).status == 404
        answer = await person.client.post("/fr/sign-in", data=ANYONE)
        assert answer.status_code == 404
        assert not answer.cookies
        assert await who(person) == ("ANONYMOUS", set())
        home = await person.read("/en/")
        assert home.links.get("Sign in") == link
        if link is None:
            assert (await person.read("/en/desk")).status == 403
