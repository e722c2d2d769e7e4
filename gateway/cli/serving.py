"""Prepare the store and run the server, with the demonstration beside it where it is wanted."""

import asyncio
import os
from dataclasses import dataclass

import typer
import uvicorn

from connectors.contract.records import utc_now
from connectors.store import Store
from gateway.app import Config, build
from gateway.cli.filling import fill_with_generated
from gateway.cli.start import fail, joined, prepare_folder

_WORTH_TRYING = (
    "{ complaints(first: 5) { nodes { id status agency { name { fr } } origin { source } }"
    " sources { source status rows } complete } }",
    '{ complaints(filter: {text: "الماء", overdue: true}) { totalCount { value exact }'
    " nodes { title dueAt } } }",
    "{ agencies { code name { ar } source { kind mode health } } }",
)


@dataclass(frozen=True, slots=True)
class Serving:
    """One run of the server."""

    config: Config
    demonstration: bool

    async def prepare(self) -> None:
        """Migrate a SQLite file; refuse a database that cannot serve, saying what to do."""
        settings = self.config.settings
        if self.demonstration and settings.production:
            fail("--demo: the demonstration never runs in production")
        if self.demonstration and settings.workers > 1:
            fail("--demo: the demonstration runs in one process; give --workers 1")
        prepare_folder(settings)
        store = await Store.open(settings.database_url)
        try:
            faults = await store.faults()
            if faults:
                fail("\n".join(faults))
            if await store.pending_migrations():
                if settings.postgresql:
                    fail("the database is not migrated: run `chikaya migrate` first")
                await store.migrate(lambda line: typer.echo(f"  {line}"))
            if self.demonstration:
                await fill_with_generated(store, self.config.configured)
        finally:
            await store.aclose()

    def run(self) -> None:
        """Serve until told to stop."""
        settings = self.config.settings
        if settings.workers > 1:
            self._hand_down()
            uvicorn.run(
                "gateway.cli.serve:worker",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                access_log=False,
            )
        else:
            asyncio.run(self._run_here())

    async def _run_here(self) -> None:
        if not self.demonstration:
            await self._answer(self.config)
            return
        from gateway.demonstration.cities import cities

        async with cities(utc_now()) as invented:
            await self._answer(joined(self.config, invented))

    async def _answer(self, config: Config) -> None:
        settings = config.settings
        server = uvicorn.Server(
            uvicorn.Config(
                build(config),
                host=settings.host,
                port=settings.port,
                access_log=False,
                log_level="warning",
                timeout_graceful_shutdown=25,
            )
        )
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.02)
        if server.started:
            port = server.servers[0].sockets[0].getsockname()[1]
            self._say_what_to_see(config, port)
        await serving

    def _say_what_to_see(self, config: Config, port: int) -> None:
        url = f"http://{config.settings.host}:{port}/graphql"
        typer.echo(f"\nChikaya Gateway answers at {url}")
        if not self.demonstration:
            return
        typer.echo(
            "\n  DEMONSTRATION: generated complaints and three invented cities, none of it real."
            "\n  One city is healthy, one is slow, one fails now and then."
            "\n\nWorth trying, there or with `chikaya query '…'`:\n"
        )
        for query in _WORTH_TRYING:
            typer.echo(f"  {query}\n")

    def _hand_down(self) -> None:
        """Have the workers read what this process was told."""
        settings = self.config.settings
        os.environ["CHIKAYA_DATABASE_URL"] = settings.database_url
        os.environ["CHIKAYA_AGENCIES"] = str(settings.agencies)
        os.environ["CHIKAYA_HOST"] = settings.host
