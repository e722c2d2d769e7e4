"""What is changed in Redmine itself is heard by asking for what was updated since."""

from dataclasses import replace
from datetime import datetime

from connectors.contract.connector import Connector
from connectors.contract.lifecycle import Status
from connectors.contract.query import Condition, Direction, Field, Op, Order
from connectors.testing.asking import ids, plain, rows
from tests.connectors.rest.redmine.desk import changed, issues, seen, told
from tests.connectors.rest.redmine.upstreams import Redmine

BY_UPDATE = Order(by=Field.UPDATED, direction=Direction.ASC)


async def test_changes_made_in_redmine_are_read_in_their_order_and_nothing_else(
    redmine: Redmine, connector: Connector
) -> None:
    before = await issues(redmine)
    heard = max(datetime.fromisoformat(issue["updated_on"]) for issue in before)
    moved, spoken, filed = await changed(redmine, before)

    question = replace(
        plain(connector.capabilities, order=BY_UPDATE, limit=2),
        where=(Condition(Field.UPDATED, Op.GTE, heard),),
    )
    found, _ = await rows(connector, question)

    after = {str(issue["id"]): issue for issue in await issues(redmine)}
    since = {
        number
        for number, issue in after.items()
        if datetime.fromisoformat(issue["updated_on"]) >= heard
    }
    came = [case for case in found if case.updated_at is not None and case.updated_at >= heard]
    assert {*ids(came)} == since >= {moved, spoken, filed}
    assert len(came) == len(since)
    assert [seen(case) for case in came] == sorted(
        (told(after[number]) for number in since),
        key=lambda case: (case["updated"], case["id"]),
    )
    assert next(case for case in came if case.origin.source_id == moved).status in {
        Status.IN_PROGRESS, Status.ANSWERED,
    }  # fmt: skip
    # Redmine reaches back by a second at most: the mirror's rows are not read again.
    assert len(found) < len(after)
