"""An officer answers by keyboard alone, and whoever complains sees it where they are."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.portal.citizen import follow
from tests.browser.portal.place import Place

OFFICER = 'form:has(input[value="OFFICER"])'
_FARTHEST = 120


def reach(page: Page, selector: str) -> None:
    """Press Tab until that has the focus."""
    for _ in range(_FARTHEST):
        if page.locator(selector).evaluate_all("found => found.includes(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab on {page.url}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Reach that, and press a key on it that leads to another page."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def act(page: Page, which: str) -> None:
    """Open the form of an act, and stand in its first field."""
    press(page, f'#act a[href*="act={which}"]')


def test_by_keyboard_alone_a_case_is_answered_and_the_citizens_open_page_shows_it(
    desk: BrowserContext, phone_with_script: BrowserContext, place: Place
) -> None:
    case = place.files("Le robinet de la place est à sec")
    citizen = phone_with_script.new_page()
    with citizen.expect_response(lambda answer: "complaintChanged" in answer.url):
        follow(citizen, case, tongue="fr")
    loads: list[str] = []
    citizen.on("framenavigated", lambda frame: loads.append(frame.url))

    page = desk.new_page()
    page.goto("/fr/desk")
    reach(page, f"{OFFICER} select")
    page.keyboard.type("Eau")
    press(page, f"{OFFICER} button")
    reach(page, "#agency")
    page.keyboard.type("Eau")
    press(page, ".filters button")
    press(page, f'a[href*="{case.reference}"]')
    act(page, "ACKNOWLEDGE")
    press(page, "#act .buttons button")
    act(page, "ASSESS")
    press(page, "#act .buttons button")
    act(page, "DECIDE")
    reach(page, 'input[name="outcome"]')
    page.keyboard.press("Space")
    reach(page, "#text")
    page.keyboard.type("La fuite est réparée depuis ce matin.")
    press(page, "#act .buttons button")
    expect(page.locator("#told")).to_be_focused()

    expect(citizen.locator("#timeline")).to_contain_text("La fuite est réparée depuis ce matin.")
    expect(citizen.locator("#news")).to_be_visible()
    assert loads == []


def test_many_are_acknowledged_at_once_and_one_sees_how_far_it_has_come(
    desk: BrowserContext, place: Place
) -> None:
    cases = [
        place.files(f"Chaussée trouée, numéro {number}", agency="roads") for number in range(5)
    ]
    page = desk.new_page()
    page.goto("/fr/desk")
    form = page.locator(OFFICER)
    form.locator('select[name="agency"]').select_option("roads")
    form.locator("button").click()
    page.goto("/fr/desk?agency=roads")
    for case in cases:
        page.locator(f'input[name="case"][value*="{case.reference}"]').check()
    page.evaluate(
        """() => {
          window.bars = [];
          const bar = document.querySelector("progress");
          const seen = () => window.bars.push([bar.value, bar.max, bar.checkVisibility()]);
          new MutationObserver(seen).observe(bar, { attributeFilter: ["value"] });
        }"""
    )
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.method))
    page.locator('button[value="ACKNOWLEDGE"]').dblclick()
    expect(page.locator("#told > li")).to_have_count(5)
    expect(page.locator("#told .warn")).to_have_count(0)
    # With the last, what came of all stands in the bar's place.
    assert page.evaluate("window.bars") == [[done, 5, done < 5] for done in range(1, 6)]
    assert sent.count("POST") == 5
    assert {each["status"] for each in place.cases("Chaussée trouée")} == {"ACKNOWLEDGED"}
