"""`chikaya schema`: print what the graph, or the registry's file, looks like."""

import json
from typing import Annotated

import typer


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

        typer.echo(json.dumps(agencies_schema(), ensure_ascii=False, indent=2))
    elif as_json:
        from schema.build import build

        typer.echo(json.dumps(build().introspect(), ensure_ascii=False, indent=2))
    else:
        from schema.build import printed

        typer.echo(printed(), nl=False)
