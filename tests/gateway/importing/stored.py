"""Read back what a store holds, page by page, as any caller of a source does."""

import asyncio
from datetime import UTC, datetime

from connectors.contract.connector import Call
from connectors.contract.query import (
    SELECTABLE,
    Direction,
    Field,
    ListQuestion,
    Order,
    Selection,
    key_of,
)
from connectors.contract.records import Complaint
from connectors.store import Store

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When the store is taken to be read: equal content reads equal."""

_ORDER = Order(Field.CREATED, Direction.ASC)
_SELECTION = Selection(fields=SELECTABLE)


async def everything(url: str) -> list[Complaint]:
    """Every complaint of the database, oldest first; it must be migrated."""
    store = await Store.open(url, now=lambda: _NOW, writes=False)
    found: list[Complaint] = []
    try:
        more = True
        while more:
            after = key_of(found[-1], _ORDER) if found else None
            question = ListQuestion(
                where=(), order=_ORDER, selection=_SELECTION, limit=1000, after=after
            )
            call = Call(asyncio.get_running_loop().time() + 60)
            page = await store.connector.list(question, call)
            found += page.records
            more = page.more
    finally:
        await store.aclose()
    return found
