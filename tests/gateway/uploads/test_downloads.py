"""Files go out to who may read them in their case, as files, and to everyone else as if there were none."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from connectors.contract.records import AgencyCode
from resolvers.policy import Role, Viewer
from tests.gateway.uploads.door import CITIZEN, OFFICER, STRANGER, Door, opened, shown
from tests.gateway.uploads.samples import JPEG, PDF

WATER = frozenset({AgencyCode("water")})
ROADS = frozenset({AgencyCode("roads")})
FILM = JPEG + bytes(range(256)) * 500


@pytest.fixture
async def door(tmp_path: Path, database_url: str) -> AsyncIterator[Door]:
    async with opened(tmp_path, database_url) as there:
        yield there


@pytest.fixture
async def sqlite_door(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Door]:
    async with opened(tmp_path, sqlite_url) as there:
        yield there


async def filed(door: Door, viewer: Viewer = CITIZEN) -> tuple[Any, str]:
    """The receipt of a filing with a file, and that file's id."""
    id_ = await door.upload("صورة été.jpg", FILM)
    return (await door.file(viewer, uploads=[id_]))["receipt"], id_


async def got(door: Door, id_: str, viewer: Viewer, **headers: str) -> httpx2.Response:
    return await door.client.get(f"/files/{id_}", headers=shown(viewer) | headers)


async def test_whoever_may_read_the_case_may_read_its_files_and_nobody_else(door: Door) -> None:
    receipt, id_ = await filed(door)
    await filed(door, Viewer(Role.CITIZEN, "other"))
    draft = await door.upload("a.jpg", JPEG)
    may = [
        CITIZEN,
        OFFICER,
        Viewer(Role.SUPERVISOR, "s", WATER),
        Viewer(Role.NATIONAL_SUPERVISOR, "n"),
        Viewer(Role.CALL_CENTRE, "c"),
        Viewer(Role.AGENCY_SYSTEM, "p", WATER),
    ]
    may_not = [
        Viewer(Role.CITIZEN, "other"),
        STRANGER,
        Viewer(Role.OFFICER, "nobody's"),
        Viewer(Role.ANALYST, "a"),
        Viewer(Role.ADMIN, "a"),
    ]
    for viewer in may:
        answer = await got(door, id_, viewer)
        assert (answer.status_code, answer.content) == (200, FILM), viewer
        # What is shown and what is given out is the same.
        seen = await door.seen(receipt["reference"], viewer)
        assert [each["url"] for each in seen["attachments"]] == [f"/files/{id_}"]
    unknown = await got(door, "x" * 32, CITIZEN)
    assert unknown.status_code == 404
    assert unknown.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
    for viewer in may_not:
        answer = await got(door, id_, viewer)
        assert (answer.status_code, answer.content) == (404, unknown.content), viewer
        for method in ("HEAD", "GET"):
            part = await door.client.request(
                method, f"/files/{id_}", headers=shown(viewer) | {"Range": "bytes=0-1"}
            )
            assert part.status_code == 404
    for guessed in (draft, "..%2F..%2Fchikaya", f"{id_[:2]}%2F{id_}", id_[:-1], id_.swapcase()):
        assert (await got(door, guessed, Viewer(Role.NATIONAL_SUPERVISOR, "n"))).status_code == 404


async def test_an_agency_that_takes_part_reads_what_it_may_see(door: Door) -> None:
    receipt, id_ = await filed(door)
    case = {"reference": receipt["reference"]}
    done = await door.do("transferComplaint", OFFICER, case, agency="roads", text="La route")
    assert done["problems"] == []
    later = await door.upload("b.pdf", PDF)
    await door.do("addMessage", CITIZEN, case, text="Encore", uploads=[later])
    assert [(await got(door, each, STRANGER)).status_code for each in (id_, later)] == [200, 200]
    # The agency of before keeps in sight what there was until then.
    assert [(await got(door, each, OFFICER)).status_code for each in (id_, later)] == [200, 404]
    seen = await door.seen(receipt["reference"], OFFICER)
    assert [each["id"] for each in seen["attachments"]] == [id_]


