"""Cases that other systems hold live the same life: filed here, delivered there, acted in here."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.contract.errors import SourceUnavailable
from connectors.contract.outbox import DeliveryState, Which
from connectors.contract.records import AgencyCode, utc_now
from resolvers.delivery import Delivery
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.schema.graph import LIVE, Graph
from tests.schema.test_acts import Case
from tests.schema.test_filing import filed

OFFICER = Viewer(Role.OFFICER, "officer-1", frozenset({AgencyCode("city"), AgencyCode("office")}))

SEEN = """
query ($id: ID!) {
  node(id: $id) { ... on Complaint {
    id reference status title description version dueAt receivedAt
    origin { source sourceId mode stale pendingActs }
    events { kind status } messages { author body }
  } }
}
"""
LISTED = """
query ($agency: String!) {
  complaints(first: 50, filter: { agencies: [$agency] }) {
    nodes { id reference title status origin { source mode pendingActs } } complete
    sources { source status rows }
  }
}
"""


def delivery(graph: Graph) -> Delivery:
    return Delivery(
        graph.gateway.store.outbox, lambda: graph.gateway.now.askers, graph.gateway.contents
    )


async def deliver(graph: Graph) -> None:
    """Everything that can be delivered now."""
    worker = delivery(graph)
    await worker.turn()
    await worker.idle()


async def seen(graph: Graph, id_: str) -> Any:
    return (await graph.data(SEEN, viewer=OFFICER, id=id_))["node"]


async def listed(graph: Graph, agency: str, reference: str) -> list[Any]:
    found = (await graph.data(LISTED, viewer=OFFICER, agency=agency))["complaints"]
    assert found["complete"]
    return [node for node in found["nodes"] if node["reference"] == reference]


@pytest.mark.parametrize(("agency", "mode"), [("city", "LIVE"), ("office", "MIRROR")])
async def test_a_filing_is_listed_here_until_its_agency_has_it(
    graph: Graph, agency: str, mode: str
) -> None:
    receipt = (await filed(graph, agency=agency, serviceCode=None, attributes=[]))["receipt"]
    reference = receipt["reference"]
    id_ = f"Complaint:{reference}"
    (waiting,) = await listed(graph, agency, reference)
    assert waiting["origin"] == {"source": "store", "mode": "PENDING", "pendingActs": ["FILE"]}
    before = await seen(graph, id_)
    assert before["origin"]["pendingActs"] == ["FILE"]

    await deliver(graph)
    (there,) = await listed(graph, agency, reference)
    assert there["origin"] == {"source": agency, "mode": mode, "pendingActs": []}
    after = await seen(graph, id_)
    assert (after["origin"]["source"], after["origin"]["mode"]) == (agency, mode)
    assert after["origin"]["sourceId"] != before["origin"]["sourceId"]
    changed = {"origin"}
    assert {k: v for k, v in after.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    old = f"Complaint:{agency}:{after['origin']['sourceId']}"
    assert (await seen(graph, old))["id"] == id_


async def test_what_is_done_waits_its_turn_behind_the_filing(graph: Graph) -> None:
    receipt = (await filed(graph, agency="city", serviceCode=None, attributes=[]))["receipt"]
    case = Case(graph, receipt)
    await case.complainant("addMessage", text="C'est urgent")
    id_ = f"Complaint:{receipt['reference']}"
    assert (await seen(graph, id_))["origin"]["pendingActs"] == ["FILE", "ADD_MESSAGE"]
    await deliver(graph)
    told = await seen(graph, id_)
    assert told["origin"]["pendingActs"] == []
    connector = graph.gateway.now.askers[LIVE]._connector
    kept = connector._cases[told["origin"]["sourceId"]]  # type: ignore[attr-defined]
    assert [each.body for each in kept.messages] == ["C'est urgent"]
    assert told["messages"] == [{"author": "COMPLAINANT", "body": "C'est urgent"}]


async def test_the_first_act_takes_a_foreign_case_into_the_ledger(graph: Graph) -> None:
    id_ = "Complaint:city:1"
    before = await seen(graph, id_)
    assert before["reference"] is None
    input_ = {"case": {"id": id_}, "text": "Nous attendons une pièce", "idempotencyKey": "k1"}
    document = (
        "mutation ($input: RequestInformationInput!) { requestInformation(input: $input)"
        " { complaint { id reference status version } problems { code } } }"
    )
    done = (await graph.data(document, viewer=OFFICER, input=input_))["requestInformation"]
    assert done["problems"] == []
    adopted = done["complaint"]
    assert adopted["status"] == "AWAITING_COMPLAINANT"
    assert adopted["reference"] is not None
    again = await seen(graph, id_)
    assert again["id"] == adopted["id"] == f"Complaint:{adopted['reference']}"
    assert again["title"] == before["title"]
    assert [each["body"] for each in again["messages"]] == [
        *(each["body"] for each in before["messages"]),
        "Nous attendons une pièce",
    ]
    await deliver(graph)
    connector = graph.gateway.now.askers[LIVE]._connector
    kept = connector._cases["1"]  # type: ignore[attr-defined]
    assert kept.status == "AWAITING_COMPLAINANT"
    assert kept.messages[-1].body == "Nous attendons une pièce"
    assert (await seen(graph, id_))["status"] == "AWAITING_COMPLAINANT"


async def test_a_system_that_is_down_keeps_nobody_from_filing(graph: Graph) -> None:
    asker = graph.gateway.now.askers[LIVE]
    connector: Any = asker._connector
    up = connector._before

    async def down(*_: Any) -> None:
        raise SourceUnavailable("down for the test")

    connector._before = down
    receipt = (await filed(graph, agency="city", serviceCode=None, attributes=[]))["receipt"]
    case = Case(graph, receipt)
    await deliver(graph)
    followed = await case.by(ANONYMOUS, "addMessage", code=case.code, text="Toujours rien")
    assert followed["problems"] == []
    (waiting,) = await graph.gateway.store.outbox.deliveries(
        Which(states=frozenset({DeliveryState.PENDING}), sources=frozenset({LIVE})), most=1
    )
    assert (waiting.verb, waiting.attempts, waiting.code) == ("FILE", 1, "SOURCE_UNAVAILABLE")
    connector._before = up
    later = Delivery(
        graph.gateway.store.outbox,
        lambda: graph.gateway.now.askers,
        graph.gateway.contents,
        now=lambda: utc_now() + timedelta(minutes=1),
    )
    await later.turn()
    await later.idle()
    assert not await graph.gateway.store.outbox.deliveries(Which(), most=1)
