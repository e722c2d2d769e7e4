"""`chikaya serve`: prepare the store, say what there is to see, and answer until told to stop."""

import asyncio
import os
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import AgenciesFile, AsJson, DatabaseUrl

if TYPE_CHECKING:
    from starlette.applications import Starlette


def serve(
    *,
    host: Annotated[
        str | None, typer.Option(help="[env: CHIKAYA_HOST; default: 127.0.0.1]")
    ] = None,
    port: Annotated[int | None, typer.Option(help="[env: CHIKAYA_PORT; default: 8000]")] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes; more than one needs PostgreSQL. [env: CHIKAYA_WORKERS]"),
    ] = None,
    loops: Annotated[
        bool | None,
        typer.Option(
            "--loops/--no-loops",
            help="Run the loops in here too, not only in `chikaya work`. "
            "[env: CHIKAYA_LOOPS, on or off; default: on]",
        ),
    ] = None,
    plain: Annotated[
        bool | None,
        typer.Option(
            "--plain/--no-plain",
            help="Complete answers without generated functions: slower, and the same. "
            "[env: CHIKAYA_PLAIN, on or off; default: off]",
        ),
    ] = None,
    database_url: DatabaseUrl = None,
    agencies: AgenciesFile = None,
    demo: Annotated[
        bool | None,
        typer.Option(
            "--demo/--no-demo",
            help="Start three invented cities on this machine and fill an empty store with "
            "generated complaints; by default only when neither a registry nor a database is "
            "configured. Never in production.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Serve the graph at /graphql.

    With nothing configured: a SQLite file under var/, the registry of this folder, and the
    demonstration.
    """
    from gateway.cli.serving import Serving
    from gateway.cli.start import configure, told_plainly
    from gateway.config import read_settings
    from gateway.telemetry import configure_log

    configured = any((database_url, agencies)) or any(
        f"CHIKAYA_{name}" in os.environ for name in ("DATABASE_URL", "AGENCIES")
    )
    configure_log(as_json=as_json)
    with told_plainly():
        settings = read_settings(
            database_url=database_url,
            agencies=agencies,
            host=host,
            port=port,
            workers=workers,
            loops=None if loops is None else ("on" if loops else "off"),
            plain=None if plain is None else ("on" if plain else "off"),
        )
        wanted = demo if demo is not None else not configured
        serving = Serving(configure(settings), demonstration=wanted, as_json=as_json)
        asyncio.run(serving.prepare())
    serving.run()


def worker() -> "Starlette":
    """The application of one of several processes, configured by the environment."""
    from gateway.app import build
    from gateway.cli.start import configure, rereading
    from gateway.config import read_settings
    from gateway.telemetry import configure_log

    configure_log(as_json=True)
    config = configure(read_settings())
    return build(config, load=rereading(config))
