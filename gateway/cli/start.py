"""Turn what the user said into a configuration, and every foreseeable failure into a sentence."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from connectors.contract.errors import ConnectorError
from gateway.config import ConfigError, Configured, Settings, load, read_settings
from gateway.keys import obtain
from resolvers.outcome import Refusal

if TYPE_CHECKING:
    from gateway.app import Config


@contextmanager
def told_plainly() -> Iterator[None]:
    """Print what went wrong without a traceback, and leave with 2; bugs keep theirs."""
    try:
        yield
    except (ConfigError, ConnectorError, Refusal, ValueError, OSError) as error:
        fail(str(error))


def fail(reason: str) -> NoReturn:
    """Print `reason` to the standard error and leave with 2."""
    typer.echo(reason, err=True)
    sys.exit(2)


def settled(
    *, database_url: str | None = None, agencies: Path | None = None
) -> tuple[Settings, Configured]:
    """What environment and command line say, for a command that needs no keys: none are made.

    Raises `ConfigError`.
    """
    settings = read_settings(database_url=database_url, agencies=agencies)
    return settings, load(settings.agencies, production=settings.production)


def configure(settings: Settings) -> "Config":
    """All that serving needs. Raises `ConfigError`."""
    # Commands that neither serve nor ask do without the graph, and start in half the time.
    from gateway.app import Config

    return Config(
        settings=settings,
        configured=load(settings.agencies, production=settings.production),
        keys=obtain(settings.keys, production=settings.production),
    )


def joined(configured: Configured, more: Configured) -> Configured:
    """What `configured` says, and the agencies and sources of `more` beside its own."""
    return replace(
        configured,
        agencies={**configured.agencies, **more.agencies},
        sources=(*configured.sources, *more.sources),
    )


def rereading(config: "Config", more: Configured | None = None) -> Callable[[], Configured]:
    """Reads the registry of `config` anew, with `more` beside it. Raises `ConfigError`."""
    settings, documents = config.settings, config.configured.documents

    def read() -> Configured:
        configured = load(settings.agencies, production=settings.production, documents=documents)
        return configured if more is None else joined(configured, more)

    return read


def prepare_folder(settings: Settings) -> None:
    """Make the folder that a SQLite file is to stand in."""
    if not settings.postgresql:
        path = settings.database_url.partition("://")[2].removeprefix("/")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
