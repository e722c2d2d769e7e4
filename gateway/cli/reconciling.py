"""Carry out `chikaya outbox reconcile`: open the store and every source, ask, and account for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from connectors.contract.records import utc_now
from gateway.cli.opening import ready_store
from gateway.config import Configured, Settings
from gateway.sources import Sources
from resolvers.reconciled import Reconciled
from resolvers.reconciling import Reconciling


async def reconciled(settings: Settings, configured: Configured) -> Reconciled:
    """Ask every source, and settle what is held.

    Raises `ValueError` for a store that was never put back, and what `ready_store` raises.
    """
    async with ready_store(settings) as store:
        put_back, held = await store.restored.put_back(), await store.restored.count()
        if put_back is None and not held:
            raise ValueError(
                "expected a store that was put back from a backup; this one never was. After "
                "`pg_restore` run `chikaya outbox hold` first"
            )
        sources = Sources(last_use_seconds=0.0)
        try:
            opened = await sources.prepared(configured.sources)
            sources.replace(opened)
            askers = {name: each.asker for name, each in opened.items()}
            with _progress(held) as told:
                account = await Reconciling(store.restored, store.ledger, askers).run(
                    None if put_back is None else put_back.known_to, told
                )
        finally:
            await sources.aclose()
        await store.restored.reconciled(utc_now())
    return account


def told_of(account: Reconciled) -> dict[str, Any]:
    """All of it, for programs."""
    told = asdict(account)
    told["since"] = account.since and account.since.isoformat()
    for case in told["unknown"]:
        case["created_at"] = case["created_at"] and case["created_at"].isoformat()
    return told


@contextmanager
def _progress(held: int) -> Iterator[Callable[[Reconciled], None]]:
    """A bar on the standard error; how many cases are to be read no source tells."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("deliveries", total=held)

        def told(so_far: Reconciled) -> None:
            done = so_far.found + so_far.again + so_far.left + so_far.held
            bar.update(task, completed=done, description=f"{so_far.read} cases read, deliveries")

        yield told
