"""A server with loops of its own, of which a test kills one: by a file named as what it shall do.

    python -m tests.gateway.workers.program FOLDER URL

It says where it answers. `victim` raises while FOLDER/raise exists, and hangs while FOLDER/hang
does; `steady` and `victim` add a line to a file of their name at the end of every turn.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import uvicorn

from gateway.app import Config, build
from gateway.config import Configured, read_settings
from gateway.generations import Gateway
from gateway.keys import Keys
from gateway.telemetry import configure_log
from gateway.workers import Loop

OFTEN: Final = 0.1


class Turns:
    """The turns of two loops."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def steady(self) -> float:
        self._note("steady")
        return OFTEN

    async def victim(self) -> float:
        if (self._folder / "raise").exists():
            raise KeyError("the test asked for it")
        while (self._folder / "hang").exists():
            await asyncio.Event().wait()
        self._note("victim")
        return OFTEN

    def _note(self, name: str) -> None:
        with (self._folder / name).open("a") as file:
            file.write("a turn\n")


class Server(uvicorn.Server):
    """Says where it answers."""

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)  # noqa: T201


def loops_in(folder: Path) -> Callable[[Gateway], object]:
    """Two loops beside each other."""
    turns = Turns(folder)

    @asynccontextmanager
    async def opened(_gateway: Gateway) -> AsyncIterator[list[Loop]]:
        # On a machine at its limits the one that is let alone has time.
        yield [Loop("steady", 20.0, turns.steady), Loop("victim", 0.5, turns.victim)]

    return opened


def main(folder: Path, url: str) -> None:
    configure_log(as_json=True)
    settings = read_settings({"CHIKAYA_ENV": "development"}, database_url=url)
    config = Config(settings, Configured({}, ()), Keys(bytes(32), bytes(32)))
    app = build(config, open_loops=loops_in(folder))  # type: ignore[arg-type]
    Server(uvicorn.Config(app, port=0, log_config=None, access_log=False)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
