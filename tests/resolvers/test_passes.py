"""How far a pass is known to have read after each page."""

from datetime import UTC, datetime

import pytest

from connectors.contract.capabilities import Paging
from connectors.contract.errors import BadData
from connectors.contract.ledger import MirrorPass
from connectors.contract.query import Field, Key, Order, Page
from connectors.contract.records import SourceId
from resolvers.passes import Way

CITY = SourceId("city")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEWEST_FIRST = Way(Order(Field.CREATED), Paging.KEYSET)
GOING = MirrorPass(
    number=1, full=True, way=NEWEST_FIRST.name, began_at=NOON, after=Key(NOON, CITY, "7")
)


def test_a_pass_goes_on_where_the_source_stopped_looking() -> None:
    stopped = Key(NOON, CITY, "3")
    page = Page((), more=True, as_of=NOON, read_to=stopped)
    assert NEWEST_FIRST.after(page, GOING, CITY).after == stopped


def test_a_pass_does_not_go_back_to_where_it_was() -> None:
    page = Page((), more=True, as_of=NOON, read_to=GOING.after)
    with pytest.raises(BadData, match="stops looking where it cannot go on"):
        NEWEST_FIRST.after(page, GOING, CITY)
