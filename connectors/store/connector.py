"""The store as one more source: it lists own, pending and mirrored cases, and gets its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from connectors.contract.capabilities import (
    Capabilities,
    Exactness,
    GetCapability,
    Paging,
)
from connectors.contract.connector import Call
from connectors.contract.errors import SourceTimeout
from connectors.contract.query import (
    OF_THE_LEDGER,
    SELECTABLE,
    TIMES,
    Child,
    Direction,
    ListQuestion,
    Order,
    Page,
    Selection,
)
from connectors.contract.records import STORE, Complaint
from connectors.store.reading import Reading
from connectors.store.statements import FILTERS

MAX_BATCH: Final = 500

CAPABILITIES: Final = Capabilities(
    fields=SELECTABLE | OF_THE_LEDGER,
    filters=dict.fromkeys(FILTERS, Exactness.EXACT),
    orders=frozenset(Order(time, direction) for time in TIMES for direction in Direction),
    paging=Paging.KEYSET,
    max_page=1000,
    # Of very many it is told that they are at least so many.
    total=Exactness.APPROXIMATE,
    children=frozenset(Child),
    get=GetCapability(max_batch=MAX_BATCH, children=frozenset(Child)),
)


class StoreConnector:
    """Meets the contract's `Connector` and `Gets`."""

    capabilities = CAPABILITIES

    def __init__(self, reading: Reading, now: Callable[[], datetime]) -> None:
        self._reading = reading
        self._now = now

    async def list(self, question: ListQuestion, call: Call) -> Page:
        """One page of all that is listed here, whichever source it came from."""
        self.capabilities.refuse_undeclared(question)
        async with _in_time(call):
            return await self._reading.page(question, now=self._now())

    async def get(
        self, ids: Sequence[str], selection: Selection, call: Call
    ) -> Mapping[str, Complaint]:
        """The store's own and pending cases; a mirrored one belongs to its own source's ids."""
        self.capabilities.refuse_undeclared_get(ids, selection)
        wanted = tuple(dict.fromkeys(ids))
        async with _in_time(call):
            return await self._reading.get(STORE, wanted, selection, now=self._now())

    async def aclose(self) -> None:
        """Nothing: the database is closed by whoever opened the store."""


@asynccontextmanager
async def _in_time(call: Call) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout_at(call.deadline):
            yield
    except TimeoutError as error:
        raise SourceTimeout("the store did not answer in the time that was left") from error
