"""`chikaya seed`: put complaints into the store, from a file or generated ones."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.options import AgenciesFile, AsJson, DatabaseUrl, print_json, print_line


def seed(
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A file of rows, one case a row.", show_default=False),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            help="How to read it: a shipped mapping, or a .yaml file.", show_default=False
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            help="Where rows go that could not be read. [default: FILE.rejects.csv, in this folder]",
            show_default=False,
        ),
    ] = None,
    generated: Annotated[
        int | None,
        typer.Option(
            help="Invent so many complaints instead, marked as demonstration.",
            min=1,
            show_default=False,
        ),
    ] = None,
    database_url: DatabaseUrl = None,
    agencies: AgenciesFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Import complaints, and account for every row; exit 1 if any was rejected.

    Importing the same file again changes nothing. A new agency is added to agencies.d/.
    """
    from gateway.cli.seeding import Seeding
    from gateway.cli.start import fail, settled, told_plainly

    if (source is None) == (generated is None) or (source is None) != (mapping is None):
        fail("give either --from FILE with --mapping NAME, or --generated COUNT")
    with told_plainly():
        seeding = Seeding(*settled(database_url=database_url, agencies=agencies))
        if source is None or mapping is None:
            account = asyncio.run(seeding.generated(generated or 0))
        else:
            # Not beside the file, which may stand where nothing is to be written.
            rejects = rejects or Path(f"{source.stem}.rejects.csv")
            account = asyncio.run(seeding.imported(source, mapping, rejects))
    if as_json:
        print_json(account)
    else:
        _tell(account)
    if account.get("rejected"):
        raise typer.Exit(1)


_COUNTS = ("read", "imported", "new", "changed", "unchanged", "rejected")
_FILES = ("rejects_file", "registered", "not_registered")


def _tell(account: dict[str, Any]) -> None:
    for key in (*_COUNTS, *_FILES):
        if account.get(key) is not None:
            print_line(key, account[key])
    for title in ("rejects", "warnings"):
        for reason, told in account.get(title, {}).items():
            lines = ", ".join(str(line) for line in told["lines"])
            more = ", …" if told["count"] > len(told["lines"]) else ""
            print_line(title[:-1], f"{told['count']}: {reason} (lines {lines}{more})")
    for counts in ("by_status", "by_month"):
        for name, count in account.get(counts, {}).items():
            typer.echo(f"{name:<22}{count:>8}")
