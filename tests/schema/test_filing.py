"""Filing a complaint, and following it with what the receipt says."""

from typing import Any

from resolvers.policy import ANONYMOUS
from tests.schema.graph import Graph

FILE = """
mutation ($input: FileComplaintInput!) {
  fileComplaint(input: $input) {
    receipt {
      reference trackingCode receivedAt dueAt
      complaint { id status reference title agency { code } origin { mode } service { code } }
    }
    problems { code message path }
  }
}
"""
FOLLOW = """
query ($reference: String!, $code: String!) {
  complaint(reference: $reference, trackingCode: $code) {
    reference status title description overdue events { kind status } messages { body }
    attachments { id } decisions { id }
  }
}
"""
KEY = "c2ZkZ2hqa2xtbm9wcXJzdHV2"
FILED = {
    "agency": "water",
    "description": "Fuite rue 12 depuis trois jours",
    "title": "تسرب الماء",
    "serviceCode": "leak",
    "language": "fr",
    "location": {"address": "12, rue du Puits", "latitude": 34.02, "longitude": -6.84},
    "contact": {"name": "Amina", "phone": "+212612345678", "email": "amina@example.org"},
    "attributes": [{"code": "since", "values": ["3"]}],
    "idempotencyKey": KEY,
}


async def filed(graph: Graph, **changes: Any) -> Any:
    data = await graph.data(FILE, viewer=ANONYMOUS, input=FILED | changes)
    return data["fileComplaint"]


async def test_a_filing_gets_a_receipt_with_which_it_can_be_followed(graph: Graph) -> None:
    payload = await filed(graph)
    receipt = payload["receipt"]
    assert payload["problems"] == []
    assert receipt["complaint"] == {
        "id": f"Complaint:{receipt['reference']}",
        "status": "SUBMITTED",
        "reference": receipt["reference"],
        "title": "تسرب الماء",
        "agency": {"code": "water"},
        "origin": {"mode": "OWN"},
        "service": {"code": "leak"},
    }
    assert receipt["receivedAt"] < receipt["dueAt"]
    typed = receipt["reference"].translate(str.maketrans("0123456789-", "٠١٢٣٤٥٦٧٨٩ "))
    followed = await graph.data(
        FOLLOW, viewer=ANONYMOUS, reference=typed, code=receipt["trackingCode"].replace("-", "")
    )
    assert followed["complaint"] == {
        "reference": receipt["reference"],
        "status": "SUBMITTED",
        "title": "تسرب الماء",
        "description": "Fuite rue 12 depuis trois jours",
        "overdue": False,
        "events": [{"kind": "FILED", "status": "SUBMITTED"}],
        "messages": [],
        "attachments": [],
        "decisions": [],
    }


async def test_a_filed_case_is_listed_and_found_by_its_id(graph: Graph) -> None:
    receipt = (await filed(graph))["receipt"]
    asked = """query ($id: ID!) {
      complaints(first: 1, filter: {agencies: ["water"]}) { nodes { id } }
      node(id: $id) { id ... on Complaint { reference title } }
    }"""
    data = await graph.data(asked, id=receipt["complaint"]["id"])
    assert data == {
        "complaints": {"nodes": [{"id": receipt["complaint"]["id"]}]},
        "node": {
            "id": receipt["complaint"]["id"],
            "reference": receipt["reference"],
            "title": "تسرب الماء",
        },
    }


async def test_the_same_filing_again_gets_the_same_receipt(graph: Graph) -> None:
    assert await filed(graph) == await filed(graph)


async def test_other_content_under_the_same_key_is_refused(graph: Graph) -> None:
    await filed(graph)
    other = FILED | {"description": "autre chose"}
    assert await graph.error(FILE, viewer=ANONYMOUS, input=other) == (
        "BAD_USER_INPUT: this idempotency key was already used for another filing"
    )


async def test_an_anonymous_key_that_could_be_guessed_is_refused(graph: Graph) -> None:
    short = FILED | {"idempotencyKey": "1234"}
    assert (await graph.error(FILE, viewer=ANONYMOUS, input=short)).startswith(
        "BAD_USER_INPUT: an idempotency key has 22 to 200 characters"
    )


async def test_all_that_is_wrong_with_a_filing_is_told_at_once_and_nothing_is_stored(
    graph: Graph,
) -> None:
    payload = await filed(
        graph,
        description="  ",
        title="x" * 201,
        serviceCode="taxes",
        language="français",
        location={"latitude": 91, "address": "a" * 501},
        contact={"name": "n" * 201, "phone": "0519", "email": "nobody"},
        attributes=[{"code": "a", "values": []}, {"code": "a", "values": ["b"]}],
    )
    assert payload["receipt"] is None
    assert {(each["code"], ".".join(each["path"])) for each in payload["problems"]} == {
        ("REQUIRED", "description"),
        ("TOO_LONG", "title"),
        ("UNKNOWN_SERVICE", "serviceCode"),
        ("INVALID", "language"),
        ("INVALID", "location"),
        ("TOO_LONG", "location.address"),
        ("TOO_LONG", "contact.name"),
        ("INVALID", "contact.phone"),
        ("INVALID", "contact.email"),
        ("INVALID", "attributes"),
    }
    assert not any("0519" in each["message"] for each in payload["problems"])
    listed = await graph.data('{ complaints(filter: {text: "Fuite"}) { nodes { id } } }')
    assert listed["complaints"]["nodes"] == []


async def test_an_agency_that_there_is_not_is_a_problem(graph: Graph) -> None:
    payload = await filed(graph, agency="wather", serviceCode=None)
    (problem,) = payload["problems"]
    assert (problem["code"], problem["path"]) == ("UNKNOWN_AGENCY", ["agency"])


async def test_a_wrong_code_an_unknown_and_an_impossible_reference_get_the_same_answer(
    graph: Graph,
) -> None:
    receipt = (await filed(graph))["receipt"]
    pairs = [
        (receipt["reference"], "00000-00000"),
        ("0000-0000-0000-1", receipt["trackingCode"]),
        ("1234", receipt["trackingCode"]),
        ("", ""),
    ]
    for reference, code in pairs:
        followed = await graph.answer(
            FOLLOW, {"reference": reference, "code": code}, viewer=ANONYMOUS
        )
        assert followed == ({"complaint": None}, [])


async def test_guessing_a_code_is_stopped_and_says_for_how_long(graph: Graph) -> None:
    receipt = (await filed(graph))["receipt"]
    wrong = {"reference": receipt["reference"], "code": "00000-00000"}
    for _ in range(10):
        assert await graph.answer(FOLLOW, wrong, viewer=ANONYMOUS) == ({"complaint": None}, [])
    right = {"reference": receipt["reference"], "code": receipt["trackingCode"]}
    data, [error] = await graph.answer(FOLLOW, right, viewer=ANONYMOUS)
    assert data == {"complaint": None}
    assert error["message"].startswith("too many attempts: try again in ")
    assert error["extensions"]["code"] == "TOO_MANY_ATTEMPTS"
    assert 0 < error["extensions"]["retryAfter"] <= 900
