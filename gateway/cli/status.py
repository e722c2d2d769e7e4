"""`chikaya status`: how the gateway stands, and whether something needs a person."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from gateway.cli.options import AgenciesFile, AsJson, DatabaseUrl, print_json

if TYPE_CHECKING:
    from gateway.config import Configured, Settings
    from gateway.standing import Part


def status(
    *,
    database_url: DatabaseUrl = None,
    agencies: AgenciesFile = None,
    as_json: AsJson = False,
) -> None:
    """Tell what the store knows of sources, loops and migrations; exit 1 if something needs a person.

    It only reads, also beside a running server, and asks no agency.
    """
    from gateway.cli.start import settled, told_plainly

    with told_plainly():
        settings, configured = settled(database_url=database_url, agencies=agencies)
        parts = asyncio.run(_parts(settings, configured))
    needs = [need for part in parts.values() for need in part.needs]
    if as_json:
        rows = {name: list(part.rows) for name, part in parts.items()}
        print_json({**rows, "needsAPerson": needs})
    else:
        _print(parts)
        for need in needs:
            typer.echo(f"NEEDS A PERSON  {need}")
    if needs:
        raise typer.Exit(1)


async def _parts(settings: "Settings", configured: "Configured") -> "Mapping[str, Part]":
    from contextlib import aclosing

    from connectors.contract.records import utc_now
    from connectors.store import Store
    from gateway.standing import standing

    async with aclosing(await Store.open(settings.database_url, writes=False)) as store:
        letters = settings.mail is not None
        return await standing(store, configured, utc_now(), sends_letters=letters)


def _print(parts: "Mapping[str, Part]") -> None:
    for name, part in parts.items():
        typer.echo(f"{name}: {len(part.rows) or 'none'}")
        for row in part.rows:
            told = (f"{key}={value}" for key, value in row.items() if value is not None)
            typer.echo(f"  {'  '.join(told)}")
