"""While one agency hangs the others are answered as fast, at the same cost, as without it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from statistics import median

import pytest

from connectors.contract.connector import Environment
from connectors.contract.query import ComplaintQuery, Condition, Field, Op
from connectors.contract.records import SourceId
from connectors.http import AiohttpClient
from connectors.memory.full import FULL
from connectors.open311 import PLUGIN
from resolvers.asking import Asker
from resolvers.guard import SourceHealth
from resolvers.registry import GuardSettings
from tests.docs.pages import ROOT
from tests.faults.measuring import Ratios, Times, by_turns, ratios, table
from tests.faults.times import NOW
from tests.resolvers.world import World, make_world

pytestmark = [pytest.mark.long, pytest.mark.timeout(2400)]

HANGING = SourceId("hanging")
CITIES = 8
PAIRS = 9
ROUNDS = 204
"""Operations of each way in a pair."""
CALLERS = 20
SETTLING = 2
"""Operations that are not counted at the beginning of each block."""
MOST = 1.1


@contextmanager
def cities() -> Iterator[Sequence[str]]:
    """The addresses of cities that answer, and last of one that does not."""
    command = [sys.executable, "-m", "tests.faults.canned", str(CITIES)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.communicate()
    assert process.returncode == 0


@asynccontextmanager
async def asking(urls: Mapping[str, str], guard: GuardSettings) -> AsyncIterator[World]:
    """An engine over the cities at `urls`, by name, with connections of its own."""
    world = make_world(dict.fromkeys(urls, FULL), guard=guard)
    opened = []
    for name, url in urls.items():
        known = world.engine.registry.sources[SourceId(name)]
        options = {"url": url, "timezone": "UTC", "earliest": "2026-03-01T00:00:00Z"}
        connector = PLUGIN.open(
            PLUGIN.options.model_validate(options, strict=False),
            Environment(known.id, known.agencies, AiohttpClient, now=lambda: NOW),
        )
        opened.append(connector)
        source = replace(known, capabilities=connector.capabilities)
        world.engine.registry.sources[known.id] = source  # type: ignore[index]
        world.engine.askers[known.id] = Asker(source, connector)  # type: ignore[index]
    try:
        yield world
        permits = [each.guard._permits._value for each in world.engine.askers.values()]
        assert permits == [guard.max_concurrent] * len(permits)
    finally:
        for each in opened:
            await each.aclose()


async def test_in_a_list_of_all_an_agency_that_hangs_is_not_felt_by_the_others() -> None:
    with cities() as (*fine, hanging):
        well = {f"city-{number}": url for number, url in enumerate(fine)}
        # As configured by default, breaker and all; only the rate is not what is measured.
        guard = GuardSettings(per_second=1e6)
        async with (
            asking(well | {HANGING: hanging}, guard) as with_it,
            asking(well, guard) as without,
            asking(well, guard) as without_too,
        ):
            while with_it.engine.askers[HANGING].guard.health is not SourceHealth.DOWN:
                await with_it.page(first=50)
            ways = {
                "with": with_it.page,
                "without": without.page,
                "without too": without_too.page,
            }
            await by_turns(ways, ROUNDS)
            pairs = [await by_turns(ways, ROUNDS) for _ in range(PAIRS)]
    assert_not_felt("A list of all, one agency hanging", pairs)


async def test_questions_to_the_others_do_not_feel_those_who_wait_for_a_hanging_one() -> None:
    with cities() as (*fine, hanging):
        well = {f"city-{number}": url for number, url in enumerate(fine)}
        patient = GuardSettings(per_second=1e6, timeout_seconds=600.0, breaker_failures=10_000)
        async with asking(well | {HANGING: hanging}, patient) as world:
            agencies = world.engine.registry.agencies.keys() - {f"{HANGING}-agency"}
            others = ComplaintQuery((Condition(Field.AGENCY, Op.IN, frozenset(agencies)),))

            async def ask() -> None:
                page = await world.page(others, first=50)
                assert page.complete

            pairs = [await _beside_waiting_ones(world, ask) for _ in range(1 + PAIRS)][1:]
    assert_not_felt("Questions to the others, beside callers who wait", pairs)


async def _beside_waiting_ones(world: World, ask: object) -> Mapping[str, Times]:
    """One pair: blocks of questions with, without and without anybody who waits, by turns."""
    found = {name: Times() for name in ("with", "without", "without too")}
    order = list(found)
    blocks = 12
    for _ in range(blocks):
        for name in order:
            callers = await _waiting(world) if name == "with" else []
            # What the callers were told already is still being worked on.
            await by_turns({name: ask}, SETTLING)  # type: ignore[dict-item]
            block = await by_turns({name: ask}, ROUNDS // blocks)  # type: ignore[dict-item]
            found[name].wall += block[name].wall
            found[name].cpu += block[name].cpu
            for caller in callers:
                caller.cancel()
            await asyncio.gather(*callers, return_exceptions=True)
        order.append(order.pop(0))
    return found


async def _waiting(world: World) -> list["asyncio.Task[object]"]:
    """Callers who ask everybody, and have come to wait for the one that hangs."""
    # Different questions, or they would share one call.
    callers: list[asyncio.Task[object]] = [
        asyncio.create_task(world.page(first=51 + number, seconds=600.0))
        for number in range(CALLERS)
    ]
    permits = world.engine.askers[HANGING].guard._permits
    while not (permits.locked() and len(permits._waiters or ()) == CALLERS - 8):  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    # The others have answered them meanwhile.
    while any(  # noqa: ASYNC110
        asker.guard._permits._value < 8
        for source, asker in world.engine.askers.items()
        if source != HANGING
    ):
        await asyncio.sleep(0.001)
    return callers


def assert_not_felt(title: str, pairs: Sequence[Mapping[str, Times]]) -> None:
    felt, spread = ratios(pairs, "with", "without"), ratios(pairs, "without too", "without")
    said = f"{table(title, pairs)}\n{_told('with', felt)}\n{_told('without too', spread)}"
    print(f"\n{said}")  # noqa: T201 - the figures are what this is run for
    assert median(felt.p50) <= MOST, said
    assert median(felt.cpu) <= MOST, said
    lowest, highest = min(spread.p99), max(spread.p99)
    assert min(lowest, 1 / highest) <= median(felt.p99) <= max(highest, 1 / lowest), said


def _told(way: str, found: Ratios) -> str:
    return (
        f"{way} / without: median p50 {median(found.p50):.3f}, cpu {median(found.cpu):.3f}, "
        f"p99 {median(found.p99):.3f} ({min(found.p99):.2f} to {max(found.p99):.2f})"
    )
