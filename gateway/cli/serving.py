"""Prepare the store and run the server, with the demonstration beside it where it is wanted."""

import asyncio
import errno
import json
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from connectors.contract.records import utc_now
from gateway.app import Config, build
from gateway.cli.filling import fill_with_generated
from gateway.cli.opening import ready_store
from gateway.cli.start import fail, joined, rereading
from gateway.config import Configured
from gateway.execution.ide import examples
from gateway.reloading import at_terminal

_GRACE_SECONDS: Final = 25
"""For requests under way when the server is told to stop."""

_DEMONSTRATION: Final = """
  DEMONSTRATION: generated complaints and three invented cities, none of it real.
  One city is healthy, one is slow, one fails now and then.
  Whoever asks from this machine is signed in as a national supervisor; `chikaya token` makes
  tokens for asking as somebody else.

Worth trying, there or with `chikaya query '…'`:
"""


class _Server(uvicorn.Server):
    """Tells, once it listens, on which port."""

    def __init__(self, config: uvicorn.Config, *, listening: Callable[[int], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and tell."""
        await super().startup(sockets)
        if self.started:
            self._listening(self.servers[0].sockets[0].getsockname()[1])


class _Workers(Multiprocess):
    """Has its workers take a changed registry, where it would put others in their place.

    Others would not start with a registry that has a mistake.
    """

    def handle_hup(self) -> None:
        """Pass the signal on; without the terminal that it ran in, end."""
        if self._began_at_terminal and not at_terminal():
            self.should_exit.set()
            return
        for process in self.processes:
            if process.pid is not None:
                os.kill(process.pid, signal.SIGHUP)

    def run(self) -> None:
        """Run until told to stop."""
        self._began_at_terminal = at_terminal()
        super().run()


@dataclass(frozen=True, slots=True)
class Serving:
    """One run of the server."""

    config: Config
    demonstration: bool
    as_json: bool
    """Tell and log in JSON, a line each."""

    async def prepare(self) -> None:
        """Migrate a SQLite file and fill it, if that is wanted.

        Raises `ValueError` for a database that cannot serve, and what `Store.open` raises.
        """
        settings = self.config.settings
        if self.demonstration and settings.production:
            fail("--demo: the demonstration never runs in production")
        if self.demonstration and settings.workers > 1:
            fail("--demo: the demonstration runs in one process; give --workers 1")
        async with ready_store(settings, told=lambda line: typer.echo(f"  {line}")) as store:
            if self.demonstration:
                await fill_with_generated(store, self.config.configured)

    def run(self) -> None:
        """Serve until told to stop."""
        settings = self.config.settings
        if settings.workers > 1:
            self._hand_down()
            config = uvicorn.Config(
                "gateway.cli.serve:worker",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                access_log=False,
                log_config=None,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
            _Workers(config, [config.bind_socket()]).run()
        else:
            asyncio.run(self._run_here())

    async def _run_here(self) -> None:
        if not self.demonstration:
            await self._answer(self.config, None)
            return
        from gateway.demonstration.cities import cities

        async with cities(utc_now()) as invented:
            await self._answer(self.config, invented)

    async def _answer(self, config: Config, invented: Configured | None) -> None:
        settings = config.settings
        if invented is not None:
            config = replace(config, configured=joined(config.configured, invented))
        server = _Server(
            uvicorn.Config(
                build(config, load=rereading(config, invented)),
                access_log=False,
                log_config=None,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            ),
            listening=self._say_what_to_see,
        )
        await server.serve(sockets=[_listening_at(settings.host, settings.port)])

    def _say_what_to_see(self, port: int) -> None:
        here = f"http://{self.config.settings.host}:{port}"
        url = f"{here}/graphql"
        if self.as_json:
            typer.echo(json.dumps({"url": url, "demonstration": self.demonstration}))
            return
        typer.echo(f"\nChikaya Gateway answers at {url}")
        typer.echo(f"Pages for citizens and officers are at {here}/")
        if self.demonstration:
            typer.echo(_DEMONSTRATION)
            for document in examples():
                typer.echo(f"  {_on_one_line(document)}\n")

    def _hand_down(self) -> None:
        """Have the workers read what this process was told."""
        settings = self.config.settings
        os.environ["CHIKAYA_DATABASE_URL"] = settings.database_url
        os.environ["CHIKAYA_AGENCIES"] = str(settings.agencies)
        os.environ["CHIKAYA_HOST"] = settings.host
        os.environ["CHIKAYA_LOOPS"] = settings.loops
        os.environ["CHIKAYA_PLAIN"] = settings.plain


def _listening_at(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno or errno.EINVAL).lower()
        fail(f"--port: cannot listen at {host}, port {port}: {reason}; give another")
    # asyncio does not know a socket that it is given for TCP, and the small writes of an answer
    # would wait 40 ms for each other. What is accepted has it from here.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _on_one_line(document: str) -> str:
    lines = (line for line in document.splitlines() if not line.startswith("#"))
    return " ".join(" ".join(lines).split())
