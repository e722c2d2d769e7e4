"""A storm of filings, scaled down: nothing is refused, and every receipt is a case."""

from tests.benchmarks.surge import surge
from tests.databases import Databases


async def test_nothing_is_refused_in_a_storm(databases: Databases, engine: str) -> None:
    came = await surge(databases, engine, rate=25, seconds=6)
    assert came.refused == {}
    assert len(set(came.references)) == came.stored == 150
    assert len(came.waited) == 150
