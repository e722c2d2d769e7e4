"""Each guess follows from what the samples show, and a doubt is told where they show too little."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gateway.drafting import Evidence, asked_at, marks, proposed
from gateway.drafting.evidence import Answer
from gateway.drafting.moments import Written, written

CASES = [
    {"id": 7, "subject": "Fuite", "state": "new", "created": "2026-01-31T10:00:00Z"},
    {"id": 9, "subject": "Trou", "state": "closed", "created": "2026-02-01T10:00:00Z"},
]


def drafted(*bodies: Any, asked: str = "", link: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """The options and the doubts."""
    headers = {"link": link} if link else {}
    answers = [Answer(f"{number}.json", body, headers) for number, body in enumerate(bodies)]
    url = asked_at(f"https://desk.example/api/cases{asked}")
    proposal = proposed(Evidence(answers, url))
    return proposal.options, dict(marks(proposal))


@pytest.mark.parametrize(
    ("values", "how"),
    [
        (["2026-01-31T10:00:00Z"], Written("iso", zoned=True)),
        (["2026-01-31T10:00:00+01:00", "2026-01-31T10:00:00Z"], Written("iso", zoned=True)),
        (["2026-01-31 10:00:00"], Written("iso", zoned=False)),
        (["2026-01-31"], Written("iso", zoned=True)),
        (["31/01/2026 10:00:00"], Written("%d/%m/%Y %H:%M:%S", zoned=False)),
        (["31.01.2026"], Written("%d.%m.%Y", zoned=True)),
        (["02/01/2026", "01/31/2026"], Written("%m/%d/%Y", zoned=True)),
        (["02/01/2026"], Written("%d/%m/%Y", zoned=True, ambiguous=True)),
        ([1_772_452_800], Written("epoch_seconds", zoned=True)),
        ([1_772_452_800_000], Written("epoch_milliseconds", zoned=True)),
        ([1, 2], None),
        ([True], None),
        (["20260131"], None),
        (["2026-01-31", "soon"], None),
        ([], None),
    ],
)
def test_times_tell_how_they_are_written(values: Sequence[Any], how: Written | None) -> None:
    assert written(values) == how


@pytest.mark.parametrize(
    ("body", "asked", "link", "paging"),
    [
        (CASES, "?per_page=2", '<https://d.example/?page=2>; rel="next"',
         {"style": "link_header", "size_parameter": "per_page"}),
        ({"items": CASES, "next": "https://d.example/cases?page=2"}, "", "",
         {"style": "next_url", "next": "$.next"}),
        ({"items": CASES, "links": {"next": "/cases?after=9"}}, "", "",
         {"style": "next_url", "next": "$.links.next"}),
        ({"items": CASES, "nextPageToken": "abc"}, "?pageToken=&pageSize=2", "",
         {"style": "cursor", "parameter": "pageToken", "next": "$.nextPageToken",
          "size_parameter": "pageSize"}),
        ({"items": CASES, "offset": 0, "limit": 2, "total_count": 80}, "?offset=0&limit=2", "",
         {"style": "offset", "parameter": "offset", "size_parameter": "limit"}),
        ({"items": CASES, "page": 1, "pages": 40, "total": 80}, "?page=1&per_page=2", "",
         {"style": "page", "parameter": "page", "first": 1, "size_parameter": "per_page"}),
        ({"items": CASES, "count": 80}, "?p_page=0", "",
         {"style": "page", "parameter": "p_page", "first": 0}),
        ({"items": CASES}, "?start=0&rows=2", "",
         {"style": "offset", "parameter": "start", "size_parameter": "rows"}),
        ({"items": CASES}, "", "", {"style": "none"}),
    ],
)  # fmt: skip
def test_how_a_list_goes_on_is_seen(
    body: Any, asked: str, link: str, paging: Mapping[str, Any]
) -> None:
    options, doubts = drafted(body, asked=asked, link=link)
    assert {k: v for k, v in options["list"]["paging"].items() if k != "max_size"} == paging
    told = {where for where in doubts if where.startswith("list.paging")}
    sized = {"list.paging.max_size"} if paging["style"] != "none" else {"list.paging.style"}
    assert told == sized


def test_a_parameter_that_nobody_named_is_a_doubt() -> None:
    body = {"items": CASES, "meta": {"next_cursor": "abc"}}
    options, doubts = drafted(body)
    assert options["list"]["paging"]["parameter"] == "cursor"
    assert "give --url" in doubts["list.paging.parameter"]


@pytest.mark.parametrize(
    ("body", "path", "total"),
    [
        ({"cases": CASES, "found": 80}, "$.cases", "$.found"),
        ({"data": {"rows": CASES, "total": 80, "pages": 40}}, "$.data.rows", "$.data.total"),
        ({"odd name": {"rows": CASES}}, "$['odd name'].rows", None),
        # As many as there are rows may be the page, and not all.
        ({"cases": CASES, "count": 2}, "$.cases", None),
    ],
)
def test_the_list_and_its_total_are_found(body: Any, path: str, total: str | None) -> None:
    options, _ = drafted(body)
    assert options["list"]["records"] == path
    assert options["list"].get("total") == (None if total is None else {"path": total})


def test_the_list_of_cases_is_told_from_other_lists() -> None:
    users = {"users": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"id": 3, "name": "C"}]}
    options, _ = drafted(users, {"rows": CASES})
    assert options["list"]["records"] == "$.rows"


@pytest.mark.parametrize("body", [{}, [], {"cases": []}, {"cases": [1, 2]}, "text", None])
def test_answers_without_cases_are_refused(body: Any) -> None:
    with pytest.raises(ValueError, match="no list of cases was found"):
        drafted(body)


def test_ids_that_do_not_tell_cases_apart_are_a_doubt() -> None:
    _, doubts = drafted([{**case, "id": 1} for case in CASES])
    assert "record.id" in doubts
    _, doubts = drafted(CASES[:1])
    assert doubts["record.id"] == "one case cannot show that ids differ"


def test_statuses_are_read_and_what_no_word_is_known_for_is_said() -> None:
    rows = [
        {**CASES[0], "state": state, "closed": over}
        for state, over in (("Clôturé", True), ("chez le chef", False), ("au sous-sol", True))
    ]
    options, doubts = drafted([{**row, "id": number} for number, row in enumerate(rows)])
    assert options["statuses"] == {
        "in": {"Clôturé": "CLOSED", "chez le chef": "UNDER_ASSESSMENT", "au sous-sol": "CLOSED"},
        "closed": {"path": "$.closed", "values": ["true"]},
    }
    assert "no known word is in chez le chef, au sous-sol" in doubts["statuses.in"]


@pytest.mark.parametrize(
    ("name", "said", "over"),
    [
        ("closed", [False], "true"),
        ("closed", ["N", "O"], "O"),
        ("closed", ["N"], "O"),
        ("done", ["non"], "oui"),
        ("done", ["No", "Yes"], "Yes"),
        ("closed", [0], "1"),
        ("open", [True], "false"),
        ("open", ["true"], "false"),
        ("open", ["true", "false"], "false"),
        ("active", ["Oui"], "Non"),
        ("active", ["Y"], "N"),
    ],
)
def test_what_says_that_a_case_is_over_is_said_as_the_system_says_it(
    name: str, said: Sequence[Any], over: str
) -> None:
    rows = [{**CASES[0], "id": number, name: word} for number, word in enumerate(said)]
    options, _ = drafted(rows)
    assert options["statuses"]["closed"] == {"path": f"$.{name}", "values": [over]}


def test_what_stands_beside_a_status_is_of_the_same_case() -> None:
    states = [
        {"id": 1, "status": {"code": "a", "label": None}, "closed": True},
        {"id": 2, "status": {"code": None, "label": "Clôturé"}, "closed": None},
        {"id": 3, "status": {"code": "b", "label": "Nouveau"}, "closed": False},
    ]
    options, _ = drafted([{"subject": "x", **state} for state in states])
    # The second has a label of a code that is not told: it may not be given to the first.
    assert options["statuses"]["in"] == {"a": "CLOSED", "b": "UNDER_ASSESSMENT"}


def test_cases_without_a_status_are_a_doubt_and_still_a_description() -> None:
    options, doubts = drafted([{"id": 1, "subject": "a"}, {"id": 2, "subject": "b"}])
    assert options["record"]["status"] == "$.status"
    assert {"record.status", "statuses.in"} <= doubts.keys()


def test_times_without_a_zone_are_a_doubt() -> None:
    options, doubts = drafted([{**CASES[0], "created": "31/01/2026 10:00"}])
    assert options["timezone"] == "Africa/Casablanca"
    assert "without a zone" in doubts["timezone"]
    assert "timezone" not in drafted(CASES)[0]


def test_one_day_that_is_plain_settles_the_others() -> None:
    rows = [{**CASES[0], "created": "02/01/2026", "deadline": "31/01/2026"}]
    _, doubts = drafted(rows)
    assert not {where for where in doubts if where.startswith("record.fields")}
    _, doubts = drafted([{**CASES[0], "created": "02/01/2026"}])
    assert "change places" in doubts["record.fields.created_at"]


def test_a_key_in_the_address_becomes_a_variable() -> None:
    options, doubts = drafted(CASES, asked="?api_key=s3cret&lang=fr")
    assert options["auth"] == {"kind": "query", "name": "api_key", "value": "${env:DESK_KEY}"}
    assert options["list"]["request"]["query"] == {"lang": "fr"}
    assert "auth" in doubts
    assert "s3cret" not in str(options)


def test_of_several_secrets_all_are_left_out_and_the_others_are_named() -> None:
    options, doubts = drafted(CASES, asked="?api_token=TOPSECRET&page=1&password=PPP")
    assert options["auth"] == {"kind": "query", "name": "api_token", "value": "${env:DESK_KEY}"}
    assert "query" not in options["list"]["request"]
    assert "so are password, which are left out" in doubts["auth"]
    assert "TOPSECRET" not in f"{options}{doubts}"
    assert "PPP" not in f"{options}{doubts}"


def test_of_two_lists_of_messages_one_is_taken_for_the_staffs_own() -> None:
    said = [{"id": 1, "text": "Bonjour", "at": "2026-02-01T10:00:00Z", "by": "citizen"}]
    options, doubts = drafted([{**case, "comments": said, "notes": said} for case in CASES])
    messages = options["children"]["messages"]
    assert (messages["items"], messages["internal_items"]) == ("$.comments", "$.notes")
    assert messages["author"] == {"path": "$.by", "table": {"citizen": "COMPLAINANT"}}
    assert "they are internal until" in doubts["children.messages"]


def test_nobodys_name_is_taken_for_a_word() -> None:
    names = ("E. Alaoui", "Agent Fatima", "S Bennani", "agent")
    said = [
        {"id": n, "text": "Bonjour", "at": "2026-02-01T10:00:00Z", "by": by}
        for n, by in enumerate(names)
    ]
    rows = [{**case, "comments": said, "type": "C. Idrissi", "via": "web"} for case in CASES]
    options, doubts = drafted(rows)
    messages = options["children"]["messages"]
    assert messages["author"] == {"path": "$.by", "table": {"agent": "AGENCY"}}
    assert "kind" not in options["record"]
    assert not [name for name in (*names[:3], "Idrissi") if name in f"{options}{doubts}"]


def test_of_several_ids_a_child_has_its_own() -> None:
    said = [{"author_id": 5, "id": 1, "text": "Bonjour", "at": "2026-02-01T10:00:00Z"}]
    options, _ = drafted([{**case, "comments": said} for case in CASES])
    assert options["children"]["messages"]["id"] == "$.id"


def test_what_says_something_else_without_cases_is_a_refusal() -> None:
    listed = {"result": "OK", "page": 1, "token": "s3cret-1", "items": CASES}
    second = {"result": "OK", "page": 2, "token": "s3cret-2", "items": [{**CASES[0], "id": 11}]}
    alone = {"result": "OK", "page": 0, "token": "s3cret-3", "item": {**CASES[0], "id": 12}}
    assert "errors" not in drafted(listed, second, alone)[0]
    refused = {"token": "s3cret-4", "result": "E-404"}
    options, doubts = drafted(listed, second, alone, refused)
    assert options["errors"] == [
        {"status": [200], "path": "$.result", "values": ["E-404"], "means": "bad_data"}
    ]
    assert "s3cret" not in f"{options}{doubts}"


def test_a_refusal_in_a_sentence_is_not_written_down() -> None:
    listed = {"message": "OK", "items": CASES}
    options, _ = drafted(listed, {"message": "Dossier de Mme Alaoui introuvable"})
    assert "errors" not in options


@pytest.mark.parametrize(
    "link",
    [
        '<https://d.example/?page=2>; rel="last next"',
        "<https://d.example/?page=2>; title=x; REL = next",
        '<https://d.example/?page=0>; rel="prev", <https://d.example/?page=2>; rel=next',
    ],
)
def test_a_link_to_the_next_page_is_seen_however_it_is_written(link: str) -> None:
    assert drafted(CASES, link=link)[0]["list"]["paging"]["style"] == "link_header"


def test_an_answer_to_a_login_is_told_from_a_list_that_goes_on() -> None:
    listed = {"items": CASES, "page_token": "abc"}
    _, doubts = drafted(listed)
    assert doubts["auth"] == "no answer shows how the system is told who asks"
    _, doubts = drafted(listed, {"access_token": "abc"})
    assert doubts["auth"].startswith("1.json looks like an answer to a login")


def test_parameters_that_a_description_would_take_for_variables_are_left_out() -> None:
    options, doubts = drafted(CASES, asked="?a={id}&b=${env:HOME}&c=1&d=x&d=y")
    assert options["list"]["request"]["query"] == {"c": "1"}
    assert "a, b, d had to be left out" in doubts["list.request.query"]


def test_no_more_rows_are_asked_for_than_a_description_can() -> None:
    rows = [{"id": number, "state": "new"} for number in range(10_001)]
    options, _ = drafted({"items": rows, "page": 1}, asked="?page=1&per_page=10001")
    assert options["list"]["paging"]["max_size"] == 10_000


def test_files_and_steps_are_told_from_messages() -> None:
    case = {
        **CASES[0],
        "files": [{"id": 1, "name": "a.jpg", "type": "image/jpeg", "size": 5}],
        "history": [{"id": 2, "state": "new", "at": "2026-02-01T10:00:00Z"}],
        "tags": [{"id": 3, "colour": "red"}],
    }
    options, _ = drafted([{**case, "id": 1}, {**case, "id": 2}])
    assert options["children"] == {
        "attachments": {
            "items": "$.files", "brought_by": "list", "id": "$.id", "name": "$.name",
            "media_type": "$.type", "bytes": "$.size",
        },
        "events": {
            "items": "$.history", "brought_by": "list", "id": "$.id", "at": "$.at",
            "status": "$.state",
        },
    }  # fmt: skip
