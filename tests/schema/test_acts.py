"""A complaint's life in the graph: each side does what is its own, and what is refused is data."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from connectors.contract.records import AgencyCode
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.schema.graph import Graph
from tests.schema.test_filing import filed

OFFICER = Viewer(Role.OFFICER, "officer-7", frozenset({AgencyCode("water")}))
STRANGER = Viewer(Role.OFFICER, "officer-9", frozenset({AgencyCode("interior")}))
CITIZEN = Viewer(Role.CITIZEN, "citizen-3")

CASE = """
  complaint {
    status statusReason version closedAt dueAt
    events { kind status } messages { author visibility body }
    decisions { outcome reasons legalBasis instead notifiedAt rating ratingComment }
  }
  problems { code path message }
"""


def document(act: str) -> str:
    kind = f"{act[0].upper()}{act[1:]}Input"
    return f"mutation ($input: {kind}!) {{ {act}(input: $input) {{ {CASE} }} }}"


class Case:
    """A case that somebody filed, and both sides of it."""

    def __init__(self, graph: Graph, receipt: dict[str, Any]) -> None:
        self.graph = graph
        self.reference = receipt["reference"]
        self.code = receipt["trackingCode"]
        self.count = 0

    async def by(self, viewer: Viewer, act: str, *, code: str | None = None, **given: Any) -> Any:
        self.count += 1
        case = {"reference": self.reference, "trackingCode": code}
        key = f"a key of more than 22 signs {self.count}"
        input_ = {"case": case, "idempotencyKey": key} | given
        data = await self.graph.data(document(act), viewer=viewer, input=input_)
        return data[act]

    async def officer(self, act: str, **given: Any) -> Any:
        payload = await self.by(OFFICER, act, **given)
        assert payload["problems"] == []
        return payload["complaint"]

    async def complainant(self, act: str, **given: Any) -> Any:
        payload = await self.by(ANONYMOUS, act, code=self.code, **given)
        assert payload["problems"] == []
        return payload["complaint"]


@pytest.fixture
async def case(graph: Graph) -> Case:
    return Case(graph, (await filed(graph))["receipt"])


async def test_a_whole_life(case: Case) -> None:
    await case.officer("acknowledgeComplaint")
    await case.officer("assessComplaint")
    await case.officer("addNote", text="Voir le plombier")
    asked = await case.officer("requestInformation", text="Quel numéro ?")
    assert asked["status"] == "AWAITING_COMPLAINANT"
    told = await case.complainant("provideInformation", text="Le douze")
    assert told["status"] == "IN_PROGRESS"
    await case.officer("answerInPart", text="On attend une pièce")
    decided = await case.officer(
        "decideComplaint", outcome="UPHELD", text="La fuite est réparée", legalBasis="art. 7"
    )
    assert decided["decisions"][0]["notifiedAt"] is not None
    reopened = await case.complainant("reopenComplaint", text="Elle coule encore")
    assert reopened["dueAt"] >= told["dueAt"]
    await case.officer("acknowledgeComplaint")
    await case.officer("decideComplaint", outcome="PARTLY_UPHELD", text="Réparée encore")
    last = await case.complainant("rateAnswer", score=4, text="Bien")
    assert (last["status"], last["version"]) == ("CLOSED", 12)
    assert last["closedAt"] is not None
    assert [(each["kind"], each["status"]) for each in last["events"]] == [
        ("FILED", "SUBMITTED"),
        ("STATUS_CHANGED", "ACKNOWLEDGED"),
        ("STATUS_CHANGED", "UNDER_ASSESSMENT"),
        ("STATUS_CHANGED", "IN_PROGRESS"),
        ("MESSAGE_ADDED", None),
        ("STATUS_CHANGED", "AWAITING_COMPLAINANT"),
        ("MESSAGE_ADDED", None),
        ("STATUS_CHANGED", "IN_PROGRESS"),
        ("ANSWERED_IN_PART", None),
        ("DECIDED", None),
        ("STATUS_CHANGED", "ANSWERED"),
        ("STATUS_CHANGED", "REOPENED"),
        ("STATUS_CHANGED", "IN_PROGRESS"),
        ("DECIDED", None),
        ("STATUS_CHANGED", "ANSWERED"),
        ("RATED", None),
        ("STATUS_CHANGED", "CLOSED"),
    ]
    # The complainant reads everything but the note.
    assert [each["body"] for each in last["messages"]] == [
        "Quel numéro ?",
        "Le douze",
        "On attend une pièce",
    ]
    assert [(each["rating"], each["outcome"]) for each in last["decisions"]] == [
        (None, "UPHELD"),
        (4, "PARTLY_UPHELD"),
    ]


async def test_a_case_for_somebody_else_is_told_so_with_where_to_go(case: Case) -> None:
    given = {"inadmissible": "OTHER_COMPETENT_BODY", "text": "La voirie est communale"}
    without = await case.by(OFFICER, "assessComplaint", **given)
    assert [(each["code"], each["path"]) for each in without["problems"]] == [
        ("REQUIRED", ["instead"])
    ]
    told = await case.officer("assessComplaint", **given, instead="Commune de Tanger")
    assert (told["status"], told["statusReason"]) == ("INADMISSIBLE", "OTHER_COMPETENT_BODY")
    (decision,) = told["decisions"]
    assert (decision["outcome"], decision["instead"]) == ("REDIRECTED", "Commune de Tanger")


@pytest.mark.parametrize(
    ("viewer", "code", "act"),
    [
        (ANONYMOUS, None, "withdrawComplaint"),
        (ANONYMOUS, "00000-00000", "withdrawComplaint"),
        (ANONYMOUS, "right", "acknowledgeComplaint"),
        (ANONYMOUS, "right", "addNote"),
        (OFFICER, None, "withdrawComplaint"),
        (OFFICER, None, "rateAnswer"),
        (STRANGER, None, "acknowledgeComplaint"),
        (STRANGER, None, "addMessage"),
        (CITIZEN, None, "withdrawComplaint"),
        (CITIZEN, None, "addMessage"),
    ],
)
async def test_who_may_not_is_not_told_whether_there_is_such_a_case(
    case: Case, viewer: Viewer, code: str | None, act: str
) -> None:
    given: dict[str, Any] = (
        {} if act in {"withdrawComplaint", "acknowledgeComplaint"} else {"text": "Des mots"}
    )
    if act == "rateAnswer":
        given["score"] = 1
    known = await case.by(viewer, act, code=case.code if code == "right" else code, **given)
    case.reference = "1234-5678-9012-8"
    unknown = await case.by(viewer, act, code=case.code if code == "right" else code, **given)
    assert known == unknown
    assert known["complaint"] is None
    assert [each["code"] for each in known["problems"]] == ["NOT_FOUND"]


async def test_what_does_not_fit_the_state_is_refused_with_the_state(case: Case) -> None:
    refused = await case.by(OFFICER, "closeComplaint")
    assert refused["problems"] == [
        {
            "code": "NOT_NOW",
            "path": ["case"],
            "message": "a case that is “submitted” does not take this; expected “answered”",
        }
    ]
    assert (refused["complaint"]["status"], refused["complaint"]["version"]) == ("SUBMITTED", 1)


async def test_of_many_officers_at_once_one_wins_and_the_others_are_told(case: Case) -> None:
    payloads = await asyncio.gather(
        *(
            case.by(OFFICER, "addMessage", text=f"Message {number}", expectedVersion=1)
            for number in range(50)
        )
    )
    codes = Counter(each["problems"][0]["code"] for each in payloads if each["problems"])
    assert codes == {"CONFLICT": 49}
    assert {each["complaint"]["version"] for each in payloads} == {2}


async def test_a_repetition_does_nothing_twice_and_shows_the_case(case: Case) -> None:
    given = {"text": "Une fois", "idempotencyKey": "the same key, as long as it has to be"}
    first = await case.by(ANONYMOUS, "addMessage", code=case.code, **given)
    again = await case.by(ANONYMOUS, "addMessage", code=case.code, **given)
    assert first == again
    assert len(again["complaint"]["messages"]) == 1
    other = document("addMessage")
    input_ = {"case": {"reference": case.reference, "trackingCode": case.code}} | given
    told = await case.graph.error(other, viewer=ANONYMOUS, input=input_ | {"text": "Autre chose"})
    assert told == "BAD_USER_INPUT: this idempotency key was used for something else"


@pytest.mark.parametrize(
    ("act", "given", "code", "path"),
    [
        ("addMessage", {"text": " \n"}, "REQUIRED", ["text"]),
        ("addMessage", {"text": "م" * 20_001}, "TOO_LONG", ["text"]),
        ("rateAnswer", {"score": 6}, "INVALID", ["score"]),
        ("reopenComplaint", {"text": ""}, "REQUIRED", ["text"]),
    ],
)
async def test_what_is_unfit_is_refused_field_by_field(
    case: Case, act: str, given: dict[str, Any], code: str, path: list[str]
) -> None:
    refused = await case.by(ANONYMOUS, act, code=case.code, **given)
    assert [(each["code"], each["path"]) for each in refused["problems"]] == [(code, path)]


async def test_a_case_that_was_not_filed_here_gets_a_reference_by_the_first_act(
    graph: Graph,
) -> None:
    (own,) = (
        await graph.data(
            '{ complaints(first: 1, filter: {agencies: ["water"]}) { nodes { id reference version } } }'
        )
    )["complaints"]["nodes"]
    assert own["reference"] is None
    kept = "{ complaint: node(id: %s) { ... on Complaint { id reference version } } }"
    by_id = kept % f'"{own["id"]}"'
    refused = await _note(graph, own["id"], "key-0", viewer=STRANGER)
    assert [each["code"] for each in refused["problems"]] == ["NOT_FOUND"]
    assert (await graph.data(by_id))["complaint"] == own
    payloads = await asyncio.gather(*(_note(graph, own["id"], f"key-{n}") for n in range(1, 6)))
    assert all(each["problems"] == [] for each in payloads)
    adopted = (await graph.data(by_id))["complaint"]
    assert adopted["version"] == own["version"] + 5
    assert adopted["id"] == f"Complaint:{adopted['reference']}"
    again = await _note(graph, own["id"], "key-1")
    by_reference = await _note(graph, adopted["id"], "key-1")
    assert again["problems"] == by_reference["problems"] == []
    assert (await graph.data(by_id))["complaint"] == adopted


@pytest.mark.parametrize(
    ("id_", "code"),
    [
        ("Complaint:store:none", "NOT_FOUND"),
        ("Complaint:store:", "NOT_FOUND"),
        ("Complaint:city:1", "NOT_FOUND"),
        ("Agency:water", "NOT_FOUND"),
        ("\ud800", "NOT_FOUND"),
    ],
)
async def test_an_id_that_leads_to_no_case_of_ours_is_told(
    graph: Graph, id_: str, code: str
) -> None:
    payload = await _note(graph, id_, "key-1")
    assert (payload["complaint"], [each["code"] for each in payload["problems"]]) == (None, [code])


@pytest.mark.parametrize(
    "case", [{}, {"id": "x", "reference": "y"}, {"id": "x", "trackingCode": "z"}]
)
async def test_a_case_is_meant_in_one_way(graph: Graph, case: dict[str, str]) -> None:
    input_ = {"case": case, "idempotencyKey": "k", "text": "Vu"}
    payload = (await graph.data(document("addNote"), input=input_))["addNote"]
    assert [each["code"] for each in payload["problems"]] == ["INVALID"]


async def _note(graph: Graph, id_: str, key: str, *, viewer: Viewer = OFFICER) -> Any:
    input_ = {"case": {"id": id_}, "idempotencyKey": key, "text": "Vu"}
    return (await graph.data(document("addNote"), viewer=viewer, input=input_))["addNote"]


async def test_odd_words_are_kept_as_they_can_be(case: Case) -> None:
    odd = "e\u0301 \u202eabc\u202c 👩‍👧 \ud800 a\0b Ahmed أحمد"
    told = await case.complainant("addMessage", text=odd)
    kept = odd.replace("\ud800", "\ufffd").replace("\0", "\ufffd")
    assert told["messages"][0]["body"] == kept
