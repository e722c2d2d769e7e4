"""What is done in Redmine itself is in its mirror after the next pass, and nothing is written else."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.contract.query import EVERYTHING, ListQuestion, Order
from connectors.store import Store
from connectors.testing.asking import call
from gateway.config import load
from gateway.sources import open_source
from resolvers.asking import Asker
from resolvers.sync import Sync, Synced
from tests.connectors.rest.redmine.desk import (
    changed,
    described_as_mirror,
    environ,
    issues,
    seen,
    told,
)
from tests.connectors.rest.redmine.upstreams import GATEWAY, KEYS, Redmine


async def test_what_is_done_in_redmine_reaches_its_mirror(
    redmine: Redmine, sqlite_url: str, tmp_path: Path
) -> None:
    before = await issues(redmine)
    # A pass's bounds are asked for by Redmine's clock; none of ours may get into the wire.
    heard = max(datetime.fromisoformat(issue["updated_on"]) for issue in before)
    async with (
        asking(redmine, tmp_path) as asker,
        aclosing(await Store.open(sqlite_url)) as store,
    ):
        sync = Sync(store.mirror, now=lambda: heard)

        first = await sync.run(asker)
        assert account(first) == (True, len(before), 0, 0, 0)
        assert await mirrored(store) == as_kept(before)

        moved, spoken, made = await changed(redmine, before)
        second = await sync.run(asker)
        after = await issues(redmine)
        assert (second.full, second.new, second.changed) == (False, 1, 2)
        assert second.read == second.new + second.changed + second.unchanged < len(after)
        now_kept, was_kept = await mirrored(store), as_kept(before)
        assert now_kept == as_kept(after)
        assert {number for number, row in now_kept.items() if row != was_kept.get(number)} == {
            moved,
            spoken,
            made,
        }

        await redmine.own_api("DELETE", f"issues/{made}.json")
        whole = await sync.run(asker, full=True)
        assert account(whole) == (True, 0, 0, len(before), 1)
        assert await mirrored(store) == as_kept(after, but=made)


@asynccontextmanager
async def asking(redmine: Redmine, folder: Path) -> AsyncIterator[Asker]:
    """As the description of a mirror says, but reaching back no further than must be."""
    names = environ(redmine.url, KEYS[GATEWAY])
    (config,) = load(described_as_mirror(folder), environ=names).sources
    source = open_source(replace(config, sync=replace(config.sync, overlap_seconds=0)))
    try:
        yield source.asker
    finally:
        await source.connector.aclose()


def account(run: Synced) -> tuple[Any, ...]:
    return run.full, run.new, run.changed, run.unchanged, run.unlisted


async def mirrored(store: Store) -> dict[str, Any]:
    page = await store.connector.list(ListQuestion((), Order(), EVERYTHING, 1000), call())
    return {row.origin.source_id: seen(row) for row in page.records}


def as_kept(there: list[dict[str, Any]], *, but: str | None = None) -> dict[str, Any]:
    """The issues as `holds: titles` keeps them."""
    kept = {str(issue["id"]): told(issue) | {"description": None} for issue in there}
    return {number: row for number, row in kept.items() if number != but}
