"""One of several processes that look at the clocks of a database, day after day.

    python -m tests.gateway.workers.watcher URL FIRST_DAY LAST_DAY

It prints how many notices it told and how many cases it closed; the days count from the deposit.
"""

import asyncio
import json
import sys
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Final

from connectors.store import Store
from resolvers.clock import USUAL
from resolvers.watch import Looked, Watch

DEPOSIT: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
PAGE: Final = 7


async def watched(url: str, first: int, last: int) -> Looked:
    """What this process did; where another one looks, it waits for its turn."""
    sum_ = Looked()
    async with aclosing(await Store.open(url)) as store:
        for number in range(first, last + 1):
            at = DEPOSIT + timedelta(days=number)
            watch = Watch(
                store.notices, store.ledger, lambda: USUAL, now=lambda at=at: at, page=PAGE
            )
            while (looked := await watch.look()) is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.01)
            sum_ += looked
    return sum_


if __name__ == "__main__":
    did = asyncio.run(watched(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    print(json.dumps({"told": did.told, "closed": did.closed}))  # noqa: T201
