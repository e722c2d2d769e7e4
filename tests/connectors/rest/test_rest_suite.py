"""The rest connector keeps the shared suite's promises, of a system described in full and at zero."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from connectors.contract.capabilities import Capabilities
from connectors.contract.connector import Filing
from connectors.contract.records import Complaint
from connectors.rest import RestConnector
from connectors.testing.suite import ConnectorSuite
from tests.connectors.rest import desk
from tests.connectors.rest.describing import at_desk


class _Desk(ConnectorSuite):
    def expected(self) -> Sequence[Complaint]:
        return desk.complaints()

    def filing(self) -> Filing:
        return replace(super().filing(), service_code="lighting")


class TestInFull(_Desk):
    @pytest.fixture
    async def connector(self) -> AsyncIterator[RestConnector]:
        async with at_desk(desk.Desk(self.expected())) as connector:
            yield connector


class TestAtOnce(_Desk):
    """No pages; a case at a time; children with a single case only."""

    @pytest.fixture
    async def connector(self) -> AsyncIterator[RestConnector]:
        get = {"request": {"path": "cases/{id}"}, "record": "$.case"}
        system = desk.Desk(self.expected(), paging="none")
        async with at_desk(system, get=get) as connector:
            yield connector


class TestNothing(_Desk):
    """Lists, and promises nothing else."""

    @pytest.fixture
    async def connector(self) -> AsyncIterator[RestConnector]:
        nothing = Capabilities(fields=frozenset())
        async with at_desk(desk.Desk(self.expected()), capabilities=nothing) as connector:
            yield connector
