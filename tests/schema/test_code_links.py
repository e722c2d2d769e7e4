"""Whoever lost a tracking code has a link to a new one sent, and nobody else learns anything by it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.letters import LetterState
from connectors.contract.records import utc_now
from resolvers.attempts import TooManyAttempts
from resolvers.code_links import GOOD_FOR, CodeLinks
from resolvers.policy import ANONYMOUS
from resolvers.receipt import TrackingCodes, draw_reference
from tests.gateway.letters.catcher import Catcher, catching
from tests.resolvers.desk import soon
from tests.schema.graph import Graph, graph_in
from tests.schema.test_acts import Case
from tests.schema.test_filing import filed

SEND = """mutation ($input: SendTrackingCodeLinkInput!) {
  sendTrackingCodeLink(input: $input) { problems { code path } } }"""
OPEN = """mutation ($input: OpenTrackingCodeLinkInput!) {
  openTrackingCodeLink(input: $input) { reference trackingCode problems { code path } } }"""
FOLLOW = """query ($reference: String!, $code: String!) {
  complaint(reference: $reference, trackingCode: $code) { reference version } }"""
NOTHING: dict[str, Any] = {"problems": []}
SPENT = {
    "reference": None,
    "trackingCode": None,
    "problems": [{"code": "LINK_SPENT", "path": ["token"]}],
}


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    async with catching() as catcher:
        yield catcher


@pytest.fixture
async def graph(tmp_path: Path, database_url: str, catcher: Catcher) -> AsyncIterator[Graph]:
    environ = {
        "CHIKAYA_SMTP_URL": f"smtp://127.0.0.1:{catcher.port}",
        "CHIKAYA_MAIL_FROM": "no-reply@chikaya.example",
        "CHIKAYA_URL": "https://chikaya.example",
    }
    async with graph_in(tmp_path, database_url, **environ) as opened:
        yield opened


def links(graph: Graph, *, later: timedelta = timedelta()) -> CodeLinks:
    """What sends and opens them, some time from now, without waiting to answer."""
    correspondence = graph.gateway.correspondence
    return CodeLinks(
        graph.gateway.store.ledger,
        graph.gateway.store.letters,
        TrackingCodes(b"t" * 32),
        correspondence.code_links,
        correspondence.lettering,
        now=lambda: utc_now() + later,
        answers_after_seconds=0.0,
    )


async def send(graph: Graph, reference: str) -> Any:
    told = await graph.data(SEND, viewer=ANONYMOUS, input={"reference": reference})
    return told["sendTrackingCodeLink"]


async def open_(graph: Graph, token: str) -> Any:
    told = await graph.data(OPEN, viewer=ANONYMOUS, input={"token": token})
    return told["openTrackingCodeLink"]


async def opens(graph: Graph, reference: str, code: str) -> bool:
    told = await graph.data(FOLLOW, viewer=ANONYMOUS, reference=reference, code=code)
    return told["complaint"] is not None


async def token_of(graph: Graph, catcher: Catcher) -> str:
    """What the last letter's link carries, once all that wait are sent."""
    gateway = graph.gateway
    sending = gateway.correspondence.sending(
        gateway.store.letters, lambda: gateway.registry.agencies
    )
    assert sending is not None
    await sending.turn()
    body = catcher.caught[-1].message.get_body(("plain",))
    assert body is not None
    (link,) = [line for line in body.get_content().splitlines() if "/follow/new-code?" in line]
    return str(link).partition("token=")[2].replace("%3D", "=")


async def test_a_link_makes_one_new_code_and_ends_the_old_one(
    graph: Graph, catcher: Catcher
) -> None:
    receipt = (await filed(graph))["receipt"]
    reference, old = receipt["reference"], receipt["trackingCode"]
    assert await send(graph, f" {reference.replace('-', ' ')} ") == NOTHING
    token = await token_of(graph, catcher)
    assert await opens(graph, reference, old)
    made = await open_(graph, token)
    assert (made["reference"], made["problems"]) == (reference, [])
    assert made["trackingCode"] != old
    assert await opens(graph, reference, made["trackingCode"])
    assert not await opens(graph, reference, old)
    assert await open_(graph, token) == SPENT
    # What was done stands in the history, which is whole.
    flaws = [flaw async for proof in graph.gateway.store.ledger.proofs() for flaw in proof.flaws]
    assert flaws == []


