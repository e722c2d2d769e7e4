"""Several processes look at the same clocks on PostgreSQL: every notice is told once, none is lost."""

import asyncio
import dataclasses
import json
import sys
from contextlib import aclosing
from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.contract.lifecycle import Status
from connectors.contract.records import Decision, Mode, Outcome
from connectors.store import Store
from tests.connectors.store.cases import CITY, filing, mirrored
from tests.gateway.workers.watcher import DEPOSIT

PROCESSES = 4
OWN, ELSEWHERE, ANSWERED = 20, 20, 5
OF_OWN = ("ROUTING_LATE", "WARNING_15", "WARNING_5", "OVERDUE", "ESCALATION")


async def fill(store: Store) -> None:
    """Cases of ours that nobody takes up, cases of a city, and answered ones of ours."""
    for number in range(OWN + ANSWERED):
        case = filing(f"4471083920{number:03}", key=f"key-{number}")
        record = replace(case.complaint, received_at=DEPOSIT, created_at=DEPOSIT)
        if number >= OWN:
            at = DEPOSIT + timedelta(days=10)
            answer = Decision(id="d", outcome=Outcome.UPHELD, reasons="", at=at, notified_at=at)
            record = replace(record, status=Status.ANSWERED, decisions=(answer,))
        await store.ledger.open_case(dataclasses.replace(case, complaint=record))
    cases = [mirrored(str(number), created_at=DEPOSIT) for number in range(ELSEWHERE)]
    await store.mirror.put(cases, source=CITY, heard_at=DEPOSIT)


async def looking(url: str, first: int, last: int) -> dict[str, int]:
    """What one process did in those days."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.gateway.workers.watcher", url, str(first), str(last)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    told: dict[str, int] = json.loads(said)
    return told


@pytest.mark.long
async def test_every_notice_is_told_once_and_every_silent_case_closed_once(
    postgres_url: str,
) -> None:
    async with aclosing(await Store.open(postgres_url)) as store:
        await fill(store)
        did = await asyncio.gather(*(looking(postgres_url, 14 + at, 62) for at in range(PROCESSES)))
        rows = await store._engine.fetch(
            "SELECT c.mode, n.name, count(*) FROM notice n JOIN complaint c"
            " ON c.id = n.complaint_id GROUP BY 1, 2"
        )
        assert {(row[0], row[1]): row[2] for row in rows} == {
            **{(Mode.OWN, name): OWN for name in OF_OWN},
            **{(Mode.MIRROR, name): ELSEWHERE for name in OF_OWN[1:]},
        }
        assert sum(each["told"] for each in did) == sum(row[2] for row in rows)
        assert sum(each["closed"] for each in did) == ANSWERED
        flaws = [proof.flaws async for proof in store.ledger.proofs()]
        assert flaws == [()] * (OWN + ANSWERED)