async def test_where_people_sign_in_a_case_that_was_opened_gives_out_its_own_files(
    tmp_path: Path, database_url: str
) -> None:
    asked = {"CHIKAYA_OIDC_ISSUER": "http://127.0.0.1:9", "CHIKAYA_OIDC_AUDIENCE": "chikaya"}
    async with opened(tmp_path, database_url, **asked) as door:
        made = [await _by_nobody(door) for _ in "12"]
        (receipt, id_), (_, others) = made
        assert (await door.client.get(f"/files/{id_}")).status_code == 404
        given = {"reference": receipt["reference"], "tracking_code": receipt["trackingCode"]}
        async with httpx2.AsyncClient(base_url=str(door.client.base_url)) as browser:
            await browser.post("/auth/case", data=given)
            assert (await browser.get(f"/files/{id_}")).content == FILM
            assert (await browser.get(f"/files/{others}")).status_code == 404
            # A picture on another site's page is no way to a file.
            page = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
            assert (await browser.get(f"/files/{id_}", headers=page)).status_code == 403


async def _by_nobody(door: Door) -> tuple[Any, str]:
    id_ = await door.upload("a.jpg", FILM)
    filing = {"agency": "water", "description": "Fuite", "uploads": [id_]}
    document = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
      receipt { reference trackingCode } } }"""
    filing["idempotencyKey"] = id_
    return (await door.ask(document, input=filing))["fileComplaint"]["receipt"], id_


async def test_it_is_a_file_to_be_saved_whatever_a_browser_would_make_of_it(
    sqlite_door: Door,
) -> None:
    _, id_ = await filed(sqlite_door)
    whole = await got(sqlite_door, id_, CITIZEN)
    told = dict(whole.headers)
    assert told["content-disposition"] == (
        'attachment; filename="ete.jpg"; '
        "filename*=UTF-8''%D8%B5%D9%88%D8%B1%D8%A9%20%C3%A9t%C3%A9.jpg"
    )
    assert told["content-type"] == "image/jpeg"
    assert told["x-content-type-options"] == "nosniff"
    assert told["content-security-policy"] == "sandbox; default-src 'none'"
    assert told["cache-control"] == "private, no-store"
    assert told["cross-origin-resource-policy"] == "same-origin"
    head = await sqlite_door.client.head(f"/files/{id_}", headers=shown(CITIZEN))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == told["content-length"] == str(len(FILM))


async def test_parts_are_given_out_as_they_are_asked_for(sqlite_door: Door) -> None:
    _, id_ = await filed(sqlite_door)
    size = len(FILM)
    for asked, first, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, size),
        ("bytes=-50", size - 50, size),
        (f"bytes=0-{size * 2}", 0, size),
        (f"bytes={size - 1}-", size - 1, size),
    ):
        answer = await got(sqlite_door, id_, CITIZEN, Range=asked)
        assert (answer.status_code, answer.content) == (206, FILM[first:end])
        assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/{size}"
        assert answer.headers["content-length"] == str(end - first)
    for asked in ("bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=x-"):
        answer = await got(sqlite_door, id_, CITIZEN, Range=asked)
        assert (answer.status_code, answer.content) == (200, FILM)
    conditional = {"Range": "bytes=0-1", "If-Range": '"x"'}
    assert (await got(sqlite_door, id_, CITIZEN, **conditional)).status_code == 200
    for asked in (f"bytes={size}-", "bytes=-0"):
        answer = await got(sqlite_door, id_, CITIZEN, Range=asked)
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")


async def test_a_content_that_is_lost_is_a_failure_of_ours(sqlite_door: Door) -> None:
    _, id_ = await filed(sqlite_door)
    for path in sqlite_door.folder.rglob(id_):
        path.unlink()
    answer = await got(sqlite_door, id_, CITIZEN)
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
