"""A case is passed on between any two agencies, whatever holds their cases: one number, one history."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from connectors.contract.connector import Filing
from connectors.contract.errors import Rejected, SourceTimeout, SourceUnavailable
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import DeliveryState, Which
from connectors.contract.records import AgencyCode, SourceId, utc_now
from resolvers.policy import Role, Viewer
from resolvers.sync import Sync
from tests.schema.following import Desk, follow
from tests.schema.graph import LIVE, MIRROR, Graph
from tests.schema.test_acts import Case
from tests.schema.test_deliveries import deliver
from tests.schema.test_filing import filed

ALL = Viewer(
    Role.OFFICER,
    "officer-1",
    frozenset(AgencyCode(code) for code in ("water", "interior", "city", "office")),
)
OWN = "water"
WAYS = [
    (start, goal)
    for start in (OWN, "city", "office")
    for goal in ("interior", "city", "office")
    if start != goal
]
REASON = "Cela relève de la voirie"

SEEN = """
query ($id: ID!) { node(id: $id) { ... on Complaint {
  id reference agencyCode title description status dueAt receivedAt version
  origin { source sourceId mode stale pendingActs }
  participants { agencyCode part }
  events { kind status agencyCode } messages { id author body } } } }
"""
LISTED = """
query ($first: Int!, $after: String) { complaints(first: $first, after: $after) {
  nodes { id reference agencyCode origin { source } }
  pageInfo { hasNextPage endCursor } sources { source rows } complete } }
"""


async def begun(graph: Graph, agency: str) -> Case:
    """A case that is known to whoever holds the agency's cases."""
    given = {"agency": agency, "serviceCode": None, "attributes": []}
    receipt = (await filed(graph, **given, idempotencyKey=uuid4().hex))["receipt"]
    await deliver(graph)
    return Case(graph, receipt)


async def passed_on(case: Case, goal: str) -> Any:
    done = await case.by(ALL, "transferComplaint", agency=goal, text=REASON)
    assert done["problems"] == []
    return done["complaint"]


async def seen(case: Case, id_: str | None = None) -> Any:
    id_ = id_ or f"Complaint:{case.reference}"
    return (await case.graph.data(SEEN, viewer=ALL, id=id_))["node"]


async def listed(case: Case, first: int = 50) -> list[Any]:
    """All rows of the case in the whole list."""
    found: list[Any] = []
    after = None
    while True:
        asked = await case.graph.data(LISTED, viewer=ALL, first=first, after=after)
        page = asked["complaints"]
        assert page["complete"]
        told = sum(each["rows"] for each in page["sources"] if each["source"] != "store")
        assert told <= len(page["nodes"]) <= first
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    ids = [each["id"] for each in found]
    assert len(set(ids)) == len(ids)
    return [each for each in found if each["reference"] == case.reference]


@pytest.mark.parametrize(("start", "goal"), WAYS)
async def test_it_goes_on_under_its_number_and_both_are_told(
    graph: Graph, start: str, goal: str
) -> None:
    case = await begun(graph, start)
    await case.by(ALL, "addMessage", text="Nous regardons")
    await deliver(graph)
    before = await seen(case)
    await passed_on(case, goal)
    meanwhile = await seen(case)
    assert [each["agencyCode"] for each in await listed(case)] == [goal]
    await deliver(graph)
    after = await seen(case)
    kept = ("id", "reference", "title", "description", "dueAt", "receivedAt")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert (after["agencyCode"], after["status"]) == (goal, "UNDER_ASSESSMENT")
    assert after["participants"] == [{"agencyCode": start, "part": "FORMER"}]
    assert after["events"] == meanwhile["events"]
    assert after["events"][: len(before["events"])] == before["events"]
    assert [each["body"] for each in after["messages"]] == ["Nous regardons", REASON]
    assert after["origin"]["pendingActs"] == []
    holder = "store" if goal == "interior" else goal
    assert after["origin"]["source"] == holder
    (row,) = await listed(case)
    assert (row["agencyCode"], row["origin"]["source"]) == (goal, holder)
    # One by one no page leads astray either.
    assert await listed(case, first=3) == [row]
    for place in (before["origin"], meanwhile["origin"], after["origin"]):
        assert await seen(case, f"Complaint:{place['source']}:{place['sourceId']}") == after
    if start != OWN:
        left = Desk(graph, SourceId(start), before["origin"]["sourceId"]).case
        assert left.status is Status.CLOSED
        assert [each.body for each in left.messages] == ["Nous regardons", REASON]
    if goal != "interior":
        there = Desk(graph, SourceId(goal), after["origin"]["sourceId"]).case
        assert (there.title, there.description) == (before["title"], before["description"])
        assert [each.body for each in there.messages] == [REASON]


async def test_what_the_former_agencys_service_asked_is_not_told_on(graph: Graph) -> None:
    receipt = (await filed(graph))["receipt"]
    case = Case(graph, receipt)
    await passed_on(case, "city")
    now = utc_now()
    begun_now = await graph.gateway.store.outbox.begin(
        LIVE, now=now, until=now + timedelta(minutes=1), most=1
    )
    (filing,) = (each.what for each in begun_now)
    assert isinstance(filing, Filing)
    assert (filing.reference, filing.attributes) == (case.reference, {})


