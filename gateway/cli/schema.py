"""`chikaya schema`: print what the graph, or the registry's file, looks like."""

from typing import Annotated

import typer

from gateway.cli.options import print_json


def schema(
    *,
    agencies: Annotated[
        bool,
        typer.Option(
            "--agencies", help="Print the JSON Schema of agencies.yaml instead, for editors."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what introspection answers, for tools.")
    ] = False,
) -> None:
    """Print the graph's schema in GraphQL's own language."""
    if agencies:
        from gateway.config import agencies_schema

        print_json(agencies_schema())
    elif as_json:
        from schema.build import build

        print_json(build().introspect())
    else:
        from schema.build import printed

        typer.echo(printed(), nl=False)
