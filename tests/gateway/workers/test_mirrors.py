"""Mirrors are kept fresh by loops whose hours pass at once: when, how many, and after failures."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import structlog

from connectors.contract.errors import RateLimited, SourceUnavailable
from connectors.contract.ledger import (
    Absent,
    Kept,
    MirrorBusy,
    MirrorPass,
    MirrorProgress,
    MirrorState,
)
from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, Complaint, Kind, Mode, Origin, SourceId
from connectors.memory import MemoryConnector
from connectors.memory.full import FULL
from gateway.workers.mirrors import mirroring
from resolvers.asking import Asker
from resolvers.registry import GuardSettings, Source, SyncSettings
from tests.resolvers.clockwork import run

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
AGENCY = AgencyCode("city-agency")
HOUR = 3600.0


def now() -> datetime:
    """The time by the clock of the loop, which begins at 1000."""
    return START + timedelta(seconds=asyncio.get_running_loop().time() - 1000)


@dataclass
class Mirrors:
    """Mirrors in memory, of which only when they were heard is of interest."""

    heard: dict[SourceId, list[datetime]] = field(default_factory=dict)
    progress: dict[SourceId, MirrorProgress] = field(default_factory=dict)
    busy: set[SourceId] = field(default_factory=set)
    broken: bool = False
    at_once: int = 0
    most_at_once: int = 0

    async def states(self, sources: Sequence[SourceId]) -> Sequence[MirrorState]:
        if self.broken:
            raise KeyError("a fault of ours")
        return [MirrorState(each, self.heard[each][-1]) for each in sources if each in self.heard]

    @asynccontextmanager
    async def alone_with(self, source: SourceId) -> AsyncIterator["Writer"]:
        if source in self.busy:
            raise MirrorBusy
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield Writer(self, source)
        finally:
            self.at_once -= 1


@dataclass
class Writer:
    mirrors: Mirrors
    source: SourceId

    async def progress(self) -> MirrorProgress:
        return self.mirrors.progress.get(self.source, MirrorProgress())

    async def keep(
        self, going: MirrorPass, records: Sequence[Complaint], *, heard_at: datetime
    ) -> Kept:
        before = await self.progress()
        self.mirrors.progress[self.source] = replace(before, going=going, begun=going.number)
        return Kept(unchanged=len(records))

    async def absent(self, going: MirrorPass) -> Sequence[Absent]:
        return ()

    async def unlist(self, ids: Collection[str]) -> None:
        raise AssertionError

    async def finish(self, going: MirrorPass, *, watermark: datetime | None) -> None:
        full_at = going.began_at if going.full else (await self.progress()).full_at
        self.mirrors.progress[self.source] = MirrorProgress(watermark, going.number, full_at)
        self.mirrors.heard.setdefault(self.source, []).append(going.began_at)


class City:
    """A source that takes its time, and fails when it is told to."""

    def __init__(self, name: str, *, mode: Mode = Mode.MIRROR, **settings: Any) -> None:
        self.name = SourceId(name)
        self.calls: list[float] = []
        self.failure: Exception | None = None
        self.takes = 1.0
        sync = SyncSettings(**({"every_seconds": 300} | settings))
        guard = GuardSettings(retries=0, breaker_failures=1000)
        source = Source(self.name, "memory", mode, FULL, (AGENCY,), guard, sync)
        self.asker = Asker(
            source, MemoryConnector([self._case()], source=self.name, before=self._before)
        )

    def _case(self) -> Complaint:
        return Complaint(
            origin=Origin(source=self.name, source_id="1", mode=Mode.LIVE, fetched_at=START),
            agency_code=AGENCY,
            status=Status.SUBMITTED,
            kind=Kind.COMPLAINT,
            updated_at=START - timedelta(days=1),
        )

    async def _before(self, _verb: str, _asked: object) -> None:
        # How a call ends is settled when it comes: one under way when the source recovers still fails.
        failure = self.failure
        self.calls.append(asyncio.get_running_loop().time() - 1000)
        await asyncio.sleep(self.takes)
        if failure is not None:
            raise failure


@asynccontextmanager
async def looping(mirrors: Mirrors, *cities: City, **how: Any) -> AsyncIterator[dict[Any, Asker]]:
    """Loops over `cities`; what is given can be changed, as a new configuration does."""
    askers = {city.name: city.asker for city in cities}
    async with mirroring(lambda: askers, mirrors, now=now, **how) as loop:
        running = asyncio.create_task(loop.run())
        try:
            yield askers
        finally:
            loop.end()
            await running


@contextmanager
def logged() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as events:
        yield events  # type: ignore[misc]


def test_a_mirror_never_heard_is_read_at_once_and_then_every_so_often() -> None:
    async def main() -> None:
        mirrors, city = Mirrors(), City("city")
        async with looping(mirrors, city):
            await asyncio.sleep(HOUR)
        heard = mirrors.heard[city.name]
        assert heard[0] == START
        assert {later - earlier for earlier, later in pairwise(heard)} == {timedelta(seconds=300)}

    run(main())


def test_a_mirror_heard_lately_by_another_process_is_not_read_again() -> None:
    async def main() -> None:
        mirrors, city = Mirrors(), City("city")
        mirrors.heard[city.name] = [START - timedelta(seconds=100)]
        async with looping(mirrors, city):
            await asyncio.sleep(150)
            mirrors.heard[city.name].append(now())
            await asyncio.sleep(HOUR / 2)
        assert city.calls[0] == 150 + 300

    run(main())


def test_everything_is_read_now_and_then_and_what_changed_in_between() -> None:
    async def main() -> None:
        mirrors, city = Mirrors(), City("city", every_seconds=600, full_every_seconds=HOUR)
        with logged() as events:
            async with looping(mirrors, city):
                await asyncio.sleep(2.1 * HOUR)
        synced = [event["full"] for event in events if event["event"] == "mirror_synced"]
        assert [at for at, full in enumerate(synced) if full] == [0, 6, 12]
        assert len(synced) == 13

    run(main())


def test_live_sources_are_left_alone() -> None:
    async def main() -> None:
        live = City("live", mode=Mode.LIVE)
        async with looping(Mirrors(), live):
            await asyncio.sleep(HOUR)
        assert live.calls == []

    run(main())


def test_hundreds_of_sources_take_turns_a_few_at_a_time() -> None:
    async def main() -> None:
        mirrors = Mirrors()
        cities = [City(f"city-{number}") for number in range(300)]
        async with looping(mirrors, *cities, at_once=4):
            await asyncio.sleep(200)
        assert mirrors.most_at_once == 4
        assert len(mirrors.heard) == 300

    run(main())


def test_a_source_that_fails_is_tried_after_growing_pauses_and_said_once() -> None:
    async def main() -> None:
        mirrors, sick, well = Mirrors(), City("sick"), City("well")
        sick.failure = SourceUnavailable("down for the test", detail="for the operator")
        with logged() as events:
            async with looping(mirrors, sick, well):
                await asyncio.sleep(2 * HOUR)
                tried, sick.failure = len(sick.calls), None
                await asyncio.sleep(HOUR)
        pauses = [later - earlier for earlier, later in pairwise(sick.calls[:tried])]
        assert all(2 < pause < 800 for pause in pauses)
        assert pauses[0] < 10
        assert pauses[-1] > 400
        assert len(mirrors.heard[well.name]) == 36
        assert len(mirrors.heard[sick.name]) > 8
        (told,) = [event for event in events if event["event"] == "mirror_not_synced"]
        assert (told["source"], told["code"], told["detail"]) == (
            "sick",
            "SOURCE_UNAVAILABLE",
            "for the operator",
        )
        assert len(told["error_id"]) == 32
        recovered = [e for e in events if e["event"] == "mirror_synced" and e["failures"]]
        assert [(event["source"], event["failures"]) for event in recovered] == [("sick", tried)]

    run(main())


def test_a_source_that_asks_for_a_pause_gets_it() -> None:
    async def main() -> None:
        mirrors, city = Mirrors(), City("city")
        city.failure = RateLimited("slow down", retry_after=1200)
        async with looping(mirrors, city):
            await asyncio.sleep(HOUR / 4)
        assert len(city.calls) == 1

    run(main())


def test_a_fault_of_our_own_is_logged_with_its_id_and_ends_no_loop() -> None:
    async def main() -> None:
        mirrors, city = Mirrors(broken=True), City("city")
        with logged() as events:
            async with looping(mirrors, city):
                await asyncio.sleep(60)
                mirrors.broken = False
                await asyncio.sleep(300)
        broke = [event for event in events if event["event"] == "mirror_sync_broke"]
        assert len({event["error_id"] for event in broke}) == len(broke) > 1
        assert all(isinstance(event["exc_info"], KeyError) for event in broke)
        assert len(mirrors.heard[city.name]) >= 1

    run(main())


def test_a_mirror_that_another_process_is_reading_is_left_to_it() -> None:
    async def main() -> None:
        mirrors, city = Mirrors(), City("city")
        mirrors.busy.add(city.name)
        with logged() as events:
            async with looping(mirrors, city):
                await asyncio.sleep(60)
                assert city.calls == []
                mirrors.busy.clear()
                await asyncio.sleep(60)
        assert len(city.calls) == 1
        assert [event["event"] for event in events] == ["mirror_synced"]

    run(main())


def test_sources_that_a_new_configuration_adds_or_leaves_out_are_followed() -> None:
    async def main() -> None:
        mirrors, first, second = Mirrors(), City("first"), City("second")
        first.takes = 15.0
        async with looping(mirrors, first) as askers:
            await asyncio.sleep(5)
            del askers[first.name]
            askers[second.name] = second.asker
            await asyncio.sleep(100)
            assert (first.name in mirrors.heard, len(mirrors.heard[second.name])) == (False, 1)
            changed = City("first", every_seconds=10)
            askers[first.name] = changed.asker
            await asyncio.sleep(95)
        assert len(first.calls) == 1
        assert len(changed.calls) == 10

    run(main())
