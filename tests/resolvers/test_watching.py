"""Whoever watches is told the newest state, keeps nothing waiting, and sees what they may see."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as with_fields

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Doing, Standing
from connectors.contract.errors import SourceUnavailable
from connectors.contract.feed import Notice
from connectors.contract.ledger import FIRST_GENERATION, MirrorPass, NewCase
from connectors.contract.lifecycle import Status
from connectors.contract.query import EVERYTHING, ComplaintQuery, Condition, Field, Op
from connectors.contract.records import AgencyCode, AuthorRole, Complaint, Mode, SourceId, utc_now
from connectors.store.noting import note_done
from gateway.app import Config, opened
from gateway.config import load, read_settings
from gateway.generations import Gateway
from gateway.keys import Keys
from gateway.listening import listening
from resolvers.acts import Which
from resolvers.policy import Role, Viewer
from resolvers.receipt import TrackingCodes, draw_reference
from resolvers.watching import CaseChange, QueueChange, Watchers, Watching, watch_case, watch_queue
from resolvers.watching.case import NoSuchCase
from resolvers.watching.watchers import Expired, Stopping, TooManySubscriptions, of_agency
from resolvers.watching.watching import Audience
from tests.connectors.store.cases import complaint, filing

KEYS = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
ONE, OTHER = draw_reference(), draw_reference()
WATER, ROADS, CITY = AgencyCode("water"), AgencyCode("roads"), SourceId("city")
NATIONAL = Viewer(Role.NATIONAL_SUPERVISOR, "national")
OFFICER = Viewer(Role.OFFICER, "officer", frozenset({WATER}))
# Nobody listens at port 9 of this machine: whoever asks these is refused.
REGISTRY = """
version: 1
sources:
  city: {connector: open311, mode: MODE, options: {url: "http://127.0.0.1:9"}}
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
  - {code: roads, name: {ar: الطرق, fr: Routes}, class: EEP}
  - {code: city, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, source: city}
