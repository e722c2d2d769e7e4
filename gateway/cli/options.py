"""What several commands share: their options, and how they print."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        help="sqlite:///FILE or postgresql://… [env: CHIKAYA_DATABASE_URL; "
        "default: sqlite:///var/chikaya.sqlite3]",
        show_default=False,
    ),
]
AgenciesFile = Annotated[
    Path | None,
    typer.Option(
        "--agencies",
        help="The registry. [env: CHIKAYA_AGENCIES; default: agencies.yaml]",
        show_default=False,
    ),
]
Variables = Annotated[str, typer.Option("--variables", help="A JSON object.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def variables_in(text: str) -> dict[str, Any]:
    """The variables that `--variables` gives. Raises `ValueError` for what is no JSON object."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise ValueError(f"--variables: expected a JSON object; came {text!r}")  # noqa: TRY004 - told as bad input
    return said


def print_json(value: object) -> None:
    """Print `value` for programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_line(name: str, value: object) -> None:
    """Print one entry of an account for people."""
    typer.echo(f"{name.replace('_', ' '):<16}{value}")
