"""Our processes and the agency's, killed at moments that a seed decides, and started again."""

import asyncio
import random
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

from tests.gateway.cli.command import COMMAND, environment

_ROOT: Final = Path(__file__).parents[2]
_PATIENCE_SECONDS: Final = 120
_LONGEST_HOLD_SECONDS: Final = 0.3


@dataclass
class Process:
    """A program that is started anew whenever it was killed."""

    name: str
    command: Sequence[str]
    folder: Path
    env: Mapping[str, str]
    running: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Everything that it wrote, in all its lives."""
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, cwd=self.folder, env=self.env, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """Without a word of warning."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()

    def end(self) -> int:
        """The exit code, when it was asked to end."""
        assert self.running is not None
        self.running.send_signal(signal.SIGTERM)
        return self.running.wait(_PATIENCE_SECONDS)


@contextmanager
def started(*processes: Process) -> Iterator[None]:
    """Have them run inside; what still runs at the end is killed."""
    try:
        for process in processes:
            process.start()
        yield
    finally:
        for process in processes:
            process.kill()


def agency(folder: Path, port: int, seed: int) -> Process:
    """The agency's case system."""
    command = (sys.executable, "-m", "tests.crash.agency", str(folder), str(port), str(seed))
    return Process("agency", command, folder, environment({"PYTHONPATH": str(_ROOT)}))


def ours(name: str, *arguments: str, folder: Path, url: str, port: int) -> Process:
    """A process of the gateway's over the database at `url`."""
    env = {
        "CHIKAYA_DATABASE_URL": url,
        "CHIKAYA_ENV": "development",
        "CHIKAYA_PORT": str(port),
        # With a provider whoever shows no token is nobody in particular, as most who file are.
        "CHIKAYA_OIDC_ISSUER": "http://127.0.0.1:9",
        "CHIKAYA_OIDC_AUDIENCE": "chikaya",
    }
    return Process(name, (*COMMAND, *arguments, "--json"), folder, environment(env))


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port


async def answers(port: int) -> None:
    """Return when the gateway is ready; it makes its keys before."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


@dataclass
class Killer:
    """Kills one of `victims` whenever the work has come to a moment that was drawn."""

    victims: Sequence[Process]
    draw: random.Random
    progress: Callable[[], int]
    """How far the work has come."""
    moments: Sequence[int]
    """Of that, in order."""
    killed: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        for moment in self.moments:
            while self.progress() < moment:  # noqa: ASYNC110 - a file grows elsewhere
                await asyncio.sleep(0.02)
            await asyncio.sleep(self.draw.uniform(0, _LONGEST_HOLD_SECONDS))
            victim = self.draw.choice(self.victims)
            victim.kill()
            self.killed[victim.name] += 1
            victim.start()
