"""Every field, question and act is asked for as everyone, through the door: the table is obeyed."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from resolvers.policy import Role
from resolvers.policy.table import ACTS, FIELDS, INTERNAL, LIST, ONE, QUESTIONS, Reach, Shown
from tests.databases import ONE_A_PUSH, Databases
from tests.policy import registry
from tests.policy.office import SERVED, Office, served

ABOUT_A_CASE = {name.partition(".")[0] for name in FIELDS if "[" not in name}
FOREIGN = "Complaint:city:city-source-id"
ROLES = list(Role)


@pytest.fixture(scope="module", params=ONE_A_PUSH)
def office(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with databases.lent(request.param, folder) as url, served(folder, url) as running:
        yield running


def everything(kind: str = "Complaint") -> str:
    """A selection of every field of a case; of what is not about cases only what it is."""
    shown = registry.SCHEMA.type_map[kind]
    assert isinstance(shown, GraphQLObjectType)
    selected = []
    for name, field in shown.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            selected.append(name)
        elif inner.name in ABOUT_A_CASE:
            selected.append(f"{name} {everything(inner.name)}")
        else:
            selected.append(f"{name} {{ __typename }}")
    return f"{{ {' '.join(selected)} }}"


ALL = everything()
LISTED = f"{{ complaints(first: 50) {{ nodes {ALL} }} }}"
BY_ID = f"query ($id: ID!) {{ node(id: $id) {{ ... on Complaint {ALL} }} }}"
BY_CODE = f"""query ($reference: String!, $code: String!) {{
  complaint(reference: $reference, trackingCode: $code) {ALL} }}"""


@pytest.fixture(scope="module")
def whole(office: Office) -> dict[str, dict[str, Any]]:
    """Each case as the one role sees it from which nothing of it is withheld."""
    answer = office.ask(Role.NATIONAL_SUPERVISOR, LISTED)
    assert "errors" not in answer
    return {node["agencyCode"]: node for node in answer["data"]["complaints"]["nodes"]}


def test_there_is_something_to_be_seen_in_every_field(whole: dict[str, dict[str, Any]]) -> None:
    assert whole.keys() == {SERVED, "roads", "city"}
    empty = {
        "city": {"reference", "service", "serviceCode"},
        "roads": {"service", "serviceCode"},
        SERVED: set(),
    }
    for agency, node in whole.items():
        missing = {name for name, value in node.items() if value in (None, [])}
        assert missing == empty[agency]
        for part in ("messages", "events", "decisions", "attachments"):
            for each in node[part]:
                assert None not in each.values() or part == "events", (agency, part, each)
        assert {each["visibility"] for each in node["messages"]} == {"PUBLIC", "INTERNAL"}
        assert None not in node["location"].values()
        assert None not in node["origin"].values()


@pytest.mark.parametrize("role", ROLES)
def test_lists_hold_what_the_role_reaches_and_show_what_it_is_shown(
    office: Office, whole: dict[str, dict[str, Any]], role: Role
) -> None:
    answer = office.ask(role, LISTED)
    reach = QUESTIONS[LIST].by_role[role]
    if reach is Reach.NONE:
        assert answer["data"] is None
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"]
        return
    assert "errors" not in answer
    nodes = {node["agencyCode"]: node for node in answer["data"]["complaints"]["nodes"]}
    assert nodes.keys() == {SERVED: None, **whole}.keys() & reached(reach)
    for agency, node in nodes.items():
        check(node, whole[agency], {name: row.by_role[role] for name, row in FIELDS.items()})


@pytest.mark.parametrize("role", ROLES)
def test_single_cases_are_had_as_the_role_reaches_them(
    office: Office, whole: dict[str, dict[str, Any]], role: Role
) -> None:
    reach = QUESTIONS[ONE].by_role[role]
    ids = {agency: each.id for agency, each in office.filed.items()} | {"city": FOREIGN}
    for agency, id_ in ids.items():
        answer = office.ask(role, BY_ID, id=id_)
        assert "errors" not in answer
        node = answer["data"]["node"]
        filed = reach is Reach.FILED and agency in office.filed
        if agency in reached(reach) or filed:
            check(node, whole[agency], {name: row.by_role[role] for name, row in FIELDS.items()})
        else:
            assert node is None
    # By the place in the store it is the same case, and the same right.
    by_place = office.ask(role, BY_ID, id=f"Complaint:store:{SERVED}-source-id")["data"]["node"]
    assert (by_place is not None) == (SERVED in reached(reach) or reach is Reach.FILED)


@pytest.mark.parametrize("role", ROLES)
def test_whoever_has_the_code_sees_what_the_complainant_sees_and_no_more(
    office: Office, whole: dict[str, dict[str, Any]], role: Role
) -> None:
    for agency, filed in office.filed.items():
        answer = office.ask(role, BY_CODE, reference=filed.reference, code=filed.code)
        assert "errors" not in answer
        shown = {name: row.with_code for name, row in FIELDS.items()}
        check(answer["data"]["complaint"], whole[agency], shown)
    wrong = office.ask(role, BY_CODE, reference=filed.reference, code="00000-00000")
    assert wrong == {"data": {"complaint": None}}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_open_is_open_to_everyone(office: Office, role: Role) -> None:
    answer = office.ask(
        role,
        """{ agencies { nodes { code source { id } } } agency(code: "water") { code }
             services { nodes { code } } viewer { role withheld agencies { code } }
             likelyAgencies(text: "fuite") { suggestions { agency { code } } }
             excludedMatters { code } labels(kinds: [STATUS]) { code } }""",
    )
    assert "errors" not in answer
    data = answer["data"]
    assert len(data["agencies"]["nodes"]) == 3
    assert None not in data.values()
    assert data["viewer"]["role"] == role
    serves = QUESTIONS[LIST].by_role[role] is Reach.AGENCIES
    assert data["viewer"]["agencies"] == ([{"code": SERVED}] if serves else [])
    cut = {
        name for name, row in FIELDS.items() if row.by_role[role] is Shown.NO and name != INTERNAL
    }
    assert bool(data["viewer"]["withheld"]) == bool(cut)


@pytest.mark.parametrize("role", ROLES)
def test_similar_cases_are_shown_to_who_finds_them_in_lists(office: Office, role: Role) -> None:
    document = """query ($agency: String!) { similarComplaints(
        input: {text: "title description address", agency: $agency}) {
        complaints { complaint { title } } atLeast } }"""
    for agency in (SERVED, "roads"):
        told = office.ask(role, document, agency=agency)["data"]["similarComplaints"]
        words = FIELDS["Complaint.title"].by_role[role] is Shown.YES
        reads = words and agency in reached(QUESTIONS[LIST].by_role[role])
        assert (told["complaints"] is not None) == reads
        assert told["atLeast"] is None  # fewer than five are not counted


APART = {"fileComplaint", "replaceTrackingCode", "readComplainant", "confirmDelivery"}
"""Acts with a form of their own, tried as everyone here or in a test of their own."""

WORDS: dict[str, str] = {
    "addMessage": 'text: "x"',
    "provideInformation": 'text: "x"',
    "withdrawComplaint": "",
    "rateAnswer": "score: 3",
    "reopenComplaint": 'text: "x"',
    "acknowledgeComplaint": "",
    "assessComplaint": "",
    "addNote": 'text: "x"',
    "requestInformation": 'text: "x"',
    "answerInPart": 'text: "x"',
    "decideComplaint": 'outcome: UPHELD, text: "x"',
    "closeComplaint": "",
    "assignComplaint": 'assignee: "x"',
    # Upon a version that the case has not: it is to stay where it is for those who come next.
    "linkDuplicate": 'original: "1234-5678-9012-8", expectedVersion: 99999',
    "transferComplaint": 'agency: "roads", text: "x", expectedVersion: 99999',
    "addCoAgency": 'agency: "roads", expectedVersion: 99999',
    "handOver": "noCourtSeized: true",
}
"""What each act is given, beside the case."""


@pytest.mark.parametrize("role", ROLES)
def test_acts_can_be_done_where_the_role_reaches(office: Office, role: Role) -> None:
    for agency, filed in office.filed.items():
        told = office.ask(role, acting(f'reference: "{filed.reference}"', f"{role}-{agency}"))
        for field, act in registry.ACTS.items():
            if field not in APART:
                may = agency in reached(ACTS[act].by_role[role])
                assert done(told["data"][field]) == may, (role, act, agency)


@pytest.mark.parametrize("role", ROLES)
def test_whoever_has_the_code_may_do_what_the_complainant_may(office: Office, role: Role) -> None:
    filed = office.filed["roads"]
    which = f'reference: "{filed.reference}", trackingCode: "{filed.code}"'
    told = office.ask(role, acting(which, f"{role}-code"))
    for field, act in registry.ACTS.items():
        if field not in APART:
            may = ACTS[act].with_code is Reach.ALL
            assert done(told["data"][field]) == may, (role, act)


@pytest.mark.parametrize("role", ROLES)
def test_filings_are_taken_where_the_role_reaches(office: Office, role: Role) -> None:
    for agency in office.filed:
        told = office.ask(
            role,
            """mutation ($agency: String!, $key: String!) { fileComplaint(
                input: {agency: $agency, description: "x", idempotencyKey: $key}) {
                receipt { reference trackingCode receivedAt dueAt complaint { id description } }
                problems { code } } }""",
            agency=agency,
            key=f"a key of twenty-two signs {role} {agency}",
        )
        if agency in reached(ACTS[registry.ACTS["fileComplaint"]].by_role[role]):
            assert "errors" not in told
            receipt = told["data"]["fileComplaint"]["receipt"]
            assert None not in receipt.values()
            assert receipt["complaint"]["id"] == f"Complaint:{receipt['reference']}"
        else:
            assert told["data"] is None
            assert [each["extensions"]["code"] for each in told["errors"]] == ["FORBIDDEN"]


def acting(which: str, key: str) -> str:
    """Every act in one document, in the order in which they are registered."""
    assert WORDS.keys() == registry.ACTS.keys() - APART
    fields = (
        f"""{field}(input: {{case: {{{which}}}, idempotencyKey: "a key of twenty-two {key} {field}",
            {given}}}) {{ complaint {{ id }} problems {{ code }} }}"""
        for field, given in WORDS.items()
    )
    return f"mutation {{ {' '.join(fields)} }}"


def done(payload: dict[str, Any]) -> bool:
    """Whether rights were no obstacle; how the case stands may have been."""
    codes = {each["code"] for each in payload["problems"]}
    assert codes <= {"NOT_FOUND", "NOT_NOW", "CONFLICT"}
    return "NOT_FOUND" not in codes


def reached(reach: Reach) -> set[str]:
    """The agencies whose cases are reached without further ado."""
    return {
        Reach.ALL: {SERVED, "roads", "city"},
        Reach.AGENCIES: {SERVED},
        Reach.PART: {SERVED},
    }.get(reach, set())


def check(
    got: dict[str, Any], truth: dict[str, Any], shown: dict[str, Shown], kind: str = "Complaint"
) -> None:
    """Hold what was got of a case against how its fields are to be shown."""
    for field, value in truth.items():
        name = f"{kind}.{registry.python_name(kind, field)}"
        if shown[name] is Shown.NO:
            assert got[field] is None, name
        elif shown[name] is Shown.ALIAS:
            assert (got[field] is None) == (value is None), name
            if value is not None:
                assert "p-" in got[field], name
                assert value not in got[field], name
        else:
            check_shown(got[field], value, shown, name)


def check_shown(got: Any, value: Any, shown: dict[str, Shown], name: str) -> None:
    inner = {"origin": "Origin", "location": "Location", "messages": "Message"} | {
        "events": "Event",
        "decisions": "Decision",
        "participants": "Participant",
        "attachments": "Attachment",
    }
    kind = inner.get(name.partition(".")[2])
    if name in {"Origin.fetched_at", "Complaint.possible_acts"}:
        # What is possible is each viewer's own: test_possible.py asks for that as everyone.
        assert got is not None
    elif kind is None:
        assert got == value, name
    elif isinstance(value, dict):
        check(got, value, shown, kind)
    else:
        if kind == "Message" and shown[INTERNAL] is Shown.NO:
            value = [each for each in value if each["visibility"] == "PUBLIC"]
            assert value
        assert len(got) == len(value), name
        for one, other in zip(got, value, strict=True):
            check(one, other, shown, kind)
