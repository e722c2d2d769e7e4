"""An opened store over a fresh database, and what it reads there."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from connectors.contract.records import STORE, Mode
from connectors.store import Store
from connectors.testing import scenario
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import AGENCIES


@pytest.fixture
def statements() -> list[str]:
    """The reading statements that `store` ran."""
    return []


@pytest.fixture
async def store(database_url: str, statements: list[str]) -> AsyncIterator[Store]:
    """An opened, empty store whose clock stands at noon; the test runs once on each engine."""
    opened = await Store.open(database_url, now=lambda: NOON, on_statement=statements.append)
    async with aclosing(opened) as store:
        yield store


@pytest.fixture
async def second(engine: str, database_url: str, store: Store) -> AsyncIterator[Store]:
    """Another process's store on the same database; on SQLite, which has none, the same one."""
    if engine == "sqlite":
        yield store
        return
    async with aclosing(await Store.open(database_url)) as other:
        yield other


@pytest.fixture
async def scenes(store: Store) -> Store:
    """The scenario, spread over 1,700 agencies."""
    cases = scenario.complaints(source=STORE, mode=Mode.OWN, agencies=AGENCIES)
    await store.mirror.put(cases, source=STORE, heard_at=NOON)
    return store
