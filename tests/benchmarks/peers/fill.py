"""Fill our own database with the harness's cases, in our words; run by it, untimed.

It is told by PEERS_DATABASE_URL where they are, and by OURS_PG_URL where they are to be.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import asyncpg
from rich.progress import Progress

from connectors.contract.records import (
    STORE,
    AgencyCode,
    Complaint,
    Event,
    Location,
    Message,
    Mode,
    Origin,
    Visibility,
    utc_now,
)
from connectors.store import Store
from connectors.store.engine import open_engine
from connectors.store.migrating import migrate
from tests.benchmarks.peers.words import AUTHORS, CHANNELS, EVENTS, KINDS, STATUSES, ours

BATCH: Final = 5_000
_CASES: Final = """
SELECT c.*, a.code FROM complaint c JOIN agency a ON a.id = c.agency_id
WHERE c.id > $1 ORDER BY c.id LIMIT $2
"""
_EVENTS: Final = "SELECT * FROM event WHERE complaint_id = ANY($1) ORDER BY id"
_MESSAGES: Final = "SELECT * FROM message WHERE complaint_id = ANY($1) ORDER BY id"


async def main() -> None:
    """Migrate, copy all, and let the database look at what it has."""
    theirs = await asyncpg.connect(os.environ["PEERS_DATABASE_URL"])
    url = os.environ["OURS_PG_URL"]
    engine = await open_engine(url, writes=True, on_statement=None)
    await migrate(engine, progress=print)
    await engine.aclose()
    store = await Store.open(url)
    try:
        count = await theirs.fetchval("SELECT count(*) FROM complaint")
        with Progress() as progress:
            bar = progress.add_task("cases", total=count)
            last = 0
            while rows := await theirs.fetch(_CASES, last, BATCH):
                last = rows[-1]["id"]
                await store.bulk.add(await _records(theirs, rows), heard_at=utc_now())
                progress.advance(bar, len(rows))
    finally:
        await store.aclose()
        await theirs.close()
    filled = await asyncpg.connect(url)
    await filled.execute("VACUUM ANALYZE")
    await filled.close()


async def _records(theirs: Any, rows: Sequence[Mapping[str, Any]]) -> list[Complaint]:
    ids = [row["id"] for row in rows]
    events, messages = defaultdict(list), defaultdict(list)
    for row in await theirs.fetch(_EVENTS, ids):
        events[row["complaint_id"]].append(
            Event(
                id=str(row["seq"]),
                kind=EVENTS[row["type"]],
                at=row["at"],
                raw_status=row["note"],
                agency_code=AgencyCode(row["actor"]),
            )
        )
    for row in await theirs.fetch(_MESSAGES, ids):
        messages[row["complaint_id"]].append(
            Message(
                id=str(row["id"]),
                author=AUTHORS[row["author"]],
                visibility=Visibility.PUBLIC,
                body=row["body"],
                at=row["at"],
            )
        )
    return [
        Complaint(
            origin=Origin(
                source=STORE,
                source_id=row["reference"],
                mode=Mode.OWN,
                fetched_at=row["updated_at"],
            ),
            agency_code=AgencyCode(ours(row["code"])),
            status=STATUSES[row["status"]],
            kind=KINDS[row["kind"]],
            title=row["subject"],
            description=row["description"],
            channel=CHANNELS[row["channel"]],
            category=row["category"],
            location=Location(area_code=row["region"]),
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            due_at=row["due_at"],
            events=tuple(events[row["id"]]),
            messages=tuple(messages[row["id"]]),
        )
        for row in rows
    ]


if __name__ == "__main__":
    asyncio.run(main())
