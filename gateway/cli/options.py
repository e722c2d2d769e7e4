"""The options that several commands share."""

from pathlib import Path
from typing import Annotated

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
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
