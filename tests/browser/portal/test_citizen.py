"""A citizen with a cheap phone and no script: files in Arabic, follows, adds, rates, has it reopened."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.portal.citizen import (
    Complaint,
    do,
    file,
    fits,
    follow,
    photo,
    recording,
)
from tests.browser.portal.place import Place

WORDS = "الماء مقطوع منذ ثلاثة أيام والأداء مطلوب"


def test_a_case_lives_from_the_first_word_to_its_second_treatment(
    phone: BrowserContext, place: Place
) -> None:
    page = phone.new_page()
    told = Complaint(WORDS, "water", "الماء", files=[photo(), recording()])
    told.service, told.answers = "leak", {"METER": "١٢"}
    case = file(page, told)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    [kept] = place.cases(WORDS)
    assert kept["reference"] == case.reference
    assert [each["name"] for each in kept["attachments"]] == ["صورة.png", "تسجيل.wav"]

    with page.expect_download() as paper:
        page.locator('form[action="/ar/receipt"] button').click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")

    follow(page, case)
    expect(page.locator("main")).to_contain_text(WORDS)
    assert case.code not in page.url
    add_files(page)
    [kept] = place.cases(WORDS)
    assert [each["bytes"] for each in kept["attachments"][2:]] == [
        len(photo()["buffer"]),
        len(recording()["buffer"]),
    ]

    place.answers(case)
    page.reload()
    expect(page.locator("#timeline")).to_contain_text("The leak was mended.")
    do(page, "RATE", score="2", text="لم يصلح شيء")
    expect(page.locator("#timeline")).to_contain_text("2")
    do(page, "REOPEN", text="ما زال الماء مقطوعا")
    [kept] = place.cases(WORDS)
    assert kept["status"] == "REOPENED"
    expect(page.locator("#state")).to_contain_text("ما زال الماء مقطوعا")


def add_files(page: Page) -> None:
    page.locator('#act a[href*="act=ADD_MESSAGE"]').click()
    page.locator("#text").fill("هذه صورة أخرى")
    page.locator("#file").set_input_files([photo(), recording()])
    fits(page)
    page.locator("#act .buttons button").click()
    expect(page.locator("#timeline")).to_contain_text("هذه صورة أخرى")
