"""`chikaya work`: run the loops without answering anybody."""

import asyncio
import json
import signal
from typing import TYPE_CHECKING

import typer

from gateway.cli.options import AgenciesFile, AsJson, DatabaseUrl

if TYPE_CHECKING:
    from gateway.app import Config


def work(
    *,
    database_url: DatabaseUrl = None,
    agencies: AgenciesFile = None,
    as_json: AsJson = False,
) -> None:
    """Run the loops that `chikaya serve` runs too, and nothing else, until told to stop.

    As many as you like share the work. Needs PostgreSQL: a SQLite file has one writing process.
    """
    from gateway.cli.start import configure, fail, told_plainly
    from gateway.config import read_settings
    from gateway.telemetry import configure_log

    configure_log(as_json=as_json)
    with told_plainly():
        settings = read_settings(database_url=database_url, agencies=agencies)
        if not settings.postgresql:
            fail(
                "SQLite serves one writing process, and `chikaya serve` runs the loops itself; "
                "use PostgreSQL to run them alone"
            )
        asyncio.run(_work(configure(settings), as_json=as_json))


async def _work(config: "Config", *, as_json: bool) -> None:
    from gateway.app import looping, opened
    from gateway.cli.opening import ready_store
    from gateway.cli.start import rereading
    from gateway.reloading import reloading

    async with ready_store(config.settings):
        pass
    async with (
        opened(config) as gateway,
        reloading(gateway, rereading(config)),
        looping(gateway) as loops,
    ):
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, loops.end)
        names = [str(loop["name"]) for loop in loops.told()]
        said = json.dumps({"loops": names}) if as_json else f"At work: {', '.join(names)}"
        typer.echo(said)
        await loops.ended.wait()
