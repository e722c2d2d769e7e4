"""Officers see what their agency's system has not heard, and say when it has."""

from contextlib import aclosing
from typing import Any
from uuid import uuid4

import pytest

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Doing
from connectors.contract.connector import Move
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import AgencyCode, AuthorRole, utc_now
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.schema.graph import LIVE, Graph
from tests.schema.test_deliveries import OFFICER, deliver, seen
from tests.schema.test_filing import filed

ADMIN = Viewer(Role.ADMIN, "admin-1")
STRANGER = Viewer(Role.OFFICER, "officer-9", frozenset({AgencyCode("water")}))
LIST = """
query ($first: Int, $after: String, $states: [DeliveryState!], $agencies: [String!], $reference: String) {
  deliveries(first: $first, after: $after, states: $states, agencies: $agencies, reference: $reference) {
    nodes { id reference agencyCode agency { code } source act verb state attempts createdAt nextAt
            triedAt code }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
CONFIRM = """
mutation ($input: ConfirmDeliveryInput!) {
  confirmDelivery(input: $input) {
    delivery { id state attempts code } problems { code path message }
  }
}
"""


async def listed(graph: Graph, viewer: Viewer = OFFICER, **which: Any) -> Any:
    return (await graph.data(LIST, viewer=viewer, **which))["deliveries"]


async def confirmed(
    graph: Graph, delivery: str, viewer: Viewer = OFFICER, *, key: str = "k", **given: Any
) -> Any:
    input_ = {"delivery": delivery, "idempotencyKey": key} | given
    return (await graph.data(CONFIRM, viewer=viewer, input=input_))["confirmDelivery"]


def codes(payload: Any) -> list[tuple[str, list[str]]]:
    return [(each["code"], each["path"]) for each in payload["problems"]]


async def waiting(graph: Graph, agency: str = "city") -> str:
    """The reference of a filing that its agency's system has not heard of."""
    key = f"a key of twenty-two signs {uuid4()}"
    told = await filed(graph, agency=agency, serviceCode=None, attributes=[], idempotencyKey=key)
    receipt = told["receipt"]
    reference: str = receipt["reference"]
    return reference


async def by_hand(graph: Graph, agency: str = "city", source: Any = LIVE) -> tuple[str, str]:
    """A case that its system has, and a delivery in it that the system cannot take."""
    reference = await waiting(graph, agency)
    await deliver(graph)
    change = Change(
        at=utc_now(),
        author=AuthorRole.COMPLAINANT,
        events=(),
        outgoing=(Outgoing(source, Move(Status.WITHDRAWN), by_hand=True),),
    )
    doing = Doing(Act.ADD_MESSAGE, "somebody", reference)
    await graph.gateway.store.ledger.change(reference, doing, lambda _: change)
    (row,) = (await listed(graph, states=["BY_HAND"], reference=reference))["nodes"]
    return reference, row["id"]


async def test_what_waits_is_told_without_a_word_of_it(graph: Graph) -> None:
    reference = await waiting(graph)
    (row,) = (await listed(graph))["nodes"]
    assert row == row | {
        "reference": reference,
        "agencyCode": "city",
        "agency": {"code": "city"},
        "source": "city",
        "act": "FILE",
        "verb": "FILE",
        "state": "PENDING",
        "attempts": 0,
        "triedAt": None,
        "code": None,
    }
    await deliver(graph)
    assert (await listed(graph))["nodes"] == []
    (row,) = (await listed(graph, states=["DELIVERED"]))["nodes"]
    assert (row["state"], row["attempts"]) == ("DELIVERED", 1)


async def test_each_sees_those_of_their_agencies(graph: Graph) -> None:
    city, office = await waiting(graph), await waiting(graph, "office")
    both = [city, office]
    assert [each["reference"] for each in (await listed(graph))["nodes"]] == both
    assert [each["reference"] for each in (await listed(graph, ADMIN))["nodes"]] == both
    assert (await listed(graph, STRANGER))["nodes"] == []
    assert (await listed(graph, STRANGER, agencies=["city"]))["nodes"] == []
    (one,) = (await listed(graph, agencies=["office", "water"]))["nodes"]
    assert one["reference"] == office
    (one,) = (await listed(graph, reference=city.replace("-", " ")))["nodes"]
    assert one["reference"] == city
    assert (await listed(graph, reference="12"))["nodes"] == []
    for viewer in (ANONYMOUS, Viewer(Role.OFFICER, "of none"), Viewer(Role.ANALYST, "a")):
        assert (await graph.error(LIST, viewer=viewer)).startswith("FORBIDDEN: ")


