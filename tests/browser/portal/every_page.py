"""Every page of the portal, in each state that looks different, and how one gets there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page

from gateway.catalogues import Tongue
from tests.browser.portal.citizen import Complaint, from_agency_on, go_on, onward
from tests.browser.portal.place import Place
from tests.gateway.portal.answering import Filed


@dataclass(frozen=True)
class Prepared:
    """Cases that pages show."""

    open: Filed
    answered: Filed


@dataclass(frozen=True)
class Shown:
    """A page, whoever may see it, and how they get there."""

    name: str
    route: str
    """As the portal knows it; a test looks that none is missing."""
    go: Callable[[Page, Tongue, Prepared], None]
    role: str | None = None
    """An invented person; None: nobody is signed in."""
    status: int = 200


def prepare(place: Place) -> Prepared:
    """File cases and answer one."""
    answered = place.files("Un mur de l'école est fissuré", agency="water")
    place.answers(answered)
    city = place.files("Le lampadaire ne marche plus", agency="city", service="leak")
    place.does("acknowledgeComplaint", city)
    return Prepared(place.files("الماء مقطوع منذ ثلاثة أيام", agency="water"), answered)


def at(address: str) -> Callable[[Page, Tongue, Prepared], None]:
    """Straight to an address below the language."""

    def go(page: Page, tongue: Tongue, prepared: Prepared) -> None:
        known = {"open": prepared.open.reference, "answered": prepared.answered.reference}
        page.goto(f"/{tongue}{address.format(**known)}")

    return go


def _step(number: int) -> Callable[[Page, Tongue, Prepared], None]:
    """To that step of a filing, with all before it answered."""

    def go(page: Page, tongue: Tongue, _: Prepared) -> None:
        page.goto(f"/{tongue}/file")
        page.locator("#description").fill("تسرب الماء، والقضية أمام المحكمة")
        if number == 0:
            page.evaluate("document.querySelector('#description').value = ''")
            onward(page).click()
            return
        go_on(page)
        told = Complaint("", "water", "eau", service="leak", answers={"METER": "12"})
        from_agency_on(page, told, steps=number - 1)

    return go


def _wrong_contact(page: Page, tongue: Tongue, prepared: Prepared) -> None:
    _step(5)(page, tongue, prepared)
    page.locator("form").first.evaluate("form => { form.noValidate = true }")
    page.locator('input[value="email"]').check()
    onward(page).click()


def _receipt(page: Page, tongue: Tongue, prepared: Prepared) -> None:
    _step(6)(page, tongue, prepared)
    onward(page).click()


def _opened(which: str, act: str = "") -> Callable[[Page, Tongue, Prepared], None]:
    def go(page: Page, tongue: Tongue, prepared: Prepared) -> None:
        case: Filed = getattr(prepared, which)
        page.goto(f"/{tongue}/follow?reference={case.reference}")
        page.locator("#code").fill(case.code)
        page.locator("main form button").click()
        if act:
            page.goto(f"/{tongue}/case?act={act}")

    return go


def _wrong_code(page: Page, tongue: Tongue, prepared: Prepared) -> None:
    page.goto(f"/{tongue}/follow?reference={prepared.open.reference}")
    page.locator("#code").fill("12")
    page.locator("main form button").click()


def _lost(page: Page, tongue: Tongue, _: Prepared) -> None:
    page.goto(f"/{tongue}/follow/lost-code")
    page.locator("main input[name]:not([type=hidden])").first.fill("1234-5678-9012-8")
    page.locator("main form button").click()


def _bulk(page: Page, tongue: Tongue, prepared: Prepared) -> None:
    page.goto(f"/{tongue}/desk?agency=water&status=ANY")
    page.locator(f'input[name="case"][value*="{prepared.answered.reference}"]').check()
    page.locator('button[value="ACKNOWLEDGE"]').click()
    page.locator("#told").wait_for()


def _looked(page: Page, tongue: Tongue, prepared: Prepared) -> None:
    page.goto(f"/{tongue}/desk/case/Complaint:{prepared.open.reference}")
    page.locator("#purpose").fill("Appel")
    page.locator("#purpose").press("Enter")
    page.locator("#told").wait_for()


OFFICER: Final = "OFFICER"
NATIONAL: Final = "NATIONAL_SUPERVISOR"
_CASE: Final = "/desk/case/Complaint:{open}"

PAGES: Final = (
    Shown("home", "/", at("/")),
    Shown("help", "/help", at("/help")),
    Shown("file-words", "/file", at("/file")),
    Shown("file-words-wrong", "/file", _step(0), status=422),
    Shown("file-agency", "/file", _step(1)),
    Shown("file-before", "/file", _step(2)),
    Shown("file-service", "/file", _step(3)),
    Shown("file-place", "/file", _step(4)),
    Shown("file-contact", "/file", _step(5)),
    Shown("file-contact-wrong", "/file", _wrong_contact, status=422),
    Shown("file-check", "/file", _step(6)),
    Shown("receipt", "/receipt", _receipt),
    Shown("follow", "/follow", at("/follow")),
    Shown("follow-wrong", "/follow", _wrong_code, status=422),
    Shown("case", "/case", _opened("open")),
    Shown("case-message", "/case", _opened("open", "ADD_MESSAGE")),
    Shown("case-answered", "/case", _opened("answered", "RATE")),
    Shown("case-reopen", "/case", _opened("answered", "REOPEN")),
    Shown("lost-code", "/follow/lost-code", at("/follow/lost-code")),
    Shown("lost-code-wrong", "/follow/lost-code", _lost, status=422),
    Shown("new-code", "/follow/new-code", at("/follow/new-code?token=none")),
    Shown("letters-stop", "/letters/stop", at("/letters/stop?token=none")),
    Shown("agencies", "/agencies", at("/agencies")),
    Shown("figures", "/figures", at("/figures")),
    Shown("nowhere", "/", at("/no-such-page"), status=404),
    Shown("sign-in", "/sign-in", at("/sign-in")),
    Shown("mine", "/mine", at("/mine"), "CITIZEN"),
    Shown("mine-case", "/case/{id}", at("/case/Complaint:none"), "CITIZEN", status=404),
    Shown("desk", "/desk", at("/desk"), OFFICER),
    Shown("desk-filtered", "/desk", at("/desk?agency=water&status=ANY&text=mur"), OFFICER),
    Shown("desk-bulk", "/desk", _bulk, OFFICER),
    Shown("desk-case", "/desk/case/{id:path}", at(_CASE), OFFICER),
    Shown("desk-case-assess", "/desk/case/{id:path}", at(_CASE + "?act=ASSESS"), OFFICER),
    Shown("desk-case-transfer", "/desk/case/{id:path}", at(_CASE + "?act=TRANSFER"), OFFICER),
    Shown("desk-case-looked", "/desk/case/{id:path}", _looked, OFFICER),
    Shown("desk-overview", "/desk/overview", at("/desk/overview"), NATIONAL),
)


@contextmanager
def windows(browser: Browser, place: Place, **options: object) -> Iterator["Windows"]:
    """Windows for everyone who looks at a page."""
    found = Windows(browser, place, options)
    try:
        yield found
    finally:
        found.close()


class Windows:
    """A window of each person, signed in once."""

    def __init__(self, browser: Browser, place: Place, options: dict[str, object]) -> None:
        self._browser, self._place, self._options = browser, place, options
        self._known: dict[str | None, BrowserContext] = {}

    def page(self, role: str | None) -> Page:
        """A fresh page of that person; of nobody in particular in a fresh window."""
        if role is None or role not in self._known:
            context = self._browser.new_context(base_url=self._place.url, **self._options)  # type: ignore[arg-type]
            if role is None:
                return context.new_page()
            self._known[role] = context
            page = context.new_page()
            page.goto("/fr/sign-in")
            form = page.locator(f'form:has(input[name="role"][value="{role}"])')
            if form.locator('select[name="agency"]').count():
                form.locator('select[name="agency"]').select_option("water")
                form.locator('select[name="other"]').select_option("city")
            form.locator("button").click()
            return page
        return self._known[role].new_page()

    def close(self) -> None:
        for context in self._known.values():
            context.close()
