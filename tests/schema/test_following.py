"""What agencies do in their own systems is heard, and becomes part of the case's one life."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from connectors.contract.errors import SourceUnavailable
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import DeliveryState, Stopped, Which
from connectors.contract.records import AuthorRole, SourceId, Visibility, utc_now
from resolvers.sync import Sync
from tests.schema.following import OFFICER, SOON, Desk, follow, followup, seen
from tests.schema.graph import LIVE, MIRROR, Graph
from tests.schema.test_acts import Case
from tests.schema.test_deliveries import deliver
from tests.schema.test_filing import filed

S = Status


async def delivered(graph: Graph, agency: SourceId = LIVE) -> tuple[Case, str, Desk]:
    """A case that its agency's system has taken, by the complainant's receipt, its id and the desk."""
    given = {"agency": agency, "serviceCode": None, "attributes": []}
    receipt = (await filed(graph, **given, idempotencyKey=uuid4().hex))["receipt"]
    await deliver(graph)
    id_ = f"Complaint:{receipt['reference']}"
    source_id = (await seen(graph, id_))["origin"]["sourceId"]
    return Case(graph, receipt), id_, Desk(graph, agency, source_id)


def steps(case: Any) -> list[str]:
    return [each["status"] for each in case["events"] if each["status"] is not None]


async def whole(graph: Graph) -> bool:
    """Whether the histories of all cases prove what they tell."""
    return not [flaw async for proof in graph.gateway.store.ledger.proofs() for flaw in proof.flaws]


@pytest.mark.parametrize("agency", [LIVE, MIRROR])
async def test_an_answer_given_there_is_the_answer_here(graph: Graph, agency: SourceId) -> None:
    _, id_, desk = await delivered(graph, agency)
    before = await seen(graph, id_)
    await desk.move(S.ACKNOWLEDGED, S.UNDER_ASSESSMENT, S.IN_PROGRESS)
    await desk.say("Pour le service: voir avec Ahmed", visibility=Visibility.INTERNAL)
    await desk.say("Réparé le 3 mars, pièce remplacée")
    await desk.move(S.ANSWERED)
    await desk.say("Bonne journée")
    await follow(graph)
    case = await seen(graph, id_)
    assert case["status"] == "ANSWERED"
    assert case["version"] == before["version"] + 1
    assert steps(case) == [
        *("SUBMITTED", "ACKNOWLEDGED", "UNDER_ASSESSMENT", "IN_PROGRESS", "ANSWERED"),
    ]
    (decision,) = case["decisions"]
    assert (decision["outcome"], decision["reasons"]) == (
        "INFORMATION_GIVEN",
        "Réparé le 3 mars, pièce remplacée",
    )
    assert not decision["answeredWithoutReasons"]
    answered = next(each for each in desk.case.events if each.status is S.ANSWERED)
    assert datetime.fromisoformat(decision["sourceAt"]) == answered.at
    assert decision["notifiedAt"] == decision["at"] > decision["sourceAt"]
    assert [(each["body"], each["visibility"]) for each in case["messages"]] == [
        ("Pour le service: voir avec Ahmed", "INTERNAL"),
        ("Réparé le 3 mars, pièce remplacée", "PUBLIC"),
        ("Bonne journée", "PUBLIC"),
    ]
    # What is internal leaves no event.
    assert [each["kind"] for each in case["events"]].count("MESSAGE_ADDED") == 2
    assert await whole(graph)


async def test_what_was_heard_is_not_heard_again(graph: Graph) -> None:
    _, id_, desk = await delivered(graph)
    await desk.say("On y va")
    await desk.move(S.IN_PROGRESS)
    await follow(graph)
    once = await seen(graph, id_)
    await follow(graph, after=timedelta(minutes=10))
    assert await seen(graph, id_) == once | {"origin": once["origin"]}


async def test_a_closing_without_a_word_is_flagged(graph: Graph) -> None:
    _, id_, desk = await delivered(graph)
    await desk.move(S.CLOSED)
    await follow(graph)
    case = await seen(graph, id_)
    assert (case["status"], steps(case)) == ("CLOSED", ["SUBMITTED", "CLOSED"])
    (decision,) = case["decisions"]
    assert (decision["reasons"], decision["answeredWithoutReasons"]) == ("", True)


async def test_a_reopening_there_begins_a_new_cycle_that_is_answered_anew(graph: Graph) -> None:
    _, id_, desk = await delivered(graph)
    await desk.say("Voilà")
    await desk.move(S.ANSWERED)
    await follow(graph)
    first = await seen(graph, id_)
    await desk.move(S.IN_PROGRESS)
    await follow(graph, after=timedelta(days=2))
    again = await seen(graph, id_)
    assert steps(again)[-2:] == ["REOPENED", "IN_PROGRESS"]
    assert again["status"] == "IN_PROGRESS"
    assert again["dueAt"] > first["dueAt"]
    await desk.move(S.ANSWERED)
    await follow(graph, after=timedelta(days=3))
    last = await seen(graph, id_)
    assert [each["reasons"] for each in last["decisions"]] == ["Voilà", ""]
    assert last["decisions"][-1]["answeredWithoutReasons"]
    assert await whole(graph)


async def test_what_was_said_here_does_not_come_back_as_the_agencys(graph: Graph) -> None:
    case, id_, desk = await delivered(graph)
    await case.complainant("addMessage", text="Toujours rien")
    await deliver(graph)
    await desk.say("Toujours rien", author=AuthorRole.AGENCY)
    await follow(graph)
    told = [(each["author"], each["body"]) for each in (await seen(graph, id_))["messages"]]
    # Of two alike one is ours.
    assert told == [("COMPLAINANT", "Toujours rien"), ("AGENCY", "Toujours rien")]


async def test_the_words_with_which_a_state_was_told_do_not_come_back_either(graph: Graph) -> None:
    case, id_, desk = await delivered(graph)
    await desk.say("Voilà")
    await desk.move(S.ANSWERED)
    await follow(graph)
    await case.complainant("reopenComplaint", text="Elle coule encore")
    await case.by(OFFICER, "acknowledgeComplaint")
    await deliver(graph)
    # As some systems tell the reason of a move.
    await desk.say("Elle coule encore")
    await follow(graph, after=timedelta(days=2))
    told = await seen(graph, id_)
    assert [each["body"] for each in told["messages"]] == ["Voilà"]
    assert told["status"] == "IN_PROGRESS"


async def test_what_was_done_here_comes_first_while_it_is_on_its_way(graph: Graph) -> None:
    case, id_, desk = await delivered(graph)
    await desk.move(S.IN_PROGRESS)
    await follow(graph)
    withdrawn = await case.complainant("withdrawComplaint")
    assert withdrawn["status"] == "WITHDRAWN"
    await desk.move(S.AWAITING_THIRD_PARTY)
    await follow(graph, after=timedelta(minutes=6))
    assert (await seen(graph, id_))["status"] == "WITHDRAWN"
    await deliver(graph)
    await follow(graph, after=timedelta(minutes=12))
    assert (await seen(graph, id_))["status"] == "WITHDRAWN"
    assert desk.case.status is S.WITHDRAWN
    # It took that, and thinks again: what it says counts, whatever the table of states says.
    await desk.move(S.IN_PROGRESS)
    await follow(graph, after=timedelta(days=2))
    case_now = await seen(graph, id_)
    assert (case_now["status"], steps(case_now)[-1]) == ("IN_PROGRESS", "IN_PROGRESS")


async def test_a_doubtful_message_that_shows_there_is_settled(graph: Graph) -> None:
    case, id_, desk = await delivered(graph)
    outbox = graph.gateway.store.outbox
    await case.complainant("addMessage", text="Merci de répondre")
    now = utc_now()
    (due,) = await outbox.begin(LIVE, now=now, until=now + SOON, most=9)
    await follow(graph)
    # Nothing shows there yet.
    await outbox.settle(due, Stopped(DeliveryState.UNCERTAIN, "BROKEN_OFF", now))
    await follow(graph)
    (row,) = await outbox.deliveries(Which(), most=9)
    assert row.state is DeliveryState.UNCERTAIN
    await desk.say("Merci de répondre")
    await follow(graph, after=timedelta(minutes=6))
    assert await outbox.deliveries(Which(), most=9) == []
    told = await seen(graph, id_)
    assert [each["body"] for each in told["messages"]] == ["Merci de répondre"]
    assert told["origin"]["pendingActs"] == []


async def test_a_source_that_is_silent_keeps_no_other_from_being_heard(graph: Graph) -> None:
    _, silent_id, silent = await delivered(graph, LIVE)
    _, id_, desk = await delivered(graph, MIRROR)
    answers = asyncio.Event()

    async def hang(*_: object) -> None:
        await answers.wait()
        raise SourceUnavailable("for the test")

    silent.connector._before = hang
    await desk.move(S.IN_PROGRESS)
    worker = followup(graph)
    await worker.turn()
    async with asyncio.timeout(30):
        await worker._working[MIRROR]
    assert (await seen(graph, id_))["status"] == "IN_PROGRESS"
    answers.set()
    await worker.idle()
    silent.connector._before = None
    await silent.move(S.IN_PROGRESS)
    assert (await seen(graph, silent_id))["events"] is not None
    await follow(graph, after=timedelta(minutes=3))
    assert steps(await seen(graph, silent_id)) == ["SUBMITTED", "IN_PROGRESS"]


async def test_two_workers_ask_for_each_case_once(graph: Graph) -> None:
    desks = [(await delivered(graph))[2] for _ in range(6)]
    asked: list[str] = []

    async def note(verb: str, what: Any) -> None:
        if verb == "get":
            asked.extend(what)

    desks[0].connector._before = note
    workers = [followup(graph), followup(graph)]
    await asyncio.gather(*(worker.turn() for worker in workers))
    await asyncio.gather(*(worker.idle() for worker in workers))
    assert sorted(asked) == sorted(desk.source_id for desk in desks)


async def test_a_worker_that_died_leaves_its_cases_to_the_next(graph: Graph) -> None:
    _, id_, desk = await delivered(graph)
    await desk.move(S.IN_PROGRESS)
    began = asyncio.Event()

    async def never(*_: object) -> None:
        began.set()
        await asyncio.Event().wait()

    desk.connector._before = never
    worker = followup(graph)
    await worker.turn()
    await began.wait()
    await worker.aclose(grace_seconds=0)
    desk.connector._before = None
    await follow(graph)
    assert steps(await seen(graph, id_)) == ["SUBMITTED"]
    await follow(graph, after=SOON + timedelta(minutes=3))
    assert steps(await seen(graph, id_)) == ["SUBMITTED", "IN_PROGRESS"]


async def test_whoever_watches_is_told(graph: Graph) -> None:
    _, id_, desk = await delivered(graph)
    feed = graph.gateway.store.feed
    mark = await feed.now()
    await desk.move(S.IN_PROGRESS)
    await follow(graph)
    changes = await feed.since(mark, None, most=10)
    assert id_.removeprefix("Complaint:") in {each.case for each in changes.cases}


async def test_a_closed_case_is_asked_for_for_half_a_year(graph: Graph) -> None:
    _, id_, desk = await delivered(graph)
    await desk.say("Fait")
    await desk.move(S.CLOSED)
    await follow(graph)
    waiting = graph.gateway.store.following.waiting
    now = datetime.fromisoformat((await seen(graph, id_))["closedAt"])
    assert await waiting(now + timedelta(hours=23)) == []
    assert await waiting(now + timedelta(hours=25)) == [LIVE]
    await follow(graph, after=timedelta(days=181))
    assert await waiting(now + timedelta(days=2000)) == []


async def test_a_mirrored_case_is_due_as_soon_as_its_row_changed(graph: Graph) -> None:
    _, id_, desk = await delivered(graph, MIRROR)
    await follow(graph)
    store = graph.gateway.store
    heard_at = datetime.fromisoformat((await seen(graph, id_))["events"][0]["at"])
    assert await store.following.waiting(heard_at) == []
    await desk.move(S.IN_PROGRESS)
    await Sync(store.mirror).run(graph.gateway.now.askers[MIRROR])
    await follow(graph, after=timedelta(seconds=1))
    assert steps(await seen(graph, id_)) == ["SUBMITTED", "IN_PROGRESS"]
