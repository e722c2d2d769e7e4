"""Hold any connector to every promise of its capabilities, and to the refusal of all else.

    class TestCity(ConnectorSuite):
        @pytest.fixture
        async def connector(self): ...          # opened, over a server that plays the vendor

        def expected(self): ...                 # what that server holds, in our words

Tests of promises that were not made are skipped; each use that was not declared is tried and must
be refused. pytest-asyncio runs in its mode `auto`.
"""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from typing import Final

import pytest

from connectors.contract.capabilities import Capabilities, Exactness, Paging
from connectors.contract.connector import Connector, Gets
from connectors.contract.errors import SourceTimeout
from connectors.contract.query import (
    TIMES,
    Child,
    Direction,
    Field,
    ListQuestion,
    Order,
    Selection,
    key_of,
)
from connectors.testing.acting import ActPromises
from connectors.testing.asking import (
    assert_raises,
    assert_refused,
    call,
    ids,
    orders,
    pageable,
    plain,
)
from connectors.testing.conditions import one_each
from connectors.testing.listing import ListPromises
from connectors.testing.verbs import VerbPromises

_AT_ONCE: Final = 20
_ALWAYS_SUPPLIED: Final = frozenset({Field.AGENCY, Field.STATUS, Field.KIND})
_LOOKED_AT: Final = {
    Field.AREA: "location",
    Field.POSITION: "location",
    Field.OVERDUE: "due_at",
    Field.TEXT: "description",
}


class ConnectorSuite(ListPromises, VerbPromises, ActPromises):
    """Subclass it, give it an opened `connector` and the records `expected` of it."""

    async def test_what_is_not_declared_is_refused(self, connector: Connector) -> None:
        for use, question in self._undeclared(connector.capabilities):
            await assert_refused(connector.list(question, call()), use)

    async def test_what_is_declared_fits_together(self, connector: Connector) -> None:
        capabilities = connector.capabilities
        assert capabilities.max_page >= 1, f"max_page is {capabilities.max_page}"
        assert capabilities.get is None or capabilities.get.max_batch >= 1, "max_batch is 0"
        says, attaches = capabilities.says, capabilities.attaches
        assert says is None or says.visibilities, "messages are taken, but for nobody"
        assert attaches is None or attaches.max_bytes >= 1, "max_bytes is 0"
        if capabilities.paging is Paging.KEYSET:
            assert capabilities.orders, "pages after a key need an order"
        for order in capabilities.orders:
            # The engine merges by this value.
            assert order.by.value in capabilities.fields, f"{order.by.value} is not supplied"
        for (field, _), exactness in capabilities.filters.items():
            needed = _LOOKED_AT.get(field, field.value)
            seen = field in _ALWAYS_SUPPLIED or needed in capabilities.fields
            # The engine looks at the rows of an approximate filter again.
            assert seen or exactness is Exactness.EXACT, f"{needed} is not supplied for {field}"

    async def test_capabilities_stay_the_same(self, connector: Connector) -> None:
        before = connector.capabilities
        await connector.list(plain(before), call())
        assert connector.capabilities == before, "the capabilities changed with a call"

    async def test_a_call_past_its_deadline_times_out(self, connector: Connector) -> None:
        if self.deadline_waived is not None:
            pytest.skip(self.deadline_waived)
        late = call(seconds=-1)
        await _assert_late(connector.list(plain(connector.capabilities), late))
        if connector.capabilities.get is not None and isinstance(connector, Gets):
            await _assert_late(connector.get(ids(self.expected())[:1], Selection(), late))
        for acting in self.acts(connector, self.acted_on(), late):
            await _assert_late(acting)

    async def test_lists_asked_at_once_are_answered_alike(self, connector: Connector) -> None:
        question = pageable(connector.capabilities)
        alone = await connector.list(question, call())
        found = await asyncio.gather(*(connector.list(question, call()) for _ in range(_AT_ONCE)))
        for page in found:
            assert ids(page.records) == ids(alone.records), "lists asked at once differ"

    async def test_closing_twice_is_harmless(self, connector: Connector) -> None:
        await connector.aclose()
        await connector.aclose()

    def _undeclared(self, capabilities: Capabilities) -> Iterator[tuple[str, ListQuestion]]:
        asked = plain(capabilities)
        for condition in one_each(self.expected()):
            if capabilities.supports(condition) is None:
                use = f"a filter {condition.field.name} {condition.op.name}"
                yield use, replace(asked, where=(condition,))
        for order in (Order(by, direction) for by in TIMES for direction in Direction):
            if order not in capabilities.orders:
                yield f"the order {order}", replace(asked, order=order)
        for use, selection in _unselectable(capabilities):
            yield use, replace(asked, selection=selection)
        if capabilities.paging is not Paging.TOKEN:
            yield "a page token", replace(asked, token="1")  # noqa: S106 - no secret
        order = orders(capabilities)[0] if capabilities.orders else Order()
        after = key_of(self.expected()[0], order)
        yield "a page after a key in no order", replace(asked, after=after)
        if capabilities.paging is not Paging.KEYSET:
            paged = replace(asked, order=order if capabilities.orders else None, after=after)
            yield "a page after a key", paged
        for limit in (0, -1, capabilities.max_page + 1):
            yield f"a page of {limit}", replace(asked, limit=limit)


def _unselectable(capabilities: Capabilities) -> Iterator[tuple[str, Selection]]:
    for child in set(Child) - capabilities.children:
        yield f"the children {child.value}", Selection(children=frozenset({child}))
    if capabilities.total is None:
        yield "a total", Selection(total=True)
    if not capabilities.tells_references:
        yield "references of ours", Selection(carried=True)


async def _assert_late(asking: Awaitable[object]) -> None:
    await assert_raises(SourceTimeout, asking, "a call past its deadline was answered")
