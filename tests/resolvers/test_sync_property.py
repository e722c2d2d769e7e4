"""Whatever happened at a source and however often passes were cut off, its mirror becomes equal."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contract.errors import SourceUnavailable
from connectors.contract.lifecycle import Status
from connectors.contract.records import SourceId
from connectors.store import Store
from tests.resolvers.test_sync import WAYS, City, case

_NUMBERS = st.integers(0, 14)
_STATUSES = st.sampled_from(tuple(Status))
_PASSES = st.tuples(st.just("pass"), st.booleans(), st.none() | st.integers(0, 4))
"""Full or not, and after how many calls it is cut off."""
_HONEST = st.tuples(st.just("change"), _NUMBERS, _STATUSES)
_WAITS = st.tuples(st.just("wait"), st.sampled_from((1, 600, 86_400)))
_ANYTHING = st.one_of(
    _HONEST,
    _PASSES,
    _WAITS,
    st.tuples(st.just("change without a time"), _NUMBERS, _STATUSES),
    st.tuples(st.just("change unsaid"), _NUMBERS, _STATUSES),
    st.tuples(st.just("delete"), _NUMBERS),
)
_COUNTER = itertools.count()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """One for all examples, each of which has a source of its own."""
    async with aclosing(await Store.open(database_url)) as opened:
        yield opened


@given(
    way=st.sampled_from(tuple(WAYS)),
    anything=st.lists(_ANYTHING, max_size=14),
    then=st.lists(_HONEST | _PASSES | _WAITS, max_size=8),
)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_pass_that_comes_to_its_end_makes_the_mirror_equal_to_its_source(
    store: Store,
    way: str,
    anything: Sequence[tuple[Any, ...]],
    then: Sequence[tuple[Any, ...]],
) -> None:
    city = City(store, WAYS[way], name=SourceId(f"{way}-{next(_COUNTER)}"))
    for action in anything:
        await _happen(city, *action)
    await _finish(city, full=True)
    # Where nothing is read by id and pages may shift, only two passes prove that a row is gone.
    await _finish(city, full=True)
    assert await city.mirrored() == city.expected()

    for action in then:
        await _happen(city, *action)
    await _finish(city, full=False)
    assert await city.mirrored() == city.expected()
    versions = {row.origin.source_id: row.version for row in await city.listed()}
    run = await city.run(full=True)
    assert (run.new, run.changed, run.unlisted) == (0, 0, 0)
    assert {row.origin.source_id: row.version for row in await city.listed()} == versions


async def _happen(city: City, what: str, *how: Any) -> None:
    city.now += timedelta(seconds=1)
    match what, how:
        case "pass", (full, cut):
            await _attempt(city, full=full, cut=cut)
        case "wait", (seconds,):
            city.now += timedelta(seconds=seconds)
        case "delete", (number,):
            city.cases.pop(str(number), None)
        case "change without a time", (number, status):
            city.put(case(number, None, status=status))
        case "change unsaid", (number, status):
            before = city.cases.get(str(number))
            city.put(case(number, before and before.updated_at, status=status))
        case _, (number, status):
            city.put(case(number, city.now, status=status))


async def _attempt(city: City, *, full: bool, cut: int | None) -> None:
    city.fails_after = cut
    try:
        await city.run(full=full)
    except SourceUnavailable:
        pass
    finally:
        city.fails_after = None


async def _finish(city: City, *, full: bool) -> None:
    """A pass to its end, begun after everything that happened."""
    while (await city.run(full=full)).resumed:
        pass
