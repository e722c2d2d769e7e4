"""Whatever people, files and agencies' systems say is read, and never runs."""

from datetime import UTC, datetime

from playwright.sync_api import Browser, Page

from tests.browser.portal.citizen import Complaint, do, file, follow, photo
from tests.browser.portal.place import Place

RUNS = (
    "<script>marked()</script><img src=x onerror=marked()><svg onload=marked()>"
    "<a href='javascript:marked()'>link</a>\"' onfocus=marked() autofocus='{{7*7}}"
)


def test_nothing_that_anyone_says_runs_on_any_page(browser: Browser, place: Place) -> None:
    assert place.city is not None
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    place.city.requests["evil"] = {
        "service_request_id": "evil",
        "service_code": "leak",
        "service_name": RUNS,
        "status": "open",
        "status_notes": RUNS,
        "description": RUNS,
        "address": RUNS,
        "media_url": "javascript:marked()",
        "requested_datetime": now,
        "updated_datetime": now,
    }
    context = browser.new_context(base_url=place.url)
    ran: list[str] = []
    context.expose_function("marked", lambda: ran.append("ran"))
    context.on("page", lambda page: page.on("dialog", lambda dialog: ran.append(dialog.message)))
    page = context.new_page()
    foreign: list[str] = []
    page.on(
        "request", lambda asked: foreign.append(asked.url) if outside(asked.url, place) else None
    )

    told = Complaint(f"Evil words {RUNS}", "water", "eau", name=RUNS, address=RUNS)
    told.files = [photo() | {"name": "<img src=x onerror=marked()>.png"}]
    case = file(page, told, tongue="fr")
    follow(page, case, tongue="fr")
    do(page, "ADD_MESSAGE", text=RUNS)
    place.does("acknowledgeComplaint", case)
    place.does("assessComplaint", case)
    place.does("assignComplaint", case, assignee=RUNS)
    place.does("decideComplaint", case, outcome="UPHELD", text=RUNS, legalBasis=RUNS)
    page.goto("/fr/case")
    reads(page, "onerror=marked()")

    page.goto("/fr/sign-in")
    page.locator('form:has(input[value="NATIONAL_SUPERVISOR"]) button').click()
    for address in (
        f"/fr/desk/case/Complaint:{case.reference}?act=DECIDE",
        "/fr/desk/case/Complaint:city:evil",
        "/fr/desk?status=ANY",
        "/fr/desk?status=ANY&agency=city",
        "/fr/desk/overview",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    page.goto("/fr/desk/case/Complaint:city:evil")
    reads(page, "<script>marked()</script>")
    assert page.locator('a[href^="javascript"]').count() == 0
    assert ran == []
    assert foreign == []
    # It would have been heard of.
    page.evaluate("marked()")
    assert ran == ["ran"]
    context.close()


def reads(page: Page, words: str) -> None:
    """They stand on the page for people to read."""
    assert words in page.locator("main").inner_text()


def outside(url: str, place: Place) -> bool:
    return not url.startswith((place.url, "data:", "blob:"))