"""


@dataclass
class World:
    gateway: Gateway
    acts: int = 0

    @property
    def watching(self) -> Watching:
        return self.gateway.contexts.watching

    async def file(self, reference: str, agency: AgencyCode = WATER, **fields: Any) -> str:
        """A case, and its code."""
        codes = TrackingCodes(KEYS.tracking_codes)
        code = codes.derive(reference, FIRST_GENERATION)
        case: NewCase = filing(reference, key=f"filing of {reference}")
        told = with_fields(case.complaint, agency_code=agency, **fields)
        await self.gateway.store.ledger.open_case(
            replace(case, complaint=told, code_hash=codes.hash(reference, code))
        )
        return code

    async def act(self, reference: str) -> None:
        """Something is done in the case."""
        self.acts += 1
        doing = Doing(Act.ADD_NOTE, "officer", f"key {self.acts}")
        await self.gateway.store.ledger.change(reference, doing, _noted)

    async def write(self, *statements: str, version: int = 2) -> None:
        """What no act does yet, in the case that was filed first."""
        engine = self.gateway.store._engine
        async with engine.transaction() as transaction:
            for statement in statements:
                await transaction.fetch(statement)
            ((ledger_id,),) = await transaction.fetch("SELECT min(id) FROM ledger")
            await note_done(transaction, engine.dialect, ledger_id, version)

    def case(self, viewer: Viewer, **which: str) -> AsyncGenerator[CaseChange, None]:
        return watch_case(self.watching, _of(viewer), Which(**which), EVERYTHING)

    def queue(
        self, viewer: Viewer, *where: Condition, after: str | None = None
    ) -> AsyncGenerator[QueueChange, None]:
        query = ComplaintQuery(where=where)
        return watch_queue(self.watching, _of(viewer), query, EVERYTHING, after=after)


def _noted(_standing: Standing) -> Change:
    return Change(at=utc_now(), author=AuthorRole.AGENCY, events=())


def _of(viewer: Viewer) -> Audience:
    return Audience(viewer, None, math.inf)


@asynccontextmanager
async def world_of(folder: Path, url: str, mode: str = "live") -> AsyncIterator[World]:
    path = folder / "agencies.yaml"
    path.write_text(REGISTRY.replace("MODE", mode), encoding="utf-8")
    settings = read_settings({"CHIKAYA_ENV": "development"}, database_url=url)
    async with (
        opened(Config(settings=settings, configured=load(path), keys=KEYS)) as gateway,
        listening(gateway.store.feed, gateway.watchers),
    ):
        yield World(gateway)


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with world_of(tmp_path, database_url) as made:
        yield made


async def test_a_slow_reader_is_told_the_newest_state_alone(world: World) -> None:
    await world.file(ONE)
    await world.file(OTHER)
    async with (
        aclosing(world.case(NATIONAL, id=f"Complaint:{ONE}")) as case,
        aclosing(world.queue(NATIONAL)) as queue,
    ):
        assert (await anext(case)).version == 1
        assert (await anext(queue)).id is None
        for _ in range(20):
            await world.act(ONE)
            await world.act(OTHER)
        assert (await anext(case)).version == 21
        told = [await anext(queue), await anext(queue)]
        assert [each.id for each in told] == [f"Complaint:{ONE}", f"Complaint:{OTHER}"]
        # Nothing of the twenty is left to be told.
        await world.act(OTHER)
        await world.act(ONE)
        assert (await anext(case)).version == 22
        told = [await anext(queue), await anext(queue)]
        assert [each.id for each in told] == [f"Complaint:{OTHER}", f"Complaint:{ONE}"]


async def test_more_than_is_read_at_once_comes_in_order_and_once(world: World) -> None:
    async with aclosing(world.queue(NATIONAL)) as queue:
        cursor = (await anext(queue)).cursor
    numbers = [draw_reference() for _ in range(120)]
    for number in numbers:
        await world.file(number)
    async with aclosing(world.queue(NATIONAL, after=cursor)) as queue:
        told = [await anext(queue) for _ in numbers]
        assert [each.id for each in told] == [f"Complaint:{number}" for number in numbers]
        assert (await anext(queue)).id is None
    # From the middle of what is read together.
    async with aclosing(world.queue(NATIONAL, after=told[69].cursor)) as queue:
        assert [(await anext(queue)).id for _ in numbers[70:]] == [each.id for each in told[70:]]


async def test_who_watches_a_case_that_leaves_is_told_nothing_more_of_it(world: World) -> None:
    await world.file(ONE)
    async with (
        aclosing(world.case(OFFICER, reference=ONE)) as case,
        aclosing(world.queue(OFFICER)) as queue,
        aclosing(world.queue(NATIONAL)) as every,
    ):
        await anext(case), await anext(queue), await anext(every)
        await world.write(
            "UPDATE ledger SET agency_code = 'roads'", "UPDATE complaint SET agency_code = 'roads'"
        )
        with pytest.raises(NoSuchCase):
            await anext(case)
        left = await anext(queue)
        assert (left.id, left.left, left.complaint) == (f"Complaint:{ONE}", True, None)
        moved = await anext(every)
        assert not moved.left
        await world.act(ONE)
        await world.file(OTHER)
        assert (await anext(queue)).id == f"Complaint:{OTHER}"


async def test_a_code_that_was_replaced_opens_nothing_more(world: World) -> None:
    code = await world.file(ONE)
    async with aclosing(world.case(NATIONAL, reference=ONE, tracking_code=code)) as case:
        assert (await anext(case)).complaint.reference == ONE
        fresh = "X'00'" if world.gateway.store._engine.dialect.name == "sqlite" else "'\\x00'"
        await world.write(f"UPDATE ledger SET code_hash = {fresh}")  # noqa: S608
        with pytest.raises(NoSuchCase):
            await anext(case)


async def test_what_cannot_be_read_now_is_told_as_the_ledger_knows_it(world: World) -> None:
    here = complaint("1", source=CITY, mode=Mode.LIVE).origin
    async with aclosing(world.queue(NATIONAL)) as queue:
        await anext(queue)
        await world.file(ONE, AgencyCode("city"), origin=here)
        told = await anext(queue)
        assert (told.id, told.left) == (f"Complaint:{ONE}", False)
        assert isinstance(told.complaint, Complaint)
        assert told.complaint.origin.stale
        await world.file(OTHER)
        assert (await anext(queue)).id == f"Complaint:{OTHER}"


async def test_mirrored_cases_are_told_as_the_store_lists_them(
    tmp_path: Path, database_url: str
) -> None:
    news = MirrorPass(number=1, full=True, way="x", began_at=utc_now())
    rows = [
        complaint(each, source=CITY, mode=Mode.MIRROR, agency_code=AgencyCode("city"))
        for each in ("1", "2")
    ]
    async with world_of(tmp_path, database_url, "mirror") as world:
        mirror = world.gateway.store.mirror
        async with aclosing(world.queue(NATIONAL)) as queue:
            await anext(queue)
            async with mirror.alone_with(CITY) as writer:
                await writer.progress()
                await writer.keep(news, rows, heard_at=news.began_at)
                await writer.finish(news, watermark=None)
                # The first reading is no news: whoever wants it all asks for the list.
                await writer.progress()
                closed = with_fields(rows[0], status=Status.CLOSED)
                again = replace(news, number=2)
                await writer.keep(again, [closed, rows[1]], heard_at=news.began_at)
                told = await anext(queue)
                assert told.id == "Complaint:city:1"
                assert not isinstance(told.complaint, SourceUnavailable)
                assert told.complaint is not None
                assert told.complaint.status is Status.CLOSED
                await writer.unlist(["2"])
            gone = await anext(queue)
            assert (gone.id, gone.left, gone.complaint) == ("Complaint:city:2", True, None)


async def test_a_filter_that_looks_at_the_time_looks_at_it_when_a_case_is_told(
    world: World,
) -> None:
    early = Condition(Field.OVERDUE, Op.AS_OF, utc_now().replace(year=2000))
    async with aclosing(world.queue(NATIONAL, early)) as queue:
        await anext(queue)
        await world.file(ONE, due_at=utc_now().replace(year=2001))
        await world.file(OTHER, due_at=utc_now().replace(year=2999))
        told = [await anext(queue), await anext(queue)]
    assert [(each.id, each.left) for each in told] == [
        (f"Complaint:{ONE}", False),
        (f"Complaint:{OTHER}", True),
    ]


async def test_so_much_is_watched_at_a_time_by_one_and_by_all() -> None:
    watchers = Watchers(most=3, most_of_one=2)
    with (
        watchers.watching("one", until=math.inf),
        watchers.watching("one", until=math.inf),
    ):
        with (
            pytest.raises(TooManySubscriptions, match="at most 2"),
            watchers.watching("one", until=math.inf),
        ):
            pass
        with (
            watchers.watching("another", until=math.inf),
            pytest.raises(TooManySubscriptions, match="too many"),
            watchers.watching("a third", until=math.inf),
        ):
            pass
    with watchers.watching("one", until=math.inf) as watcher:
        # What was refused or is over counts no longer, and is not woken.
        watcher.follow({of_agency(WATER)})
        watchers.tell(Notice(ROADS, ONE))
        assert not watcher._woken.is_set()
        watchers.tell(Notice(WATER, ONE))
        await watcher.woken()
    assert (watchers._all, dict(watchers._by_topic), dict(watchers._of)) == (set(), {}, {})


async def test_who_may_not_go_on_is_told_why() -> None:
    watchers = Watchers()
    now = asyncio.get_running_loop().time()
    with watchers.watching("one", until=now) as watcher:
        with pytest.raises(Expired):
            watcher.go_on()
        with pytest.raises(Expired):
            await watcher.woken()
    with watchers.watching("one", until=math.inf) as watcher:
        waiting = asyncio.ensure_future(watcher.woken())
        watchers.stop()
        with pytest.raises(Stopping):
            await waiting
