"""What is done in a case is written to whoever complains, where they have to know of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.letters import Letter, LetterState
from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, AuthorRole, SourceId, utc_now
from gateway.app import looping
from resolvers.policy import ANONYMOUS, Role, Viewer
from resolvers.policy.table import LETTERS, QUESTIONS, Reach
from resolvers.receipt import draw_reference
from resolvers.watch import Watch
from tests.gateway.letters.catcher import Catcher, catching
from tests.schema.following import Desk, follow, seen
from tests.schema.graph import LIVE, MIRROR, Graph, graph_in
from tests.schema.test_acts import Case
from tests.schema.test_deliveries import deliver
from tests.schema.test_filing import FILED, filed

STOP = """
mutation ($input: StopLettersInput!) { stopLetters(input: $input) { stopped problems { code path } } }
"""
WRITTEN = """
query ($reference: String!) {
  letters(reference: $reference) { kind state attempts queuedAt sentAt code }
}
"""
BOTH = Viewer(Role.OFFICER, "officer-8", frozenset({AgencyCode("water"), AgencyCode("interior")}))


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    async with catching() as catcher:
        yield catcher


@pytest.fixture
async def graph(tmp_path: Path, database_url: str, catcher: Catcher) -> AsyncIterator[Graph]:
    """The graph of a gateway that sends letters."""
    environ = {
        "CHIKAYA_SMTP_URL": f"smtp://127.0.0.1:{catcher.port}",
        "CHIKAYA_MAIL_FROM": "no-reply@chikaya.example",
        "CHIKAYA_URL": "https://chikaya.example",
    }
    async with graph_in(tmp_path, database_url, **environ) as opened:
        yield opened


async def letters(graph: Graph) -> list[Letter]:
    found = await graph.gateway.store.letters.letters(states=frozenset(LetterState), most=100)
    return list(found)


async def kinds(graph: Graph) -> list[str]:
    return [letter.kind for letter in await letters(graph)]


async def test_a_whole_life_in_letters(graph: Graph) -> None:
    case = Case(graph, (await filed(graph))["receipt"])
    told: list[str] = ["RECEIPT"]

    async def by_agency(act: str, letter: str | None, **given: Any) -> None:
        payload = await case.by(BOTH, act, **given)
        assert payload["problems"] == []
        await expect(letter)

    async def by_complainant(act: str, letter: str | None, **given: Any) -> None:
        await case.complainant(act, **given)
        await expect(letter)

    async def expect(letter: str | None) -> None:
        told.extend([] if letter is None else [letter])
        assert await kinds(graph) == told

    await by_agency("acknowledgeComplaint", None)
    await by_agency("assessComplaint", None)
    await by_agency("addNote", None, text="Voir le plombier")
    await by_agency("assignComplaint", None, assignee="officer-8")
    await by_agency("addMessage", "MESSAGE", text="Bonjour")
    await by_complainant("addMessage", None, text="Bonjour aussi")
    await by_agency("requestInformation", "INFORMATION_REQUESTED", text="Quel numéro ?")
    await by_complainant("provideInformation", None, text="Le douze")
    await by_agency("answerInPart", "ANSWERED_IN_PART", text="On attend une pièce")
    await by_agency("transferComplaint", "TRANSFERRED", agency="interior", text="Pas nous")
    await by_agency("assessComplaint", None)
    await by_agency("decideComplaint", "ANSWERED", outcome="UPHELD", text="Réparé")
    await by_complainant("reopenComplaint", "REOPENED", text="Elle coule encore")
    await by_agency("decideComplaint", "ANSWERED", outcome="UPHELD", text="Réparé encore")
    await by_agency("closeComplaint", "CLOSED", text="Fini")
    await by_complainant("rateAnswer", None, score=5)
    assert {letter.reference for letter in await letters(graph)} == {case.reference}


async def test_what_is_not_done_and_what_is_done_again_is_not_written(graph: Graph) -> None:
    case = Case(graph, (await filed(graph))["receipt"])
    await filed(graph)
    refused = await case.by(BOTH, "decideComplaint", outcome="UPHELD", text="Trop tôt")
    assert [each["code"] for each in refused["problems"]] == ["NOT_NOW"]
    await case.by(BOTH, "addMessage", text="Bonjour", idempotencyKey="k" * 24)
    await case.by(BOTH, "addMessage", text="Bonjour", idempotencyKey="k" * 24)
    assert await kinds(graph) == ["RECEIPT", "MESSAGE"]


async def test_finding_a_case_inadmissible_is_an_answer(graph: Graph) -> None:
    case = Case(graph, (await filed(graph))["receipt"])
    await case.by(BOTH, "assessComplaint", inadmissible="ANONYMOUS", text="Sans nom")
    assert await kinds(graph) == ["RECEIPT", "ANSWERED"]


@pytest.mark.parametrize("agency", [LIVE, MIRROR])
async def test_what_is_heard_from_another_system_is_written_too(
    graph: Graph, agency: SourceId
) -> None:
    given = {"agency": agency, "serviceCode": None, "attributes": []}
    receipt = (await filed(graph, **given))["receipt"]
    await deliver(graph)
    id_ = f"Complaint:{receipt['reference']}"
    desk = Desk(graph, agency, (await seen(graph, id_))["origin"]["sourceId"])
    await desk.say("Je rappelle", author=AuthorRole.COMPLAINANT)
    await follow(graph)
    assert await kinds(graph) == ["RECEIPT"]
    await desk.say("Nous cherchons")
    await follow(graph, after=timedelta(hours=1))
    assert await kinds(graph) == ["RECEIPT", "MESSAGE"]
    await desk.move(Status.ACKNOWLEDGED, Status.UNDER_ASSESSMENT, Status.IN_PROGRESS)
    await desk.say("Réparé")
    await desk.move(Status.ANSWERED)
    await follow(graph, after=timedelta(hours=2))
    assert await kinds(graph) == ["RECEIPT", "MESSAGE", "ANSWERED"]


async def test_of_the_clock_only_that_the_answer_is_late_and_the_closing_are_written(
    graph: Graph,
) -> None:
    case = Case(graph, (await filed(graph))["receipt"])
    await case.by(BOTH, "assessComplaint")
    store, gateway = graph.gateway.store, graph.gateway

    async def look(days: int) -> list[str]:
        """What was written after the clocks were looked at so many days from now."""
        watch = Watch(
            store.notices,
            store.ledger,
            lambda: gateway.now.configured.clock,
            lettering=gateway.correspondence.lettering,
            now=lambda: utc_now() + timedelta(days=days),
        )
        await watch.look()
        return await kinds(graph)

    for days in (46, 56):
        assert await look(days) == ["RECEIPT"]
    for days in (62, 63, 90):
        assert await look(days) == ["RECEIPT", "OVERDUE"]
    await case.by(BOTH, "decideComplaint", outcome="UPHELD", text="Enfin")
    for days in (100, 200):
        assert await look(days) == ["RECEIPT", "OVERDUE", "ANSWERED", "CLOSED"]


async def test_the_program_sends_them_in_the_language_that_was_said(
    graph: Graph, catcher: Catcher
) -> None:
    contact = FILED["contact"]
    assert isinstance(contact, dict)
    for number, (language, given) in enumerate(
        [("ar", {"language": "ar-MA"}), ("fr", {}), ("en", {"language": "en"})]
    ):
        key = f"{number} is a key of 22 signs"
        await filed(graph, contact=contact | given, idempotencyKey=key)
        async with looping(graph.gateway), asyncio.timeout(30):
            await catcher.has(number + 1)
        assert catcher.caught[-1].message["Content-Language"] == language
    # Nobody says in which language: the request does.
    nothing = await filed(graph, language=None, idempotencyKey="3 is a key of 22 signs")
    assert nothing["problems"] == []
    async with looping(graph.gateway), asyncio.timeout(30):
        await catcher.has(4)
    assert catcher.caught[-1].message["Content-Language"] == "en"


async def test_whoever_holds_a_letter_stops_them(graph: Graph) -> None:
    token = graph.gateway.correspondence.stops.token("amina@example.org")
    wrong = await graph.data(STOP, viewer=ANONYMOUS, input={"token": token[1:]})
    assert wrong["stopLetters"] == {
        "stopped": False,
        "problems": [{"code": "INVALID", "path": ["token"]}],
    }
    for _ in range(2):
        right = await graph.data(STOP, viewer=ANONYMOUS, input={"token": token})
        assert right["stopLetters"] == {"stopped": True, "problems": []}
    digest = graph.gateway.correspondence.stops.digest("Amina@Example.org")
    assert await graph.gateway.store.letters.stopped(digest)


async def test_a_gateway_that_sends_none_queues_none(tmp_path: Path, database_url: str) -> None:
    async with graph_in(tmp_path, database_url) as graph:
        case = Case(graph, (await filed(graph))["receipt"])
        await case.by(BOTH, "addMessage", text="Bonjour")
        assert await letters(graph) == []


async def test_which_letters_were_written_is_for_who_handles_the_case(graph: Graph) -> None:
    water = (await filed(graph))["receipt"]["reference"]
    other = {"agency": "interior", "serviceCode": None, "attributes": []}
    filed_there = await filed(graph, **other, idempotencyKey="another key of 22 signs")
    interior = filed_there["receipt"]["reference"]
    both = {water, interior}
    reached = {Reach.ALL: both, Reach.FILED: both, Reach.AGENCIES: {water}}
    for role in Role:
        viewer = Viewer(role, f"some {role}", frozenset({AgencyCode("water")}))
        seen = reached.get(QUESTIONS[LETTERS].by_role[role], set())
        for reference in (water, interior, draw_reference(), "1234"):
            told = (await graph.data(WRITTEN, viewer=viewer, reference=reference))["letters"]
            kinds_ = None if told is None else [each["kind"] for each in told]
            assert kinds_ == (["RECEIPT"] if reference in seen else None), (role, reference)


async def test_when_one_was_sent_is_told_and_to_whom_is_not(graph: Graph, catcher: Catcher) -> None:
    case = Case(graph, (await filed(graph))["receipt"])
    (before,) = (await graph.data(WRITTEN, viewer=BOTH, reference=case.reference))["letters"]
    assert (before["state"], before["sentAt"], before["attempts"]) == ("PENDING", None, 0)
    catcher.answers["RCPT"] = [b"550 no such user"]
    letters_ = graph.gateway.store.letters
    sending = graph.gateway.correspondence.sending(
        letters_, lambda: graph.gateway.registry.agencies
    )
    assert sending is not None
    await sending.turn()
    await case.by(BOTH, "addMessage", text="Bonjour")
    await sending.turn()
    dead, sent = (await graph.data(WRITTEN, viewer=BOTH, reference=case.reference))["letters"]
    assert (dead["state"], dead["sentAt"], dead["code"]) == ("DEAD", None, "ADDRESS_REFUSED")
    assert (sent["kind"], sent["state"], sent["code"]) == ("MESSAGE", "SENT", None)
    assert sent["sentAt"] >= sent["queuedAt"]


async def test_a_complaint_is_taken_also_where_no_more_receipts_are_written(graph: Graph) -> None:
    for number in range(12):
        payload = await filed(graph, idempotencyKey=f"{number:02} is a key of 22 signs")
        assert payload["problems"] == []
    assert await kinds(graph) == ["RECEIPT"] * 10
