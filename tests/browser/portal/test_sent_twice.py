"""Impatient thumbs and bad lines: whatever is sent twice, or in part, is one case."""

from collections.abc import Iterator
from contextlib import contextmanager
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


@pytest.fixture
def line(place: Place) -> Iterator[Line]:
    with Line(place.url) as line:
        yield line


@contextmanager
def thumbed(browser: Browser, line: Line, *, script: bool) -> Iterator[Page]:
    """A page at the other end of a bad line, under a thumb."""
    context = browser.new_context(
        base_url=line.url,
        java_script_enabled=script,
        has_touch=True,
        viewport={"width": 360, "height": 640},
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def far(browser: Browser, line: Line) -> Iterator[Page]:
    """One which shows what the browser says of it."""
    with thumbed(browser, line, script=True) as page:
        yield page


class Taps:
    """Taps on the last button, while the answer to the first is still on its way."""

    def __init__(self, page: Page, line: Line, words: str) -> None:
        """Answer all but whether it is right."""
        self._page = page
        self._line = line
        to_last_step(page, Complaint(words, "roads", "routes"), tongue="fr")
        self.sent: list[str] = []
        page.on("request", lambda asked: self.sent.append(asked.method))
        button = onward(page)
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        self._middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        line.answering.clear()

    def tap(self) -> None:
        """Nothing is waited for, as thumbs do not."""
        self._page.touchscreen.tap(*self._middle)

    def tap_and_send(self) -> None:
        """The same, until the form is on its way."""
        with self._page.expect_request("**/fr/file"):
            self.tap()

    def answered(self) -> str:
        """The number on the receipt."""
        self._line.answering.set()
        expect(self._page.locator("#receipt")).to_be_visible()
        return receipt(self._page).reference


def test_of_two_taps_a_script_sends_one(browser: Browser, line: Line, place: Place) -> None:
    words = "Tapped twice, scripted"
    with thumbed(browser, line, script=True) as page:
        taps = Taps(page, line, words)
        taps.tap_and_send()
        taps.tap()
        reference = taps.answered()
    assert taps.sent.count("POST") == 1
    assert [each["reference"] for each in place.cases(words)] == [reference]


def test_two_taps_that_are_both_sent_are_one_case(
    browser: Browser, line: Line, place: Place
) -> None:
    words = "Tapped twice, plainly"
    with thumbed(browser, line, script=False) as page:
        taps = Taps(page, line, words)
        taps.tap_and_send()
        taps.tap_and_send()
        reference = taps.answered()
    assert taps.sent.count("POST") == 2
    assert [each["reference"] for each in place.cases(words)] == [reference]


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
