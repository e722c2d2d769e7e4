"""`chikaya letters`: what was not sent is listed, and tried again."""

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from connectors.contract.letters import LetterEnded, LetterKind, LetterState
from connectors.store import Store, copy_held
from connectors.testing.scenario import NOON
from gateway.cli import lettering, main
from gateway.config import Settings, read_settings
from tests.connectors.store.cases import EMAIL, filing
from tests.databases import Databases

REFERENCES = [f"44710839201{number:02}" for number in (1, 2)]


@pytest.fixture
async def settings(sqlite_url: str) -> Settings:
    """Of a store that is filled."""
    await _filled(sqlite_url)
    return read_settings({"CHIKAYA_ENV": "development"}, database_url=sqlite_url)


async def _filled(url: str) -> None:
    """With a letter that is dead (1), and one that waits (2)."""
    async with aclosing(await Store.open(url)) as store:
        for reference in REFERENCES:
            case = filing(reference, key=reference)
            await store.ledger.open_case(replace(case, letter=LetterKind.RECEIPT))
        letter = await store.letters.begin(now=NOON, until=NOON)
        assert letter is not None
        await store.letters.settle(letter, LetterEnded(LetterState.DEAD, "ADDRESS_REFUSED", NOON))


async def listed(settings: Settings, *states: str, of: str | None = None) -> list[dict[str, Any]]:
    return list(await lettering.listed(settings.database_url, states, of))


async def test_what_was_not_sent_is_listed_without_whom_it_is_for(settings: Settings) -> None:
    rows = await listed(settings)
    assert rows[0] == {
        "id": 1,
        "reference": REFERENCES[0],
        "kind": "RECEIPT",
        "state": "DEAD",
        "attempts": 1,
        "queuedAt": NOON.isoformat(),
        "nextAt": None,
        "doneAt": NOON.isoformat(),
        "code": "ADDRESS_REFUSED",
    }
    assert (rows[1]["state"], rows[1]["nextAt"]) == ("PENDING", NOON.isoformat())
    assert EMAIL not in json.dumps(rows)
    assert await listed(settings, "dead") == rows[:1]
    assert await listed(settings, "SENT") == []
    for words in ("lost", ""):
        with pytest.raises(ValueError, match="--state: expected one of PENDING, SENDING"):
            await listed(settings, words)
    with pytest.raises(ValueError, match="--reference: expected 13 digits"):
        await listed(settings, of="12")


async def test_those_that_are_dead_are_tried_again(settings: Settings) -> None:
    assert await lettering.dead_of(settings.database_url) == [1]
    assert await lettering.retried(settings, [1, 2, 3]) == {1}
    assert [row["state"] for row in await listed(settings)] == ["PENDING", "PENDING"]


async def test_a_store_that_is_put_back_sends_nothing_by_itself(
    settings: Settings, tmp_path: Path
) -> None:
    copy_held(Path(settings.database_url.removeprefix("sqlite:///")), tmp_path / "copy")
    async with aclosing(await Store.open(f"sqlite:///{tmp_path / 'copy'}")) as store:
        assert not await store.letters.waiting(NOON)
        await store.letters.retry(2, at=NOON)
        assert await store.letters.waiting(NOON)
        await store.restored.hold()
        assert not await store.letters.waiting(NOON)
        found = await store.letters.letters(states=frozenset(LetterState), most=9)
    assert [(each.state, each.code) for each in found] == [
        ("DEAD", "ADDRESS_REFUSED"),
        ("DEAD", "RESTORED"),
    ]


def test_the_command_lists_and_retries(databases: Databases, tmp_path: Path) -> None:
    with databases.lent("sqlite", tmp_path) as url:
        asyncio.run(_filled(url))
        at = ["--database-url", url]
        ran = CliRunner()
        listed_ = ran.invoke(main, ["letters", "list", *at])
        assert listed_.exit_code == 0
        first, second = listed_.stdout.splitlines()
        assert first.startswith(f"id=1  reference={REFERENCES[0]}  kind=RECEIPT  state=DEAD  ")
        assert second.startswith(f"id=2  reference={REFERENCES[1]}  kind=RECEIPT  state=PENDING  ")
        told = ran.invoke(main, ["letters", "list", *at, "--state", "DEAD", "--json"])
        assert [row["id"] for row in json.loads(told.stdout)] == [1]
        for neither in ([], ["--all-dead", "1"]):
            assert ran.invoke(main, ["letters", "retry", *at, *neither]).exit_code == 2
        partly = ran.invoke(main, ["letters", "retry", *at, "1", "2"])
        assert partly.stdout.splitlines() == ["1: PENDING", "2: no letter that is DEAD"]
        assert partly.exit_code == 1
        none = ran.invoke(main, ["letters", "retry", *at, "--all-dead"])
        assert (none.exit_code, none.stdout) == (0, "")
