"""Whoever files while signed in finds their cases, whoever holds them; nobody else finds them so."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.contract.connector import Contact
from connectors.contract.ledger import NewCase
from connectors.contract.records import STORE, Mode, SourceId
from connectors.store import Store
from connectors.testing.georeport import GeoReportCity
from resolvers.policy import Role
from resolvers.receipt import draw_reference
from tests.clients.serving import serving
from tests.databases import ONE_A_PUSH, Databases
from tests.gateway.auth.provider import Provider
from tests.policy.office import NOON, SERVED, Office, case, door

ROLES = list(Role)
TOWN = SourceId("town")
REGISTRY = """
version: 1
sources:
  town: {connector: open311, mode: live, guard: {retries: 0}, options: {url: "TOWN"}}
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
  - {code: town, name: {ar: البلدة, fr: Bourg}, class: COLLECTIVITE, source: town}
"""
REQUEST = {
    "service_request_id": "77",
    "status": "open",
    "service_name": "Voirie",
    "service_code": "voirie",
    "description": "Un trou rue 7",
    "requested_datetime": "2026-03-01T10:00:00Z",
    "updated_datetime": "2026-03-01T10:00:00Z",
}
OWN = """query ($first: Int, $after: String) { viewer { role complaints(first: $first, after: $after) {
  nodes { reference receivedAt description origin { source stale } }
  pageInfo { hasNextPage endCursor } totalCount { value exact } complete
  sources { source status rows missedBefore error { code } } } } }"""
FILE = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference trackingCode } problems { code } } }"""
BY_ID = "query ($id: ID!) { node(id: $id) { ... on Complaint { reference description } } }"
REPLACE = """mutation ($input: ReplaceTrackingCodeInput!) { replaceTrackingCode(input: $input) {
  problems { code } } }"""
WITHDRAW = """mutation ($input: WithdrawComplaintInput!) { withdrawComplaint(input: $input) {
  complaint { reference status } problems { code } } }"""


@dataclass
class Switch:
    """A system that can be off."""

    app: ASGIApp
    off: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = PlainTextResponse("off", status_code=503) if self.off else self.app
        await answering(scope, receive, send)


@dataclass
class Town:
    """The office, the system of the town, and a case of somebody's there."""

    office: Office
    system: Switch
    reference: str

    def file(self, token: str | None, key: str, **more: str) -> Any:
        given = {"agency": "water", "description": f"Fuite {key}", "idempotencyKey": key} | more
        told = self.office.ask_with(token, FILE, input=given)
        return told["data"]["fileComplaint"]["receipt"]

    def own(self, token: str | None, **variables: Any) -> Any:
        told = self.office.ask_with(token, OWN, **variables)
        assert "errors" not in told
        return told["data"]["viewer"]["complaints"]


@contextmanager
def town_in(folder: Path, database_url: str) -> Iterator[Town]:
    provider = Provider()
    system = Switch(GeoReportCity(requests=[REQUEST]).app)
    with serving(provider.app) as provider.url, serving(system) as town_url:
        reference = asyncio.run(_filed_there(database_url, f"{provider.url} amina"))
        path = folder / "agencies.yaml"
        path.write_text(REGISTRY.replace("TOWN", town_url), encoding="utf-8")
        with door(path, database_url, provider, {}) as office:
            yield Town(office, system, reference)


async def _filed_there(database_url: str, subject: str) -> str:
    """The reference of a case that `subject` filed and that the town's system holds by now.

    Beside it, the agency's own desk has registered a case.
    """
    reference = draw_reference()
    whole, registered = case(TOWN, "town", reference), case(STORE, SERVED)
    origin = replace(whole.origin, source_id="77", mode=Mode.LIVE)
    registered = replace(registered, origin=replace(registered.origin, source_id="desk-1"))
    async with aclosing(await Store.open(database_url)) as store:
        await store.mirror.put([registered], source=STORE, heard_at=NOON)
        await store.ledger.open_case(
            NewCase(
                complaint=replace(whole, origin=origin, received_at=NOON),
                contact=Contact(),
                attributes={},
                code_hash=b"x" * 32,
                key="key",
                subject=subject,
                content_digest=b"x" * 32,
            )
        )
    return reference


@pytest.fixture(params=ONE_A_PUSH)
def town(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Town]:
    with databases.lent(request.param, tmp_path) as url, town_in(tmp_path, url) as running:
        yield running


def test_the_last_comes_first_page_by_page_whoever_holds_it(town: Town) -> None:
    amina, brahim = (town.office.token(Role.CITIZEN, name) for name in ("amina", "brahim"))
    filed = [town.file(amina, f"key {number}")["reference"] for number in range(4)]
    town.file(brahim, "key of his")
    town.file(None, "a key of twenty-two signs")
    pages, after = [], None
    while True:
        pages.append(town.own(amina, first=2, after=after))
        after = pages[-1]["pageInfo"]["endCursor"]
        if not pages[-1]["pageInfo"]["hasNextPage"]:
            break
    nodes = [node for page in pages for node in page["nodes"]]
    assert [node["reference"] for node in nodes] == [*reversed(filed), town.reference]
    assert [node["origin"]["source"] for node in nodes] == ["store"] * 4 + ["town"]
    # What was filed is the ledger's, whatever its system makes of it.
    assert nodes[-1]["description"] == "town description"
    assert [page["totalCount"] for page in pages] == [{"value": 5, "exact": True}] * 3
    assert all(page["complete"] for page in pages)
    stolen = town.office.ask_with(brahim, OWN, first=2, after=pages[0]["pageInfo"]["endCursor"])
    assert [each["extensions"]["code"] for each in stolen["errors"]] == ["BAD_CURSOR"]
    assert town.own(brahim)["totalCount"]["value"] == 1


