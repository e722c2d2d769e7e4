"""`chikaya migrate`: bring the database to the form that this version needs."""

import asyncio

import typer

from gateway.cli.options import AsJson, DatabaseUrl, print_json


def migrate(database_url: DatabaseUrl = None, *, as_json: AsJson = False) -> None:
    """Run the migrations that the database still lacks; several at once wait for each other."""
    from gateway.cli.start import prepare_folder, told_plainly
    from gateway.config import read_settings

    with told_plainly():
        settings = read_settings(database_url=database_url)
        prepare_folder(settings)
        lines = asyncio.run(_migrate(settings.database_url, quiet=as_json))
    if as_json:
        print_json({"migrated": lines})
    elif not lines:
        typer.echo("nothing to do: the database is as this version needs it")


async def _migrate(url: str, *, quiet: bool) -> list[str]:
    from connectors.store import Store

    store = await Store.open(url)
    try:
        waiting = await store.pending_migrations()
        await store.migrate((lambda _line: None) if quiet else typer.echo)
        return waiting
    finally:
        await store.aclose()
