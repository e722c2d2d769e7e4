"""A service's questions are asked of whoever knows them, and a silent system stops no filing."""

import asyncio
from dataclasses import replace

from connectors.contract.errors import SourceUnavailable
from connectors.contract.records import (
    Agency,
    AgencyClass,
    AgencyCode,
    AttributeType,
    LocalizedText,
    Mode,
    Service,
    ServiceAttribute,
    SourceId,
)
from connectors.memory import MemoryConnector
from connectors.memory.full import FULL
from resolvers.agencies import Agencies
from resolvers.asking import Asker
from resolvers.filing_request import FilingRequest
from resolvers.questions import UNCHECKED, Questions
from resolvers.registry import GuardSettings, Registry, Source
from tests.resolvers.clockwork import run
from tests.resolvers.desk import soon

CITY, TOWN = SourceId("city"), AgencyCode("town")
HOLE = Service(
    agency_code=TOWN,
    code="hole",
    name=LocalizedText(fr="Trou"),
    attributes=(ServiceAttribute(code="depth", type=AttributeType.NUMBER, required=True),),
)
GOOD = FilingRequest(TOWN, "Un trou", service_code="hole", attributes=(("depth", ("30",)),))
BAD = replace(GOOD, attributes=(("depth", ("deep",)),))


class City:
    """A city's system that tells what it asks, unless it is down."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.calls: list[str] = []
        self._guard = GuardSettings(retries=0, breaker_failures=10_000, per_second=1e6)

    async def _before(self, verb: str, *_: object) -> None:
        self.calls.append(verb)
        if self.down:
            raise SourceUnavailable("down")

    def questions(self) -> Questions:
        connector = MemoryConnector(services=[HOLE], before=self._before)
        source = Source(CITY, "memory", Mode.LIVE, FULL, (TOWN,), self._guard)
        agency = Agency(
            code=TOWN, name=LocalizedText(fr="Ville"), agency_class=AgencyClass.COLLECTIVITE
        )
        registry = Registry({TOWN: agency}, {CITY: source})
        return Questions(Agencies(registry, {CITY: Asker(source, connector)}))


async def test_a_system_that_tells_what_it_asks_is_asked_once_for_many_filings() -> None:
    city = City()
    questions = city.questions()
    for _ in range(3):
        assert await questions.check(GOOD, soon()) == ((), ())
        [problem], warnings = await questions.check(BAD, soon())
        assert (problem.code, problem.path, warnings) == ("INVALID", ("attributes", "depth"), ())
    assert city.calls == ["services", "attributes"]


async def test_a_system_that_is_down_refuses_no_filing_and_that_is_said() -> None:
    questions = City(down=True).questions()
    assert await questions.check(BAD, soon()) == ((), (UNCHECKED,))


async def test_a_service_that_the_system_does_not_have_is_unknown() -> None:
    [problem], _ = await City().questions().check(replace(GOOD, service_code="pole"), soon())
    assert (problem.code, problem.path) == ("UNKNOWN_SERVICE", ("serviceCode",))


async def test_without_a_service_nothing_is_asked() -> None:
    city = City()
    [problem], _ = await city.questions().check(replace(GOOD, service_code=None), soon())
    assert problem.code == "UNKNOWN_QUESTION"
    assert city.calls == []


def test_what_was_asked_before_counts_while_the_system_is_down() -> None:
    async def story() -> None:
        city = City()
        questions = city.questions()
        await questions.check(GOOD, soon())
        city.down = True
        await asyncio.sleep(3600)
        [problem], warnings = await questions.check(BAD, soon())
        assert (problem.code, warnings) == ("INVALID", ())
        assert city.calls == ["services", "attributes", "services"]
        await asyncio.sleep(86_400)
        assert await questions.check(BAD, soon()) == ((), (UNCHECKED,))

    run(story())
