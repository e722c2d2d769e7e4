"""What may be done is told with the case: in lists, by id and with the code, on each engine."""

from typing import Any
from uuid import uuid4

import pytest

from connectors.contract.acts import Act
from connectors.contract.records import STORE, SourceId
from resolvers.policy import ANONYMOUS
from tests.schema.following import OFFICER as AWAY
from tests.schema.graph import LIVE, MIRROR, Graph
from tests.schema.test_acts import OFFICER, STRANGER, Case
from tests.schema.test_deliveries import deliver
from tests.schema.test_filing import filed

NODE = "query ($id: ID!) { node(id: $id) { ... on Complaint { possibleActs status } } }"
LIST = """query { complaints(first: 50) {
  nodes { id possibleActs } sources { source status } } }"""
FOLLOWED = """query ($reference: String!, $code: String) {
  complaint(reference: $reference, trackingCode: $code) { possibleActs } }"""


async def by_id(graph: Graph, id_: str, viewer: Any) -> Any:
    node = (await graph.data(NODE, viewer=viewer, id=id_))["node"]
    return node and set(node["possibleActs"])


async def test_each_side_is_told_its_own(graph: Graph) -> None:
    case = Case(graph, (await filed(graph))["receipt"])
    id_ = f"Complaint:{case.reference}"
    asked: dict[str, Any] = {"reference": case.reference, "code": case.code}
    told = await graph.data(FOLLOWED, viewer=ANONYMOUS, **asked)
    assert told["complaint"]["possibleActs"] == ["ADD_MESSAGE", "WITHDRAW"]
    assert {"ACKNOWLEDGE", "ASSESS", "ADD_NOTE", "TRANSFER"} <= await by_id(graph, id_, OFFICER)
    assert await by_id(graph, id_, STRANGER) is None
    await case.officer("acknowledgeComplaint")
    acts = await by_id(graph, id_, OFFICER)
    assert "ACKNOWLEDGE" not in acts
    assert "ASSESS" in acts
    listed = (await graph.data(LIST, viewer=OFFICER))["complaints"]
    assert {each["id"]: set(each["possibleActs"]) for each in listed["nodes"]}[id_] == acts
    await case.complainant("withdrawComplaint")
    told = await graph.data(FOLLOWED, viewer=ANONYMOUS, **asked)
    assert told["complaint"]["possibleActs"] == []
    assert await by_id(graph, id_, OFFICER) == {"ADD_NOTE"}


@pytest.mark.parametrize("agency", [LIVE, MIRROR])
async def test_of_a_case_that_another_system_took_it_is_told_too(
    graph: Graph, agency: SourceId
) -> None:
    given = {"agency": agency, "serviceCode": None, "attributes": []}
    receipt = (await filed(graph, **given, idempotencyKey=uuid4().hex))["receipt"]
    await deliver(graph)
    acts = await by_id(graph, f"Complaint:{receipt['reference']}", AWAY)
    assert {"ACKNOWLEDGE", "ASSESS", "TRANSFER"} <= acts
    assert "DECIDE" not in acts


@pytest.mark.parametrize("place", [f"{STORE}:0", f"{LIVE}:1", f"{MIRROR}:2"])
async def test_a_case_never_filed_here_is_told_of_as_the_first_act_in_it_would_be(
    graph: Graph, place: str
) -> None:
    viewer = OFFICER if place.startswith(STORE) else AWAY
    id_ = f"Complaint:{place}"
    before = await by_id(graph, id_, viewer)
    assert "DECIDE" in before
    assert "ACKNOWLEDGE" not in before
    noted = await graph.data(
        "mutation ($input: AddNoteInput!) { addNote(input: $input) { problems { code } } }",
        viewer=viewer,
        input={"case": {"id": id_}, "idempotencyKey": uuid4().hex, "text": "Vu"},
    )
    assert noted["addNote"]["problems"] == []
    assert await by_id(graph, id_, viewer) == before


async def test_it_costs_one_statement_a_page_and_none_where_it_is_not_asked_for(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await filed(graph, idempotencyKey=uuid4().hex)
    ledger = graph.gateway.store.ledger
    asked: list[int] = []
    real = ledger.standings

    async def counted(references: Any) -> Any:
        asked.append(len(references))
        return await real(references)

    monkeypatch.setattr(ledger, "standings", counted)
    listed = (await graph.data(LIST, viewer=OFFICER))["complaints"]["nodes"]
    assert asked == [3]
    assert len(listed) > 3
    assert all(set(each["possibleActs"]) <= set(Act) for each in listed)
    await graph.data("{ complaints(first: 50) { nodes { id } } }", viewer=OFFICER)
    assert asked == [3]
