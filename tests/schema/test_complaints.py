"""Lists of complaints as they are asked in the graph."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.contract.records import AgencyCode
from resolvers.policy import ANONYMOUS, Role, Viewer
from tests.schema.graph import AWAY, INDEXED, NOON, OWN, Graph

IDS = """
query ($first: Int, $after: String, $filter: ComplaintFilter, $orderBy: ComplaintOrder) {
  complaints(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes { id }
    pageInfo { hasNextPage endCursor }
    sources { source status }
    complete
  }
}
"""
EVERY = sorted((*OWN, *AWAY, *INDEXED), key=lambda each: each.created_at or NOON, reverse=True)


def ids(complaints: Any) -> list[str]:
    return [node["id"] for node in complaints["nodes"]]


async def test_one_list_in_one_order_over_store_mirror_and_live_source(graph: Graph) -> None:
    answer = (await graph.data(IDS, first=50))["complaints"]
    assert ids(answer) == [each.id for each in EVERY]
    assert answer["sources"] == [
        {"source": "city", "status": "OK"},
        {"source": "store", "status": "OK"},
        {"source": "office", "status": "OK"},
    ]
    assert answer["complete"] is True
    assert answer["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize("size", [1, 7])
async def test_pages_join_up_without_gap_or_repeat(graph: Graph, size: int) -> None:
    after, seen = None, []
    while True:
        page = (await graph.data(IDS, first=size, after=after))["complaints"]
        seen += ids(page)
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == [each.id for each in EVERY]


async def test_without_first_a_page_has_twenty_rows(graph: Graph) -> None:
    assert len(ids((await graph.data(IDS))["complaints"])) == 20


@pytest.mark.parametrize("first", [0, -1, 101, 10_000])
async def test_a_page_size_out_of_bounds_is_refused(graph: Graph, first: int) -> None:
    assert await graph.error(IDS, first=first) == (
        f"BAD_USER_INPUT: first: expected 1 to 100; came {first}"
    )


@pytest.mark.parametrize(
    ("narrowed", "agencies"),
    [
        ({"agencies": ["city"]}, {"city"}),
        ({"agencyClasses": ["EEP"]}, {"water", "office"}),
        ({"regions": ["MA-07", "MA-04"], "agencies": ["office"]}, {"office"}),
        ({"agencyClasses": ["MINISTRY", "COLLECTIVITE"]}, {"interior", "city"}),
        ({"agencies": []}, set()),
        ({"regions": ["MA-12"]}, set()),
    ],
)
async def test_agencies_are_chosen_by_code_class_and_region(
    graph: Graph, narrowed: dict[str, Any], agencies: set[str]
) -> None:
    answer = (await graph.data(IDS, first=50, filter=narrowed))["complaints"]
    assert ids(answer) == [each.id for each in EVERY if each.agency_code in agencies]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"statuses": ["IN_PROGRESS"], "services": ["leak"]}, [e for e in EVERY if e in OWN]),
        ({"statuses": ["CLOSED"]}, []),
        ({"kinds": ["SUGGESTION"]}, []),
        ({"channels": ["WEB"]}, []),
        ({"areas": ["MA-CAS"], "categories": ["x"]}, []),
        (
            {
                "created": {
                    "since": "2026-03-01T10:00:00Z",
                    "before": "2026-03-01T13:00:00+01:00",
                }
            },
            EVERY[1:3],
        ),
        ({"due": {"before": (NOON - timedelta(days=1)).isoformat()}}, []),
        ({"text": "PLAINTE numero 7"}, None),
        ({"text": "شِكَايَة"}, EVERY),
        ({"within": {"south": 20, "west": -18, "north": 36, "east": 0}}, []),
    ],
)
async def test_filters_say_what_they_say(
    graph: Graph, narrowed: dict[str, Any], expected: list[Any] | None
) -> None:
    if expected is None:
        assert "three letters or more" in await graph.error(IDS, filter=narrowed)
        return
    answer = (await graph.data(IDS, first=50, filter=narrowed))["complaints"]
    assert ids(answer) == [each.id for each in expected]


async def test_overdue_cases_page_on_although_time_passes(graph: Graph) -> None:
    narrowed = {"overdue": True}
    first = (await graph.data(IDS, first=3, filter=narrowed))["complaints"]
    after = first["pageInfo"]["endCursor"]
    second = (await graph.data(IDS, first=3, filter=narrowed, after=after))["complaints"]
    # Two months after the cases of March 2026 were due, which is past at any run of this test.
    assert ids(first) + ids(second) == [each.id for each in EVERY[:6]]


@pytest.mark.parametrize(
    ("narrowed", "message"),
    [
        (
            {"agencies": ["wather"]},
            'BAD_USER_INPUT: unknown agency "wather"; did you mean "water"?',
        ),
        (
            {"regions": ["MA-13"]},
            'BAD_USER_INPUT: unknown region "MA-13"; expected MA-01 to MA-12',
        ),
        (
            {"overdue": False},
            "BAD_USER_INPUT: filter.overdue: expected true, or nothing; came false",
        ),
        (
            {"created": {"since": "2026-03-01T10:00:00Z", "before": "2026-03-01T10:00:00Z"}},
            "BAD_USER_INPUT: filter.created: expected since to be earlier than before",
        ),
        (
            {"within": {"south": 10, "west": 0, "north": 9, "east": 1}},
            (
                "BAD_USER_INPUT: filter.within: expected -90 <= south <= north <= 90; "
                "came south 10.0, north 9.0"
            ),
        ),
        (
            {"within": {"south": 1, "west": 0, "north": 9, "east": 181}},
            (
                "BAD_USER_INPUT: filter.within: expected -180 <= west <= east <= 180; "
                "came west 0.0, east 181.0"
            ),
        ),
        (
            {"text": "في"},
            (
                "BAD_USER_INPUT: filter.text: text search needs words of three letters or more; "
                'too short: "في"'
            ),
        ),
    ],
)
async def test_a_filter_that_makes_no_sense_is_refused_by_name(
    graph: Graph, narrowed: dict[str, Any], message: str
) -> None:
    assert await graph.error(IDS, filter=narrowed) == message


@pytest.mark.parametrize(
    ("variables", "part"),
    [
        ({"filter": {"statuses": ["OPEN"]}}, "'OPEN'"),
        ({"filter": {"status": ["CLOSED"]}}, "'status'"),
        ({"filter": {"created": {"since": "yesterday"}}}, "expected an RFC 3339 time"),
        ({"filter": {"created": {"since": "2026-03-01T10:00:00"}}}, "names no zone"),
        ({"orderBy": {"by": "TITLE"}}, "'TITLE'"),
        ({"first": "many"}, "'$first' has invalid value: Int cannot represent"),
    ],
)
async def test_a_value_of_the_wrong_kind_is_refused_by_name(
    graph: Graph, variables: dict[str, Any], part: str
) -> None:
    _, errors = await graph.answer(IDS, variables)
    [error] = errors
    assert part in error["message"]


@pytest.mark.parametrize("cursor", ["", "x", "Agency:water", "é" * 9000])
async def test_a_cursor_of_nobody_is_refused(graph: Graph, cursor: str) -> None:
    assert (await graph.error(IDS, after=cursor)).startswith("BAD_CURSOR: this is not a cursor")


async def test_a_cursor_of_another_question_is_refused(graph: Graph) -> None:
    page = (await graph.data(IDS, first=3))["complaints"]
    after = page["pageInfo"]["endCursor"]
    other = await graph.error(IDS, first=3, after=after, orderBy={"direction": "ASC"})
    assert other.startswith("BAD_CURSOR: this cursor belongs to another question")


async def test_times_are_written_in_utc_and_names_in_every_language(graph: Graph) -> None:
    answer = await graph.data(
        """{ complaints(first: 1, filter: {agencies: ["water"]}) { edges { node {
          title createdAt createdPrecision overdue service { name { fr ar } attributes { code } }
          agency { code class name { ar fr en zgh } demonstration }
          origin { source sourceId mode stale rawStatus }
        } } totalCount { value exact } } }"""
    )
    assert answer["complaints"] == {
        "edges": [
            {
                "node": {
                    "title": "شكاية 0",
                    "createdAt": "2026-03-01T12:00:00Z",
                    "createdPrecision": "INSTANT",
                    "overdue": True,
                    "service": {
                        "name": {"fr": "Fuite d'eau", "ar": "تسرب"},
                        "attributes": [{"code": "since"}],
                    },
                    "agency": {
                        "code": "water",
                        "class": "EEP",
                        "name": {
                            "ar": "وكالة الماء",
                            "fr": "Agence de l'eau",
                            "en": "Water agency",
                            "zgh": None,
                        },
                        "demonstration": False,
                    },
                    "origin": {
                        "source": "store",
                        "sourceId": "0",
                        "mode": "OWN",
                        "stale": False,
                        "rawStatus": None,
                    },
                }
            }
        ],
        "totalCount": {"value": 5, "exact": True},
    }


async def test_a_mirrored_source_that_is_older_than_wished_is_called_stale(graph: Graph) -> None:
    answer = await graph.data(
        """{ complaints(first: 1, freshness: {maxAge: 60}) { complete sources {
          source status rows asOf missedBefore fieldsMissing error { code } } } }"""
    )
    assert answer["complaints"]["complete"] is False
    [office] = [each for each in answer["complaints"]["sources"] if each["source"] == "office"]
    assert office == {
        "source": "office",
        "status": "STALE",
        "rows": 0,
        "asOf": "2026-03-01T12:00:00Z",
        "missedBefore": None,
        "fieldsMissing": [],
        "error": None,
    }


async def test_a_source_tells_whose_cases_it_holds(graph: Graph) -> None:
    answer = await graph.data(
        """{ complaints { sources { source
          agencies(first: 1) { nodes { code } pageInfo { hasNextPage } } } } }"""
    )
    held = {
        each["source"]: (
            [agency["code"] for agency in each["agencies"]["nodes"]],
            each["agencies"]["pageInfo"]["hasNextPage"],
        )
        for each in answer["complaints"]["sources"]
    }
    assert held == {
        "city": (["city"], False),
        "office": (["office"], False),
        "store": (["interior"], True),
    }


async def test_a_negative_age_is_refused(graph: Graph) -> None:
    document = "{ complaints(freshness: {maxAge: -1}) { complete } }"
    assert await graph.error(document) == (
        "BAD_USER_INPUT: freshness.maxAge: expected 0 or more seconds; came -1.0"
    )


async def test_who_wishes_a_whole_answer_gets_an_error_for_an_old_one(graph: Graph) -> None:
    document = "{ complaints(freshness: {maxAge: 60}, onSourceFailure: FAIL) { complete } }"
    assert await graph.error(document) == (
        "SOURCE_FAILURE: the answer would not be complete: office STALE"
    )


MESSAGES = "{ complaints(first: 1) { nodes { messages { body visibility } } } }"


async def test_an_officer_sees_the_agencies_they_serve_with_internal_messages(
    graph: Graph,
) -> None:
    officer = Viewer(Role.OFFICER, "officer", frozenset({AgencyCode("city")}))
    answer = (await graph.data(IDS, viewer=officer, first=50))["complaints"]
    assert ids(answer) == [each.id for each in EVERY if each.agency_code == "city"]
    told = await graph.data(MESSAGES, viewer=officer)
    assert told["complaints"]["nodes"] == [
        {
            "messages": [
                {"body": "Bonjour", "visibility": "PUBLIC"},
                {"body": "Entre nous", "visibility": "INTERNAL"},
            ]
        }
    ]


async def test_nobody_in_particular_sees_no_list(graph: Graph) -> None:
    assert (await graph.error(IDS, viewer=ANONYMOUS)).startswith(
        "FORBIDDEN: lists of complaints are for signed-in staff"
    )
