"""The engine's small administration, whose city is a real connector with weather in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from connectors.contract.connector import Call, Connector
from connectors.contract.query import ComplaintQuery, ListQuestion, Page
from connectors.contract.records import SourceId
from connectors.memory.full import FULL
from connectors.testing.serving import serve
from connectors.testing.weather import FaultProxy, weathered
from resolvers.asking import Asker
from resolvers.guard import Guard
from resolvers.outcome import ComplaintPage, SourceOutcome
from resolvers.registry import GuardSettings
from tests.faults.subjects import Subject
from tests.resolvers.world import World, expected, make_world

CITY = SourceId("city")
PAGE = 200
"""More than there is."""


@dataclass
class Administration:
    """A store, a mirror, a town in memory, and the city behind `proxy`."""

    world: World
    proxy: FaultProxy
    connector: Connector
    asked: list[ListQuestion] = field(default_factory=list)
    """What the city's connector was asked to list."""

    @property
    def guard(self) -> Guard:
        return self.world.engine.askers[CITY].guard

    @property
    def others(self) -> Sequence[str]:
        """The ids of all cases but the city's, in the order of the list."""
        held = [each for each in self.world.records if each.origin.source != CITY]
        return expected(held, ComplaintQuery())

    async def page(self, *, seconds: float) -> ComplaintPage:
        """All there is, which must come in `seconds`."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        page = await self.world.page(first=PAGE, seconds=seconds)
        assert loop.time() - begun < seconds
        return page

    @property
    def permits_in_use(self) -> int:
        settings = self.world.engine.registry.sources[CITY].guard
        return settings.max_concurrent - self.guard._permits._value


def of_others(page: ComplaintPage) -> Sequence[str]:
    return [each.id for each in page.nodes if each.origin.source != CITY]


def of_city(page: ComplaintPage) -> SourceOutcome:
    (outcome,) = (each for each in page.sources if each.source == CITY)
    return outcome


@asynccontextmanager
async def administration(subject: Subject, **guard: float) -> AsyncIterator[Administration]:
    """Everything open, in fair weather; on leaving, the city's connector is closed first."""
    settings = replace(
        GuardSettings(retries=1, breaker_failures=10_000, per_second=1e6, timeout_seconds=30),
        **guard,  # type: ignore[arg-type]  # replace checks the names
    )
    async with serve(subject.upstream()) as url, weathered(url) as proxy:
        connector = subject.connect(proxy.url)
        world = make_world({"city": FULL, "town": FULL}, guard=settings)
        known = world.engine.registry.sources[CITY]
        source = replace(known, capabilities=connector.capabilities)
        world.engine.registry.sources[CITY] = source  # type: ignore[index]
        around = Administration(world, proxy, connector)
        world.engine.askers[CITY] = Asker(source, _Watched(connector, around.asked))  # type: ignore[index]
        try:
            yield around
        finally:
            await connector.aclose()
            await proxy.until_left()


class _Watched:
    """A connector that only lists, and remembers what."""

    def __init__(self, connector: Connector, asked: list[ListQuestion]) -> None:
        self._connector = connector
        self._asked = asked
        self.capabilities = connector.capabilities

    async def list(self, question: ListQuestion, call: Call) -> Page:
        self._asked.append(question)
        return await self._connector.list(question, call)

    async def aclose(self) -> None:
        """Whoever opened it closes it."""
