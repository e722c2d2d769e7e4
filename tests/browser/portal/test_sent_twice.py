"""Impatient thumbs and bad lines: whatever is sent twice, or in part, is one case."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.portal.citizen import (
    Complaint,
    from_agency_on,
    onward,
    photo,
    receipt,
    to_last_step,
)
from tests.browser.portal.line import Line
from tests.browser.portal.place import Place


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_double_tap_is_one_case(browser: Browser, place: Place, script: bool) -> None:
    words = f"Tapped twice, {script}"
    context = browser.new_context(base_url=place.url, java_script_enabled=script)
    page = context.new_page()
    to_last_step(page, Complaint(words, "roads", "routes"), tongue="fr")
    onward(page).dblclick(no_wait_after=True)
    expect(page.locator("#receipt")).to_be_visible()
    [case] = place.cases(words)
    assert receipt(page).reference == case["reference"]
    context.close()


def test_the_receipt_loaded_anew_is_the_same_receipt(browser: Browser, place: Place) -> None:
    words = "Loaded anew"
    context = browser.new_context(base_url=place.url, java_script_enabled=False)
    page = context.new_page()
    to_last_step(page, Complaint(words, "roads", "routes"), tongue="fr")
    onward(page).click()
    first = receipt(page)
    page.reload()
    assert receipt(page).reference == first.reference
    assert len(place.cases(words)) == 1
    context.close()


@pytest.fixture
def line(place: Place) -> Iterator[Line]:
    with Line(place.url) as line:
        yield line


@pytest.fixture
def far(browser: Browser, line: Line) -> Iterator[Page]:
    """A page at the other end of a bad line, which shows what the browser says of it."""
    context = browser.new_context(base_url=line.url)
    yield context.new_page()
    context.close()


def fails(page: Page) -> None:
    """The button is pressed, and the browser tells that it got no answer."""
    with pytest.raises(Error, match="ERR_"), page.expect_navigation():
        onward(page).click(no_wait_after=True)
    page.wait_for_load_state()
    expect(page.locator("#main")).to_have_count(0)


def test_an_upload_that_is_cut_and_sent_again_is_in_one_case_once(
    far: Page, line: Line, place: Place, tmp_path: Path
) -> None:
    words = "Broken halfway"
    large = tmp_path / "large.png"
    large.write_bytes(photo()["buffer"] + bytes(500_000))
    far.goto("/fr/file")
    far.locator("#description").fill(words)
    far.locator("#file").set_input_files(large)
    line.cut_after = 100_000
    fails(far)
    assert line.cuts
    line.cut_after = None
    far.reload()
    from_agency_on(far, Complaint(words, "roads", "routes"))
    onward(far).click()
    [case] = place.cases(words)
    assert receipt(far).reference == case["reference"]
    assert [each["bytes"] for each in case["attachments"]] == [large.stat().st_size]


def test_a_filing_whose_receipt_went_lost_is_sent_again_and_is_one_case(
    far: Page, line: Line, place: Place
) -> None:
    words = "The answer went missing"
    to_last_step(far, Complaint(words, "roads", "routes"), tongue="fr")
    line.answers_lost = True
    fails(far)
    assert [each["status"] for each in place.cases(words)] == ["SUBMITTED"]
    line.answers_lost = False
    far.reload()
    [case] = place.cases(words)
    assert receipt(far).reference == case["reference"]
