"""Each dialect, connected by configuration alone, keeps every promise of its description."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from connectors.contract.connector import Connector
from connectors.contract.records import Complaint
from connectors.testing.suite import ConnectorSuite
from tests.dialects import four
from tests.dialects.connecting import connected


class _Described(ConnectorSuite):
    dialect: ClassVar[four.Dialect]

    @pytest.fixture
    async def connector(self, tmp_path: Path) -> AsyncIterator[Connector]:
        async with connected(self.dialect, tmp_path) as (connector, _):
            yield connector

    def expected(self) -> Sequence[Complaint]:
        return self.dialect.complaints()


class TestCursors(_Described):
    dialect = four.CURSORS


class TestSessions(_Described):
    dialect = four.SESSIONS


class TestEnvelopes(_Described):
    dialect = four.ENVELOPES


class TestLinks(_Described):
    dialect = four.LINKS
