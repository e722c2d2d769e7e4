"""What is filed reaches the agency's own system and comes back; silent ones take nothing else along."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.browser.portal.citizen import Complaint, do, file, follow
from tests.browser.portal.place import Place, opened, registry
from tests.clients.serving import serving
from tests.life.systems import City

_DEADLINE_SECONDS = 3.0
"""Of a request, as it is by default; a page asks at most twice, one after the other."""
_MARGIN_SECONDS = 3.0
_PATIENCE_SECONDS = 20.0
_T = TypeVar("_T")


class Moody:
    """A system that has times in which it answers nobody."""

    def __init__(self, app: ASGIApp) -> None:
        """Otherwise `app` answers."""
        self._app = app
        self._sulks = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, sooner or later."""
        while self._sulks:  # noqa: ASYNC110 - whoever sulks is told so from another thread
            await asyncio.sleep(0.05)
        await self._app(scope, receive, send)

    @contextmanager
    def sulking(self) -> Iterator[None]:
        """Such a time."""
        self._sulks = True
        try:
            yield
        finally:
            self._sulks = False


@pytest.fixture(scope="module")
def city() -> City:
    return City()


@pytest.fixture(scope="module")
def moody(city: City) -> Moody:
    return Moody(city.app)


@pytest.fixture(scope="module")
def place(moody: Moody, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Two agencies that are kept here, a moody city, and a port where nobody listens."""
    with serving(moody) as url:
        told = registry(url)
        dead = told["sources"]["city"]["options"] | {"url": "http://127.0.0.1:9"}
        told["sources"]["port"] = told["sources"]["city"] | {"options": dead}
        port = {"ar": "الميناء", "fr": "Port de pêche", "en": "The port"}
        told["agencies"].append(
            told["agencies"][-1] | {"code": "port", "name": port, "source": "port"}
        )
        with opened(tmp_path_factory.mktemp("systems"), json.dumps(told)) as place:
            yield place


def until(found: Callable[[], _T]) -> _T:
    """What is found, once it is anything at all."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while not (seen := found()):
        assert time.monotonic() < give_up, "it does not come about"
        time.sleep(0.05)
    return seen


def arrived(city: City, words: str) -> str:
    """The number under which the city has a case in these words, once it has it."""
    [source_id] = until(
        lambda: [number for number, row in city.requests.items() if words in row["description"]]
    )
    return source_id


def test_a_case_goes_to_the_citys_system_and_its_end_comes_back(
    phone_with_script: BrowserContext, place: Place, city: City
) -> None:
    words = "المصباح مكسور أمام المدرسة"
    page = phone_with_script.new_page()
    page.goto("/ar/agencies")
    expect(page.locator('a[href="/ar/file?agency=city"]')).to_be_visible()
    case = file(page, Complaint(words, "city", "المدينة", service="leak"))
    with page.expect_response(lambda answer: "complaintChanged" in answer.url):
        follow(page, case)
    source_id = arrived(city, words)
    assert case.reference in city.requests[source_id]["description"]
    # A system is asked again soon after it was told something.
    do(page, "ADD_MESSAGE", text="هل من جديد؟")
    until(lambda: city.told_of(source_id))
    before = page.locator("#state .state").first.inner_text()
    city.answer(source_id, "تم إصلاح المصباح")
    answered = page.locator("#timeline", has_text="تم إصلاح المصباح")
    expect(answered).to_be_visible(timeout=_PATIENCE_SECONDS * 1000)
    expect(page.locator("#news")).to_be_visible()
    expect(page.locator("#state .state").first).not_to_have_text(before)
    [kept] = place.cases(words)
    assert kept["origin"] == {"mode": "LIVE", "sourceId": source_id}
    assert kept["status"] == "ANSWERED"
    page.reload()
    do(page, "RATE", score="5")


CITIZENS = (
    "/",
    "/file",
    "/file?agency=city",
    "/file?agency=port",
    "/follow",
    "/figures",
    "/agencies",
)
OFFICERS = ("/desk?agency=city", "/desk?text=robinet", "/desk/overview", "/desk")


class Clock:
    """Takes the time of every document that a page loads."""

    def __init__(self, page: Page) -> None:
        """Watch `page`."""
        self.took: list[tuple[float, str]] = []
        """Seconds, and the address."""
        page.on("requestfinished", self._finished)

    def _finished(self, asked: Request) -> None:
        if asked.is_navigation_request():
            self.took.append((asked.timing["responseEnd"] / 1000, asked.url))


def become(page: Page, role: str) -> None:
    """Sign in as one of the invented people."""
    page.goto("/fr/sign-in")
    page.locator(f'form:has(input[value="{role}"]) button').click()


def look(page: Page, address: str) -> Locator:
    """What stands on the page, which comes as such."""
    answer = page.goto(f"/fr{address}")
    assert answer is not None
    assert answer.status == 200, address
    return page.locator("main")


def test_with_a_slow_and_a_dead_agency_every_page_comes_in_time_and_says_so(
    browser: Browser, place: Place, city: City, moody: Moody
) -> None:
    context = browser.new_context(base_url=place.url)
    page = context.new_page()
    place.files("Le robinet est à sec")
    become(page, "CITIZEN")
    held = file(page, Complaint("Une lampe en panne", "city", "ville", service="leak"), tongue="fr")
    arrived(city, "Une lampe en panne")
    clock = Clock(page)
    with moody.sulking():
        for address in CITIZENS:
            look(page, address)
        file(page, Complaint("Encore une lampe", "city", "ville", service="leak"), tongue="fr")
        expect(look(page, "/mine")).to_contain_text("Encore une lampe")
        expect(page.locator("#silent")).to_contain_text("Ville")
        case = look(page, f"/case/Complaint:{held.reference}")
        expect(case).to_contain_text("Une lampe en panne")
        expect(case.locator("#state")).to_contain_text("ne répond pas en ce moment")
        become(page, "NATIONAL_SUPERVISOR")
        for address in OFFICERS:
            look(page, address)
            expect(page.locator("#silent")).to_contain_text("Ville")
        expect(page.locator("#silent")).to_contain_text("Port de pêche")
        expect(page.locator("main")).to_contain_text("Le robinet est à sec")
        case = look(page, f"/desk/case/Complaint:{held.reference}")
        expect(case).to_contain_text("Une lampe en panne")
        expect(case.locator("#state")).to_contain_text("ne répond pas en ce moment")
        silent = look(page, "/agencies").locator("li", has=page.locator(".late"))
        expect(silent).to_contain_text(["Ville", "Port de pêche"])
    assert [each for each in clock.took if each[0] > 2 * _DEADLINE_SECONDS + _MARGIN_SECONDS] == []
    # Somebody did wait for it.
    assert max(clock.took)[0] > 1
    # What was filed meanwhile is handed over once the system answers.
    arrived(city, "Encore une lampe")
    context.close()
