"""`chikaya agencies`: list the registry."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.options import AgenciesFile, AsJson, print_json

if TYPE_CHECKING:
    from connectors.contract.records import Agency, LocalizedText
    from gateway.config import SourceConfig


def agencies(
    text: Annotated[
        str | None,
        typer.Argument(help="Words of a name, in any of its languages, or of the code."),
    ] = None,
    file: AgenciesFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the agencies with their class, region and source; exit 1 if none is called TEXT."""
    from gateway.cli.start import settled, told_plainly
    from resolvers.agencies import called

    with told_plainly():
        _, configured = settled(agencies=file)
    sources = configured.holders()
    chosen = called(text or "", configured.agencies.values())
    if as_json:
        rows = [_row(agency, sources.get(agency.code)) for agency in chosen]
        print_json(rows)
    elif chosen:
        _print([(agency, sources.get(agency.code)) for agency in chosen])
    if not chosen:
        typer.echo(
            f'no agency is called "{text}"; `chikaya agencies` lists all '
            f"{len(configured.agencies)}",
            err=True,
        )
        raise typer.Exit(1)


def labels(name: "LocalizedText") -> dict[str, str]:
    """A name by language, as agencies.yaml has it."""
    from msgspec.structs import asdict

    return {language: text for language, text in asdict(name).items() if text}


def _row(agency: "Agency", source: "SourceConfig | None") -> dict[str, Any]:
    return {
        "code": agency.code,
        "name": labels(agency.name),
        "class": agency.agency_class,
        "region": agency.region,
        "parent": agency.parent,
        "source": source.id if source else "store",
        "mode": source.mode if source else "OWN",
        "services": len(agency.services),
        "demonstration": agency.demonstration,
    }


def _print(rows: "list[tuple[Agency, SourceConfig | None]]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("code", "class", "region", "source", "name")
    for agency, source in rows:
        held = f"{source.id} ({source.mode.value.lower()})" if source else "store"
        names = "\n".join(filter(None, (agency.name.fr, agency.name.ar)))
        table.add_row(agency.code, agency.agency_class, agency.region or "", held, names)
    Console().print(table)
