"""Acts claim files: in their own transaction, once, and a repetition is known by what is in them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.records import utc_now
from connectors.contract.uploads import KeptUpload
from connectors.store import Store
from resolvers.policy import Role, Viewer
from tests.gateway.uploads.door import CITIZEN, OFFICER, STRANGER, Door, opened, shown
from tests.gateway.uploads.samples import AMR, JPEG, PDF, png

GONE = [{"code": "FILE_NOT_FOUND", "path": ["uploads"]}]


@pytest.fixture
async def door(tmp_path: Path, database_url: str) -> AsyncIterator[Door]:
    async with opened(tmp_path, database_url) as there:
        yield there


@pytest.fixture
async def sqlite_door(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Door]:
    async with opened(tmp_path, sqlite_url) as there:
        yield there


async def case_of(door: Door, **given: Any) -> dict[str, Any]:
    filed = await door.file(CITIZEN, **given)
    assert filed["problems"] == []
    return {"reference": filed["receipt"]["reference"]}


async def test_files_come_with_a_filing_a_message_and_an_answer(door: Door) -> None:
    photo, letter = await door.upload("a.png", png()), await door.upload("b", PDF)
    case = await case_of(door, uploads=[photo, letter, photo])
    more = await door.upload("c.jpg", JPEG)
    said = await door.do("addMessage", CITIZEN, case, text="Voilà", uploads=[more])
    assert said["problems"] == []
    await door.do("acknowledgeComplaint", OFFICER, case)
    await door.do("assessComplaint", OFFICER, case)
    answer = await door.upload("réponse.pdf", PDF)
    decided = await door.do(
        "decideComplaint", OFFICER, case, outcome="UPHELD", text="Réparée", uploads=[answer]
    )
    seen = await door.seen(case["reference"], CITIZEN)
    assert seen == decided["complaint"]
    first, second, third, fourth = seen["attachments"]
    assert first == {
        "id": photo,
        "name": "a.png",
        "mediaType": "image/png",
        "bytes": len(png()),
        "sha256": first["sha256"],
        "url": f"/files/{photo}",
        "at": first["at"],
        "author": "COMPLAINANT",
        "message": None,
        "decision": None,
    }
    assert (second["id"], second["name"]) == (letter, "b.pdf")
    assert (third["id"], third["message"]) == (more, seen["messages"][0]["id"])
    assert (fourth["name"], fourth["author"]) == ("réponse.pdf", "AGENCY")
    assert (fourth["message"], fourth["decision"]) == (None, seen["decisions"][0]["id"])
    assert first["at"] < third["at"] < fourth["at"]


@pytest.mark.parametrize("act", ["requestInformation", "answerInPart"])
async def test_officers_send_files_with_what_they_say(sqlite_door: Door, act: str) -> None:
    case = await case_of(sqlite_door)
    await sqlite_door.do("acknowledgeComplaint", OFFICER, case)
    await sqlite_door.do("assessComplaint", OFFICER, case)
    form = await sqlite_door.upload("formulaire.pdf", PDF)
    done = await sqlite_door.do(act, OFFICER, case, text="Voici", uploads=[form])
    [attachment] = done["complaint"]["attachments"]
    assert (attachment["id"], attachment["author"]) == (form, "AGENCY")
    assert attachment["message"] == done["complaint"]["messages"][0]["id"]


async def test_a_recording_stands_for_a_description_and_a_photo_does_not(door: Door) -> None:
    photo, voice = await door.upload("a.png", png()), await door.upload("v.amr", AMR)
    refused = await door.file(CITIZEN, description=" ", uploads=[photo])
    assert [(each["code"], each["path"]) for each in refused["problems"]] == [
        ("REQUIRED", ["description"])
    ]
    document = """mutation ($id: ID!) { fileComplaint(input: {agency: "water", uploads: [$id],
      idempotencyKey: "a key"}) { receipt { reference } problems { code } } }"""
    filed = (await door.ask(document, CITIZEN, id=voice))["fileComplaint"]
    seen = await door.seen(filed["receipt"]["reference"], OFFICER)
    assert seen["description"] is None
    assert [each["mediaType"] for each in seen["attachments"]] == ["audio/amr"]


async def test_files_without_words_are_sent_with_a_sentence(sqlite_door: Door) -> None:
    case = await case_of(sqlite_door)
    ids = [await sqlite_door.upload("a.png", png()), await sqlite_door.upload("b.png", png())]
    for language, id_, body in (
        ("fr", ids[0], "Les fichiers joints sont envoyés sans texte."),
        (
            None,
            ids[1],
            "أُرسلت الملفات المرفقة دون نص. — Les fichiers joints sont envoyés sans texte.",
        ),
    ):
        done = await sqlite_door.do(
            "addMessage", CITIZEN, case, text="", language=language, uploads=[id_]
        )
        assert done["complaint"]["messages"][-1]["body"] == body
    silent = await sqlite_door.do("addMessage", CITIZEN, case, text="", uploads=[])
    assert silent["problems"] == [{"code": "REQUIRED", "path": ["text"]}]
    officers = await sqlite_door.upload("c.png", png())
    unsaid = await sqlite_door.do("requestInformation", OFFICER, case, text="", uploads=[officers])
    assert unsaid["problems"] == [{"code": "REQUIRED", "path": ["text"]}]


async def test_a_double_tap_makes_one_case_though_the_files_were_sent_anew(door: Door) -> None:
    key = {"idempotencyKey": "the same tap"}
    pairs = [[await door.upload("a.png", png()), await door.upload("b.pdf", PDF)] for _ in "12"]
    first, second = await asyncio.gather(
        door.file(CITIZEN, uploads=pairs[0], **key),
        door.file(CITIZEN, uploads=list(reversed(pairs[1])), **key),
    )
    assert first == second
    again = await door.file(CITIZEN, uploads=pairs[0], **key)
    assert again == first
    document = "{ viewer { complaints { totalCount { value } } } }"
    assert (await door.ask(document, CITIZEN))["viewer"]["complaints"]["totalCount"]["value"] == 1
    seen = await door.seen(first["receipt"]["reference"], CITIZEN)
    assert {each["id"] for each in seen["attachments"]} in (set(pairs[0]), set(pairs[1]))
    other = await door.client.post(
        "/graphql",
        json={
            "query": "mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {"
            " receipt { reference } } }",
            "variables": {
                "input": {"agency": "water", "description": "Fuite", "language": "fr"}
                | key
                | {"uploads": [await door.upload("c.jpg", JPEG)]}
            },
        },
        headers=shown(CITIZEN),
    )
    [error] = other.json()["errors"]
    assert error["message"] == "this idempotency key was already used for another filing"


async def test_the_same_message_with_the_same_file_is_said_once(door: Door) -> None:
    case = await case_of(door)
    key = {"idempotencyKey": "one message"}
    ids = [await door.upload("a.png", png()) for _ in "123"]
    for id_ in (ids[0], ids[1], ids[0]):
        done = await door.do("addMessage", CITIZEN, case, text="Voilà", uploads=[id_], **key)
        assert done["problems"] == []
        assert len(done["complaint"]["messages"]) == 1
        assert [each["id"] for each in done["complaint"]["attachments"]] == [ids[0]]


async def test_a_file_is_claimed_once(door: Door) -> None:
    id_ = await door.upload("a.png", png())
    case = await case_of(door, uploads=[id_])
    other = await case_of(door)
    for viewer in (CITIZEN, OFFICER):
        again = await door.do("addMessage", viewer, other, text="Encore", uploads=[id_])
        assert (again["problems"], again["complaint"]["messages"]) == (GONE, [])
        assert again["complaint"]["attachments"] == []
    filed = await door.file(CITIZEN, uploads=[id_])
    assert (filed["receipt"], filed["problems"][0]["code"]) == (None, "FILE_NOT_FOUND")
    assert len((await door.seen(case["reference"], CITIZEN))["attachments"]) == 1


async def test_of_two_acts_at_once_one_claims_it(door: Door) -> None:
    one, two = await case_of(door), await case_of(door)
    ids = [await door.upload(f"{number}.png", png(number)) for number in range(3)]
    done = await asyncio.gather(
        *(
            door.do("addMessage", CITIZEN, case, text=f"{number}", uploads=order)
            for number in range(4)
            for case, order in ((one, ids), (two, list(reversed(ids))))
        )
    )
    assert [each["problems"] for each in done].count([]) == 1
    assert all(each["problems"] in ([], GONE) for each in done)
    seen = [await door.seen(case["reference"], CITIZEN) for case in (one, two)]
    assert sorted(len(each["attachments"]) for each in seen) == [0, 3]
    assert sorted(len(each["messages"]) for each in seen) == [0, 1]


async def test_what_is_unknown_too_much_or_too_large_is_told_and_nothing_is_done(
    door: Door,
) -> None:
    case = await case_of(door)
    large = JPEG + bytes(160_000)
    heavy = [await door.upload("1.jpg", large), await door.upload("2.jpg", large)]
    many = [await door.upload(f"{number}.png", png()) for number in range(4)]
    for uploads, code in (
        (["x" * 32], "FILE_NOT_FOUND"),
        ([many[0], "\0"], "FILE_NOT_FOUND"),
        (heavy, "FILES_TOO_LARGE"),
        (many, "TOO_MANY_FILES"),
    ):
        said = await door.do("addMessage", CITIZEN, case, text="Voilà", uploads=uploads)
        assert said["problems"] == [{"code": code, "path": ["uploads"]}]
        filed = await door.file(CITIZEN, uploads=uploads)
        assert (filed["receipt"], [each["code"] for each in filed["problems"]]) == (None, [code])
    seen = await door.seen(case["reference"], CITIZEN)
    assert (seen["messages"], seen["attachments"]) == ([], [])
    kept = await door.do("addMessage", CITIZEN, case, text="Voilà", uploads=many[:3])
    assert kept["problems"] == []


async def test_a_draft_of_yesterday_is_claimed_by_nobody(tmp_path: Path, database_url: str) -> None:
    drafts = [
        KeptUpload(name * 32, "a.png", "image/png", 1, "00", utc_now() - timedelta(hours=hours))
        for name, hours in (("o", 25), ("y", 23))
    ]
    async with aclosing(await Store.open(database_url)) as store:
        for draft in drafts:
            await store.uploads.keep(draft)
    async with opened(tmp_path, database_url) as door:
        case = await case_of(door)
        for draft, problems in zip(drafts, (GONE, []), strict=True):
            said = await door.do("addMessage", CITIZEN, case, text="Voilà", uploads=[draft.id])
            assert said["problems"] == problems


async def test_who_may_not_act_in_a_case_claims_nothing_for_it(sqlite_door: Door) -> None:
    case = await case_of(sqlite_door)
    id_ = await sqlite_door.upload("a.png", png())
    for viewer in (STRANGER, Viewer(Role.CITIZEN, "other")):
        refused = await sqlite_door.do("addMessage", viewer, case, text="Voilà", uploads=[id_])
        assert [each["code"] for each in refused["problems"]] == ["NOT_FOUND"]
    taken = await sqlite_door.do("addMessage", CITIZEN, case, text="Voilà", uploads=[id_])
    assert taken["problems"] == []
