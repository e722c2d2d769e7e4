"""Four workers share one outbox: each row once, each case in order, and the dead delay nobody."""

import json
import random
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pytest

from connectors.contract.outbox import DeliveryState, Which
from connectors.contract.records import SourceId
from tests.crash import registry
from tests.crash.agency import kept_in
from tests.crash.citizens import Citizens
from tests.crash.processes import Process, agency, answers, free_port, ours, started
from tests.crash.promises import Account, account_of, drained, looking_into

FILINGS = 45
MESSAGES = 90
DEAD = "key"
OTHERS = ("search", "none")


@pytest.mark.timeout(300)
async def test_four_workers_share_one_outbox(postgres_url: str, tmp_path: Path) -> None:
    port, agency_port = free_port(), free_port()
    # Only of the dead one anything is given up: whoever is well is waited for.
    registry.write(tmp_path, f"http://127.0.0.1:{agency_port}", hasty=(DEAD,))
    (tmp_path / "well").touch()
    dead = tmp_path / f"dead-{DEAD}"
    dead.touch()
    theirs = agency(tmp_path, agency_port, seed=0)
    given = {"folder": tmp_path, "url": postgres_url, "port": port}
    serve = ours("serve", "serve", "--no-demo", "--no-loops", **given)  # type: ignore[arg-type]
    workers = [ours(f"work-{n}", "work", **given) for n in range(4)]  # type: ignore[arg-type]
    citizens = Citizens(f"http://127.0.0.1:{port}/graphql", random.Random(4))
    with started(theirs, serve):
        await answers(port)
        await citizens.file(FILINGS, MESSAGES)
        with started(*workers):
            await drained(postgres_url, OTHERS)
            assert {each.desk for each in kept_in(tmp_path)} == set(OTHERS)
            assert await tried_in_vain(postgres_url)
            dead.unlink()
            await drained(postgres_url)
            for process in (*workers, serve):
                assert process.end() in (0, -15), process.log.read_text()
    account = await account_of(postgres_url, tmp_path, citizens.cases)
    account.check_store()
    account.check_agency()
    assert {each.state for each in account.deliveries} == {DeliveryState.DELIVERED}
    assert len(account.taken) == FILINGS + MESSAGES
    once_each_by_several(account, workers)


async def tried_in_vain(url: str) -> int:
    """Attempts at the dead one."""
    async with looking_into(url) as store:
        waiting = await store.outbox.deliveries(
            Which(sources=frozenset({SourceId(DEAD)})), most=1000
        )
        return sum(each.attempts for each in waiting)


def once_each_by_several(account: Account, workers: Collection[Process]) -> None:
    """What the workers say that they delivered."""
    shares = [delivered_by(worker) for worker in workers]
    assert sum(shares, Counter()) == Counter(each.id for each in account.deliveries)
    assert sum(1 for share in shares if share) > 1


def delivered_by(worker: Process) -> Counter[int]:
    """How often a worker delivered what, by its log."""
    told = [json.loads(line) for line in worker.log.read_text("utf-8").splitlines()]
    return Counter(each["delivery"] for each in told if each.get("event") == "delivered")
