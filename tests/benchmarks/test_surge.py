"""A storm of filings, scaled down: nothing is refused, and what had to wait is told in its order."""

import pytest

from resolvers.delivery import Patience
from tests.benchmarks.surge import surge
from tests.databases import ONE_A_PUSH, Databases


@pytest.mark.parametrize("engine", ONE_A_PUSH)
async def test_nothing_is_refused_in_a_storm(databases: Databases, engine: str) -> None:
    came = await surge(databases, engine, rate=25, seconds=6)
    assert came.refused == {}
    assert len(set(came.references)) == came.stored == 150
    assert len(came.waited) == 150
    assert len(came.queued) > 20
    assert sorted(came.delivered) == sorted(came.queued)
    # Only those overtake that were tried when the system was just back, or at the same time.
    assert came.overtaken < 2 * Patience().at_once
