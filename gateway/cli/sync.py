"""`chikaya sync`: read a mirrored source into the store once, to its end."""

import asyncio
from typing import Annotated, Any

import typer

from gateway.cli.options import AgenciesFile, AsJson, DatabaseUrl, print_json, print_line


def sync(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The name of a source of mode mirror.")
    ],
    *,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="Read everything, although the source could tell what changed; what it no longer "
            "tells leaves the lists.",
        ),
    ] = False,
    database_url: DatabaseUrl = None,
    agencies: AgenciesFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring the mirror of SOURCE up to date, going on where an earlier pass was broken off.

    A running server does this by itself, every `sync.every_seconds` of the source. Exit 1 if the
    source fails: what was read is kept. Exit 2 if it was not asked, or if the database fails.
    """
    from gateway.cli.start import settled, told_plainly
    from gateway.cli.syncing import SourceFailed, Syncing
    from gateway.telemetry import configure_log

    configure_log(as_json=False)
    with told_plainly():
        syncing = Syncing(*settled(database_url=database_url, agencies=agencies))
        try:
            account = asyncio.run(syncing.run(source, full=full))
        except SourceFailed as failed:
            typer.echo(failed, err=True)
            raise typer.Exit(1) from failed
    if as_json:
        print_json(account)
    else:
        for name, value in account.items():
            print_line(name, _said(value))


def _said(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value
