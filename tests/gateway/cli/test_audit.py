"""`chikaya audit verify`: a person is told which link of which case does not hold."""

import json
import sqlite3
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from connectors.contract.ledger import OpenedCase
from connectors.store import Store
from tests.connectors.store.cases import filing
from tests.databases import HOME, Databases
from tests.gateway.cli.command import chikaya


async def _filed(folder: Path) -> OpenedCase:
    async with aclosing(await Store.open(f"sqlite:///{folder / HOME}")) as store:
        return await store.ledger.open_case(filing())


@pytest.fixture
async def folder(databases: Databases, tmp_path: Path) -> Path:
    """A folder with a database in which one case was filed."""
    await databases.at_home(tmp_path)
    await _filed(tmp_path)
    return tmp_path


async def test_whole_histories_are_accounted_for(folder: Path) -> None:
    done = chikaya("audit", "verify", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [
        *("cases", "1"),
        *("links", "1"),
        *("erased", "0"),
        *("without", "history", "0"),
    ]


async def test_a_link_that_does_not_hold_is_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / HOME)) as tampering:
        tampering.execute("UPDATE history SET act = 'CLOSE'")
        tampering.commit()
    done = chikaya("audit", "verify", folder=folder)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "4471083920155, link 1: CHANGED"
    told = chikaya("audit", "verify", "--json", folder=folder)
    assert told.returncode == 1
    assert json.loads(told.stdout)["flaws"] == [
        {"reference": "4471083920155", "link": 1, "kind": "CHANGED"}
    ]


async def test_a_database_that_is_not_migrated_is_left_alone(tmp_path: Path) -> None:
    missing = chikaya("audit", "verify", folder=tmp_path)
    assert missing.returncode == 2
    assert "does not exist" in missing.stderr
    (tmp_path / "empty.sqlite3").touch()
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    pending = chikaya("audit", "verify", "--database-url", url, folder=tmp_path)
    assert (pending.returncode, pending.stderr.strip()) == (
        2,
        "the database is not migrated: run `chikaya migrate` first",
    )
