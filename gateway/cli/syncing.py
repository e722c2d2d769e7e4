"""Carry out `chikaya sync`: open the store and one source, read, and account for it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from connectors.contract.ledger import MirrorBusy
from connectors.contract.records import Mode
from connectors.store import SecondWriter, Store
from gateway.cli.opening import ready_store
from gateway.config import Configured, Settings, SourceConfig
from gateway.config.mistakes import known, quoted
from gateway.sources import open_source
from resolvers.asking import Asker
from resolvers.sync import Sync, Synced


@dataclass(frozen=True, slots=True)
class Syncing:
    """One run of the command."""

    settings: Settings
    configured: Configured

    async def run(self, name: str, *, full: bool) -> dict[str, Any]:
        """Read source `name` to its end.

        Raises `ValueError` if it is not mirrored or is being read already, and what the store and
        the source raise.
        """
        config = self._mirrored(name)
        async with self._store() as store, _asker(config) as asker:
            with _progress(name) as told:
                try:
                    synced = await Sync(store.mirror).run(asker, full=full, told=told)
                except MirrorBusy as busy:
                    raise ValueError(f"{busy}: nothing has to be done") from busy
        return asdict(synced) | {"began_at": synced.began_at.isoformat()}

    def _mirrored(self, name: str) -> SourceConfig:
        sources = {str(source.id): source for source in self.configured.sources}
        if name not in sources:
            raise ValueError(f"SOURCE: no source is called {quoted(name)}; {known(name, sources)}")
        if sources[name].mode is not Mode.MIRROR:
            raise ValueError(
                f"SOURCE: source {quoted(name)} is live: its lists are asked of it each time, and "
                "nothing of it is kept here"
            )
        return sources[name]

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


@contextmanager
def _progress(name: str) -> Iterator[Callable[[Synced], None]]:
    """A line on the standard error; how much is to come no source tells."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as line:
        task = line.add_task(name, total=None)

        def told(so_far: Synced) -> None:
            line.update(
                task,
                description=f"{name}: {so_far.read} read, {so_far.new} new, {so_far.changed} changed",
            )

        yield told
