"""`chikaya agencies`: list the registry."""

import json
from typing import Annotated

import typer

from gateway.cli.options import AgenciesFile, AsJson


def agencies(
    text: Annotated[
        str | None, typer.Argument(help="Words of a name, in any of its languages.")
    ] = None,
    file: AgenciesFile = None,
    as_json: AsJson = False,
) -> None:
    """List the agencies with their class, region and source."""
    from rich.console import Console
    from rich.table import Table

    from connectors.contract.text import fold
    from gateway.cli.start import configure, told_plainly

    with told_plainly():
        configured = configure(agencies=file).configured
    sources = {code: source for source in configured.sources for code in source.agencies}
    words = fold(text or "").split()
    chosen = [
        agency
        for agency in configured.agencies.values()
        if all(
            word
            in fold(
                " ".join(
                    filter(
                        None,
                        (
                            agency.code,
                            agency.name.ar,
                            agency.name.fr,
                            agency.name.en,
                            agency.name.zgh,
                        ),
                    )
                )
            )
            for word in words
        )
    ]
    if as_json:
        rows = [
            {
                "code": agency.code,
                "name": {"ar": agency.name.ar, "fr": agency.name.fr},
                "class": agency.agency_class,
                "region": agency.region,
                "source": sources[agency.code].id if agency.code in sources else "store",
            }
            for agency in chosen
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("code", "class", "region", "source", "name")
    for agency in chosen:
        source = sources.get(agency.code)
        held = f"{source.id} ({source.mode.value.lower()})" if source else "store"
        table.add_row(
            agency.code, agency.agency_class, agency.region or "", held, agency.name.fr or ""
        )
    Console().print(table)
