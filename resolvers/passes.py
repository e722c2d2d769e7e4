"""Decide, without any I/O, what a pass over a mirrored source asks, and what is known after it.

A pass reads everything, or, where the source can tell, what changed since a *watermark*. The
watermark is kept by the source's own clock, so that no two clocks are compared. Rows whose time of
change is unknown or wrong are covered by full passes alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from connectors.contract.capabilities import Capabilities, Exactness, Paging
from connectors.contract.errors import BadData
from connectors.contract.ledger import MirrorPass, MirrorProgress
from connectors.contract.query import Condition, Direction, Field, Op, Order, Page, key_of
from connectors.contract.records import Complaint, SourceId
from resolvers.promises import refuse_empty, refuse_same_token, refuse_standstill
from resolvers.reader import RowBudgetSpent
from resolvers.registry import Source

_BY_CHANGE: Final = Order(Field.UPDATED, Direction.ASC)
_UNMOVED: Final = (Field.CREATED, Field.RECEIVED)
"""What does not change when a case does: its rows stay where they are while they are read."""
_PREFERRED: Final = (*_UNMOVED, Field.UPDATED, Field.DUE, Field.CLOSED)


@dataclass(frozen=True, slots=True)
class Way:
    """How the rows of a pass are read, page after page."""

    order: Order | None
    paging: Paging
    steps: bool = False
    """Whether a page is asked for as what changed since the last row of the page before.

    Then no row can slip to an earlier page unseen while others move to the end.
    """

    @property
    def name(self) -> str:
        """Tells ways apart in which a place means different things."""
        order = "any order" if self.order is None else f"{self.order.by} {self.order.direction}"
        return f"{order}, {'by steps' if self.steps else self.paging}"

    @property
    def misses_none(self) -> bool:
        """Whether what it did not meet is surely not there."""
        if self.paging is Paging.KEYSET:
            return self.order is not None and self.order.by in _UNMOVED
        return self.paging is Paging.WHOLE

    @property
    def catches_up(self) -> bool:
        """Whether what changes while it is read comes up at its end."""
        by_place = self.steps or self.paging is Paging.KEYSET
        return by_place and self.order == _BY_CHANGE

    def where(self, going: MirrorPass) -> tuple[Condition, ...]:
        """What the next page of `going` is asked for."""
        return () if going.since is None else (_changed_since(going.since),)

    def after(self, page: Page, going: MirrorPass, source: SourceId) -> MirrorPass:
        """Where `going` stands after `page`. Raises `ConnectorError` if it leads nowhere."""
        refuse_empty(page, source)
        if self.steps:
            _check_times(page.records, source)
            last = page.records[-1].updated_at if page.more else None
            if last is not None and going.since is not None and last > going.since:
                return replace(going, since=last, token=None)
        if self.paging is Paging.KEYSET and self.order is not None:
            return _after_key(page, going, self.order, source)
        if not page.more:
            return going
        if self.paging is Paging.TOKEN:
            refuse_same_token(page, going.token, source)
            return replace(going, token=page.next_token)
        raise RowBudgetSpent(
            f'source "{source}" tells at most {len(page.records)} cases, and has more'
        )


def way_of(can: Capabilities, *, full: bool) -> Way:
    """How a source that promises `can` is read."""
    exact = can.supports(_changed_since(_ANY_TIME)) is Exactness.EXACT
    if not full and _BY_CHANGE in can.orders and (exact or can.paging is Paging.KEYSET):
        return Way(_BY_CHANGE, can.paging, steps=can.paging is not Paging.KEYSET)
    orders = sorted(can.orders, key=_preference)
    if can.paging is Paging.WHOLE:
        orders = []
    elif can.paging is Paging.TOKEN:
        # Where rows move from page to page, any order that does not say so is better.
        orders = [order for order in orders if order.by in _UNMOVED]
    return Way(next(iter(orders), None), can.paging)


def next_pass(source: Source, progress: MirrorProgress, *, full: bool, now: datetime) -> MirrorPass:
    """The pass that was broken off, if it is still of use, or a new one."""
    can, settings = source.capabilities, source.sync
    lately = now - timedelta(seconds=settings.full_every_seconds)
    going = progress.going
    if (
        going is not None
        and (going.full or not full)
        and going.way == way_of(can, full=going.full).name
        and going.began_at > lately
    ):
        return going
    if (
        full
        or progress.watermark is None
        or progress.full_at is None
        or progress.full_at <= lately
        or can.supports(_changed_since(progress.watermark)) is None
    ):
        way = way_of(can, full=True)
        return MirrorPass(number=progress.begun + 1, full=True, way=way.name, began_at=now)
    since = progress.watermark - timedelta(seconds=settings.overlap_seconds)
    way = way_of(can, full=False)
    return MirrorPass(number=progress.begun, full=False, way=way.name, began_at=now, since=since)


def watermark_after(
    going: MirrorPass, progress: MirrorProgress, way: Way, now: datetime
) -> datetime | None:
    """Up to where, by the source's clock, every change is known when `going` ends."""
    reached = going.latest
    if reached is not None and not way.catches_up:
        # What changed behind our back while we read did so after the pass began.
        reached -= now - going.began_at
    return max(filter(None, (reached, progress.watermark)), default=None)


def latest_change(records: Sequence[Complaint], *, as_of: datetime) -> datetime | None:
    """The latest change told, but for those that lie about it: they would hide later ones."""
    told = [record.updated_at for record in records if record.updated_at is not None]
    return max((at for at in told if at <= as_of), default=None)


def _after_key(page: Page, going: MirrorPass, order: Order, source: SourceId) -> MirrorPass:
    refuse_standstill(page, going.after, order, source)
    before = going.after
    for record in page.records:
        key = key_of(record, order)
        if before is not None and not key.follows(before, order.direction):
            raise BadData(f'source "{source}" does not keep its declared order')
        before = key
    return replace(going, after=page.read_to or before)


def _check_times(records: Sequence[Complaint], source: SourceId) -> None:
    times = [record.updated_at for record in records if record.updated_at is not None]
    if times != sorted(times):
        raise BadData(f'source "{source}" does not keep its declared order')


def _preference(order: Order) -> tuple[int, bool]:
    # Newest change first is the worst: what changes meanwhile jumps to where we have been.
    moves = order == Order(Field.UPDATED, Direction.DESC)
    rank = len(_PREFERRED) if moves else _PREFERRED.index(order.by)
    return rank, order.direction is Direction.DESC


def _changed_since(at: datetime) -> Condition:
    return Condition(Field.UPDATED, Op.GTE, at)


_ANY_TIME: Final = datetime.min.replace(tzinfo=UTC)