async def test_pages_follow_each_other_for_the_same_question_only(graph: Graph) -> None:
    references = [await waiting(graph) for _ in range(5)]
    read: list[str] = []
    after = None
    while True:
        page = await listed(graph, first=2, after=after)
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        read += [each["reference"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert after == page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert read == references
    for viewer, which in ((ADMIN, {}), (OFFICER, {"states": ["DEAD"]}), (OFFICER, {"after": "x"})):
        asked = {"after": after} | which
        error = await graph.error(LIST, viewer=viewer, **asked)
        assert error.startswith("BAD_CURSOR: ")


async def test_an_officer_says_that_it_was_done_by_hand(graph: Graph) -> None:
    reference, id_ = await by_hand(graph)
    node = f"Complaint:{reference}"
    before = await seen(graph, node)
    assert before["origin"]["pendingActs"] == ["ADD_MESSAGE"]
    done = await confirmed(graph, id_)
    assert done == {
        "delivery": {"id": id_, "state": "DELIVERED", "attempts": 0, "code": None},
        "problems": [],
    }
    after = await seen(graph, node)
    assert after["origin"]["pendingActs"] == []
    assert after["version"] == before["version"] + 1
    assert await confirmed(graph, id_) == done
    assert (await seen(graph, node))["version"] == after["version"]
    assert codes(await confirmed(graph, id_, key="k2")) == [("NOT_AWAITED", ["delivery"])]
    store = graph.gateway.store
    async with aclosing(store.ledger.proofs()) as proofs:
        (proof,) = [each async for each in proofs if each.reference == reference]
    assert (proof.links, proof.flaws) == (3, ())
    last = await store._engine.fetch(
        "SELECT act, author, subject FROM history ORDER BY id DESC LIMIT 1"
    )
    assert [tuple(each) for each in last] == [("CONFIRM_DELIVERY", "AGENCY", "officer-1")]


async def test_only_who_handles_the_case_says_so(graph: Graph) -> None:
    reference, id_ = await by_hand(graph)
    unknown = [("NOT_FOUND", ["delivery"])]
    for viewer in (STRANGER, ADMIN, Viewer(Role.CITIZEN, "c")):
        assert codes(await confirmed(graph, id_, viewer)) == unknown
    for nothing in ("999", "x", "١", "9" * 40, ""):
        assert codes(await confirmed(graph, nothing)) == unknown
    assert codes(await confirmed(graph, id_, sourceId="c-1")) == [("INVALID", ["sourceId"])]
    assert (await listed(graph, reference=reference))["nodes"][0]["state"] == "BY_HAND"


@pytest.mark.parametrize("agency", ["city", "office"])
async def test_a_filing_that_is_there_needs_the_id_that_it_has_there(
    graph: Graph, agency: str
) -> None:
    other, _ = await by_hand(graph)
    taken = (await seen(graph, f"Complaint:{other}"))["origin"]["sourceId"]
    reference = await waiting(graph, agency)
    (row,) = (await listed(graph, reference=reference))["nodes"]
    id_ = row["id"]
    assert codes(await confirmed(graph, id_, sourceId="A 7")) == [("NOT_AWAITED", ["delivery"])]
    async with graph.gateway.store._engine.transaction() as transaction:
        await transaction.fetch("UPDATE outbox SET state = 'UNCERTAIN' WHERE state = 'PENDING'")
    assert codes(await confirmed(graph, id_)) == [("REQUIRED", ["sourceId"])]
    assert codes(await confirmed(graph, id_, sourceId=" ")) == [("REQUIRED", ["sourceId"])]
    assert codes(await confirmed(graph, id_, sourceId="7" * 201)) == [("TOO_LONG", ["sourceId"])]
    if agency == "city":
        refused = await confirmed(graph, id_, sourceId=taken)
        assert codes(refused) == [("PLACE_TAKEN", ["sourceId"])]
    (still,) = (await listed(graph, reference=reference))["nodes"]
    assert (still["state"], still["code"]) == ("UNCERTAIN", None)
    there = (await confirmed(graph, id_, sourceId="A 7"))["delivery"]
    assert there["state"] == "DELIVERED"
    held = await graph.gateway.store.ledger.find(reference)
    assert held is not None
    assert (held.source, held.source_id) == (agency, "A 7")