async def test_whoever_asks_learns_nothing(graph: Graph, catcher: Catcher) -> None:
    known = (await filed(graph))["receipt"]["reference"]
    silent = await filed(graph, contact={"name": "Amina"}, idempotencyKey="no address, 22 signs..")
    for reference in (known, known, silent["receipt"]["reference"], draw_reference()):
        assert await send(graph, reference) == NOTHING
    assert await send(graph, "1234") == {"problems": [{"code": "INVALID", "path": ["reference"]}]}
    kinds = await graph.gateway.store.letters.letters(states=frozenset(LetterState), most=9)
    assert [(each.kind, each.reference) for each in kinds] == [
        ("RECEIPT", known),
        ("CODE_LINK", known),
    ]
    # The letter that whoever complains got besides does not open the case.
    for caught in catcher.caught:
        assert known not in caught.message["Subject"]


async def test_a_link_ends_with_its_day_and_with_any_other_code(
    graph: Graph, catcher: Catcher
) -> None:
    reference = (await filed(graph))["receipt"]["reference"]
    await links(graph).send(reference, caller=None, deadline=soon())
    token = await token_of(graph, catcher)
    too_late = await links(graph, later=GOOD_FOR).open(token, deadline=soon())
    assert [each.code for each in too_late.problems] == ["LINK_SPENT"]
    other = graph.gateway.correspondence.code_links.token(reference, 1, utc_now())
    assert (await open_(graph, other))["problems"] == []
    assert await open_(graph, token) == SPENT
    # After a while another one is sent.
    await links(graph, later=timedelta(hours=4)).send(reference, caller=None, deadline=soon())
    waiting = await graph.gateway.store.letters.letters(states={LetterState.PENDING}, most=9)
    assert [each.kind for each in waiting] == ["CODE_LINK"]


async def test_a_link_cannot_be_made_up(graph: Graph) -> None:
    reference = (await filed(graph))["receipt"]["reference"]
    token = graph.gateway.correspondence.code_links.token(reference, 1, utc_now())
    raw = base64.urlsafe_b64decode(token)
    other = base64.urlsafe_b64encode(raw[:32] + raw[32:].replace(b",1,", b",2,")).decode()
    stop = graph.gateway.correspondence.stops.token("amina@example.org")
    for forged in ("", token[4:], other, stop, "é", "A" * 80):
        told = await open_(graph, forged)
        assert told == SPENT | {"problems": [{"code": "INVALID", "path": ["token"]}]}
    unknown = graph.gateway.correspondence.code_links.token(draw_reference(), 1, utc_now())
    assert await open_(graph, unknown) == SPENT


async def test_two_who_open_one_link_at_once_get_one_code(graph: Graph) -> None:
    receipt = (await filed(graph))["receipt"]
    token = graph.gateway.correspondence.code_links.token(receipt["reference"], 1, utc_now())
    both = await asyncio.gather(*(open_(graph, token) for _ in range(4)))
    (made,) = [each for each in both if each["trackingCode"] is not None]
    assert [each for each in both if each is not made] == [SPENT] * 3
    assert await opens(graph, receipt["reference"], made["trackingCode"])


async def test_one_address_asks_so_often_and_no_more(graph: Graph) -> None:
    sending = links(graph)
    for _ in range(10):
        await sending.send(draw_reference(), caller="192.0.2.1", deadline=soon())
    with pytest.raises(TooManyAttempts):
        await sending.send(draw_reference(), caller="192.0.2.1", deadline=soon())
    assert await sending.send(draw_reference(), caller="192.0.2.2", deadline=soon()) == ()


async def test_where_no_letters_are_sent_that_is_said(tmp_path: Path, sqlite_url: str) -> None:
    async with graph_in(tmp_path, sqlite_url) as graph:
        case = Case(graph, (await filed(graph))["receipt"])
        assert await send(graph, case.reference) == {
            "problems": [{"code": "NO_LETTERS", "path": ["reference"]}]
        }
