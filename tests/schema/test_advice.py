"""Advice before filing as it is asked in the graph, on each engine."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.contract.lifecycle import Status
from connectors.contract.records import STORE, AgencyCode
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.schema.graph import LIVE, NOON, Graph, case

LIKELY = """
query ($text: String!, $place: String, $first: Int) {
  likelyAgencies(text: $text, place: $place, first: $first) {
    suggestions {
      agency { code name { fr } }
      service { id name { ar } }
      score
      reasons { code words region }
    }
    regions
  }
}
"""

SIMILAR = """
query ($input: SimilarComplaintsInput!, $first: Int) {
  similarComplaints(input: $input, first: $first) {
    atLeast
    complaints { score complaint { id status createdAt agency { code } service { code } } }
    lookedAt
    searchedFor
    sources { source status }
    complete
  }
}
"""

OFFICER = Viewer(Role.OFFICER, "officer", frozenset({AgencyCode("water")}))
OTHER = Viewer(Role.OFFICER, "other", frozenset({AgencyCode("city")}))


@pytest.fixture
async def leaks(graph: Graph) -> Graph:
    """The graph with seven open cases about a tap, and a closed one."""
    cases = [
        case(STORE, "water", number, description=f"Mon robinet fuit, {said}", service_code="leak")
        for number, said in enumerate(
            ("beaucoup", "la nuit", "le matin", "au rez-de-chaussée", "fort", "encore", "un peu"),
            start=100,
        )
    ]
    closed = case(STORE, "water", 200, description="Mon robinet fuit", status=Status.CLOSED)
    await graph.gateway.store.mirror.put([*cases, closed], source=STORE, heard_at=NOON)
    return graph


async def test_anyone_is_told_the_likely_agency_with_its_service_and_why(graph: Graph) -> None:
    answer = await graph.data(LIKELY, viewer=ANONYMOUS, text="Mon robinet fuit depuis hier")
    assert answer["likelyAgencies"] == {
        "suggestions": [
            {
                "agency": {"code": "water", "name": {"fr": "Agence de l'eau"}},
                "service": {"id": "Service:water:leak", "name": {"ar": "تسرب"}},
                "score": 0.6132,
                "reasons": [
                    {"code": "SERVICE_WORDS", "words": ["robinet", "fuit"], "region": None}
                ],
            }
        ],
        "regions": [],
    }


async def test_nothing_is_guessed(graph: Graph) -> None:
    answer = await graph.data(LIKELY, viewer=ANONYMOUS, text="bonjour", place="Rabat")
    assert answer["likelyAgencies"] == {"suggestions": [], "regions": ["MA-04"]}


async def test_what_the_law_excludes_is_told_with_where_to_go_and_what_hints_at_it(
    graph: Graph,
) -> None:
    document = """query ($text: String) { excludedMatters(text: $text) {
      code inadmissibility law suggested words url name { ar fr en zgh } instead { fr } } }"""
    every = (await graph.data(document, viewer=ANONYMOUS))["excludedMatters"]
    assert [each["code"] for each in every] == [
        "BEFORE_A_COURT",
        "JUDGED",
        "JUDICIAL_POLICE",
        "ANOTHER_BODY",
        "NATIONAL_DEFENCE",
        "INFORMATION_REQUEST",
        "CORRUPTION",
    ]
    assert not any(each["suggested"] for each in every)
    found = (await graph.data(document, viewer=ANONYMOUS, text="طلب مني رشوة"))["excludedMatters"]
    [hinted] = [each for each in found if each["suggested"]]
    assert hinted == every[-1] | {"suggested": True, "words": ["رشوه"]}
    [information] = [each for each in every if each["code"] == "INFORMATION_REQUEST"]
    assert (information["law"], information["inadmissibility"]) == ("31-13", "OUT_OF_SCOPE")
    assert information["url"] == "https://www.chafafiya.ma"


@pytest.mark.parametrize("viewer", [ANONYMOUS, OTHER], ids=["anonymous", "other agency"])
async def test_who_does_not_read_the_cases_is_told_about_how_many(
    leaks: Graph, viewer: Viewer
) -> None:
    asked = {"text": "robinet qui fuit", "agency": "water"}
    answer = await leaks.data(SIMILAR, viewer=viewer, input=asked)
    assert answer["similarComplaints"] == {
        "atLeast": 5,
        "complaints": None,
        "lookedAt": None,
        "searchedFor": "robinet",
        "sources": [{"source": "store", "status": "OK"}],
        "complete": True,
    }
    few = await leaks.data(SIMILAR, viewer=viewer, input=asked | {"serviceCode": "bill"})
    assert few["similarComplaints"]["atLeast"] is None


async def test_an_officer_reads_the_open_cases_the_most_alike_first(leaks: Graph) -> None:
    asked = {"text": "robinet fuit la nuit", "agency": "water"}
    answer = (await leaks.data(SIMILAR, viewer=OFFICER, input=asked, first=2))["similarComplaints"]
    assert [each["complaint"]["id"] for each in answer["complaints"]] == [
        "Complaint:store:101",
        "Complaint:store:105",
    ]
    first = answer["complaints"][0]
    assert first["complaint"] == {
        "id": "Complaint:store:101",
        "status": "IN_PROGRESS",
        "createdAt": (NOON - timedelta(hours=101)).isoformat().replace("+00:00", "Z"),
        "agency": {"code": "water"},
        "service": {"code": "leak"},
    }
    assert first["score"] > answer["complaints"][1]["score"]
    assert (answer["lookedAt"], answer["atLeast"], answer["complete"]) == (7, 5, True)


async def test_children_and_fragments_are_read_as_anywhere(leaks: Graph) -> None:
    document = """
      query ($input: SimilarComplaintsInput!) { similarComplaints(input: $input, first: 1) {
        ...Found } }
      fragment Found on SimilarComplaints { complaints { ...Each } }
      fragment Each on SimilarComplaint { complaint { description messages { body } } }
    """
    asked = {"text": "robinet, rez-de-chaussée", "agency": "water"}
    answer = await leaks.data(document, viewer=OFFICER, input=asked)
    assert answer["similarComplaints"]["complaints"][0]["complaint"] == {
        "description": "Mon robinet fuit, au rez-de-chaussée",
        "messages": [{"body": "Bonjour"}, {"body": "Entre nous"}],
    }


async def test_a_live_source_is_asked_and_named(graph: Graph) -> None:
    asked = {"text": "Plainte, numéro", "agency": "city"}
    found = (await graph.data(SIMILAR, input=asked))["similarComplaints"]
    assert {"source": LIVE, "status": "OK"} in found["sources"]
    assert {each["complaint"]["agency"]["code"] for each in found["complaints"]} == {"city"}


@pytest.mark.parametrize(
    ("document", "variables", "message"),
    [
        (LIKELY, {"text": "a" * 20_001}, "text: at most 20000 characters; came 20001"),
        (LIKELY, {"text": "a", "place": "a" * 201}, "place: at most 200 characters; came 201"),
        (LIKELY, {"text": "a", "place": "MA-99"}, "place: no region, province or prefecture"),
        (LIKELY, {"text": "a", "first": 0}, "first: expected 1 to 100; came 0"),
        (SIMILAR, {"input": {"text": "a", "agency": "nobody"}}, "agency: no agency has this code"),
        (
            SIMILAR,
            {"input": {"text": "a", "agency": "water", "areaCode": "Rabat"}},
            "areaCode: expected the ISO 3166-2:MA code",
        ),
        (
            SIMILAR,
            {"input": {"text": "a" * 20_001, "agency": "water"}},
            "text: at most 20000 characters; came 20001",
        ),
        (SIMILAR, {"input": {"text": "a", "agency": "water"}, "first": 101}, "first: expected"),
        (
            "query ($text: String) { excludedMatters(text: $text) { code } }",
            {"text": "a" * 20_001},
            "text: at most 20000 characters; came 20001",
        ),
    ],
)
async def test_what_is_out_of_bounds_is_refused_by_name(
    graph: Graph, document: str, variables: dict[str, Any], message: str
) -> None:
    refused = await graph.error(document, viewer=ANONYMOUS, **variables)
    assert refused.startswith(f"BAD_USER_INPUT: {message}")
