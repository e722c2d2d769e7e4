"""The store keeps the shared suite's promises at full capability, on both engines."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Final

import pytest
import pytest_asyncio

from connectors.contract.connector import Connector
from connectors.contract.records import STORE, Complaint, Mode
from connectors.store import CAPABILITIES, Store
from connectors.store.connector import StoreConnector
from connectors.store.paging import Effort
from connectors.store.reading import Reading
from connectors.testing import scenario
from connectors.testing.scenario import NOON
from connectors.testing.suite import ConnectorSuite
from tests.databases import ENGINES, Databases

_OWN: Final = scenario.complaints(source=STORE, mode=Mode.OWN)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ENGINES)
async def filled(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[str]:
    """A store that holds the scenario, for tests that only read."""
    url = await databases.migrated(request.param, tmp_path_factory.mktemp("store"))
    async with aclosing(await Store.open(url)) as store:
        await store.mirror.put(_OWN, source=STORE, heard_at=NOON)
    yield url
    await databases.drop(url)


class TestOwnCases(ConnectorSuite):
    """Cases that the store itself holds: listed, and got by id."""

    @pytest.fixture
    async def connector(self, filled: str) -> AsyncIterator[Connector]:
        async with aclosing(await Store.open(filled, now=lambda: NOON)) as store:
            yield store.connector

    def expected(self) -> Sequence[Complaint]:
        return _OWN


class TestPagesThatEndEarly(TestOwnCases):
    """The same, where looking for a page stops after a few rows."""

    @pytest.fixture
    async def connector(self, filled: str) -> AsyncIterator[Connector]:
        async with aclosing(await Store.open(filled, now=lambda: NOON)) as store:
            soon_spent = Effort(walked=3, candidates=3, total=5, counted=10_000)
            yield StoreConnector(Reading(store._engine, soon_spent), lambda: NOON)


async def test_the_store_declares_everything_that_a_list_can_be_asked(database_url: str) -> None:
    async with aclosing(await Store.open(database_url)) as store:
        assert store.connector.capabilities == CAPABILITIES
    assert CAPABILITIES.files is None
