"""Carry out `chikaya audit verify`: read every history, and account for what it proves."""

from contextlib import aclosing
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from connectors.store import Store


async def verified(database_url: str) -> dict[str, Any]:
    """How many histories there are in that database, and every flaw in one.

    Raises `ValueError` for a database that is not migrated, and what `Store.open` raises.
    """
    account: dict[str, Any] = {"cases": 0, "links": 0, "erased": 0, "without_history": 0}
    flaws: list[dict[str, Any]] = []
    async with aclosing(await Store.open(database_url, writes=False)) as store:
        if await store.pending_migrations():
            raise ValueError("the database is not migrated: run `chikaya migrate` first")
        with _progress() as progress:
            task = progress.add_task("", total=None)
            async for proof in store.ledger.proofs():
                account["cases"] += 1
                account["links"] += proof.links
                account["erased"] += proof.erased
                account["without_history"] += not proof.links
                flaws += [
                    {"reference": proof.reference, "link": flaw.number, "kind": flaw.kind.value}
                    for flaw in proof.flaws
                ]
                progress.update(
                    task, description=f"{account['cases']:,} cases, {len(flaws):,} flaws"
                )
    return {**account, "flaws": flaws}


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
