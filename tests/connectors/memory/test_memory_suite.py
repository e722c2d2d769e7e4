"""The memory connector keeps the shared suite's promises, full, empty and in between."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.contract.capabilities import (
    AttachmentCapability,
    Capabilities,
    Exactness,
    GetCapability,
    Idempotency,
    MessageCapability,
    Paging,
)
from connectors.contract.lifecycle import Status
from connectors.contract.query import SELECTABLE, Child, Direction, Field, Order
from connectors.contract.records import Complaint, Service, Visibility
from connectors.memory import FULL, MemoryConnector
from connectors.testing import scenario
from connectors.testing.suite import ConnectorSuite

NOTHING = Capabilities(fields=frozenset())
LOOSE = dict.fromkeys(FULL.filters, Exactness.APPROXIMATE)


class _Held(ConnectorSuite):
    def expected(self) -> Sequence[Complaint]:
        return scenario.complaints()

    def expected_services(self) -> Sequence[Service]:
        return scenario.services()


class TestFull(_Held):
    @pytest.fixture
    def connector(self) -> MemoryConnector:
        return MemoryConnector(self.expected(), services=scenario.services())


class TestNothing(_Held):
    @pytest.fixture
    def connector(self) -> MemoryConnector:
        return MemoryConnector(self.expected(), capabilities=NOTHING)


MIXES = {
    "tokens, searched filings": replace(
        FULL, paging=Paging.TOKEN, files=Idempotency.SEARCH, orders=frozenset(), services=False
    ),
    "tokens in an order, small pages": replace(
        FULL, paging=Paging.TOKEN, max_page=5, orders=frozenset({Order()}), get=None
    ),
    "everything approximate": replace(FULL, filters=LOOSE, total=Exactness.APPROXIMATE),
    "an approximate filter, an exact total": replace(
        FULL, filters=LOOSE, paging=Paging.WHOLE, orders=frozenset()
    ),
    "one page that does not hold all": replace(FULL, paging=Paging.WHOLE, max_page=50),
    "one key order, few fields": replace(
        NOTHING,
        fields=frozenset({"due_at", "title"}),
        orders=frozenset({Order(Field.DUE, Direction.ASC)}),
        paging=Paging.KEYSET,
        max_page=10,
    ),
    "messages by get only": replace(
        FULL,
        fields=SELECTABLE - {"title", "channel"},
        children=frozenset({Child.EVENTS}),
        get=GetCapability(max_batch=1, children=frozenset({Child.MESSAGES})),
        files=Idempotency.NONE,
        total=None,
    ),
    "public messages, searched for": replace(
        NOTHING,
        get=GetCapability(children=frozenset({Child.MESSAGES})),
        says=MessageCapability(frozenset({Visibility.PUBLIC}), Idempotency.SEARCH),
    ),
    "internal messages, once each": replace(
        NOTHING,
        children=frozenset({Child.MESSAGES}),
        says=MessageCapability(frozenset({Visibility.INTERNAL}), Idempotency.NONE),
    ),
    "some moves, small files": replace(
        FULL,
        get=None,
        says=None,
        moves=frozenset({Status.IN_PROGRESS, Status.CLOSED}),
        attaches=AttachmentCapability(max_bytes=64, idempotency=Idempotency.SEARCH),
    ),
}


class TestMixes(_Held):
    @pytest.fixture(params=MIXES.values(), ids=MIXES.keys())
    def connector(self, request: pytest.FixtureRequest) -> MemoryConnector:
        return MemoryConnector(
            self.expected(),
            capabilities=request.param,
            services=scenario.services(),
            answers_with_token=request.param.files is Idempotency.SEARCH,
        )
