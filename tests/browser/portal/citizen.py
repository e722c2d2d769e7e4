"""What a citizen does in a page, by what stands in it and not by what it is called in a language."""

from dataclasses import dataclass, field
from typing import Any
from zlib import compress, crc32

from playwright.sync_api import Locator, Page, expect

from tests.gateway.portal.answering import Filed


def photo() -> dict[str, Any]:
    """A picture of one red point, as a phone's would be sent."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + crc32(body).to_bytes(4, "big")

    header = (1).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    rows = compress(b"\0\xff\0\0")
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows)
    return {
        "name": "صورة.png",
        "mimeType": "image/png",
        "buffer": content + chunk(b"IEND", b""),
    }


def recording(seconds: float = 0.25) -> dict[str, Any]:
    """A quarter of a second of silence."""
    sound = bytes(int(8000 * seconds))
    form = b"fmt " + (16).to_bytes(4, "little") + bytes.fromhex("01000100401f0000401f000001000800")
    body = b"WAVE" + form + b"data" + len(sound).to_bytes(4, "little") + sound
    content = b"RIFF" + len(body).to_bytes(4, "little") + body
    return {"name": "تسجيل.wav", "mimeType": "audio/wav", "buffer": content}


@dataclass
class Complaint:
    """What is told, step by step."""

    words: str
    agency: str
    """Its code."""
    search: str
    """A part of its name."""
    files: list[dict[str, Any]] = field(default_factory=list)
    service: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    address: str = "زنقة البحيرة، الرباط"
    name: str = "أمينة"


def fits(page: Page) -> None:
    """The page never has to be pushed sideways."""
    page.wait_for_load_state("domcontentloaded")
    widest, seen = page.locator("html").evaluate("node => [node.scrollWidth, innerWidth]")
    assert widest <= seen, page.url


def go_on(page: Page) -> None:
    """Press the button that is seen and leads to the next step."""
    fits(page)
    onward(page).click()


def onward(page: Page) -> Locator:
    """That button."""
    return page.locator('.buttons button[value="next"], .buttons button[value="send"]')


def to_last_step(page: Page, told: Complaint, *, tongue: str = "ar") -> None:
    """Answer every question but whether it is right."""
    page.goto(f"/{tongue}/file")
    page.locator("#description").fill(told.words)
    if told.files:
        page.locator("#file").set_input_files(told.files)
    go_on(page)
    from_agency_on(page, told)


def from_agency_on(page: Page, told: Complaint, *, steps: int | None = None) -> None:
    """Answer those that come after what happened, or only the first `steps` of them."""
    for answer in (_agency, _before, _service, _place, _contact)[:steps]:
        answer(page, told)


def _agency(page: Page, told: Complaint) -> None:
    choice = page.locator(f'input[name="agency"][value="{told.agency}"]')
    if not choice.count():
        page.locator("#search").fill(told.search)
        page.locator('button[value="again"]').click()
    choice.check()
    go_on(page)


def _before(page: Page, _: Complaint) -> None:
    """What the law leaves out, and what is like it; not always is there any."""
    if not page.locator("#service, #address").count():
        go_on(page)


def _service(page: Page, told: Complaint) -> None:
    if not page.locator("#service").count():
        assert told.service is None
        return
    if told.service:
        page.locator("#service").select_option(told.service)
        page.locator('button[value="again"]').click()
        for name, answer in told.answers.items():
            page.locator(f'[name="answer.{name}"]').fill(answer)
    go_on(page)


def _place(page: Page, told: Complaint) -> None:
    page.locator("#address").fill(told.address)
    go_on(page)


def _contact(page: Page, told: Complaint) -> None:
    page.locator("#name").fill(told.name)
    page.locator('input[name="reach"][value="code"]').check()
    go_on(page)


def receipt(page: Page) -> Filed:
    """The numbers that the receipt shows."""
    fits(page)
    reference, code = page.locator("#receipt .number").all_inner_texts()
    return Filed(reference, code)


def file(page: Page, told: Complaint, *, tongue: str = "ar") -> Filed:
    """All of it, up to the receipt."""
    to_last_step(page, told, tongue=tongue)
    go_on(page)
    return receipt(page)


def follow(page: Page, case: Filed, *, tongue: str = "ar") -> None:
    """Open a case by its reference and its code."""
    page.goto(f"/{tongue}/follow")
    page.locator("#reference").fill(case.reference)
    page.locator("#code").fill(case.code)
    fits(page)
    page.locator("main form button").click()
    expect(page.locator("#state")).to_be_visible()
    fits(page)


def do(page: Page, act: str, **given: str) -> None:
    """An act on the page of the case: its form is opened, filled in and sent."""
    page.locator(f'#act a[href*="act={act}"]').click()
    for name, value in given.items():
        asked = page.locator(f'#act [name="{name}"]')
        if asked.first.get_attribute("type") == "radio":
            page.locator(f'#act [name="{name}"][value="{value}"]').check()
        else:
            asked.fill(value)
    fits(page)
    page.locator("#act .buttons button").click()
    fits(page)
