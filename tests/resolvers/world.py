"""A small administration to ask questions of: the store, a mirror in it, and live systems."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from connectors.contract.capabilities import Capabilities, Exactness, Paging
from connectors.contract.errors import SourceUnavailable
from connectors.contract.ledger import Account, LedgerRow, MirrorState, NewCase, OpenedCase
from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    EVERYTHING,
    ComplaintQuery,
    Order,
    Selection,
    key_of,
)
from connectors.contract.records import (
    STORE,
    Agency,
    AgencyClass,
    AgencyCode,
    Complaint,
    Kind,
    LocalizedText,
    Location,
    Mode,
    Origin,
    SourceId,
)
from connectors.memory import MemoryConnector
from connectors.memory.full import FULL
from resolvers.asking import Asker
from resolvers.complaints import Complaints, Engine
from resolvers.cursor import Cursors
from resolvers.opening import Opening
from resolvers.outcome import ComplaintPage
from resolvers.policy import Pseudonyms, Role, Viewer
from resolvers.reader import Limits
from resolvers.receipt import TrackingCodes
from resolvers.registry import GuardSettings, Holds, Registry, Source, SyncSettings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUPERVISOR = Viewer(Role.NATIONAL_SUPERVISOR, "supervisor")
LIST_ONLY = replace(EVERYTHING, children=frozenset())

BARE = Capabilities(fields=FULL.fields)
KINDS_OF_SOURCE: Mapping[str, Capabilities] = {
    "full": FULL,
    "small-pages": replace(FULL, max_page=3),
    "by-token": replace(FULL, paging=Paging.TOKEN, max_page=4),
    "one-page": replace(FULL, paging=Paging.WHOLE),
    "unsorted": replace(FULL, orders=frozenset(), paging=Paging.WHOLE),
    "unsorted-by-token": replace(FULL, orders=frozenset(), paging=Paging.TOKEN, max_page=5),
    "sorts-by-created-only": replace(FULL, orders=frozenset({Order()}), max_page=4),
    "approximate": replace(FULL, filters=dict.fromkeys(FULL.filters, Exactness.APPROXIMATE)),
    "bare": BARE,
}


@dataclass
class Weather:
    """Which sources fail and hang, and what was asked of whom."""

    down: set[SourceId] = field(default_factory=set)
    hanging: set[SourceId] = field(default_factory=set)
    changeable: set[SourceId] = field(default_factory=set)
    """Those that fail or hang at every third call, as `chance` has it."""
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    calls: list[tuple[SourceId, str, object]] = field(default_factory=list)

    def over(self, source: SourceId) -> Callable[[str, object], Awaitable[None]]:
        async def before(verb: str, asked: object) -> None:
            await asyncio.sleep(0)
            self.calls.append((source, verb, asked))
            drawn = self.chance.random() if source in self.changeable else 1.0
            if source in self.hanging or drawn < 0.1:
                await asyncio.Event().wait()
            if source in self.down or drawn < 0.35:
                raise SourceUnavailable("down for the test")

        return before

    def count(self, source: str, verb: str = "list") -> int:
        return sum((each, what) == (source, verb) for each, what, _ in self.calls)


@dataclass
class Register:
    """A ledger in memory, which remembers what it was asked."""

    rows: dict[str, LedgerRow] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    broken: bool = False

    async def open_case(self, case: NewCase) -> OpenedCase:
        raise NotImplementedError

    async def find(self, reference: str) -> LedgerRow | None:
        return (await self._answer("find", reference)).get(reference)

    async def find_all(self, references: Sequence[str]) -> Mapping[str, LedgerRow]:
        return await self._answer("find_all", *references)

    async def find_held(
        self, places: Iterable[tuple[SourceId, str]]
    ) -> Mapping[tuple[SourceId, str], LedgerRow]:
        rows = await self._answer("find_held", *self.rows)
        held = {(row.source, row.source_id): row for row in rows.values()}
        return {place: held[place] for place in places if place in held}

    async def filed_by(
        self, subject: str, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[LedgerRow]:
        rows = (await self._answer("filed_by", *self.rows)).values()
        own = {(row.received_at, row.reference): row for row in rows if row.subject == subject}
        keys = sorted((key for key in own if after is None or key < after), reverse=True)
        return [own[key] for key in keys[:limit]]

    async def count_filed_by(self, subject: str) -> int:
        rows = await self._answer("count_filed_by", *self.rows)
        return sum(row.subject == subject for row in rows.values())

    async def of(
        self, places: Iterable[tuple[SourceId, str]], selection: Selection
    ) -> Mapping[tuple[SourceId, str], Account]:
        """Nobody filed anything here."""
        return {}

    async def _answer(self, verb: str, *references: str) -> Mapping[str, LedgerRow]:
        self.asked.append((verb, *references))
        await asyncio.sleep(0)
        if self.broken:
            raise SourceUnavailable("down for the test")
        return {each: self.rows[each] for each in references if each in self.rows}


@dataclass
class KnownMirrors:
    heard: dict[SourceId, datetime] = field(default_factory=dict)
    cases: dict[tuple[SourceId, str], Complaint] = field(default_factory=dict)
    broken: bool = False

    async def states(self, sources: Sequence[SourceId]) -> Sequence[MirrorState]:
        self._answer()
        return [MirrorState(each, self.heard[each]) for each in sources if each in self.heard]

    async def kept(
        self, source: SourceId, ids: Sequence[str], selection: Selection
    ) -> Mapping[str, Complaint]:
        self._answer()
        return {each: self.cases[source, each] for each in ids if (source, each) in self.cases}

    def _answer(self) -> None:
        if self.broken:
            raise SourceUnavailable("down for the test")


@dataclass
class World:
    complaints: Complaints
    engine: Engine
    weather: Weather
    records: tuple[Complaint, ...]
    mirrors: KnownMirrors
    register: Register

    def enter(self, record: Complaint, *, reference: str, code: str, subject: str = "") -> None:
        """Let the ledger know `record` under a reference that `code` opens."""
        origin = record.origin
        self.register.rows[reference] = LedgerRow(
            reference=reference,
            source=origin.source,
            source_id=origin.source_id,
            agency_code=record.agency_code,
            mode=origin.mode,
            generation=0,
            code_hash=self.engine.opening.codes.hash(reference, code),
            received_at=NOON,
            subject=subject,
        )

    def hold(
        self,
        source: SourceId,
        records: Sequence[Complaint],
        *,
        before: Callable[[str, object], Awaitable[None]] | None = None,
    ) -> None:
        """Let `source` hold other cases, or do something else `before` it answers."""
        known = self.engine.registry.sources[source]
        connector = MemoryConnector(
            records,
            capabilities=known.capabilities,
            source=source,
            before=before or self.weather.over(source),
        )
        self.engine.askers[source] = Asker(known, connector)  # type: ignore[index]

    async def page(
        self,
        query: ComplaintQuery | None = None,
        *,
        first: int = 50,
        after: str | None = None,
        selection: Selection = LIST_ONLY,
        viewer: Viewer = SUPERVISOR,
        seconds: float = 30.0,
        **how: object,
    ) -> ComplaintPage:
        return await self.complaints.search(
            viewer,
            query or ComplaintQuery(),
            selection,
            first=first,
            after=after,
            deadline=asyncio.get_running_loop().time() + seconds,
            **how,  # type: ignore[arg-type]
        )

    async def walk(
        self, query: ComplaintQuery | None = None, *, first: int, after: str | None = None
    ) -> list[ComplaintPage]:
        pages = [await self.page(query, first=first, after=after)]
        while pages[-1].page_info.has_next_page:
            cursor = pages[-1].page_info.end_cursor
            assert cursor is not None
            pages.append(await self.page(query, first=first, after=cursor))
            assert len(pages) < 2000, "the list does not end"
        return pages


def ids(pages: Sequence[ComplaintPage]) -> list[str]:
    return [edge.node.id for page in pages for edge in page.edges]


def expected(records: Sequence[Complaint], query: ComplaintQuery) -> list[str]:
    matching = [each for each in records if all(c.holds(each) for c in query.where)]
    matching.sort(key=lambda each: key_of(each, query.order).rank(query.order.direction))
    return [each.id for each in matching]


def make_records(
    source: SourceId, agency: AgencyCode, mode: Mode, count: int, seed: int
) -> list[Complaint]:
    """Cases with many equal times and some unknown ones."""
    draw = random.Random(f"{source}{seed}")

    def some_time() -> datetime:
        return NOON + timedelta(hours=draw.randrange(12))

    def maybe() -> datetime | None:
        return some_time() if draw.random() < 0.7 else None

    return [
        Complaint(
            origin=Origin(
                source=source, source_id=f"{mode.value[0]}{n}", mode=mode, fetched_at=NOON
            ),
            agency_code=agency,
            status=draw.choice(list(Status)),
            kind=draw.choice(list(Kind)),
            title=draw.choice(["Éclairage public", "شكاية حول الماء", "route cassée", None]),
            description=draw.choice(["قطع الماء", "la rue est sombre", "رخصة"]),
            location=Location(
                area_code=draw.choice(["MA-01", "MA-02", None]),
                latitude=draw.uniform(30, 35),
                longitude=draw.uniform(-9, -5),
            ),
            created_at=some_time(),
            received_at=maybe(),
            updated_at=maybe(),
            due_at=maybe(),
            closed_at=maybe(),
        )
        for n in range(count)
    ]


def make_world(
    live: Mapping[str, Capabilities],
    *,
    each: int = 20,
    seed: int = 0,
    guard: GuardSettings | None = None,
    limits: Limits | None = None,
    store: Capabilities = FULL,
) -> World:
    """A store with own and mirrored cases, and a live source for each entry of `live`."""
    guard = guard or GuardSettings(retries=0, breaker_failures=10_000, per_second=1e6)
    weather, mirrored = Weather(), SourceId("mirrored")
    own = make_records(STORE, AgencyCode("own-agency"), Mode.OWN, each, seed)
    index = make_records(mirrored, AgencyCode("mirrored-agency"), Mode.MIRROR, each, seed)
    held: dict[SourceId, list[Complaint]] = {STORE: own + index}
    sources = {
        STORE: Source(STORE, "store", Mode.OWN, store, guard=guard),
        mirrored: Source(
            mirrored,
            "memory",
            Mode.MIRROR,
            FULL,
            (AgencyCode("mirrored-agency"),),
            guard,
            SyncSettings(holds=Holds.TEXTS),
        ),
    }
    for name, capabilities in live.items():
        source = SourceId(name)
        agency = AgencyCode(f"{name}-agency")
        held[source] = make_records(source, agency, Mode.LIVE, each, seed)
        sources[source] = Source(source, "memory", Mode.LIVE, capabilities, (agency,), guard)
    codes = [AgencyCode("own-agency"), *(a for s in sources.values() for a in s.agencies)]
    registry = Registry(
        {
            code: Agency(
                code=code,
                name=LocalizedText(ar=code, fr=code),
                agency_class=AgencyClass.COLLECTIVITE,
            )
            for code in codes
        },
        sources,
    )
    askers = {
        source.id: Asker(
            source,
            MemoryConnector(
                index if source.id == mirrored else held[source.id],
                capabilities=source.capabilities,
                source=source.id,
                before=weather.over(source.id),
            ),
        )
        for source in sources.values()
    }
    mirrors = KnownMirrors(
        {mirrored: NOON}, {(mirrored, each.origin.source_id): each for each in index}
    )
    register = Register()
    engine = Engine(
        registry=registry,
        askers=askers,
        ledger=register,
        accounts=register,
        mirrors=mirrors,
        cursors=Cursors(b"k" * 32, lifetime_seconds=3600),
        opening=Opening(register, TrackingCodes(b"t" * 32)),
        pseudonyms=Pseudonyms(b"p" * 32),
        limits=limits or Limits(),
    )
    records = tuple(record for rows in held.values() for record in rows)
    return World(Complaints(engine), engine, weather, records, mirrors, register)
