"""Carry out `chikaya sync`: open the store and one source, read, and account for it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from connectors.contract.errors import ConnectorError, TryAgain
from connectors.contract.ledger import MirrorBusy
from connectors.contract.records import AgencyCode, Mode, utc_now
from connectors.store import SecondWriter, Store
from gateway.cli.opening import ready_store
from gateway.config import Configured, Settings, SourceConfig
from gateway.config.mistakes import known, quoted
from gateway.sources import open_source
from resolvers.asking import Asker
from resolvers.guard import SourceHealth
from resolvers.sync import Sync, Synced

_COUNTS: Final = ("read", "new", "changed", "unchanged", "unlisted")


class SourceFailed(Exception):
    """The source was not read to its end; the message names it and what to do."""


@dataclass(frozen=True, slots=True)
class Syncing:
    """One run of the command."""

    settings: Settings
    configured: Configured

    async def run(self, name: str, *, full: bool) -> dict[str, Any]:
        """Read source `name` to its end.

        Raises `SourceFailed`, `ValueError` if it is not mirrored or is being read already, and
        what the store raises.
        """
        config = self._mirrored(name)
        async with self._store() as store, _asker(config) as asker:
            with _progress(name) as told:
                try:
                    synced = await Sync(store.mirror).run(asker, full=full, told=told)
                except MirrorBusy as busy:
                    raise ValueError(f"{busy}: nothing has to be done") from busy
                except ConnectorError as error:
                    if _is_of_the_store(error, asker):
                        raise
                    raise SourceFailed(_what_to_do(config, error)) from error
        return _account(synced)

    def _mirrored(self, name: str) -> SourceConfig:
        sources = {str(source.id): source for source in self.configured.sources}
        if name not in sources:
            instead = self._held(AgencyCode(name)) or known(name, sources)
            raise ValueError(f"SOURCE: no source is called {quoted(name)}; {instead}")
        if sources[name].mode is not Mode.MIRROR:
            raise ValueError(
                f"SOURCE: source {quoted(name)} is live: its lists are asked of it each time, and "
                "nothing of it is kept here"
            )
        return sources[name]

    def _held(self, code: AgencyCode) -> str | None:
        """Where the cases of that agency are; None if there is no such agency."""
        if code not in self.configured.agencies:
            return None
        source = self.configured.holders().get(code)
        if source is None:
            return f"the cases of agency {code} are kept here: there is nothing to sync"
        return f"agency {code} is held by {source.id}"

    @asynccontextmanager
    async def _store(self) -> AsyncIterator[Store]:
        try:
            async with ready_store(self.settings) as store:
                yield store
        except SecondWriter as taken:
            raise ValueError(f"{taken}. A running server syncs its mirrors by itself") from taken


@asynccontextmanager
async def _asker(config: SourceConfig) -> AsyncIterator[Asker]:
    source = open_source(config)
    try:
        yield source.asker
    finally:
        await source.connector.aclose()


def _account(synced: Synced) -> dict[str, Any]:
    """What was done, and how old what the mirror heard can be by now."""
    lag_seconds = round((utc_now() - synced.began_at).total_seconds(), 1)
    return asdict(synced) | {
        "began_at": synced.began_at.isoformat(),
        "lag_seconds": lag_seconds,
    }


def _is_of_the_store(error: ConnectorError, asker: Asker) -> bool:
    """Whether our own database failed: it does so in the same kinds as a source that is down."""
    failing = asker.guard.health in {SourceHealth.FAILING, SourceHealth.DOWN}
    return isinstance(error, TryAgain) and not failing


def _what_to_do(config: SourceConfig, error: ConnectorError) -> str:
    said = f"source {quoted(config.id)} was not read to its end: {error.code}: {error}"
    kept = f"What was read is kept, and `chikaya sync {config.id}` goes on from there"
    tries = [f"`chikaya try {code}` shows what it is asked and answers" for code in config.agencies]
    return f"{said}\n{'; '.join([kept, *tries[:1]])}"


@contextmanager
def _progress(name: str) -> Iterator[Callable[[Synced], None]]:
    """A line on the standard error; how much is to come no source tells."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as line:
        task = line.add_task(name, total=None)

        def told(so_far: Synced) -> None:
            counts = ", ".join(f"{getattr(so_far, count)} {count}" for count in _COUNTS)
            line.update(task, description=f"{name}: {counts}")

        yield told
