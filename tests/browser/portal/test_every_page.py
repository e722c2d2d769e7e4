"""Every page, in every language: for everyone's eyes, ears and hands, and from nobody else's house."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from gateway.catalogues import Tongue
from gateway.portal.citizen import PAGES as CITIZEN
from gateway.portal.desk import PAGES as DESK
from tests.browser.portal.every_page import PAGES, Prepared, Shown, Windows, prepare, windows
from tests.browser.portal.place import Place
from tests.browser.portal.weigh import weighed

_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def prepared(place: Place) -> Prepared:
    return prepare(place)


@pytest.fixture(scope="module")
def narrow(browser: Browser, place: Place) -> Iterator[Windows]:
    with windows(browser, place, viewport={"width": 360, "height": 640}) as found:
        yield found


def test_no_page_is_forgotten() -> None:
    assert {each.route for each in PAGES} == {*CITIZEN, *DESK}


def looks() -> Iterator[Any]:
    """Each page in each language; every other one at every push, each language on its turn."""
    for number, shown in enumerate(PAGES):
        for turn, tongue in enumerate(Tongue):
            marks = (
                () if number % 2 == 0 and turn == number // 2 % len(Tongue) else (pytest.mark.long,)
            )
            yield pytest.param(shown, tongue, marks=marks, id=f"{shown.name}-{tongue}")


@pytest.mark.parametrize(("shown", "tongue"), list(looks()))
def test_a_page_is_for_everyone(
    shown: Shown, tongue: Tongue, narrow: Windows, place: Place, prepared: Prepared
) -> None:
    page = narrow.page(shown.role)
    seen = Seen(page, place)
    shown.go(page, tongue, prepared)
    assert seen.last.status == shown.status
    assert seen.faults == []
    assert page.locator("html").get_attribute("lang") == str(tongue)
    assert page.locator("html").get_attribute("dir") == tongue.direction
    assert page.locator("h1").count() == 1
    widest = page.evaluate("document.documentElement.scrollWidth")
    assert widest <= 360, f"{widest} pixels wide"
    assert flaws(page) == []
    page.close()


def test_what_is_not_for_everyone_is_found(narrow: Windows) -> None:
    page = narrow.page(None)
    page.set_content("<main><h1>A page</h1><img src='data:,'><p style='color:#aaa'>Pale</p></main>")
    found = " ".join(flaws(page))
    assert "image-alt" in found
    assert "color-contrast" in found


@pytest.mark.parametrize(
    "shown", [each for each in PAGES if each.name in {"home", "file-contact", "case", "desk"}]
)
def test_a_page_is_light(shown: Shown, narrow: Windows, prepared: Prepared) -> None:
    page = narrow.page(shown.role)
    shown.go(page, Tongue.AR, prepared)
    weight = weighed(page, shown.name, Tongue.AR)
    assert 0 < weight.bytes < 100_000
    assert weight.requests <= 4
    page.close()


class Seen:
    """What a page asks for, and what its console says."""

    def __init__(self, page: Page, place: Place) -> None:
        self.faults: list[str] = []
        self.documents: list[Response] = []
        host = urlsplit(place.url).netloc

        def asked(url: str) -> None:
            if urlsplit(url).netloc not in {"", host}:
                self.faults.append(f"asks {url}")

        def answered(response: Response) -> None:
            if (response.request.is_navigation_request() and response.status < 300) or (
                response.request.is_navigation_request() and response.status >= 400
            ):
                self.documents.append(response)

        page.on("request", lambda request: asked(request.url))
        page.on("response", answered)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda told: self._heard(told.type, told.text))

    def _heard(self, kind: str, text: str) -> None:
        # That a page came with a status of its own is no fault of it.
        if kind == "error" and "the server responded with a status of" not in text:
            self.faults.append(text)

    @property
    def last(self) -> Response:
        return self.documents[-1]


def flaws(page: Page) -> list[str]:
    found: Any = Axe().run(page, options={"runOnly": {"type": "tag", "values": _RULES}})
    return [
        f"{each['id']}: {node['html']} {node['failureSummary']}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]
