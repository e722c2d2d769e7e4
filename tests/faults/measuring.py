"""Time what is done in several ways by turns, so that a busy machine is busy for all of them."""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median, quantiles

Act = Callable[[], Awaitable[object]]


@dataclass
class Times:
    """What each act of one way took, in milliseconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Of this process."""

    @property
    def p50(self) -> float:
        return median(self.wall)

    @property
    def p99(self) -> float:
        return quantiles(self.wall, n=100)[98]

    @property
    def cpu_per_act(self) -> float:
        return mean(self.cpu)


async def timed(act: Act, times: Times) -> None:
    """Do it once, and note what it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    await act()
    times.wall.append((time.perf_counter() - wall) * 1000)
    times.cpu.append((time.process_time() - cpu) * 1000)


async def by_turns(ways: Mapping[str, Act], rounds: int) -> Mapping[str, Times]:
    """Each way once a round, every round beginning with another."""
    found = {name: Times() for name in ways}
    order = list(ways)
    gc.collect()
    # The test runner's own objects are not looked through time and again: that hits any way.
    gc.freeze()
    try:
        for _ in range(rounds):
            for name in order:
                await timed(ways[name], found[name])
            order.append(order.pop(0))
    finally:
        gc.unfreeze()
    return found


@dataclass(frozen=True)
class Ratios:
    """Over all pairs, one way by another."""

    p50: Sequence[float]
    p99: Sequence[float]
    cpu: Sequence[float]


def ratios(pairs: Sequence[Mapping[str, Times]], way: str, by: str) -> Ratios:
    """`way` by `by`, pair for pair."""
    return Ratios(
        p50=[pair[way].p50 / pair[by].p50 for pair in pairs],
        p99=[pair[way].p99 / pair[by].p99 for pair in pairs],
        cpu=[pair[way].cpu_per_act / pair[by].cpu_per_act for pair in pairs],
    )


def table(title: str, pairs: Sequence[Mapping[str, Times]]) -> str:
    """The figures of all pairs, to be read."""
    ways = list(pairs[0])
    lines = [title, "pair  " + "  ".join(f"{way:>26}" for way in ways)]
    lines.append("      " + "  ".join(f"{'p50':>8} {'p99':>8} {'cpu':>8}" for _ in ways) + "  (ms)")
    for number, pair in enumerate(pairs, 1):
        figures = (f"{t.p50:8.2f} {t.p99:8.2f} {t.cpu_per_act:8.2f}" for t in pair.values())
        lines.append(f"{number:4}  " + "  ".join(figures))
    return "\n".join(lines)
