"""What pages must keep to, whoever reads them: each leads on, and in order."""

from connectors.contract.errors import BadData
from connectors.contract.query import Key, Order, Page, key_of
from connectors.contract.records import SourceId


def refuse_empty(page: Page, source: SourceId) -> None:
    """Raise `BadData` if `page` says that rows follow, and does not say what they follow."""
    if page.more and not page.records and page.read_to is None:
        raise BadData(f'source "{source}" promises rows and sends none')


def refuse_standstill(page: Page, after: Key | None, order: Order | None, source: SourceId) -> None:
    """Raise `BadData` if `page`, asked for `after` a place, stops where nothing leads on from.

    Without an `order` no page is asked for after a place.
    """
    stopped = page.read_to
    if stopped is not None and not (order and page.more and _leads_on(page, stopped, after, order)):
        raise BadData(f'source "{source}" stops looking where it cannot go on')


def _leads_on(page: Page, stopped: Key, after: Key | None, order: Order) -> bool:
    last = key_of(page.records[-1], order) if page.records else None
    behind_rows = last is None or not last.follows(stopped, order.direction)
    return behind_rows and (after is None or stopped.follows(after, order.direction))


def refuse_same_token(page: Page, came_on: str | None, source: SourceId) -> None:
    """Raise `BadData` if `page`, which came on a token, leads to no other."""
    if page.next_token in {None, came_on}:
        raise BadData(f'source "{source}" repeats a page for ever')
