"""`chikaya letters`: see what is still to be written to whoever complains, and have it tried again."""

import asyncio
from typing import Annotated

import typer

from gateway.cli.options import AsJson, DatabaseUrl, print_json

letters = typer.Typer(
    name="letters",
    help="See to letters to whoever complains: docs/letters.md.",
    no_args_is_help=True,
)


@letters.command(name="list")
def list_(
    *,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state", help="Only in this state, such as DEAD; may be given several times."
        ),
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Only about the case of this reference.", show_default=False)
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Tell which letters were not sent yet, the oldest first, or which are in the states given.

    It only reads, also beside a running server. To whom they go is not told.
    """
    from gateway.cli.lettering import listed
    from gateway.cli.start import told_plainly
    from gateway.config import read_settings

    with told_plainly():
        settings = read_settings(database_url=database_url)
        rows = asyncio.run(listed(settings.database_url, state, reference))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo("  ".join(f"{name}={value}" for name, value in row.items() if value is not None))


@letters.command()
def retry(
    ids: Annotated[
        list[int] | None, typer.Argument(help="Which letters.", show_default=False)
    ] = None,
    *,
    all_dead: Annotated[
        bool, typer.Option("--all-dead", help="All that are DEAD instead.")
    ] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Have letters that are DEAD tried again, from now on and from the beginning.

    Exit 1 if one of them is not DEAD.
    """
    from gateway.cli.lettering import dead_of, retried
    from gateway.cli.start import fail, told_plainly
    from gateway.config import read_settings

    if bool(ids) == all_dead:
        fail("give either the ids of letters, or --all-dead")
    with told_plainly():
        settings = read_settings(database_url=database_url)
        wanted = ids or asyncio.run(dead_of(settings.database_url))
        again = asyncio.run(retried(settings, wanted))
    for id_ in wanted:
        typer.echo(f"{id_}: {'PENDING' if id_ in again else 'no letter that is DEAD'}")
    if len(again) < len(wanted):
        raise typer.Exit(1)
