"""Agencies and services as they are asked in the graph."""

from datetime import datetime
from typing import Any

import pytest

from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.schema.graph import NOON, Graph


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ("", ["city", "interior", "office", "water"]),
        ("(classes: [EEP])", ["office", "water"]),
        ('(regions: ["MA-07"])', ["office"]),
        ('(text: "agence EAU")', ["water"]),
        ('(text: "وزارة الدَّاخِلية")', ["interior"]),
        ('(codes: ["water", "city"], text: "ville")', ["city"]),
    ],
)
async def test_agencies_are_found_by_code_class_region_and_name(
    graph: Graph, arguments: str, codes: list[str]
) -> None:
    answer = await graph.data(
        f"{{ agencies{arguments} {{ nodes {{ code }} totalCount }} }}", viewer=ANONYMOUS
    )
    assert answer["agencies"] == {
        "nodes": [{"code": code} for code in codes],
        "totalCount": len(codes),
    }


async def test_agencies_are_read_page_by_page(graph: Graph) -> None:
    document = """query ($after: String) { agencies(first: 3, after: $after) {
      edges { cursor node { code } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    first = (await graph.data(document))["agencies"]
    second = (await graph.data(document, after=first["pageInfo"]["endCursor"]))["agencies"]
    assert [edge["node"]["code"] for edge in (*first["edges"], *second["edges"])] == [
        "city",
        "interior",
        "office",
        "water",
    ]
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ('agencies(after: "x")', "BAD_CURSOR: this cursor is not of this list"),
        ("agencies(first: 0)", "BAD_USER_INPUT: first: expected 1 to 100; came 0"),
        ('agencies(codes: ["citi"])', 'BAD_USER_INPUT: unknown agency "citi"; did you mean "city"'),
        ('agencies(regions: ["Rabat"])', 'BAD_USER_INPUT: unknown region "Rabat"'),
        ('services(agencies: ["citi"])', 'BAD_USER_INPUT: unknown agency "citi"'),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(
    graph: Graph, field: str, message: str
) -> None:
    assert (await graph.error(f"{{ {field} {{ totalCount }} }}")).startswith(message)


async def test_an_agency_tells_its_parent_its_source_and_how_that_did(graph: Graph) -> None:
    document = """{ agency(code: "city") { id parent { code } source {
      id kind mode health lastAnsweredAt acceptsFilings orders filters { field op exactness }
    } } }"""
    before = (await graph.data(document))["agency"]
    assert before["id"] == "Agency:city"
    assert before["parent"] == {"code": "interior"}
    source = before["source"]
    assert {name: source[name] for name in ("id", "kind", "mode", "health", "acceptsFilings")} == {
        "id": "city",
        "kind": "memory",
        "mode": "LIVE",
        "health": "UNKNOWN",
        "acceptsFilings": True,
    }
    assert {"field": "TEXT", "op": "CONTAINS", "exactness": "EXACT"} in source["filters"]
    assert "CREATED DESC" in source["orders"]
    await graph.data('{ complaints(filter: {agencies: ["city"]}) { complete } }')
    after = (await graph.data(document))["agency"]["source"]
    assert after["health"] == "UP"
    assert after["lastAnsweredAt"] is not None


async def test_an_agency_tells_what_its_own_system_takes(graph: Graph) -> None:
    document = """{ agencies(codes: ["city", "water"]) { nodes { code source {
      id takes { filings messages statuses attachmentBytes } } } } }"""
    found = (await graph.data(document, viewer=ANONYMOUS))["agencies"]["nodes"]
    assert {each["source"]["id"]: each["source"]["takes"] for each in found} == {
        "city": {
            "filings": True,
            "messages": ["INTERNAL", "PUBLIC"],
            "statuses": [status.value for status in Status],
            "attachmentBytes": 5_000_000,
        },
        "store": {"filings": False, "messages": [], "statuses": [], "attachmentBytes": None},
    }


async def test_an_unknown_agency_is_null(graph: Graph) -> None:
    assert await graph.data('{ agency(code: "nobody") { code } }') == {"agency": None}


async def test_services_are_found_over_all_agencies(graph: Graph) -> None:
    document = '{ services(text: "robinet") { nodes { id agencyCode name { fr } } totalCount } }'
    assert (await graph.data(document, viewer=ANONYMOUS))["services"] == {
        "nodes": [
            {"id": "Service:water:leak", "agencyCode": "water", "name": {"fr": "Fuite d'eau"}}
        ],
        "totalCount": 1,
    }


async def test_an_agencys_services_and_one_of_them(graph: Graph) -> None:
    document = """{ agency(code: "water") {
      services(first: 1) { nodes { code } totalCount pageInfo { hasNextPage } }
      service(code: "bill") { code attributes { code } }
      missing: service(code: "taxes") { code }
    } }"""
    assert (await graph.data(document))["agency"] == {
        "services": {
            "nodes": [{"code": "leak"}],
            "totalCount": 2,
            "pageInfo": {"hasNextPage": True},
        },
        "service": {"code": "bill", "attributes": []},
        "missing": None,
    }


@pytest.mark.parametrize(
    ("global_id", "expected"),
    [
        ("Agency:water", {"__typename": "Agency", "id": "Agency:water"}),
        ("Service:water:leak", {"__typename": "Service", "id": "Service:water:leak"}),
        ("Complaint:city:1", {"__typename": "Complaint", "id": "Complaint:city:1"}),
        ("Complaint:store:0", {"__typename": "Complaint", "id": "Complaint:store:0"}),
        ("Complaint:office:2", {"__typename": "Complaint", "id": "Complaint:office:2"}),
        ("Agency:nobody", None),
        ("Service:water", None),
        ("Service:nobody:leak", None),
        ("Complaint:nobody:1", None),
        ("Complaint:city:404", None),
        ("Complaint:1234-5678-9012-3", None),
        ("Complaint:", None),
        ("Viewer:me", None),
        ("", None),
    ],
)
async def test_a_node_is_found_by_its_id(
    graph: Graph, global_id: str, expected: dict[str, Any] | None
) -> None:
    document = "query ($id: ID!) { node(id: $id) { __typename id } }"
    assert await graph.data(document, id=global_id) == {"node": expected}


async def test_a_case_of_another_agency_is_no_node_for_an_officer(graph: Graph) -> None:
    officer = Viewer(Role.OFFICER, "officer", frozenset({AgencyCode("city")}))
    document = '{ a: node(id: "Complaint:city:1") { id } b: node(id: "Complaint:store:0") { id } }'
    assert await graph.data(document, viewer=officer) == {
        "a": {"id": "Complaint:city:1"},
        "b": None,
    }


async def test_the_viewer_is_told_what_they_may(graph: Graph) -> None:
    officer = Viewer(Role.OFFICER, "officer", frozenset({AgencyCode("water"), AgencyCode("gone")}))
    document = "{ viewer { role readsInternal agencies { code } } }"
    assert await graph.data(document, viewer=officer) == {
        "viewer": {"role": "OFFICER", "readsInternal": True, "agencies": [{"code": "water"}]}
    }
    assert await graph.data(document, viewer=ANONYMOUS) == {
        "viewer": {"role": "ANONYMOUS", "readsInternal": False, "agencies": []}
    }


async def test_a_mirrored_source_tells_its_age_and_all_of_them_at_one_statement(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    states = graph.gateway.store.mirror.states

    async def counted(sources: Any) -> Any:
        asked.append(list(sources))
        return await states(sources)

    monkeypatch.setattr(graph.gateway.store.mirror, "states", counted)
    answer = await graph.data(
        """{ agencies { nodes { code source { heardAt lagSeconds } } }
             again: agency(code: "office") { source { heardAt } } }"""
    )
    told = {node["code"]: node["source"] for node in answer["agencies"]["nodes"]}
    assert told["office"]["heardAt"] == answer["again"]["source"]["heardAt"]
    assert datetime.fromisoformat(told["office"]["heardAt"]) == NOON
    assert told["office"]["lagSeconds"] > 0
    nothing = {"heardAt": None, "lagSeconds": None}
    assert [told[code] for code in ("city", "interior", "water")] == [nothing] * 3
    assert asked == [["office"]]
