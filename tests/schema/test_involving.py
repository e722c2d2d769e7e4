"""Others come to have to do with a case: they see and do what their part allows, and no more."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from connectors.contract.records import AgencyCode
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.schema.graph import Graph
from tests.schema.test_acts import OFFICER, STRANGER, Case
from tests.schema.test_filing import filed

BOTH = Viewer(Role.OFFICER, "officer-8", frozenset({AgencyCode("water"), AgencyCode("interior")}))
NATIONAL = Viewer(Role.NATIONAL_SUPERVISOR, "national-1")
WHO = """... on Complaint {
  id reference status agencyCode serviceCode assignee duplicateOf handedOverAt dueAt statusReason
  participants { agencyCode part } events { kind status agencyCode }
  messages { body visibility } decisions { reasons } attachments { id }
}"""


@pytest.fixture
async def case(graph: Graph) -> Case:
    return Case(graph, (await filed(graph))["receipt"])


async def other_case(graph: Graph, **given: Any) -> Case:
    """One whose acts have keys of their own."""
    filing = await filed(graph, idempotencyKey="another key of 22 signs", **given)
    case = Case(graph, filing["receipt"])
    case.count = 100
    return case


async def seen(case: Case, viewer: Viewer, id_: str | None = None) -> Any:
    """The case as `viewer` reads it by its id."""
    asked = f"query ($id: ID!) {{ node(id: $id) {{ {WHO} }} }}"
    id_ = id_ or f"Complaint:{case.reference}"
    return (await case.graph.data(asked, viewer=viewer, id=id_))["node"]


async def followed(case: Case) -> Any:
    """The case as its complainant reads it."""
    asked = f"""query ($reference: String!, $code: String!) {{
      complaint(reference: $reference, trackingCode: $code) {{ {WHO} }} }}"""
    data = await case.graph.data(asked, viewer=ANONYMOUS, reference=case.reference, code=case.code)
    return data["complaint"]


def codes(payload: Any) -> list[tuple[str, list[str]]]:
    return [(each["code"], each["path"]) for each in payload["problems"]]


async def test_who_handles_a_case_is_for_the_agency_alone(case: Case) -> None:
    await case.officer("assignComplaint", assignee="Mme Tazi, bureau 4")
    assert (await seen(case, OFFICER))["assignee"] == "Mme Tazi, bureau 4"
    told = await followed(case)
    assert told["assignee"] is None
    assert [each["kind"] for each in told["events"]] == ["FILED"]
    await case.officer("assignComplaint")
    assert (await seen(case, OFFICER))["assignee"] is None
    empty = await case.by(OFFICER, "assignComplaint", assignee=" ")
    assert codes(empty) == [("REQUIRED", ["assignee"])]
    long = await case.by(OFFICER, "assignComplaint", assignee="x" * 201)
    assert codes(long) == [("TOO_LONG", ["assignee"])]
    assert codes(await case.by(ANONYMOUS, "assignComplaint", code=case.code)) == [
        ("NOT_FOUND", ["case"])
    ]


async def test_a_transfer_passes_the_case_on_whole(case: Case) -> None:
    await case.officer("assessComplaint")
    await case.officer("assignComplaint", assignee="Mme Tazi")
    await case.officer("addNote", text="Pas chez nous")
    before = await seen(case, OFFICER)
    await case.officer("transferComplaint", agency="interior", text="C'est la voirie")
    after = await seen(case, STRANGER)
    assert after["events"] == [
        *before["events"],
        {"kind": "TRANSFERRED", "status": None, "agencyCode": "interior"},
        {"kind": "STATUS_CHANGED", "status": "UNDER_ASSESSMENT", "agencyCode": None},
    ]
    assert [each["body"] for each in after["messages"]] == ["Pas chez nous", "C'est la voirie"]
    assert after == before | {
        "status": "UNDER_ASSESSMENT",
        "agencyCode": "interior",
        "assignee": None,
        # The services are the agency's own.
        "serviceCode": None,
        "participants": [{"agencyCode": "water", "part": "FORMER"}],
        "events": after["events"],
        "messages": after["messages"],
    }
    told = await followed(case)
    assert [each["body"] for each in told["messages"]] == ["C'est la voirie"]
    assert (told["reference"], told["dueAt"]) == (before["reference"], before["dueAt"])


async def test_who_was_responsible_sees_what_there_was_and_acts_no_more(case: Case) -> None:
    await case.officer("assessComplaint")
    await case.officer("transferComplaint", agency="interior", text="C'est la voirie")
    left = await seen(case, OFFICER)
    for act, given in (
        ("assessComplaint", {}),
        ("addNote", {"text": "Entre nous"}),
        ("decideComplaint", {"outcome": "UPHELD", "text": "Réparé"}),
    ):
        assert codes(await case.by(STRANGER, act, **given)) == []
    assert await seen(case, OFFICER) == left | {"status": "ANSWERED"}
    assert len((await seen(case, STRANGER))["messages"]) == 2
    assert codes(await case.by(OFFICER, "addNote", text="Encore")) == [("NOT_FOUND", ["case"])]
    # Whoever serves both sees it as the one that is responsible.
    assert len((await seen(case, BOTH))["messages"]) == 2


async def test_a_case_can_come_back(case: Case) -> None:
    await case.officer("transferComplaint", agency="interior", text="Pas nous")
    back = await case.by(
        STRANGER, "transferComplaint", agency="water", text="Si", serviceCode="leak"
    )
    assert codes(back) == []
    told = await seen(case, OFFICER)
    assert (told["agencyCode"], told["serviceCode"]) == ("water", "leak")
    assert told["participants"] == [{"agencyCode": "interior", "part": "FORMER"}]
    # Nothing is a step that had been taken before.
    assert [each["kind"] for each in told["events"]].count("TRANSFERRED") == 2
    assert told["events"][-1]["kind"] == "TRANSFERRED"


async def test_lists_and_old_ids_lead_to_where_a_case_went(graph: Graph) -> None:
    (own,) = (
        await graph.data('{ complaints(first: 1, filter: {agencies: ["water"]}) { nodes { id } } }')
    )["complaints"]["nodes"]
    document = """mutation ($id: ID!) { transferComplaint(input: {case: {id: $id},
        idempotencyKey: "k", agency: "interior", text: "Pas nous"}) {
        complaint { id reference agencyCode } problems { code } } }"""
    moved = (await graph.data(document, viewer=BOTH, id=own["id"]))["transferComplaint"]
    assert moved["problems"] == []
    for id_ in (own["id"], moved["complaint"]["id"]):
        node = await graph.data(
            "query ($id: ID!) { node(id: $id) { id ... on Complaint { agencyCode } } }",
            viewer=STRANGER,
            id=id_,
        )
        assert node["node"] == {"id": moved["complaint"]["id"], "agencyCode": "interior"}
    asked = "{ complaints(first: 50) { nodes { id } } }"
    lists = {
        viewer: [n["id"] for n in (await graph.data(asked, viewer=viewer))["complaints"]["nodes"]]
        for viewer in (OFFICER, STRANGER)
    }
    assert moved["complaint"]["id"] in lists[STRANGER]
    assert moved["complaint"]["id"] not in lists[OFFICER]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"agency": "nobody"}, ("UNKNOWN_AGENCY", ["agency"])),
        ({"agency": "water"}, ("INVALID", ["agency"])),
        ({"agency": "interior", "serviceCode": "leak"}, ("UNKNOWN_SERVICE", ["serviceCode"])),
        ({"agency": "interior", "text": " "}, ("REQUIRED", ["text"])),
    ],
)
async def test_a_case_goes_only_where_it_can(
    case: Case, given: dict[str, Any], problem: tuple[str, list[str]]
) -> None:
    refused = await case.by(OFFICER, "transferComplaint", **({"text": "Pas nous"} | given))
    assert codes(refused) == [problem]
    assert refused["complaint"]["version"] == 1


async def test_a_co_agency_reads_and_notes_and_no_more(case: Case) -> None:
    assert await seen(case, STRANGER) is None
    await case.officer("addCoAgency", agency="interior", text="Votre avis ?")
    assert codes(await case.by(STRANGER, "addNote", text="Le voici")) == []
    told = await seen(case, STRANGER)
    assert told == await seen(case, OFFICER)
    assert [each["visibility"] for each in told["messages"]] == ["INTERNAL"] * 2
    for act, given in (
        ("addMessage", {"text": "x"}),
        ("acknowledgeComplaint", {}),
        ("transferComplaint", {"agency": "interior", "text": "x"}),
    ):
        assert codes(await case.by(STRANGER, act, **given)) == [("NOT_FOUND", ["case"])]
    complainant = await followed(case)
    assert complainant["messages"] == []
    assert complainant["participants"] == [{"agencyCode": "interior", "part": "CO_AGENCY"}]
    twice = await case.by(OFFICER, "addCoAgency", agency="interior")
    itself = await case.by(OFFICER, "addCoAgency", agency="water")
    assert codes(twice) == codes(itself) == [("INVALID", ["agency"])]
    # Lists are of the cases that an agency is responsible for.
    asked = "{ complaints(first: 50) { nodes { reference } } }"
    listed = (await case.graph.data(asked, viewer=STRANGER))["complaints"]["nodes"]
    assert case.reference not in {each["reference"] for each in listed}


async def test_who_helped_and_becomes_responsible_is_told_once(case: Case) -> None:
    await case.officer("addCoAgency", agency="interior")
    await case.officer("transferComplaint", agency="interior", text="À vous")
    told = await seen(case, STRANGER)
    assert told["participants"] == [{"agencyCode": "water", "part": "FORMER"}]
    assert codes(await case.by(STRANGER, "addCoAgency", agency="water")) == []
    assert codes(await case.by(OFFICER, "addNote", text="Volontiers")) == []


async def test_a_duplicate_leads_to_where_the_answer_will_be(case: Case) -> None:
    original = await other_case(case.graph)
    await case.officer("linkDuplicate", original=original.reference, text="Même fuite")
    told = await followed(case)
    assert (told["status"], told["statusReason"]) == ("DUPLICATE", "Même fuite")
    assert told["duplicateOf"] == original.reference
    assert (await seen(original, OFFICER))["status"] == "SUBMITTED"
    circle = await original.by(OFFICER, "linkDuplicate", original=case.reference)
    assert codes(circle) == [("INVALID", ["original"])]
    itself = await original.by(OFFICER, "linkDuplicate", original=original.reference)
    assert codes(itself) == [("INVALID", ["original"])]
    refused = await case.by(OFFICER, "linkDuplicate", original=original.reference)
    assert codes(refused) == [("NOT_NOW", ["case"])]


async def test_only_a_case_that_is_seen_can_be_the_original(case: Case) -> None:
    original = await other_case(case.graph, agency="interior", serviceCode=None, attributes=None)
    for reference in (original.reference, "1234-5678-9012-8", "no reference", ""):
        refused = await case.by(OFFICER, "linkDuplicate", original=reference)
        assert codes(refused) == [("NOT_FOUND", ["original"])]
    assert codes(await case.by(BOTH, "linkDuplicate", original=original.reference)) == []


async def test_of_two_cases_linked_to_each_other_at_once_one_is_the_original(case: Case) -> None:
    original = await other_case(case.graph)
    payloads = await asyncio.gather(
        case.by(OFFICER, "linkDuplicate", original=original.reference),
        original.by(NATIONAL, "linkDuplicate", original=case.reference),
    )
    assert Counter(len(each["problems"]) for each in payloads) == {0: 1, 1: 1}
    states = {(await seen(each, OFFICER))["status"] for each in (case, original)}
    assert states == {"SUBMITTED", "DUPLICATE"}


async def test_a_case_is_handed_over_once_it_is_answered(case: Case) -> None:
    given = {"noCourtSeized": True, "text": "On ne m'a pas entendu"}
    early = await case.by(ANONYMOUS, "handOver", code=case.code, **given)
    assert codes(early) == [("NOT_NOW", ["case"])]
    await case.officer("assessComplaint")
    await case.officer("decideComplaint", outcome="NOT_UPHELD", text="Rien à réparer")
    court = await case.by(ANONYMOUS, "handOver", code=case.code, **given | {"noCourtSeized": False})
    assert codes(court) == [("INVALID", ["noCourtSeized"])]
    assert codes(await case.by(OFFICER, "handOver", **given)) == [("NOT_FOUND", ["case"])]
    done = await case.complainant("handOver", **given)
    assert (done["status"], done["events"][-1]["kind"]) == ("ANSWERED", "HANDED_OVER")
    told = await followed(case)
    assert told["handedOverAt"] is not None
    assert told["messages"] == [{"body": "On ne m'a pas entendu", "visibility": "PUBLIC"}]
    again = await case.by(ANONYMOUS, "handOver", code=case.code, **given)
    assert codes(again) == [("NOT_NOW", ["case"])]


async def test_a_repetition_hands_a_case_on_once(case: Case) -> None:
    given = {"agency": "interior", "text": "Pas nous", "idempotencyKey": "the same key"}
    first = await case.by(OFFICER, "transferComplaint", **given)
    again = await case.by(OFFICER, "transferComplaint", **given)
    # It has left: what was done is still known, though the case is shown as to who left it.
    assert codes(first) == codes(again) == []
    assert (await seen(case, STRANGER))["events"][-1]["status"] == "UNDER_ASSESSMENT"
    assert [e["kind"] for e in (await seen(case, STRANGER))["events"]].count("TRANSFERRED") == 1


async def test_a_case_is_passed_on_upon_the_version_that_was_seen(case: Case) -> None:
    await case.officer("addNote", text="Vu")
    document = """mutation ($input: TransferComplaintInput!) { transferComplaint(input: $input) {
        problems { code status version parameters { name value } } } }"""
    input_ = {
        "case": {"reference": case.reference},
        "idempotencyKey": "k",
        "expectedVersion": 1,
        "agency": "interior",
        "text": "Pas nous",
    }
    data = await case.graph.data(document, viewer=OFFICER, input=input_)
    assert data["transferComplaint"]["problems"] == [
        {
            "code": "CONFLICT",
            "status": "SUBMITTED",
            "version": 2,
            "parameters": [
                {"name": "version", "value": "2"},
                {"name": "expected", "value": "1"},
            ],
        }
    ]