@pytest.mark.parametrize("goal", ["interior", "office"])
async def test_the_agency_left_sees_what_there_was_and_no_more(graph: Graph, goal: str) -> None:
    case = await begun(graph, "city")
    old = (await seen(case))["origin"]["sourceId"]
    await case.by(ALL, "addNote", text="Vu par la ville")
    await passed_on(case, goal)
    await deliver(graph)
    city = Viewer(Role.OFFICER, "officer of city", frozenset({AgencyCode("city")}))
    asked = [f"Complaint:{case.reference}", f"Complaint:city:{old}"]
    before = [(await graph.data(SEEN, viewer=city, id=each))["node"] for each in asked]
    assert [each["body"] for each in before[0]["messages"]] == ["Vu par la ville", REASON]
    assert before[0] == before[1]
    await case.by(ALL, "addNote", text="Entre nous")
    await case.complainant("addMessage", text="Seulement pour vous")
    await deliver(graph)
    for each in asked:
        now = (await graph.data(SEEN, viewer=city, id=each))["node"]
        assert now["messages"] == before[0]["messages"]
        assert now["events"] == before[0]["events"]
    refused = await case.by(city, "addNote", text="Encore nous")
    assert [each["code"] for each in refused["problems"]] == ["NOT_FOUND"]


async def test_the_complainant_and_the_new_agency_go_on_with_it(graph: Graph) -> None:
    case = await begun(graph, "city")
    old = (await seen(case))["origin"]
    await passed_on(case, "office")
    await case.complainant("addMessage", text="Toujours en panne")
    await deliver(graph)
    there = Desk(graph, MIRROR, (await seen(case))["origin"]["sourceId"])
    assert [each.body for each in there.case.messages] == [REASON, "Toujours en panne"]
    await there.move(Status.IN_PROGRESS)
    await there.say("Réparé")
    await there.move(Status.ANSWERED)
    await follow(graph)
    answered = await seen(case)
    assert answered["status"] == "ANSWERED"
    # By the id of then it is no other case.
    which = {"id": f"Complaint:city:{old['sourceId']}"}
    done = await case.by(ALL, "closeComplaint", case=which)
    assert done["problems"] == []
    assert (await seen(case))["version"] == answered["version"] + 1
    assert not [flaw async for proof in graph.gateway.store.ledger.proofs() for flaw in proof.flaws]


async def test_what_the_left_system_says_later_is_nobodys(graph: Graph) -> None:
    case = await begun(graph, "city")
    left = Desk(graph, LIVE, (await seen(case))["origin"]["sourceId"])
    await passed_on(case, "interior")
    await deliver(graph)
    before = await seen(case)
    await left.say("Trop tard")
    await left.move(Status.REOPENED)
    await follow(graph)
    assert await seen(case) == before


async def test_a_case_that_comes_back_goes_on_where_it_was(graph: Graph) -> None:
    case = await begun(graph, "city")
    first = (await seen(case))["origin"]
    desk = Desk(graph, LIVE, first["sourceId"])
    await desk.say("Vu")
    await follow(graph)
    await passed_on(case, "office")
    await deliver(graph)
    second = (await seen(case))["origin"]
    assert desk.case.status is Status.CLOSED
    await passed_on(case, "city")
    await deliver(graph)
    back = await seen(case)
    assert back["origin"]["sourceId"] == first["sourceId"]
    assert back["status"] == desk.case.status == "UNDER_ASSESSMENT"
    await follow(graph)
    assert (await seen(case))["messages"] == back["messages"]
    assert [each["body"] for each in back["messages"]] == ["Vu", REASON, REASON]
    assert len(await listed(case)) == 1
    await desk.move(Status.IN_PROGRESS)
    await follow(graph)
    assert (await seen(case))["status"] == "IN_PROGRESS"
    assert (await seen(case, f"Complaint:office:{second['sourceId']}"))["id"] == back["id"]


async def test_a_pass_over_the_left_system_lists_it_no_more(graph: Graph) -> None:
    case = await begun(graph, "office")
    left = Desk(graph, MIRROR, (await seen(case))["origin"]["sourceId"])
    await passed_on(case, "interior")
    await deliver(graph)
    await left.say("Classé")
    await _mirrored(graph)
    assert [each["agencyCode"] for each in await listed(case)] == ["interior"]
    await passed_on(case, "office")
    await deliver(graph)
    await _mirrored(graph)
    assert [each["origin"]["source"] for each in await listed(case)] == ["office"]


async def test_messages_of_two_systems_with_one_name_are_two(graph: Graph) -> None:
    case = await begun(graph, "city")
    here = Desk(graph, LIVE, (await seen(case))["origin"]["sourceId"])
    await here.say("Vu")
    await here.say("D'ici")
    await follow(graph)
    await passed_on(case, "office")
    await deliver(graph)
    there = Desk(graph, MIRROR, (await seen(case))["origin"]["sourceId"])
    await there.say("De là")
    name = there.case.messages[-1].id
    assert name == here.case.messages[1].id
    await follow(graph)
    told = {each["body"]: each["id"] for each in (await seen(case))["messages"]}
    assert (told["D'ici"], told["De là"]) == (name, f"office:{name}")


