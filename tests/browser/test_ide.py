"""The page at /graphql in a real browser: it answers, and it asks nobody but us."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response, expect

from tests.gateway.cli.command import serving
from tests.gateway.cli.test_serve import newcomer


def test_a_browser_gets_the_merged_list_and_asks_no_third_party(page: Page, tmp_path: Path) -> None:
    asked: set[str | None] = set()
    faults: list[str] = []
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    with serving(folder=newcomer(tmp_path)) as served:
        page.goto(served.url)
        with page.expect_response(answers_the_example, timeout=15_000) as answered:
            page.get_by_role("button", name="Execute query").click()
        told = answered.value.json()["data"]["complaints"]
        # The page shows only the lines in sight, so the whole answer is looked at on its way.
        expect(page.locator(".result-window")).to_contain_text(told["nodes"][0]["id"])
        assert told["complete"] is False
        assert {each["source"] for each in told["sources"]} == {
            "store",
            "demo-healthy",
            "demo-slow",
            "demo-moody",
        }
        host = urlsplit(served.url).netloc
    # Icons and fonts of the page itself may be data: addresses, which name no host.
    assert asked - {""} == {host}
    assert faults == []


def answers_the_example(response: Response) -> bool:
    """The page asks for the schema too, at the same address."""
    return "query OneList" in (response.request.post_data or "")
