"""A receipt on paper is had by whoever has its code, and by nobody else."""

from pathlib import Path

from tests.gateway.portal.visitor import FormSeen, Page, Visitor, portal, visitor
from tests.gateway.receipts.printed import text


async def filed(citizen: Visitor) -> Page:
    """The page with the receipt of a case that was just filed."""
    page = await citizen.read("/fr/file")
    page = await citizen.send(page, "/file", description="Robinet sec", to="next")
    page = await citizen.send(page, "/file", agency="water", to="next")
    page = await citizen.send(page, "/file", service="supply", to="again")
    page = await citizen.send(page, "/file", **{"answer.METER": "12"}, to="next")
    page = await citizen.send(page, "/file", address="", to="next")
    page = await citizen.send(page, "/file", name="Amina", reach="code", to="next")
    return await citizen.send(page, "/file", to="send")


def values(form: FormSeen) -> dict[str, str]:
    return {each.name: each.value for each in form.fields}


async def test_a_receipt_is_downloaded_as_pdf(tmp_path: Path, sqlite_url: str) -> None:
    async with portal(tmp_path, sqlite_url, {}) as place, visitor(place) as citizen:
        form = (await filed(citizen)).form("/receipt")
        given = values(form)
        french = await citizen.sent(form, {})
        form.action = "/en/receipt"
        english = await citizen.sent(form, {})
    for answer, named in (
        (french, "Administration Eau potable Service Distribution d'eau"),
        (english, "Administration Drinking water"),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        name = f'attachment; filename="receipt-{given["reference"]}.pdf"'
        assert answer.headers["content-disposition"] == name
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert given["code"] not in str(answer.url)
        words = text(answer.content)
        for said in (
            given["reference"],
            given["code"],
            named,
            f"{place.url}{answer.url.path[:3]}/follow",
        ):
            assert said in words
        assert "Amina" not in words


async def test_another_code_gets_no_receipt(tmp_path: Path, sqlite_url: str) -> None:
    async with portal(tmp_path, sqlite_url, {}) as place, visitor(place) as citizen:
        form = (await filed(citizen)).form("/receipt")
        refused = Page(await citizen.sent(form, {"code": "0000000000"}))
        assert refused.status == 422
        assert set(refused.problems) == {"code"}
        # Whoever guesses is stopped before long, and then the right code opens nothing either.
        for code in range(20):
            await citizen.sent(form, {"code": f"{code:010}"})
        stopped = await citizen.sent(form, {})
    assert stopped.status_code == 503
    assert stopped.headers["content-type"].startswith("text/html")


async def test_another_site_has_no_receipt_printed(tmp_path: Path, sqlite_url: str) -> None:
    async with portal(tmp_path, sqlite_url, {}) as place, visitor(place) as citizen:
        form = (await filed(citizen)).form("/receipt")
        answer = await citizen.client.post(
            form.action, data=values(form), headers={"Sec-Fetch-Site": "cross-site"}
        )
    assert answer.status_code == 403