async def test_what_nobody_there_knows_of_is_not_told_there(graph: Graph) -> None:
    connector: Any = graph.gateway.now.askers[LIVE]._connector
    up, connector._before = connector._before, _failing(Rejected("no such street"))
    case = await begun(graph, "city")
    await case.complainant("addMessage", text="C'est urgent")
    connector._before = up
    (dead,) = await _waiting(graph, DeliveryState.DEAD)
    assert dead.reference == case.reference
    cases = len(connector._cases)
    await passed_on(case, "office")
    await deliver(graph)
    assert len(connector._cases) == cases
    after = await seen(case)
    assert (after["origin"]["source"], after["origin"]["pendingActs"]) == ("office", [])
    assert await _waiting(graph, *DeliveryState) == []


async def test_a_case_that_may_be_there_already_has_to_wait(graph: Graph) -> None:
    connector: Any = graph.gateway.now.askers[LIVE]._connector
    up, connector._before = connector._before, _failing(SourceTimeout("late"))
    case = await begun(graph, "city")
    connector._before = up
    refused = await case.by(ALL, "transferComplaint", agency="interior", text=REASON)
    assert [each["code"] for each in refused["problems"]] == ["ON_ITS_WAY"]
    assert (await seen(case))["origin"]["mode"] == "PENDING"


async def test_a_case_that_a_system_away_has_not_seen_goes_on_at_once(graph: Graph) -> None:
    connector: Any = graph.gateway.now.askers[LIVE]._connector
    connector._before = _failing(SourceUnavailable("away", sent=False))
    case = await begun(graph, "city")
    await passed_on(case, "interior")
    after = await seen(case)
    assert after["origin"] == {
        "source": "store",
        "sourceId": after["origin"]["sourceId"],
        "mode": "OWN",
        "stale": False,
        "pendingActs": [],
    }


async def test_what_is_left_to_do_there_is_for_officers_of_the_agency_left(graph: Graph) -> None:
    case = await begun(graph, "city")
    asker = graph.gateway.now.askers[LIVE]
    mute = replace(asker.source, capabilities=replace(asker.source.capabilities, moves=frozenset()))
    object.__setattr__(
        graph.gateway.now.registry, "sources", {**graph.gateway.now.registry.sources, LIVE: mute}
    )
    await passed_on(case, "interior")
    await deliver(graph)
    asked = "{ deliveries(states: [BY_HAND]) { nodes { id verb reference } } }"
    city, interior = (
        Viewer(Role.OFFICER, f"officer of {code}", frozenset({AgencyCode(code)}))
        for code in ("city", "interior")
    )
    assert (await graph.data(asked, viewer=interior))["deliveries"]["nodes"] == []
    (left,) = (await graph.data(asked, viewer=city))["deliveries"]["nodes"]
    assert (left["verb"], left["reference"]) == ("MOVE", case.reference)
    confirm = """mutation ($input: ConfirmDeliveryInput!) { confirmDelivery(input: $input) {
      delivery { state } problems { code } } }"""
    for viewer, problems in ((interior, ["NOT_FOUND"]), (city, [])):
        input_ = {"delivery": left["id"], "idempotencyKey": uuid4().hex}
        done = (await graph.data(confirm, viewer=viewer, input=input_))["confirmDelivery"]
        assert [each["code"] for each in done["problems"]] == problems
    assert done["delivery"]["state"] == "DELIVERED"


@pytest.mark.parametrize("agency", ["city", "office"])
async def test_who_has_to_do_with_it_can_change_whoever_holds_it(graph: Graph, agency: str) -> None:
    first, case = await begun(graph, agency), await begun(graph, agency)
    case.count = 100
    for act, given in (
        ("assignComplaint", {"assignee": "Mme Tazi"}),
        ("addCoAgency", {"agency": "interior", "text": "Avec vous"}),
        ("linkDuplicate", {"original": first.reference, "text": "La même fuite"}),
    ):
        assert (await case.by(ALL, act, **given))["problems"] == []
    await deliver(graph)
    told = await seen(case)
    assert told["status"] == "DUPLICATE"
    assert told["participants"] == [{"agencyCode": "interior", "part": "CO_AGENCY"}]
    there = Desk(graph, SourceId(agency), told["origin"]["sourceId"]).case
    assert there.status is Status.DUPLICATE
    assert [each.body for each in there.messages] == ["Avec vous"]


async def _mirrored(graph: Graph) -> None:
    await Sync(graph.gateway.store.mirror).run(graph.gateway.now.askers[MIRROR])


async def _waiting(graph: Graph, *states: DeliveryState) -> list[Any]:
    asked = Which(states=frozenset(states) - {DeliveryState.DELIVERED})
    return list(await graph.gateway.store.outbox.deliveries(asked, most=50))


def _failing(error: Exception) -> Any:
    async def fails(*_: Any) -> None:
        raise error

    return fails
