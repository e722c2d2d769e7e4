"""One life over three kinds of agency: the same mutations, the same timeline, the same clock."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.databases import ONE_A_PUSH, Databases
from tests.gateway.subscriptions.asking import case_of
from tests.gateway.subscriptions.listening import by_socket
from tests.life.administration import (
    AGENCIES,
    CITY,
    OWN,
    PREFECTURE,
    Administration,
    administration,
)
from tests.life.script import AGENCY, INADMISSIBLE, WHOLE_LIFE, WITHDRAWN, Case
from tests.life.systems import SERVICE

CASABLANCA = ZoneInfo("Africa/Casablanca")


@pytest.fixture(scope="module", params=ONE_A_PUSH)
def three(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Administration]:
    folder = tmp_path_factory.mktemp("administration")
    with databases.lent(request.param, folder) as url, administration(folder, url) as running:
        yield running


@dataclass(frozen=True)
class Lived:
    """A case that came to its end, and how it is seen then."""

    case: Case
    seen: Mapping[str, Any]


@pytest.fixture(
    scope="module", params=["all at once", pytest.param("one by one", marks=pytest.mark.long)]
)
def lived(request: pytest.FixtureRequest, three: Administration) -> Mapping[str, Lived]:
    """The whole life, faster than the systems hear of it, or in step with them."""
    cases = {agency: Case(three, agency) for agency in AGENCIES}
    for case in cases.values():
        case.file()
    for step in WHOLE_LIFE:
        for case in cases.values():
            if request.param == "one by one":
                case.settled()
            case.do(*step)
    return {agency: Lived(case, case.settled()) for agency, case in cases.items()}


def days(begin: str, end: str) -> int:
    """How many days in Morocco lie between two instants."""
    first, last = (datetime.fromisoformat(at).astimezone(CASABLANCA).date() for at in (begin, end))
    return (last - first).days


def timeline(seen: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(each["kind"], each["status"]) for each in seen["events"]]


def decided(seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    assert all(each["notifiedAt"] is not None for each in seen["decisions"])
    return [each | {"notifiedAt": ""} for each in seen["decisions"]]


def test_the_timeline_is_the_same(lived: Mapping[str, Lived]) -> None:
    assert [timeline(each.seen) for each in lived.values()] == [
        [
            ("FILED", "SUBMITTED"),
            ("STATUS_CHANGED", "ACKNOWLEDGED"),
            ("STATUS_CHANGED", "UNDER_ASSESSMENT"),
            ("STATUS_CHANGED", "IN_PROGRESS"),
            ("MESSAGE_ADDED", None),
            ("STATUS_CHANGED", "AWAITING_COMPLAINANT"),
            ("MESSAGE_ADDED", None),
            ("STATUS_CHANGED", "IN_PROGRESS"),
            ("MESSAGE_ADDED", None),
            ("MESSAGE_ADDED", None),
            ("ANSWERED_IN_PART", None),
            ("DECIDED", None),
            ("STATUS_CHANGED", "ANSWERED"),
            ("RATED", None),
            ("STATUS_CHANGED", "CLOSED"),
            ("STATUS_CHANGED", "REOPENED"),
            ("STATUS_CHANGED", "IN_PROGRESS"),
            ("DECIDED", None),
            ("STATUS_CHANGED", "ANSWERED"),
            ("STATUS_CHANGED", "CLOSED"),
        ]
    ] * len(AGENCIES)


def test_each_step_leads_to_the_same_state_at_once(lived: Mapping[str, Lived]) -> None:
    assert [each.case.statuses for each in lived.values()] == [
        [
            "ACKNOWLEDGED",
            "IN_PROGRESS",
            "IN_PROGRESS",
            "AWAITING_COMPLAINANT",
            "IN_PROGRESS",
            "IN_PROGRESS",
            "IN_PROGRESS",
            "IN_PROGRESS",
            "ANSWERED",
            "CLOSED",
            "REOPENED",
            "IN_PROGRESS",
            "ANSWERED",
            "CLOSED",
        ]
    ] * len(AGENCIES)


def test_what_is_known_of_the_case_is_the_same(lived: Mapping[str, Lived]) -> None:
    own = lived[OWN].seen
    alike = ("title", "description", "status", "statusReason", "version", "messages")
    for each in lived.values():
        assert {name: each.seen[name] for name in alike} == {name: own[name] for name in alike}
        assert decided(each.seen) == decided(own)
    assert (own["status"], own["version"]) == ("CLOSED", len(WHOLE_LIFE) + 1)
    assert [each["rating"] for each in own["decisions"]] == [2, None]


def test_the_clock_is_the_same(lived: Mapping[str, Lived]) -> None:
    receipts = [each.case.receipt for each in lived.values()]
    promised = {days(each["receivedAt"], each["dueAt"]) for each in receipts}
    reopened = [
        next(event["at"] for event in each.seen["events"] if event["status"] == "REOPENED")
        for each in lived.values()
    ]
    due = {days(at, each.seen["dueAt"]) for at, each in zip(reopened, lived.values(), strict=True)}
    assert len(promised) == len(due) == 1


def test_only_the_origin_tells_who_holds_it(lived: Mapping[str, Lived]) -> None:
    origins = {agency: each.seen["origin"] for agency, each in lived.items()}
    assert {agency: (each["source"], each["mode"]) for agency, each in origins.items()} == {
        OWN: ("store", "OWN"),
        CITY: ("city", "LIVE"),
        PREFECTURE: ("desk", "MIRROR"),
    }
    assert not any(each["stale"] for each in origins.values())


def test_what_the_city_was_told_is_what_was_said(
    three: Administration, lived: Mapping[str, Lived]
) -> None:
    source_id = lived[CITY].seen["origin"]["sourceId"]
    assert three.systems[CITY].told_of(source_id) == [
        ("acknowledged", ""),
        ("in_progress", ""),
        # The note is for colleagues: cities publish everything, so it stays here.
        ("in_progress", "Quel numéro ?"),
        ("in_progress", "Le douze"),
        ("in_progress", "متى تأتون؟"),
        ("in_progress", "Demain matin"),
        ("in_progress", "On attend une pièce"),
        ("in_progress", "La fuite est réparée"),
        ("fixed", ""),
        ("closed", ""),
        ("reopened", "Elle coule encore"),
        ("in_progress", ""),
        ("in_progress", "Réparée de nouveau"),
        ("fixed", ""),
        ("closed", "Sans suite"),
    ]


def test_what_the_prefecture_was_told_is_what_was_said(
    three: Administration, lived: Mapping[str, Lived]
) -> None:
    source_id = lived[PREFECTURE].seen["origin"]["sourceId"]
    assert three.systems[PREFECTURE].told_of(source_id) == [
        ("état acknowledged", ""),
        ("état in_progress", ""),
        ("private", "Voir le plombier"),
        ("", "Quel numéro ?"),
        ("état awaiting_complainant", ""),
        ("", "Le douze"),
        ("état in_progress", ""),
        ("", "متى تأتون؟"),
        ("", "Demain matin"),
        ("", "On attend une pièce"),
        ("", "La fuite est réparée"),
        ("état answered", ""),
        ("état closed", ""),
        ("état reopened", "Elle coule encore"),
        ("état in_progress", ""),
        ("", "Réparée de nouveau"),
        ("état answered", ""),
        ("état closed", "Sans suite"),
    ]


WATCHED = """subscription ($case: CaseInput!) { complaintChanged(case: $case) {
  ... on ComplaintChange { complaint {
    status version events { kind status }
    decisions { outcome reasons notifiedAt sourceAt answeredWithoutReasons } } } } }"""


@pytest.mark.parametrize("agency", [CITY, PREFECTURE])
def test_what_an_agency_answers_in_its_own_system_is_told_to_who_watches(
    three: Administration, agency: str
) -> None:
    case = Case(three, agency)
    case.file()
    source_id = case.settled()["origin"]["sourceId"]
    with by_socket(three.office.url, WATCHED, case=case.which) as watched:
        assert case_of(watched.next())["complaint"]["decisions"] == []
        # A system is asked soon after it was told something.
        case.do("complainant", "addMessage", {"text": "Toujours rien ?"})
        three.systems[agency].answer(source_id, "La fuite est réparée")
        while not (told := case_of(watched.next())["complaint"])["decisions"]:
            pass
    (decision,) = told["decisions"]
    assert (decision["outcome"], decision["reasons"], decision["answeredWithoutReasons"]) == (
        "INFORMATION_GIVEN",
        "La fuite est réparée",
        False,
    )
    assert decision["sourceAt"] <= decision["notifiedAt"]
    assert (told["status"], timeline(told)[-2:]) == (
        "ANSWERED",
        [("DECIDED", None), ("STATUS_CHANGED", "ANSWERED")],
    )
    seen = case.settled()
    assert (seen["status"], seen["version"]) == (told["status"], told["version"])
    assert [each["body"] for each in seen["messages"]] == [
        "Toujours rien ?",
        "La fuite est réparée",
    ]


@pytest.mark.parametrize(
    ("script", "end"), [(WITHDRAWN, "WITHDRAWN"), (INADMISSIBLE, "INADMISSIBLE")]
)
def test_a_short_life_is_the_same_too(three: Administration, script: Any, end: str) -> None:
    cases = [Case(three, agency) for agency in AGENCIES]
    for case in cases:
        case.live(script)
    own, *others = [case.settled() for case in cases]
    assert own["status"] == end
    for seen in others:
        assert timeline(seen) == timeline(own)
        assert decided(seen) == decided(own)
        assert (seen["status"], seen["statusReason"]) == (own["status"], own["statusReason"])
        assert seen["version"] == own["version"] == len(script) + 1


@pytest.mark.parametrize(("start", "goal"), [(CITY, PREFECTURE), (PREFECTURE, CITY), (CITY, OWN)])
def test_it_is_passed_on_between_systems(three: Administration, start: str, goal: str) -> None:
    case = Case(three, start)
    case.file()
    case.do(AGENCY, "acknowledgeComplaint", {})
    before = case.settled()
    why = {"text": "Cela relève de la voirie", "serviceCode": SERVICE}
    case.do(AGENCY, "transferComplaint", {"agency": goal} | why)
    after = case.settled()
    alike = ("id", "reference", "title", "description", "receivedAt", "dueAt")
    assert {name: after[name] for name in alike} == {name: before[name] for name in alike}
    assert after["status"] == "UNDER_ASSESSMENT"
    assert after["events"][: len(before["events"])] == before["events"]
    assert after["origin"]["source"] == {OWN: "store", CITY: "city", PREFECTURE: "desk"}[goal]
    old = before["origin"]
    assert case.seen(f"Complaint:{old['source']}:{old['sourceId']}")["id"] == after["id"]
    closed = {
        CITY: [("acknowledged", "Cela relève de la voirie"), ("closed", "")],
        PREFECTURE: [("", "Cela relève de la voirie"), ("état closed", "")],
    }
    until = time.monotonic() + 60
    while three.systems[start].told_of(old["sourceId"])[-2:] != closed[start]:
        assert time.monotonic() < until, three.systems[start].told_of(old["sourceId"])
        time.sleep(0.1)
    case.do(AGENCY, "assessComplaint", {})
    case.do(AGENCY, "decideComplaint", {"outcome": "UPHELD", "text": "Réparé"})
    assert case.settled()["status"] == "ANSWERED"
