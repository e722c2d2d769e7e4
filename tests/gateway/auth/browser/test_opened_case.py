"""Whoever gave reference and code need not give the code again for a while, for that case alone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from tests.gateway.auth.browser.code_provider import coding
from tests.gateway.auth.browser.place import Browser, Place, by_browser, placed, refused

FILE = """mutation { fileComplaint(input: {agency: "water", description: "Marked words", title: "t",
  idempotencyKey: "%s", contact: {name: "Marked name"}, language: "fr"})
  { receipt { reference trackingCode } problems { code message path } } }"""
FOLLOW = '{ complaint(reference: "%s") { id reference description } }'
SAY = """mutation { addMessage(input: {case: {reference: "%s"}, idempotencyKey: "%s", text: "More"})
  { complaint { reference } problems { code } } }"""


@dataclass(frozen=True)
class Filed:
    reference: str
    code: str

    @property
    def form(self) -> dict[str, str]:
        return {"reference": self.reference, "tracking_code": self.code}


async def filed(browser: Browser) -> Filed:
    answer = (await browser.ask(FILE % uuid4().hex)).json()
    receipt = answer["data"]["fileComplaint"]["receipt"]
    assert receipt, answer
    return Filed(receipt["reference"], receipt["trackingCode"])


async def followed(browser: Browser, reference: str, **headers: str) -> Any:
    return (await browser.ask(FOLLOW % reference, **headers)).json()["data"]["complaint"]


@pytest.fixture
async def place(tmp_path: Path, database_url: str) -> AsyncIterator[Place]:
    """A gateway in production, where nobody in particular is nobody."""
    async with placed(tmp_path, database_url, {"CHIKAYA_ENV": "production"}) as place:
        yield place


@pytest.fixture
async def browser(place: Place) -> AsyncIterator[Browser]:
    async with place.browser() as browser:
        yield browser


async def test_it_is_open_to_that_browser_to_read_and_to_act_in(
    browser: Browser, place: Place
) -> None:
    case, another = await filed(browser), await filed(browser)
    assert await followed(browser, case.reference) is None
    arabic = case.reference.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    opened = await browser.post(
        "/auth/case", case.form | {"reference": arabic, "next": "/follow?x=1"}
    )
    assert (opened.status_code, opened.headers["location"]) == (303, "/follow?x=1")
    assert (await followed(browser, case.reference))["description"] == "Marked words"
    assert await followed(browser, another.reference) is None
    said = (await browser.ask(SAY % (case.reference, uuid4().hex))).json()["data"]["addMessage"]
    assert said == {"complaint": {"reference": case.reference}, "problems": []}
    refused_there = (await browser.ask(SAY % (another.reference, uuid4().hex))).json()
    assert refused_there["data"]["addMessage"]["problems"] == [{"code": "NOT_FOUND"}]
    async with place.browser() as other:
        assert await followed(other, case.reference) is None


async def test_it_is_closed_by_signing_out_and_by_opening_another(browser: Browser) -> None:
    case, another = await filed(browser), await filed(browser)
    await browser.post("/auth/case", case.form)
    first = browser.cookies["chikaya-case"]
    await browser.post("/auth/case", another.form)
    assert await followed(browser, case.reference) is None
    assert await followed(browser, another.reference)
    second = browser.cookies["chikaya-case"]
    assert (await browser.post("/auth/logout", {})).status_code == 303
    assert await followed(browser, another.reference) is None
    for secret in (first, second):
        browser.put("chikaya-case", secret)
        assert refused(await browser.ask()) == (401, "UNAUTHENTICATED")
    # Neither does the secret of a case stand for a person.
    browser.put("chikaya", second)
    assert refused(await browser.ask()) == (401, "UNAUTHENTICATED")


async def test_it_is_told_with_the_token_of_its_session(browser: Browser) -> None:
    case = await filed(browser)
    await browser.post("/auth/case", case.form)
    told = await browser.told()
    assert (told["person"], told["case"]["reference"]) == (None, case.reference)
    assert case.code not in str(told)
    document = FOLLOW % case.reference
    by_token = await browser.ask(document, **{"X-CSRF-Token": told["case"]["csrfToken"]})
    assert by_token.json()["data"]["complaint"]["reference"] == case.reference
    assert refused(await browser.ask(document, Origin="null")) == (403, "CROSS_SITE_REQUEST")


async def test_a_wrong_code_opens_nothing_and_too_many_open_nothing_for_a_while(
    browser: Browser,
) -> None:
    case = await filed(browser)
    wrong = case.form | {"tracking_code": "00000-00000"}
    for form in (wrong, case.form | {"reference": "0000-0000-0000-1"}, {}, {"reference": "é"}):
        assert refused(await browser.post("/auth/case", form)) == (403, "NOT_OPENED")
    assert browser.cookies == {}
    for _ in range(9):
        await browser.post("/auth/case", wrong)
    assert refused(await browser.post("/auth/case", case.form)) == (429, "TOO_MANY_ATTEMPTS")


async def test_another_site_cannot_have_a_browser_open_its_case(browser: Browser) -> None:
    case = await filed(browser)
    for headers in ({"Origin": "https://another.example"}, {"Sec-Fetch-Site": "same-site"}):
        answer = await browser.post("/auth/case", case.form, **headers)
        assert refused(answer) == (403, "CROSS_SITE_REQUEST")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * 8193, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"a=1&" * 21, "application/x-www-form-urlencoded", 400),
        (b"\xff", "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_is_no_form_is_refused(
    browser: Browser, body: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind, "Origin": browser.url}
    answer = await browser.client.post("/auth/case", content=body, headers=headers)
    assert answer.status_code == status


async def test_who_is_signed_in_acts_by_their_own_right_alone(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with coding() as provider:
        environ = by_browser(provider.url) | {"CHIKAYA_ENV": "production"}
        async with placed(tmp_path, sqlite_url, environ) as place, place.browser() as browser:
            case = await filed(browser)
            await browser.post("/auth/case", case.form)
            assert await followed(browser, case.reference)
            bearer = {"Authorization": f"Bearer {provider.token()}"}
            assert await followed(browser, case.reference, **bearer) is None
            await browser.sign_in()
            assert await followed(browser, case.reference) is None


async def test_neither_code_nor_cookie_is_logged(browser: Browser) -> None:
    case = await filed(browser)
    with capture_logs() as told:
        await browser.post("/auth/case", case.form)
        await followed(browser, case.reference)
        await browser.post("/auth/case", case.form | {"tracking_code": "1"})
    assert told == []
