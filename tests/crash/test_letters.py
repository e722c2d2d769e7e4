"""Processes die while a mail server takes a letter: each letter comes, and what may come twice shows it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.contract.connector import Contact
from connectors.contract.letters import Letter, LetterKind, LetterState
from connectors.contract.records import utc_now
from connectors.store import Store
from tests.connectors.store.cases import filing
from tests.crash.processes import Process, free_port, ours, started
from tests.gateway.letters.catcher import Catcher, catching

LETTERS = 40
TAKEN = 12
"""Before both processes die."""
REGISTRY = """
version: 1
agencies:
  - {code: commune-a, name: {ar: جماعة, fr: Commune}, class: COLLECTIVITE}
"""


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_each_letter_comes_and_only_those_on_the_way_come_twice(
    postgres_url: str, tmp_path: Path
) -> None:
    (tmp_path / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    async with aclosing(await Store.open(postgres_url)) as store, catching() as catcher:
        for number in range(LETTERS):
            await queue(store, number)
        workers = [worker(n, tmp_path, postgres_url, catcher) for n in (1, 2)]
        # After so many the server goes on to take letters, and says so to nobody.
        catcher.answers["."] = [*[b"250 queued"] * TAKEN, *[None] * LETTERS]
        with started(*workers):
            await asyncio.wait_for(catcher.has(TAKEN + 2), 120)
            for each in workers:
                each.kill()
            catcher.answers.clear()
            on_the_way = [each for each in await every(store) if each.state is LetterState.SENDING]
            assert 1 <= len(on_the_way) <= len(workers)
            await let_time_pass(store)
            for each in workers:
                each.start()
            await sent(store)
            for each in workers:
                assert each.end() in (0, -15), each.log.read_text()
        letters = await every(store)
    to = Counter(each.to for each in catcher.caught)
    assert set(to) == {address(number) for number in range(LETTERS)}
    twice = {name for name, count in to.items() if count > 1}
    assert len(twice) == len(on_the_way)
    assert to.total() == LETTERS + len(twice)
    ids = Counter(each.message["Message-ID"] for each in catcher.caught)
    assert sorted(ids.values()) == sorted(to.values())
    assert Counter(each.attempts for each in letters) == {1: LETTERS - len(twice), 2: len(twice)}


def worker(number: int, folder: Path, url: str, catcher: Catcher) -> Process:
    process = ours(f"work-{number}", "work", folder=folder, url=url, port=free_port())
    letters = {
        "CHIKAYA_SMTP_URL": f"smtp://127.0.0.1:{catcher.port}",
        "CHIKAYA_MAIL_FROM": "no-reply@chikaya.example",
        "CHIKAYA_URL": "https://chikaya.example",
    }
    return replace(process, env={**process.env, **letters})


def address(number: int) -> str:
    return f"person-{number}@example.test"


async def queue(store: Store, number: int) -> None:
    case = filing(f"{4471083920000 + number}", key=f"key-{number}")
    now = utc_now()
    # Else its answer were late by now, which is written too.
    complaint = msgspec.structs.replace(
        case.complaint, created_at=now, received_at=now, due_at=now + timedelta(days=60)
    )
    contact = Contact(email=address(number), language="fr")
    await store.ledger.open_case(
        replace(case, complaint=complaint, contact=contact, letter=LetterKind.RECEIPT)
    )


async def every(store: Store) -> Sequence[Letter]:
    return await store.letters.letters(states=frozenset(LetterState), most=LETTERS)


async def let_time_pass(store: Store) -> None:
    """As if the attempts that were cut off had been given up by now."""
    async with store._engine.transaction() as transaction:
        await transaction.fetch(
            "UPDATE letter SET next_at = $1 WHERE state = 'SENDING'", [utc_now()]
        )


async def sent(store: Store) -> None:
    """Return when all letters are."""
    async with asyncio.timeout(120):
        while any(each.state is not LetterState.SENT for each in await every(store)):  # noqa: ASYNC110 - others send them
            await asyncio.sleep(0.1)
