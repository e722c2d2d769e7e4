"""The system with sessions keeps its own rules, so that what passes over it is worth something."""

from collections.abc import AsyncIterator

import pytest

from tests.dialects.four import SESSIONS
from tests.dialects.sessions.server import LOGIN, PASSWORD, SessionRegister
from tests.dialects.talking import Answer, Talk, talking

ISSUES = "/desk/issues"


@pytest.fixture
def register() -> SessionRegister:
    register = SESSIONS.vendor()
    assert isinstance(register, SessionRegister)
    return register


async def log_in(talk: Talk, password: str = PASSWORD) -> Answer:
    answer = await talk.send("POST", "/desk/session", {"login": LOGIN, "password": password})
    if answer.status == 201:
        talk.headers["X-Session"] = answer.body["session"]["token"]
    return answer


@pytest.fixture
async def talk(register: SessionRegister) -> AsyncIterator[Talk]:
    async with talking(register) as talk:
        await log_in(talk)
        yield talk


async def test_pages_from_zero_hold_each_issue_once(talk: Talk, register: SessionRegister) -> None:
    for direction in ("asc", "desc"):
        pages = [
            (await talk.get(ISSUES, page=page, size=25, sort=f"updatedOn,{direction}")).body
            for page in range(3)
        ]
        found = [(row["updatedOn"], row["key"]) for page in pages for row in page["content"]]
        assert {key for _, key in found} == set(register.issues)
        moments = [at for at, _ in found]
        assert moments == sorted(moments, reverse=direction == "desc")
        assert pages[0]["page"] == {"number": 0, "size": 25, "totalElements": 60, "totalPages": 3}


async def test_both_ends_of_a_range_are_in_it(talk: Talk, register: SessionRegister) -> None:
    row = register.issues["REC-4"]
    both = {"createdFrom": row["createdOn"], "createdTo": row["createdOn"]}
    told = (await talk.get(ISSUES, **both, statusId=[12, 1], trackerId=[4])).body
    assert [each["key"] for each in told["content"]] == ["REC-4"]


async def test_a_session_ends_and_another_begins(talk: Talk, register: SessionRegister) -> None:
    register.expire_sessions()
    assert (await talk.get(ISSUES)).status == 401
    assert (await log_in(talk, "wrong")).status == 403
    assert (await log_in(talk)).status == 201
    assert (await talk.get(ISSUES)).status == 200
    assert register.logins == 2


async def test_a_filed_issue_is_told_by_its_address_alone(
    talk: Talk, register: SessionRegister
) -> None:
    said = {"title": "Lampe", "text": "Éteinte", "trackerId": 1, "externalNumber": "42"}
    filed = await talk.send("POST", ISSUES, {"issue": said})
    assert (filed.status, filed.body) == (201, None)
    key = filed.headers["location"].rpartition("/")[2]
    found = (await talk.get(ISSUES, externalNumber="42")).body["content"]
    assert [each["key"] for each in found] == [key]
    blank = await talk.send("POST", ISSUES, {"issue": {**said, "text": ""}})
    assert (blank.status, blank.body["errors"][0]["field"]) == (422, "text")


async def test_a_change_that_the_workflow_forbids_is_answered_as_if_it_were_made(
    talk: Talk, register: SessionRegister
) -> None:
    (final,) = [
        key for key, row in register.issues.items() if row["status"]["id"] == 12
    ][:1]  # fmt: skip
    change = {"issue": {"status": {"id": 5}}}
    assert (await talk.send("PUT", f"{ISSUES}/{final}", change)).status == 204
    assert register.issues[final]["status"]["id"] == 12
    (fresh,) = [key for key, row in register.issues.items() if row["status"]["id"] == 1][:1]
    assert (await talk.send("PUT", f"{ISSUES}/{fresh}", change)).status == 204
    assert register.issues[fresh]["status"]["id"] == 5


async def test_a_document_comes_in_a_form(talk: Talk, register: SessionRegister) -> None:
    content = bytes(range(256)) + b"\r\n--x\r\n"
    form = (
        b"--edge\r\nContent-Disposition: form-data; name=document; filename=photo.jpg\r\n"
        b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n--edge--\r\n"
    )
    path = f"{ISSUES}/REC-4/files"
    sent = await talk.send_bytes("POST", path, form, "multipart/form-data; boundary=edge")
    assert sent.status == 201
    assert register.content[sent.body["file"]["id"]] == content
    told = (await talk.get(f"{ISSUES}/REC-4", **{"with": "files"})).body["issue"]["files"]
    assert told[-1]["name"] == "photo.jpg"
    assert (await talk.send("POST", path, {"document": "x"})).status == 422
