"""`chikaya try`: ask one agency's own system, and see what comes of its answers."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from connectors.contract.lifecycle import Status
from gateway.cli.options import AgenciesFile, AsJson

if TYPE_CHECKING:
    from connectors.contract.records import AgencyCode
    from gateway.config import Configured, SourceConfig
    from gateway.trying import Trial


def try_agency(
    code: Annotated[str, typer.Argument(help="The agency's code.")],
    *,
    act: Annotated[
        Literal["file", "say", "move", "attach"] | None,
        typer.Option(help="Show the request of an act, too; it is not sent.", show_default=False),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(help="The source's id of the case to act in. [default: the first listed]"),
    ] = None,
    internal: Annotated[bool, typer.Option(help="With --act say: for the staff only.")] = False,
    to: Annotated[
        Status | None,
        typer.Option(help="With --act move: the status. [default: the first that can be]"),
    ] = None,
    service: Annotated[
        str | None, typer.Option(help="With --act file: the service's code.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=50, help="How many cases are asked for.")] = 1,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long it may take in all.")] = 30.0,
    full: Annotated[bool, typer.Option(help="Print whole answers, however long.")] = False,
    agencies: AgenciesFile = None,
    as_json: AsJson = False,
) -> None:
    """Ask an agency's own system for its first cases; show requests, answers and fields.

    You see what the agency answers, with all that people wrote in it and internal messages too:
    do not pass it on. Secrets are shown as ***. Of an act the request is shown that would be sent;
    nothing that could change anything is. Exit 1 if the system fails.
    """
    from gateway.cli.start import settled, told_plainly
    from gateway.telemetry import configure_log
    from gateway.trying import Act, Shown, Wish, as_text, tried
    from gateway.trying import as_json as json_of

    configure_log(as_json=False)
    with told_plainly():
        _, configured = settled(agencies=agencies)
        agency, source = _held(configured, code)
        wish = None if act is None else Wish(Act(act), case, internal, to, service)
        trial: Trial = asyncio.run(tried(source, agency, count=count, seconds=seconds, wish=wish))
    shown = Shown(source, agency, trial, full)
    typer.echo(json_of(shown) if as_json else as_text(shown))
    if trial.error is not None:
        raise typer.Exit(1)


def _held(configured: "Configured", code: str) -> "tuple[AgencyCode, SourceConfig]":
    """The agency of that code, and the source that holds its cases."""
    from connectors.contract.records import AgencyCode

    agency = AgencyCode(code)
    if agency not in configured.agencies:
        raise ValueError(f'no agency has the code "{code}"; `chikaya agencies` lists all')
    source = configured.holders().get(agency)
    if source is None:
        raise ValueError(f"the cases of {code} are kept here: there is no system of its own to try")
    return agency, source
