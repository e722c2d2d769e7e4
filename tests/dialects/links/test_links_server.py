"""The system with links keeps its own rules, so that what passes over it is worth something."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator

import pytest

from tests.dialects.four import LINKS
from tests.dialects.links.server import CLIENT, SECRET, LinkedWorks
from tests.dialects.talking import Talk, talking

TICKETS = "/v1/tickets"
NEXT = re.compile(r'<https?://[^/>]+([^>]*)>; rel="next"')


@pytest.fixture
def works() -> LinkedWorks:
    works = LINKS.vendor()
    assert isinstance(works, LinkedWorks)
    return works


@pytest.fixture
async def talk(works: LinkedWorks) -> AsyncIterator[Talk]:
    async with talking(works) as talk:
        form = {"client_id": CLIENT, "client_secret": SECRET}
        granted = await talk.send_form("/oauth/token", grant_type="client_credentials", **form)
        talk.headers["Authorization"] = f"Bearer {granted.body['access_token']}"
        yield talk


async def test_links_lead_through_all_tickets_in_no_order(talk: Talk, works: LinkedWorks) -> None:
    page, found = await talk.get(TICKETS, per_page=7), []
    while True:
        found += page.body
        following = NEXT.search(page.headers.get("link", ""))
        if following is None:
            break
        page = await talk.get(following[1])
    assert sorted(row["ticket_id"] for row in found) == sorted(works.tickets)
    assert [row["opened"] for row in found] != sorted(row["opened"] for row in found)


async def test_a_filter_holds_on_every_page(talk: Talk, works: LinkedWorks) -> None:
    since = works.tickets["T-4"]["changed"]
    page = await talk.get(TICKETS, per_page=5, changed_since=since, area="MA-CAS,MA-RAB")
    following = NEXT.search(page.headers["link"])
    assert following
    rest = (await talk.get(following[1])).body
    wanted = {
        row["ticket_id"]
        for row in works.tickets.values()
        if row["area"] and row["area"]["code"] in {"MA-CAS", "MA-RAB"} and row["changed"] >= since
    }
    told = {row["ticket_id"] for row in [*page.body, *rest]}
    assert len(told) == 10
    assert told <= wanted


async def test_ids_bring_just_those_that_are_known(talk: Talk) -> None:
    told = (await talk.get(TICKETS, ids="T-2,T-999,T-1")).body
    assert {row["ticket_id"] for row in told} == {"T-1", "T-2"}
    assert (await talk.get(TICKETS, ids=",".join(["T-1"] * 21))).status == 400


async def test_a_bearer_is_got_by_either_way_and_ends(talk: Talk, works: LinkedWorks) -> None:
    works.expire_tokens()
    assert (await talk.get(TICKETS)).status == 401
    talk.headers["Authorization"] = "Basic " + b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    granted = await talk.send_form("/oauth/token", grant_type="client_credentials")
    talk.headers["Authorization"] = f"Bearer {granted.body['access_token']}"
    assert (await talk.get(TICKETS)).status == 200
    assert works.grants == 2
    assert (await talk.send_form("/oauth/token", client_id="nobody")).status == 401


async def test_a_ticket_ends_only_with_a_resolution(talk: Talk, works: LinkedWorks) -> None:
    refused = await talk.send("PATCH", f"{TICKETS}/T-1", {"status": "resolved"})
    assert (refused.status, list(refused.body["errors"])) == (422, ["resolution"])
    moved = {"status": "resolved", "resolution": "done"}
    assert (await talk.send("PATCH", f"{TICKETS}/T-1", moved)).body["status"] == "resolved"
    assert works.tickets["T-1"]["closed"]


async def test_a_file_is_sent_first_and_attached_then(talk: Talk, works: LinkedWorks) -> None:
    content = bytes(range(256))
    octets = "application/octet-stream"
    sent = await talk.send_bytes("POST", "/v1/uploads?name=a.jpg", content, octets)
    said = {"token": sent.body["upload"]["token"], "name": "a.jpg", "content_type": "image/jpeg"}
    before = len(works.tickets["T-1"]["attachments"])
    assert (await talk.send("POST", f"{TICKETS}/T-1/attachments", said)).status == 201
    assert works.uploads[said["token"]] == content
    assert len(works.tickets["T-1"]["attachments"]) == before + 1
    said["token"] = "unknown"
    assert (await talk.send("POST", f"{TICKETS}/T-1/attachments", said)).status == 422
