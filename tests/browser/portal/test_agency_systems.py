"""What is filed reaches the agency's own system and comes back; silent ones take nothing else along."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.browser.portal.citizen import Complaint, do, file, follow
from tests.browser.portal.place import Place, opened, registry
from tests.clients.serving import serving

_DEADLINE_SECONDS = 3.0
"""Of a request, as it is by default; a page asks at most twice, one after the other."""
_MARGIN_SECONDS = 3.0


_PATIENCE_SECONDS = 20.0
_T = TypeVar("_T")


def until(found: Callable[[], _T]) -> _T:
    """What is found, once it is anything at all."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while not (seen := found()):
        assert time.monotonic() < give_up, "it does not come about"
        time.sleep(0.05)
    return seen


def test_a_case_goes_to_the_citys_system_and_its_end_comes_back(
    phone_with_script: BrowserContext, place: Place
) -> None:
    words, city = "المصباح مكسور أمام المدرسة", place.city
    assert city is not None
    page = phone_with_script.new_page()
    page.goto("/ar/agencies")
    expect(page.locator('a[href="/ar/file?agency=city"]')).to_be_visible()
    case = file(page, Complaint(words, "city", "المدينة", service="leak"))
    with page.expect_response(lambda answer: "complaintChanged" in answer.url):
        follow(page, case)
    [(source_id, held)] = until(
        lambda: [each for each in city.requests.items() if words in each[1]["description"]]
    )
    assert case.reference in held["description"]
    # A system is asked again soon after it was told something.
    do(page, "ADD_MESSAGE", text="هل من جديد؟")
    until(lambda: city.told_of(source_id))
    city.answer(source_id, "تم إصلاح المصباح")
    answered = page.locator("#timeline", has_text="تم إصلاح المصباح")
    expect(answered).to_be_visible(timeout=_PATIENCE_SECONDS * 1000)
    expect(page.locator("#news")).to_be_visible()


class _Silent:
    """A system that takes its time, for ever, once it is told to."""

    def __init__(self) -> None:
        self.app = Starlette(routes=[Route("/{path:path}", self._answer)])

    async def _answer(self, _request: Request) -> Response:
        await asyncio.sleep(3600)
        raise AssertionError


@pytest.fixture(scope="module")
def hushed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Water is kept here; the city's system hangs, and nobody listens where the port's should be."""
    with serving(_Silent().app) as slow:
        told = registry(slow)
        dead = told["sources"]["city"]["options"] | {"url": "http://127.0.0.1:9"}
        told["sources"]["port"] = told["sources"]["city"] | {"options": dead}
        port = {"ar": "الميناء", "fr": "Port", "en": "The port"}
        told["agencies"].append(
            told["agencies"][-1] | {"code": "port", "name": port, "source": "port"}
        )
        with opened(tmp_path_factory.mktemp("hushed"), json.dumps(told)) as place:
            yield place


CITIZENS = (
    "/",
    "/file",
    "/file?agency=city",
    "/file?agency=port",
    "/follow",
    "/agencies",
    "/figures",
)
OFFICERS = ("/desk", "/desk?agency=city", "/desk?text=robinet", "/desk/overview")


def test_with_a_slow_and_a_dead_agency_every_page_comes_in_time_and_says_so(
    browser: Browser, hushed: Place
) -> None:
    case = hushed.files("Le robinet est à sec")
    context = browser.new_context(base_url=hushed.url)
    page = context.new_page()
    late = []

    def look(address: str) -> None:
        began = time.monotonic()
        answer = page.goto(f"/fr{address}", wait_until="commit")
        assert answer is not None
        assert answer.status == 200, address
        if time.monotonic() - began > 2 * _DEADLINE_SECONDS + _MARGIN_SECONDS:
            late.append(address)

    for address in CITIZENS:
        look(address)
    page.goto("/fr/agencies")
    expect(page.locator("main")).to_contain_text("Port")
    follow(page, case, tongue="fr")
    expect(page.locator("main")).to_contain_text("Le robinet est à sec")
    page.goto("/fr/sign-in")
    form = page.locator('form:has(input[value="NATIONAL_SUPERVISOR"])')
    form.locator("button").click()
    for address in OFFICERS:
        look(address)
    page.goto("/fr/desk")
    expect(page.locator("main")).to_contain_text("Le robinet est à sec")
    for name in ("city", "port"):
        expect(page.locator("#silent")).to_contain_text(name)
    assert late == []
    context.close()
