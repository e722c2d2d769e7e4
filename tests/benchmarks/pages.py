"""Count what a first page of a question costs, asked of the engine over the store alone."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

import resolvers.complaints
from connectors.contract.query import (
    SELECTABLE,
    ComplaintQuery,
    ListQuestion,
    Order,
    Selection,
)
from connectors.contract.records import STORE, Mode
from connectors.store import CAPABILITIES, Store
from connectors.store.connector import StoreConnector
from connectors.store.engine import Engine
from connectors.store.paging import Effort
from connectors.store.reading import Reading
from gateway.config import Configured, load
from resolvers.asking import Asker
from resolvers.complaints import Complaints
from resolvers.cursor import Cursors
from resolvers.opening import Opening
from resolvers.outcome import ComplaintPage, SourceStatus
from resolvers.policy import Pseudonyms, Role, Viewer
from resolvers.reader import Limits
from resolvers.receipt import TrackingCodes
from resolvers.registry import GuardSettings, Registry, Source
from tests.benchmarks.counting import STEPS_A_ROW, CountingEngine
from tests.benchmarks.pairs import NOW

WHOLE = Selection(fields=SELECTABLE)
_PATIENCE = 600.0


@cache
def configured() -> Configured:
    """The agencies of the benchmarks."""
    return load(Path(__file__).parents[2] / "agencies.yaml", production=False)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a first page of one question cost, asked of the engine."""

    query: ComplaintQuery
    ids: tuple[str, ...]
    more: bool
    early: bool
    """Whether the page ended before it was full, with more to look at."""
    pages: int
    """How many pages there are up to the first row, or the end."""
    visited: float
    """Rows; on SQLite the machine's steps, in those that a row of a plain page takes."""
    entries: int
    statements: int
    seconds: float

    @property
    def pair(self) -> str:
        """The fields asked about."""
        return " × ".join(condition.field.name for condition in self.query.where)


async def costs(
    store: Store, asked: Iterable[ComplaintQuery], *, limit: int, effort: Effort
) -> Sequence[Cost]:
    """The cost of a first page of each question."""
    steps = await _steps_a_row(store._engine)
    return [await _cost(store, query, limit, effort, steps) for query in asked]


async def _cost(
    store: Store, query: ComplaintQuery, limit: int, effort: Effort, steps: float
) -> Cost:
    counting = CountingEngine(store._engine)
    begun = perf_counter()
    first = await _page(_engine(store, counting, effort), query, limit)
    seconds = perf_counter() - begun
    pages, page, plain = 1, first, _engine(store, store._engine, effort)
    while not page.edges and page.page_info.has_next_page:
        page = await _page(plain, query, limit, after=page.page_info.end_cursor)
        pages += 1
    (outcome,) = first.sources
    assert outcome.status is SourceStatus.OK, outcome
    return Cost(
        query=query,
        ids=tuple(edge.node.origin.source_id for edge in first.edges),
        more=first.page_info.has_next_page,
        early=outcome.ended_early,
        pages=pages,
        visited=counting.visited / steps,
        entries=counting.entries,
        statements=counting.statements,
        seconds=seconds,
    )


async def _page(
    complaints: Complaints, query: ComplaintQuery, limit: int, *, after: str | None = None
) -> ComplaintPage:
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    return await complaints.search(
        Viewer(Role.NATIONAL_SUPERVISOR, "benchmark"),
        query,
        WHOLE,
        first=limit,
        after=after,
        deadline=deadline,
    )


def _engine(store: Store, engine: Engine | CountingEngine, effort: Effort) -> Complaints:
    """The engine over the store alone, which reads by `engine`."""
    reading = Reading(engine, effort)  # type: ignore[arg-type]
    guard = GuardSettings(timeout_seconds=_PATIENCE, per_second=1e6)
    source = Source(STORE, "store", Mode.OWN, CAPABILITIES, guard=guard)
    asker = Asker(source, StoreConnector(reading, lambda: NOW))
    return Complaints(
        resolvers.complaints.Engine(
            registry=Registry(configured().agencies, {STORE: source}),
            askers={STORE: asker},
            ledger=store.ledger,
            accounts=store.accounts,
            mirrors=store.mirror,
            cursors=Cursors(b"k" * 32, lifetime_seconds=_PATIENCE),
            opening=Opening(store.ledger, TrackingCodes(b"t" * 32)),
            pseudonyms=Pseudonyms(b"p" * 32),
            limits=Limits(),
        )
    )


async def _steps_a_row(engine: Engine) -> float:
    """On SQLite, how many counted steps a row of a plain page takes."""
    if engine.dialect.name != "sqlite":
        return 1
    counting = CountingEngine(engine)
    question = ListQuestion((), Order(), WHOLE, 1000)
    page = await Reading(counting).page(question, now=NOW)  # type: ignore[arg-type]
    return max(counting.visited / len(page.records), 1 / STEPS_A_ROW)
