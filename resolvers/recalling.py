"""Read from a source's lists which references of ours its cases carry."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from connectors.contract.capabilities import Capabilities, Paging
from connectors.contract.errors import BadData
from connectors.contract.ledger import MirrorPass
from connectors.contract.query import (
    Condition,
    Direction,
    Field,
    ListQuestion,
    Op,
    Order,
    Page,
    Selection,
)
from connectors.contract.records import utc_now
from resolvers.asking import Asker
from resolvers.deadline import loop_time
from resolvers.passes import Way, way_of
from resolvers.receipt import read_reference

_NEWEST_FIRST: Final = Order(Field.CREATED, Direction.DESC)
_MOST: Final = 500
"""Rows asked for at a time."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A case of a source that carries a reference."""

    reference: str
    """By its check digit one of ours, in its stored form."""
    source_id: str
    created_at: datetime | None
    """When its source says it began; None if it does not tell."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What one page told."""

    read: int
    """How many cases."""
    carried: tuple[Carried, ...]


async def recall(asker: Asker, since: datetime | None) -> AsyncIterator[Recalled]:
    """The cases that began at `since` or later, page by page; None: all.

    Where a source cannot be asked by time it is read on until it tells older ones, or to its end.
    Raises `ConnectorError`.
    """
    source, can = asker.source, asker.source.capabilities
    way, where = _way(can), _since(can, since)
    going = MirrorPass(number=0, full=True, way=way.name, began_at=utc_now())
    tokens: set[str] = set()
    while True:
        page = await asker.scan(
            ListQuestion(
                where=where,
                order=way.order,
                selection=Selection(frozenset({"created_at"}) & can.fields, carried=True),
                limit=can.max_page if can.paging is Paging.WHOLE else min(can.max_page, _MOST),
                after=going.after,
                token=going.token,
            ),
            deadline=loop_time() + source.sync.timeout_seconds,
        )
        yield Recalled(len(page.records), _carried(page))
        if not page.more or _is_past(page, way, since):
            return
        going = way.after(page, going, source.id)
        if going.token is not None and going.token in tokens:
            raise BadData(f'source "{source.id}" repeats a page for ever')
        tokens.add(going.token or "")


def _way(can: Capabilities) -> Way:
    if can.paging is not Paging.WHOLE and _NEWEST_FIRST in can.orders:
        return Way(_NEWEST_FIRST, can.paging)
    return way_of(can, full=True)


def _since(can: Capabilities, since: datetime | None) -> tuple[Condition, ...]:
    condition = Condition(Field.CREATED, Op.GTE, since or datetime.min.replace(tzinfo=UTC))
    return () if since is None or can.supports(condition) is None else (condition,)


def _is_past(page: Page, way: Way, since: datetime | None) -> bool:
    """Whether all that follows `page` is older, or has no time."""
    if since is None or way.order != _NEWEST_FIRST or not page.records:
        return False
    last = page.records[-1].created_at
    return last is None or last < since


def _carried(page: Page) -> tuple[Carried, ...]:
    return tuple(
        Carried(reference, record.origin.source_id, record.created_at)
        for record in page.records
        for reference in map(read_reference, page.carries.get(record.origin.source_id, ()))
        if reference is not None
    )
