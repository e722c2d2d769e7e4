"""A complaint is the complainant's, whoever enters it, and who entered it is in the history."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.records import AgencyCode, Channel
from resolvers.policy import ANONYMOUS, Role, Viewer, may_say
from resolvers.policy.table import ACTS, Act, Reach
from tests.schema.graph import Graph, graph_in

FILE = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference trackingCode complaint { channel } } problems { code path } } }"""
SAY = """mutation ($input: AddMessageInput!) { addMessage(input: $input) {
  complaint { messages { author body } } problems { code } } }"""
KEY = "a key of twenty-two signs"
CLERK = Viewer(Role.OFFICER, "the clerk", frozenset({AgencyCode("water")}))
AGENT = Viewer(Role.CALL_CENTRE, "the agent")
CITIZEN = Viewer(Role.CITIZEN, "the citizen")
GUARDIAN = {"name": "Yasmine, 9 ans", "mandate": "LEGAL_REPRESENTATIVE"}


@pytest.fixture
async def graph(tmp_path: Path, database_url: str) -> AsyncIterator[Graph]:
    async with graph_in(tmp_path, database_url) as running:
        yield running


async def filed(graph: Graph, viewer: Viewer, **given: Any) -> Any:
    wanted = {"agency": "water", "description": "Fuite", "idempotencyKey": KEY} | given
    return (await graph.data(FILE, viewer=viewer, input=wanted))["fileComplaint"]


async def said(graph: Graph, viewer: Viewer, **case: str) -> Any:
    given = {"case": case, "text": "Toujours rien", "idempotencyKey": f"{KEY} {viewer.subject}"}
    return (await graph.data(SAY, viewer=viewer, input=given))["addMessage"]


@pytest.mark.parametrize("role", Role)
async def test_only_who_receives_complaints_a_way_may_say_that_one_came_by_it(
    graph: Graph, role: Role
) -> None:
    if ACTS[Act.FILE].by_role[role] is Reach.NONE:
        return
    serves = frozenset({AgencyCode("water")}) if role.serves_agencies else frozenset()
    viewer = Viewer(role, f"some {role.word}", serves)
    for channel in Channel:
        told = await filed(graph, viewer, channel=channel.name, idempotencyKey=f"{KEY} {channel}")
        if may_say(viewer, channel):
            assert told["receipt"]["complaint"] == {"channel": channel.name}
        else:
            assert told["receipt"] is None
            assert told["problems"] == [{"code": "CHANNEL_NOT_ALLOWED", "path": ["channel"]}]


def test_people_cannot_say_that_somebody_else_entered_their_complaint() -> None:
    entered = {Channel.CALL_CENTRE, Channel.COUNTER, Channel.POST}
    for viewer in (ANONYMOUS, CITIZEN):
        assert not [channel for channel in entered if may_say(viewer, channel)]


async def test_whoever_enters_a_complaint_does_not_become_its_complainant(graph: Graph) -> None:
    receipt = (await filed(graph, CLERK, channel="COUNTER"))["receipt"]
    told = await said(graph, CLERK, reference=receipt["reference"])
    assert [each["author"] for each in told["complaint"]["messages"]] == ["AGENCY"]
    given = {"reference": receipt["reference"], "trackingCode": receipt["trackingCode"]}
    told = await said(graph, ANONYMOUS, **given)
    assert [each["author"] for each in told["complaint"]["messages"]] == ["AGENCY", "COMPLAINANT"]


async def test_what_one_files_on_the_web_is_ones_own(graph: Graph) -> None:
    receipt = (await filed(graph, CITIZEN))["receipt"]
    told = await said(graph, CITIZEN, reference=receipt["reference"])
    assert told["problems"] == []


async def test_a_citizen_does_not_act_in_what_was_entered_for_somebody(graph: Graph) -> None:
    receipt = (await filed(graph, AGENT, channel="CALL_CENTRE"))["receipt"]
    for viewer in (AGENT, CITIZEN, Viewer(Role.CITIZEN, "")):
        told = await said(graph, viewer, reference=receipt["reference"])
        assert told["problems"] == [{"code": "NOT_FOUND"}]


async def test_the_history_tells_who_entered_it_and_the_name_of_whom_it_is_for_stays_apart(
    graph: Graph, database_url: str
) -> None:
    await filed(graph, CLERK, channel="POST", onBehalfOf=GUARDIAN)
    engine = graph.gateway.store._engine
    [told] = await engine.fetch("SELECT h.subject, h.author, l.subject FROM history h, ledger l")
    assert tuple(told) == ("the clerk", "COMPLAINANT", "")
    [kept] = await engine.fetch("SELECT on_behalf_of, mandate, person_type FROM complainant")
    assert tuple(kept) == ("Yasmine, 9 ans", "LEGAL_REPRESENTATIVE", "NATURAL")
    [[body]] = await engine.fetch("SELECT body FROM history_body")
    assert "LEGAL_REPRESENTATIVE" in body
    assert "Yasmine" not in body


async def test_the_keys_of_two_who_enter_complaints_are_two(graph: Graph) -> None:
    other = Viewer(Role.OFFICER, "another clerk", CLERK.agencies)
    first, again, theirs = [
        (await filed(graph, viewer, channel="COUNTER"))["receipt"]["reference"]
        for viewer in (CLERK, CLERK, other)
    ]
    assert first == again != theirs


async def test_nobody_is_complained_for_without_a_name(graph: Graph) -> None:
    told = await filed(graph, CITIZEN, onBehalfOf=GUARDIAN | {"name": "  "})
    assert told["problems"] == [{"code": "REQUIRED", "path": ["onBehalfOf", "name"]}]
