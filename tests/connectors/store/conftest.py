"""An opened store over a fresh database."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from connectors.store import Store
from connectors.testing.scenario import NOON


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An opened, empty store whose clock stands at noon; the test runs once on each engine."""
    async with aclosing(await Store.open(database_url, now=lambda: NOON)) as store:
        yield store
