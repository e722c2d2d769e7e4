"""`chikaya backup` and `chikaya restore`: keep the store in a file, and put it back."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import AsJson, DatabaseUrl, print_json


def backup(
    file: Annotated[Path, typer.Argument(help="Where to; it must not exist.", show_default=False)],
    *,
    with_keys: Annotated[
        bool,
        typer.Option("--with-keys", help="Put the keys into it too; guard it like them."),
    ] = False,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Write a whole copy of a SQLite store, also beside a running server.

    It names the keys that it needs by fingerprints. PostgreSQL has `pg_dump` for this.
    """
    from gateway.cli.backing import back_up
    from gateway.cli.start import told_plainly
    from gateway.config import read_settings

    with told_plainly():
        account = back_up(read_settings(database_url=database_url), file, with_keys=with_keys)
    _tell(account, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="A file of `chikaya backup`.", show_default=False)],
    *,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Put the store of a backup where none is; the keys that it needs must be in force.

    Keys that are in the backup are put in their place if none are there. Nothing that was queued
    in it is delivered before `chikaya outbox reconcile`.
    """
    from gateway.cli.backing import put_back
    from gateway.cli.start import told_plainly
    from gateway.config import read_settings

    with told_plainly():
        account = put_back(read_settings(database_url=database_url), file)
    _tell(account, as_json=as_json)


def _tell(account: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json(account)
    else:
        for name, value in account.items():
            typer.echo(f"{name.replace('_', ' '):<24}{value}")
