"""Measure what a page costs in a store of any size: `python -m tests.benchmarks.size URL [ROWS]`.

With ROWS an empty store is filled first. It tells, as Markdown, what the page that begins far
down costs beside the first, and how many rows a page of every pair of filters visits.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from statistics import median
from time import perf_counter

from connectors.contract.query import (
    Condition,
    Field,
    Key,
    ListQuestion,
    Op,
    Order,
    Selection,
    key_of,
)
from connectors.contract.records import Complaint
from connectors.store import Store
from connectors.store.paging import Effort
from connectors.store.reading import Reading
from gateway.generating import generate
from tests.benchmarks.pages import WHOLE, Cost, configured, costs
from tests.benchmarks.pairs import NOW, drawn, questions

SEED = 2020
BATCH = 5000
DRAWN = 400


def complaints(count: int) -> Iterator[Complaint]:
    """The cases of the benchmarks."""
    return generate(tuple(configured().agencies.values()), count=count, seed=SEED, now=NOW)


async def fill(store: Store, count: int) -> float:
    """Add so many cases to an empty store; rows a second."""
    begun, rows = perf_counter(), complaints(count)
    while batch := list(islice(rows, BATCH)):
        await store.bulk.add(batch, heard_at=NOW)
    return count / (perf_counter() - begun)


async def deep(store: Store, depths: Sequence[int], *, rounds: int) -> dict[int, float]:
    """Median milliseconds of a page of 50 at each depth, in interleaved rounds."""
    reading = Reading(store._engine)
    places: dict[int, Key | None] = {}
    for depth in depths:
        places[depth] = await _place(reading, depth)
    taken: dict[int, list[float]] = {depth: [] for depth in depths}
    for _ in range(rounds):
        for depth, place in places.items():
            question = ListQuestion((), Order(), WHOLE, 50, after=place)
            begun = perf_counter()
            await reading.page(question, now=NOW)
            taken[depth].append((perf_counter() - begun) * 1000)
    return {depth: median(times) for depth, times in taken.items()}


async def _place(reading: Reading, depth: int) -> Key | None:
    place, seen = None, 0
    while seen < depth:
        limit = min(1000, depth - seen)
        question = ListQuestion((), Order(), Selection(frozenset({"created_at"})), limit, place)
        page = await reading.page(question, now=NOW)
        place, seen = key_of(page.records[-1], Order()), seen + len(page.records)
    return place


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Store]:
    store = await Store.open(url)
    try:
        await store.migrate()
        yield store
    finally:
        await store.aclose()


async def main(url: str, rows: int | None) -> None:
    """Print the measures of the store at `url`."""
    async with _opened(url) as store:
        if rows is not None:
            _say(f"filled at {await fill(store, rows):,.0f} rows a second")
            await store._engine.fetch("ANALYZE" if url.startswith("postgres") else "SELECT 1")
        count = (await store._engine.fetch("SELECT count(*) FROM complaint"))[0][0]
        times = await deep(store, (0, 1000, min(100_000, count // 2)), rounds=60)
        _say(f"\n{store._engine.dialect.name}, {count:,} rows\n")
        _say("| the page after row | median ms | beside the first |\n|---|---|---|")
        for depth, taken in times.items():
            _say(f"| {depth:,} | {taken:.2f} | {taken / times[0]:.2f} |")
        _say("\n## All pairs of filters")
        _tell(await costs(store, questions(), limit=50, effort=Effort()), count)
        _say(f"\n## {DRAWN} drawn questions, in any order")
        some = list(islice(complaints(count), DRAWN))
        _tell(await costs(store, drawn(some, DRAWN, seed=SEED), limit=50, effort=Effort()), count)


def _tell(taken: Sequence[Cost], count: int) -> None:
    over = [cost for cost in taken if cost.visited > count * 0.02]
    usual = sorted(cost.visited for cost in taken)
    early = [cost for cost in taken if cost.early]
    empty = [cost for cost in early if not cost.ids]
    _say(f"\n{len(taken)} questions over {len({cost.pair for cost in taken})} sets of filters:")
    _say(f"- rows visited: median {median(usual):,.0f}, most {usual[-1]:,.0f}")
    _say(f"- over 2 % of the table: {len(over)} questions")
    _say(
        f"- first pages that end early: {len(early)}, of {len({cost.pair for cost in early})} sets"
    )
    _say(f"- of these without a row: {len(empty)}: {', '.join(sorted({c.pair for c in empty}))}")
    _say(f"- most pages up to the first row or the end: {max(cost.pages for cost in taken)}")
    _say("\n| the costliest questions | rows visited | index entries | ms | answer |")
    _say("|---|---|---|---|---|")
    for cost in sorted(taken, key=lambda cost: -cost.visited)[:12]:
        asked = "; ".join(_word(condition) for condition in cost.query.where)
        if cost.query.order != Order():
            asked += f", by {cost.query.order.by.name} {cost.query.order.direction}"
        answer = f"{len(cost.ids)}{' +' if cost.more else ''}"
        _say(
            f"| {asked} | {cost.visited:,.0f} | {cost.entries:,} | {cost.seconds * 1000:.0f}"
            f" | {answer} |"
        )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _word(condition: Condition) -> str:
    value = condition.value
    if isinstance(value, frozenset | tuple):
        value = ", ".join(sorted(str(each) for each in value))
    sign = {Op.GTE: " from", Op.LT: " before"}.get(condition.op, "")
    if condition.field is Field.POSITION:
        value = f"{value.south}..{value.north}"
    return f"{condition.field.name}{sign} {str(value)[:24]}"


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None))
