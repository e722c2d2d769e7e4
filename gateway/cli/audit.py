"""`chikaya audit`: prove that the histories of the cases are whole."""

import asyncio

import typer

from gateway.cli.options import AsJson, DatabaseUrl, print_json, print_line

audit = typer.Typer(name="audit", help="Prove what was done in the cases.", no_args_is_help=True)


@audit.callback()
def _several() -> None:
    """Keep `verify` a subcommand, though it is the only one."""


@audit.command()
def verify(*, database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Follow the chain of every case link by link.

    A history from which what was given was erased is whole: the links hold. Exit 1 if a history is
    not whole; which link of which case is told.
    """
    from gateway.cli.auditing import verified
    from gateway.cli.start import told_plainly
    from gateway.config import read_settings

    with told_plainly():
        settings = read_settings(database_url=database_url)
        account = asyncio.run(verified(settings.database_url))
    if as_json:
        print_json(account)
    else:
        for name, value in account.items():
            if name != "flaws":
                print_line(name, value)
        for flaw in account["flaws"]:
            typer.echo(f"{flaw['reference']}, link {flaw['link']}: {flaw['kind']}")
    if account["flaws"]:
        raise typer.Exit(1)
