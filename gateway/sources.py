"""Hold the opened sources: one that is configured as before stays open, with all it has learnt.

A source that a new configuration leaves out, or changes, is closed when the last request that
could ask it has ended.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from connectors.contract.connector import Connector, Environment, Http
from connectors.contract.records import SourceId
from connectors.http import AiohttpClient
from gateway.config import SourceConfig
from resolvers.asking import Asker
from resolvers.registry import Source

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class OpenSource:
    """One opened source: its connector, and what is known of how it does."""

    config: SourceConfig
    connector: Connector
    asker: Asker


@dataclass(frozen=True, slots=True)
class Change:
    """What a new configuration changed, by the sources' names."""

    added: tuple[SourceId, ...]
    changed: tuple[SourceId, ...]
    removed: tuple[SourceId, ...]


OpenHttp = Callable[[str], Http]


def way_out(config: SourceConfig) -> OpenHttp:
    """Opens the way to a base URL, for as many calls at a time as the source may have."""
    return partial(AiohttpClient, max_concurrent=config.guard.max_concurrent)


def open_connector(config: SourceConfig, open_http: OpenHttp | None = None) -> Connector:
    """The connector of a source, by its own way out or another; nobody is asked yet."""
    environment = Environment(
        source=config.id, agencies=config.agencies, open_http=open_http or way_out(config)
    )
    return config.plugin.open(config.options, environment)


def open_source(config: SourceConfig) -> OpenSource:
    """A source with nobody asked yet; whoever opens it closes its connector."""
    connector = open_connector(config)
    source = Source(
        id=config.id,
        kind=config.plugin.name,
        mode=config.mode,
        capabilities=connector.capabilities,
        agencies=config.agencies,
        guard=config.guard,
        sync=config.sync,
        delivery=config.delivery,
        desk=config.desk,
    )
    return OpenSource(config, connector, Asker(source, connector))


class Sources:
    """The sources that are open."""

    def __init__(self, *, last_use_seconds: float) -> None:
        """No request that began longer than `last_use_seconds` ago asks a source."""
        self._open: Mapping[SourceId, OpenSource] = {}
        self._leaving: dict[asyncio.Task[None], list[OpenSource]] = {}
        self._last_use_seconds = last_use_seconds

    async def prepared(self, configs: Iterable[SourceConfig]) -> Mapping[SourceId, OpenSource]:
        """The sources to have open next: those that are and stay, and new ones.

        All or none are opened; raises what a connector raises.
        """
        prepared: dict[SourceId, OpenSource] = {}
        fresh: list[OpenSource] = []
        try:
            for config in configs:
                before = self._open.get(config.id)
                if before is None or before.config != config:
                    before = open_source(config)
                    fresh.append(before)
                prepared[config.id] = before
        except BaseException:
            await _close(fresh)
            raise
        return prepared

    def replace(self, prepared: Mapping[SourceId, OpenSource]) -> Change:
        """Have just these open; the others close once no request can be asking them."""
        before, self._open = self._open, prepared
        gone = [source for source in before.values() if prepared.get(source.config.id) != source]
        if gone:
            task = asyncio.create_task(self._close_later(gone))
            self._leaving[task] = gone
            task.add_done_callback(lambda done: self._leaving.pop(done, None))
        return Change(
            added=tuple(prepared.keys() - before.keys()),
            changed=tuple(each.config.id for each in gone if each.config.id in prepared),
            removed=tuple(before.keys() - prepared.keys()),
        )

    async def aclose(self) -> None:
        """Close all of them now."""
        leaving = dict(self._leaving)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        await _close([source for sources in leaving.values() for source in sources])
        await _close(self._open.values())
        self._open = {}

    async def _close_later(self, gone: list[OpenSource]) -> None:
        # Every request has a deadline, and none that begins after the change sees these.
        await asyncio.sleep(self._last_use_seconds)
        await _close(gone)


async def _close(sources: Iterable[OpenSource]) -> None:
    for source in sources:
        try:
            await source.connector.aclose()
        except Exception as error:  # noqa: BLE001 - a stranger's mistake keeps no other from closing
            _log.warning(
                "source_not_closed", source=source.config.id, kind=type(error).__qualname__
            )
