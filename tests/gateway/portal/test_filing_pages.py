"""A citizen files without a script: step by step, with mistakes, files and a second tap."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.portal.visitor import Page, Visitor, portal, visitor

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND\xaeB`\x82"


@pytest.fixture
async def citizen(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Visitor]:
    async with portal(tmp_path, sqlite_url, {}) as place, visitor(place) as citizen:
        yield citizen


async def at_contact(citizen: Visitor) -> Page:
    """The step that asks who somebody is; everything before it is answered."""
    page = await citizen.read("/fr/file")
    page = await citizen.send(page, "/file", description="Robinet sec, une fuite", to="next")
    return await to_contact(citizen, page)


async def to_contact(citizen: Visitor, page: Page) -> Page:
    """Likewise, from the step that asks for the agency on."""
    page = await citizen.send(page, "/file", search="eau", to="again")
    page = await citizen.send(page, "/file", agency="water", to="next")
    while "reach" not in names(page):
        page = await citizen.send(page, "/file", to="next")
    return page


async def filed(citizen: Visitor) -> tuple[Page, Page]:
    """The last step, and the receipt."""
    page = await at_contact(citizen)
    page = await citizen.send(page, "/file", name="Amina", reach="code", to="next")
    return page, await citizen.send(page, "/file", to="send")


def names(page: Page) -> set[str]:
    return {each.name for form in page.forms for each in form.fields}


def numbers(receipt: Page) -> dict[str, str]:
    return {each.name: each.value for each in receipt.form("/follow").fields}


async def test_a_case_is_filed_step_by_step_and_followed_with_its_code(citizen: Visitor) -> None:
    page = await citizen.read("/fr/file")
    page = await citizen.send(page, "/file", description="Robinet sec", to="next")
    assert "Eau potable" in page.text
    page = await citizen.send(page, "/file", agency="water", to="next")
    assert "Distribution d'eau" in page.text
    page = await citizen.send(page, "/file", service="supply", to="again")
    assert "Numéro du compteur" in page.text
    page = await citizen.send(
        page, "/file", **{"answer.METER": "١٢", "answer.SINCE": "today"}, to="next"
    )
    page = await citizen.send(page, "/file", address="Rue du Lac, Rabat", to="next")
    page = await citizen.send(page, "/file", name="Amina", reach="code", to="next")
    for said in ("Robinet sec", "Eau potable", "Distribution d'eau", "Rue du Lac", "Amina"):
        assert said in page.text
    receipt = await citizen.send(page, "/file", to="send")
    given = numbers(receipt)
    assert given["reference"] in receipt.text
    case = await citizen.send(receipt, "/follow")
    assert case.url.path == "/fr/case"
    assert given["code"] not in str(case.url)
    for said in (given["reference"], "Robinet sec", "Rue du Lac", "Distribution d'eau", "déposé"):
        assert said in case.text


async def test_what_is_missing_is_told_at_its_field_and_nothing_typed_is_lost(
    citizen: Visitor,
) -> None:
    page = await citizen.read("/ar/file")
    page = await citizen.send(page, "/file", kind="OBSERVATION", to="next")
    assert page.status == 422
    assert page.problems == {"description": "احكوا ما حدث، كتابة أو في تسجيل."}
    page = await citizen.send(page, "/file", description="الماء مقطوع", to="next")
    page = await citizen.send(page, "/file", search="no such office", to="again")
    assert "لم يُعثر على شيء" in page.text
    page = await citizen.send(page, "/file", search="", to="next")
    assert set(page.problems) == {"agency"}
    page = await to_contact(citizen, page)
    page = await citizen.send(page, "/file", reach="phone", secret="yes", to="next")
    assert set(page.problems) == {"name", "phone"}
    page = await citizen.send(page, "/file", name="أمينة", phone="not a number", to="next")
    # Only the graph knows what a telephone number is: the step that asks for it is shown again.
    page = await citizen.send(page, "/file", to="send")
    assert set(page.problems) == {"phone"}
    kept = {each.name: each.value for each in page.form("/file").fields if each.sent}
    told = {"description": "الماء مقطوع", "kind": "OBSERVATION", "agency": "water"}
    told |= {"name": "أمينة", "secret": "yes", "phone": "not a number"}
    assert kept.items() >= told.items()


async def test_a_second_tap_and_a_page_loaded_anew_make_no_second_case(citizen: Visitor) -> None:
    last, receipt = await filed(citizen)
    again = await citizen.send(last, "/file", to="send")
    assert numbers(again) == numbers(receipt)


async def test_files_stay_when_something_else_has_to_be_corrected(citizen: Visitor) -> None:
    page = await citizen.read("/fr/file")
    form = page.form("/file")
    assert form.multipart
    files = [("photo.png", PNG), ("lettre.exe", b"MZ" + bytes(600)), ("autre.png", PNG)]
    page = Page(await citizen.sent(form, {"to": "next", "kind": "COMPLAINT"}, files))
    assert set(page.problems) == {"file"}
    assert page.problems["file"].startswith("lettre.exe")
    assert "autre.png" in page.text
    [_, second] = [each for each in page.form("/file").fields if each.name == "upload"]
    page = await citizen.send(page, "/file", drop=second.value.partition(":")[0], to="back")
    assert "autre.png" not in page.text
    page = await citizen.send(page, "/file", description="Voir la photo", to="next")
    page = await to_contact(citizen, page)
    page = await citizen.send(page, "/file", name="Amina", reach="code", to="next")
    assert "photo.png" in page.text
    receipt = await citizen.send(page, "/file", to="send")
    case = await citizen.send(receipt, "/follow")
    got = await citizen.client.get(case.links["photo.png"])
    assert (got.status_code, got.content) == (200, PNG)
    assert got.headers["Content-Disposition"].startswith("attachment")


async def test_one_goes_back_and_changes_what_was_said(citizen: Visitor) -> None:
    page = await at_contact(citizen)
    page = await citizen.send(page, "/file", name="Amina", reach="code", to="next")
    page = await citizen.send(page, "/file", to="words")
    assert [each.value for each in page.form("/file").fields if each.name == "description"] == [
        "Robinet sec, une fuite"
    ]
    page = await citizen.send(page, "/file", description="Plus d'eau", to="check")
    assert "Plus d'eau" in page.text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"step": "nowhere", "to": "next"}, 422),
        ({"to": "send"}, 422),
        ({"step": "check", "to": "send", "agency": "none", "description": "x"}, 422),
        ({"step": "place", "to": "next", "latitude": "nan", "longitude": "1e400"}, 200),
    ],
)
async def test_a_form_that_nobody_was_given_is_answered_all_the_same(
    citizen: Visitor, given: dict[str, str], status: int
) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = await citizen.client.post("/fr/file", data=given, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"a=" + b"b" * 300_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=b" for _ in range(300)), "application/x-www-form-urlencoded", 400),
        (b"a=\xff", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 415),
        (b"none", "multipart/form-data; boundary=x", 400),
    ],
)
async def test_what_is_no_form_is_refused_on_a_page(
    citizen: Visitor, content: bytes, media_type: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": media_type}
    answer = await citizen.client.post("/fr/file", content=content, headers=headers)
    assert answer.status_code == status
    assert '<html lang="fr"' in answer.text
