"""A lost tracking code is replaced by who checks identity: the old one dies, and it is written down."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from connectors.store import Store
from resolvers.policy import Role
from resolvers.policy.table import ACTS, Act, Reach
from tests.databases import ONE_A_PUSH, Databases
from tests.policy.office import SERVED, Filed, Office, served

REPLACE = """mutation ($input: ReplaceTrackingCodeInput!) { replaceTrackingCode(input: $input) {
  trackingCode problems { code path } } }"""
FOLLOW = """query ($reference: String!, $code: String!) {
  complaint(reference: $reference, trackingCode: $code) { reference version } }"""
FILE = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference trackingCode } } }"""
NOBODYS = "1234-5678-9012-8"


@pytest.fixture(params=ONE_A_PUSH)
def database(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[str]:
    with databases.lent(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    with served(tmp_path, database) as running:
        yield running


def replaced(
    office: Office, token: str | None, reference: str, key: str, purpose: str = "Pièce vue"
) -> Any:
    given = {"reference": reference, "idempotencyKey": f"{key}, of twenty-two", "purpose": purpose}
    return office.ask_with(token, REPLACE, input=given)["data"]["replaceTrackingCode"]


def opens(office: Office, reference: str, code: str) -> bool:
    told = office.ask(Role.ANONYMOUS, FOLLOW, reference=reference, code=code)
    return told["data"]["complaint"] is not None


def reaches(role: Role, filed: Filed) -> bool:
    reach = ACTS[Act.REPLACE_TRACKING_CODE].by_role[role]
    return reach is Reach.FILED or (reach is Reach.AGENCIES and filed.agency == SERVED)


def test_each_role_replaces_the_codes_that_the_table_gives_it_and_is_told_of_no_other(
    office: Office,
) -> None:
    codes = {filed.reference: filed.code for filed in office.filed.values()}
    for role in Role:
        for filed in office.filed.values():
            token, before = office.token(role), codes[filed.reference]
            told = replaced(office, token, filed.reference, f"{role} {filed.agency}")
            if reaches(role, filed):
                assert told["problems"] == []
                assert told["trackingCode"] != before
                codes[filed.reference] = told["trackingCode"]
                assert not opens(office, filed.reference, before)
            else:
                unknown = replaced(office, token, NOBODYS, f"{role} nobody")
                assert told == unknown
                assert told["problems"] == [{"code": "NOT_FOUND", "path": ["reference"]}]
            assert opens(office, filed.reference, codes[filed.reference])
    assert codes[office.filed[SERVED].reference] != office.filed[SERVED].code


def test_a_citizen_replaces_the_code_of_their_own_case_alone(office: Office) -> None:
    amina, brahim = (office.token(Role.CITIZEN, name) for name in ("amina", "brahim"))
    given = {"agency": "roads", "description": "Un trou", "idempotencyKey": "k"}
    receipt = office.ask_with(amina, FILE, input=given)["data"]["fileComplaint"]["receipt"]
    reference = receipt["reference"]
    assert replaced(office, brahim, reference, "his")["trackingCode"] is None
    code = replaced(office, amina, reference, "hers")["trackingCode"]
    assert opens(office, reference, code)
    assert not opens(office, reference, receipt["trackingCode"])


def test_a_repetition_is_done_once_and_the_code_is_told_once(office: Office) -> None:
    token, reference = office.token(Role.OFFICER), office.filed[SERVED].reference
    code = replaced(office, token, reference, "a key")["trackingCode"]
    again = replaced(office, token, reference, "a key")
    assert again == {
        "trackingCode": None,
        "problems": [{"code": "TOLD_ONCE", "path": ["idempotencyKey"]}],
    }
    assert opens(office, reference, code)
    other = {"reference": reference, "idempotencyKey": "a key, of twenty-two", "purpose": "Autre"}
    (error,) = office.ask_with(token, REPLACE, input=other)["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert opens(office, reference, code)


@pytest.mark.parametrize(("purpose", "code"), [("  \n", "REQUIRED"), ("م" * 1001, "TOO_LONG")])
def test_a_purpose_is_stated(office: Office, purpose: str, code: str) -> None:
    filed = office.filed[SERVED]
    told = replaced(office, office.token(Role.OFFICER), filed.reference, "a key", purpose)
    assert told["problems"] == [{"code": code, "path": ["purpose"]}]
    assert opens(office, filed.reference, filed.code)


def test_the_history_tells_who_did_it_and_why_but_no_code(database: str, tmp_path: Path) -> None:
    with served(tmp_path, database) as office:
        filed = office.filed[SERVED]
        code = replaced(office, office.token(Role.OFFICER), filed.reference, "a key")[
            "trackingCode"
        ]
    flaws, links = asyncio.run(_history(database, filed.reference))
    assert flaws == []
    act, author, body = links[-1]
    assert (act, author) == ("REPLACE_TRACKING_CODE", "AGENCY")
    assert "some officer" in body
    assert "Pièce vue" in body
    assert code not in str(links)


async def _history(url: str, reference: str) -> tuple[list[object], list[tuple[str, str, str]]]:
    async with aclosing(await Store.open(url)) as store:
        flaws = [flaw async for proof in store.ledger.proofs() for flaw in proof.flaws]
        rows = await store._engine.fetch(
            "SELECT h.act, h.author, b.body, l.reference FROM history h JOIN history_body b"
            " ON b.history_id = h.id JOIN ledger l ON l.id = h.ledger_id ORDER BY h.id"
        )
        return flaws, [(row[0], row[1], row[2]) for row in rows if row[3] == reference]