def test_their_case_is_read_and_acted_in_without_its_code_by_them_alone(town: Town) -> None:
    amina, brahim = (town.office.token(Role.CITIZEN, name) for name in ("amina", "brahim"))
    reference = town.file(amina, "a key")["reference"]
    id_ = f"Complaint:{reference}"
    seen = {"reference": reference, "description": "Fuite a key"}
    assert town.office.ask_with(amina, BY_ID, id=id_) == {"data": {"node": seen}}
    assert town.office.ask_with(brahim, BY_ID, id=id_) == {"data": {"node": None}}
    given = {"case": {"reference": reference}, "idempotencyKey": "another"}
    refused = town.office.ask_with(brahim, WITHDRAW, input=given)["data"]["withdrawComplaint"]
    assert refused == {"complaint": None, "problems": [{"code": "NOT_FOUND"}]}
    done = town.office.ask_with(amina, WITHDRAW, input=given)["data"]["withdrawComplaint"]
    assert done == {"complaint": {"reference": reference, "status": "WITHDRAWN"}, "problems": []}


def test_a_silent_source_is_named_and_its_cases_are_told_as_the_ledger_knows_them(
    town: Town,
) -> None:
    amina = town.office.token(Role.CITIZEN, "amina")
    filed = town.file(amina, "a key")["reference"]
    town.system.off = True
    page = town.own(amina)
    assert [node["reference"] for node in page["nodes"]] == [filed, town.reference]
    assert [node["origin"]["stale"] for node in page["nodes"]] == [False, True]
    assert not page["complete"]
    assert [(each["source"], each["status"]) for each in page["sources"]] == [
        ("store", "OK"),
        ("town", "STALE"),
    ]
    town.system.off = False
    again = town.own(amina)
    assert [node["origin"]["stale"] for node in again["nodes"]] == [False, False]
    assert again["complete"]


def test_nobody_is_told_by_a_silent_source_that_there_is_such_a_case(town: Town) -> None:
    town.system.off = True
    brahim = town.office.token(Role.CITIZEN, "brahim")
    for reference in (town.reference, "1234-5678-9012-8"):
        told = town.office.ask_with(brahim, BY_ID, id=f"Complaint:{reference}")
        assert told == {"data": {"node": None}}


def test_what_somebody_entered_for_others_is_not_theirs_once_they_are_staff_no_longer(
    town: Town,
) -> None:
    amina = town.office.token(Role.CITIZEN, "amina")
    before = town.own(amina)["totalCount"]
    for role, channel in ((Role.CALL_CENTRE, "CALL_CENTRE"), (Role.OFFICER, "COUNTER")):
        receipt = town.file(town.office.token(role, "amina"), f"key of {role}", channel=channel)
        id_ = f"Complaint:{receipt['reference']}"
        assert town.office.ask_with(amina, BY_ID, id=id_) == {"data": {"node": None}}
    assert town.own(amina)["totalCount"] == before


@pytest.mark.parametrize("role", [each for each in ROLES if each is not Role.CITIZEN])
def test_who_files_nothing_for_themselves_has_no_such_list(town: Town, role: Role) -> None:
    told = town.office.ask(role, OWN)
    assert told["data"]["viewer"] == {"role": role.value, "complaints": None}
    assert [each["extensions"]["code"] for each in told["errors"]] == ["FORBIDDEN"]


def test_a_case_that_was_not_filed_here_is_not_for_the_call_centre(town: Town) -> None:
    """Not even once an act has given it a reference."""
    note = """mutation ($input: AddNoteInput!) { addNote(input: $input) {
      complaint { reference } problems { code } } }"""
    given = {"case": {"id": "Complaint:store:desk-1"}, "idempotencyKey": "k", "text": "Vu"}
    done = town.office.ask(Role.OFFICER, note, input=given)["data"]["addNote"]
    reference = done["complaint"]["reference"]
    assert reference is not None
    by_place, by_reference = "Complaint:store:desk-1", f"Complaint:{reference}"
    for role in (Role.ANONYMOUS, Role.CITIZEN, Role.CALL_CENTRE, Role.ANALYST, Role.ADMIN):
        for id_ in (by_place, by_reference):
            assert town.office.ask(role, BY_ID, id=id_) == {"data": {"node": None}}, (role, id_)
    given = {"reference": reference, "purpose": "Perdu", "idempotencyKey": "k"}
    told = town.office.ask(Role.CALL_CENTRE, REPLACE, input=given)["data"]["replaceTrackingCode"]
    assert told == {"problems": [{"code": "NOT_FOUND"}]}
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.AGENCY_SYSTEM, Role.NATIONAL_SUPERVISOR):
        node = town.office.ask(role, BY_ID, id=by_place)["data"]["node"]
        assert node["reference"] == reference
