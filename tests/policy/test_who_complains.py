"""Who complains is told to who handles the case, for a purpose, and no look goes unwritten."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from connectors.store import Store
from resolvers.policy import Role
from resolvers.policy.table import ACTS, Act, Reach
from tests.databases import ONE_A_PUSH, Databases
from tests.policy.office import SERVED, Office, served

LOOK = """mutation ($input: ReadComplainantInput!) { readComplainant(input: $input) {
  complainant { name phone email onBehalfOf { name mandate personType } }
  problems { code path } } }"""
FILE = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference complaint { secret } } problems { code } } }"""
SECRECY = "query ($id: ID!) { node(id: $id) { ... on Complaint { secret } } }"
NOBODYS = "1234-5678-9012-8"
SOMEBODY = {
    "name": "Somebody",
    "phone": "+212600000000",
    "email": "somebody@example.com",
    "onBehalfOf": None,
}
FILED = {
    "agency": SERVED,
    "description": "Fuite",
    "contact": {"name": "Amina", "phone": "+212612345678"},
    "onBehalfOf": {"name": "Fatna", "mandate": "RELATIVE"},
}
AMINA = {
    "name": "Amina",
    "phone": "+212612345678",
    "email": None,
    "onBehalfOf": {"name": "Fatna", "mandate": "RELATIVE", "personType": "NATURAL"},
}


@pytest.fixture(params=ONE_A_PUSH)
def database(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[str]:
    with databases.lent(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    with served(tmp_path, database) as running:
        yield running


def looked(office: Office, token: str | None, reference: str, purpose: str = "La rappeler") -> Any:
    given = {"reference": reference, "purpose": purpose}
    return office.ask_with(token, LOOK, input=given)["data"]["readComplainant"]


def filed(office: Office, token: str | None, key: str, **more: Any) -> str:
    given = FILED | more | {"idempotencyKey": f"{key}, of twenty-two signs"}
    payload = office.ask_with(token, FILE, input=given)["data"]["fileComplaint"]
    assert payload["problems"] == []
    assert payload["receipt"]["complaint"] == {"secret": more.get("secret", False)}
    reference: str = payload["receipt"]["reference"]
    return reference


def written(url: str) -> list[tuple[str, str, str, str]]:
    """Who looked as what, in which case, and what for; the first look comes first."""
    return asyncio.run(_written(url))


async def _written(url: str) -> list[tuple[str, str, str, str]]:
    async with aclosing(await Store.open(url, writes=False)) as store:
        rows = await store._engine.fetch(
            "SELECT k.subject, k.role, l.reference, k.purpose FROM complainant_look k"
            " JOIN ledger l ON l.id = k.ledger_id ORDER BY k.id"
        )
        return [(row[0].rpartition(" ")[2], row[1], row[2], row[3]) for row in rows]


def run(url: str, sqlite: str, postgres: str) -> None:
    """Have the database itself do something, beside whoever uses it."""
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
        try:
            with connection:
                connection.execute(sqlite)
        finally:
            connection.close()
    else:
        asyncio.run(_run(url, postgres))


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def allowed(act: Act, role: Role, agency: str) -> bool:
    reach = ACTS[act].by_role[role]
    return reach is Reach.FILED or (reach is Reach.AGENCIES and agency == SERVED)


def test_each_role_looks_where_the_table_says_and_each_look_is_written_down(
    office: Office, database: str
) -> None:
    expected = []
    for role in Role:
        token = office.token(role)
        for agency, case in office.filed.items():
            told = looked(office, token, case.reference, f"Pour {role}")
            if allowed(Act.READ_COMPLAINANT, role, agency):
                assert told == {"complainant": SOMEBODY, "problems": []}
                expected.append((role.word, role.value, case.reference, f"Pour {role}"))
            else:
                assert told == looked(office, token, NOBODYS)
                assert told["complainant"] is None
                assert told["problems"] == [{"code": "NOT_FOUND", "path": ["reference"]}]
    assert {row[1] for row in expected} == {"OFFICER", "SUPERVISOR", "CALL_CENTRE"}
    assert written(database) == expected


def test_people_see_what_they_gave_in_their_own_case(office: Office, database: str) -> None:
    amina, brahim = (office.token(Role.CITIZEN, name) for name in ("amina", "brahim"))
    for secret in (False, True):
        reference = filed(office, amina, f"key {secret}", secret=secret)
        assert looked(office, amina, reference) == {"complainant": AMINA, "problems": []}
        assert looked(office, brahim, reference)["complainant"] is None
    assert [row[0] for row in written(database)] == ["amina", "amina"]


def test_who_complains_in_a_secret_case_is_for_supervisors_and_others_see_that_it_is_secret(
    office: Office, database: str
) -> None:
    reference = filed(office, None, "a key", secret=True)
    for role in Role:
        token = office.token(role)
        told = looked(office, token, reference)
        if allowed(Act.READ_SECRET_COMPLAINANT, role, SERVED):
            assert told == {"complainant": AMINA, "problems": []}
        else:
            code = "SECRET" if allowed(Act.READ_COMPLAINANT, role, SERVED) else "NOT_FOUND"
            assert told["complainant"] is None
            assert [each["code"] for each in told["problems"]] == [code]
    assert [row[1] for row in written(database)] == ["SUPERVISOR"]
    for role, secret in ((Role.OFFICER, True), (Role.CALL_CENTRE, True)):
        node = office.ask(role, SECRECY, id=f"Complaint:{reference}")["data"]["node"]
        assert node == {"secret": secret}
    plain = office.filed[SERVED].reference
    open_ = filed(office, None, "another")
    for reference, known in ((open_, False), (plain, False)):
        node = office.ask(Role.OFFICER, SECRECY, id=f"Complaint:{reference}")["data"]["node"]
        assert node == {"secret": known}


@pytest.mark.parametrize(("purpose", "code"), [(" \n", "REQUIRED"), ("م" * 1001, "TOO_LONG")])
def test_without_a_purpose_nothing_is_told(
    office: Office, database: str, purpose: str, code: str
) -> None:
    told = looked(office, office.token(Role.OFFICER), office.filed[SERVED].reference, purpose)
    assert told == {"complainant": None, "problems": [{"code": code, "path": ["purpose"]}]}
    assert written(database) == []


def test_where_a_look_cannot_be_written_down_nothing_is_told(office: Office, database: str) -> None:
    token, reference = office.token(Role.OFFICER), office.filed[SERVED].reference
    run(
        database,
        "CREATE TRIGGER full BEFORE INSERT ON complainant_look"
        " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        "ALTER TABLE complainant_look ADD CONSTRAINT full_ CHECK (false) NOT VALID",
    )
    given = {"reference": reference, "purpose": "La rappeler"}
    told = office.ask_with(token, LOOK, input=given)
    assert told["data"] is None
    assert len(told["errors"]) == 1
    assert "Somebody" not in str(told)
    run(database, "DROP TRIGGER full", "ALTER TABLE complainant_look DROP CONSTRAINT full_")
    assert looked(office, token, reference)["complainant"] == SOMEBODY


@pytest.mark.parametrize(
    "statement", ["UPDATE complainant_look SET purpose = ''", "DELETE FROM complainant_look"]
)
def test_what_is_written_down_stays(office: Office, database: str, statement: str) -> None:
    looked(office, office.token(Role.OFFICER), office.filed[SERVED].reference)
    before = written(database)
    with pytest.raises((sqlite3.IntegrityError, asyncpg.RaiseError), match="for good"):
        run(database, statement, statement)
    assert written(database) == before
    assert len(before) == 1
