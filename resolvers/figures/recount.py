"""Count the public figures anew, of all cases, page by page, and keep them once all are counted.

A count that is broken off changes nothing: what was kept before is told until the next one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from connectors.contract.figures import Cohort, CountedCase, Counts, Coverage
from connectors.contract.records import Mode, utc_now
from resolvers.figures.counting import added_by
from resolvers.figures.covering import coverage_of
from resolvers.figures.keeping import KeepsFigures
from resolvers.ports import Mirrors
from resolvers.registry import Registry

EVERY: Final = timedelta(hours=1)
"""From the beginning of one count to that of the next."""
SOON: Final = timedelta(minutes=5)
"""The same where more is known by now: at a start the mirrors are as old as the pause before it."""
_PAGE: Final = 500
"""Answering waits for no more than so many cases to be added up."""


class Recount:
    """Counts the public figures."""

    def __init__(
        self,
        figures: KeepsFigures,
        mirrors: Mirrors,
        registry: Callable[[], Registry],
        *,
        now: Callable[[], datetime] = utc_now,
        page: int = _PAGE,
    ) -> None:
        """Count and keep in `figures`, by the registry that is in force when a count begins."""
        self._figures = figures
        self._mirrors = mirrors
        self._registry = registry
        self._now = now
        self._page = page

    async def due_in(self) -> float:
        """The seconds until they are to be counted, whoever did it last; at most `EVERY`."""
        last = await self._figures.last()
        if last is None:
            return 0.0
        now = self._now()
        known = await self._coverage(self._registry(), now)
        covered = sum(each.covered for each in known if each.demonstration)
        wait = SOON if covered > last.covered else EVERY
        return min(wait, max(timedelta(), last.began_at + wait - now)).total_seconds()

    async def run(self, got_on: Callable[[], None] = lambda: None) -> int | None:
        """Count all and keep it; how many cases that were.

        None if somebody else is counting. `got_on` is called after every page.
        """
        async with self._figures.alone() as alone:
            if not alone:
                return None
            began_at, registry = self._now(), self._registry()
            known = await self._coverage(registry, began_at)
            cases = await self._count(registry, got_on)
            await self._figures.keep(known, _summed(cases), began_at)
            return cases.total()

    async def _coverage(self, registry: Registry, now: datetime) -> Sequence[Coverage]:
        mirrored = [each.id for each in registry.sources.values() if each.mode is Mode.MIRROR]
        states = await self._mirrors.states(mirrored)
        return coverage_of(registry, {state.source: state.heard_at for state in states}, now)

    async def _count(
        self, registry: Registry, got_on: Callable[[], None]
    ) -> Counter[tuple[Cohort, Counts]]:
        """How many cases add just this to that cohort."""
        found: Counter[tuple[Cohort, Counts]] = Counter()
        after, more = 0, True
        while more:
            page = await self._figures.page(after, self._page)
            found.update(_added(page, registry))
            after, more = page[-1].row if page else after, len(page) == self._page
            got_on()
        return found


def _added(page: Sequence[CountedCase], registry: Registry) -> Iterator[tuple[Cohort, Counts]]:
    """What each of them adds to which cohort; whose agency is registered no more adds nothing."""
    for case in page:
        agency = registry.agencies.get(case.agency_code)
        added = None if agency is None else added_by(case, agency)
        if added is not None:
            yield added


def _summed(cases: Counter[tuple[Cohort, Counts]]) -> Mapping[Cohort, Counts]:
    cohorts: dict[Cohort, Counts] = {}
    for (cohort, counts), times in cases.items():
        cohorts[cohort] = cohorts.get(cohort, Counts()).plus(counts, times)
    return cohorts
