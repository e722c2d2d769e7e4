"""`chikaya explain`: say what a question would cost, without asking anyone."""

import asyncio
from typing import Annotated

import typer

from gateway.cli.options import AgenciesFile, AsJson, Variables, print_json, variables_in


def explain(
    document: Annotated[str, typer.Argument(help="A GraphQL document with `complaints` fields.")],
    variables: Variables = "{}",
    agencies: AgenciesFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print whom each `complaints` field would ask, for what, and what is left to do here."""
    from gateway.cli.start import fail, settled, told_plainly
    from gateway.explaining import plans_of

    with told_plainly():
        said = variables_in(variables)
        settings, configured = settled(agencies=agencies)
        plans, errors = asyncio.run(plans_of(settings, configured, document, said))
    if errors:
        fail("\n".join(errors))
    if as_json:
        print_json([plan.explain().splitlines() for plan in plans])
    elif plans:
        typer.echo("\n\n".join(plan.explain() for plan in plans))
    else:
        typer.echo("no list of complaints is asked for: nothing to plan")
