"""Who sees what systems have not heard, and who says that they have: as the table says, for everyone."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Doing
from connectors.contract.connector import Move
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import AuthorRole
from connectors.store import Store
from resolvers.policy import Role
from resolvers.policy.table import ACTS, DELIVERIES, QUESTIONS, Reach
from tests.databases import Databases
from tests.policy.office import CITY, NOON, SERVED, Office, served

LIST = "{ deliveries(states: [BY_HAND]) { nodes { id agencyCode } } }"
CONFIRM = """mutation ($input: ConfirmDeliveryInput!) { confirmDelivery(input: $input) {
  delivery { state } problems { code } } }"""


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """In each case a delivery by hand for each role; on PostgreSQL, where a test may write too."""
    folder = tmp_path_factory.mktemp("office")
    with databases.lent("postgres", folder) as url, served(folder, url) as running:
        asyncio.run(_queue(url, running))
        yield running


async def _queue(url: str, office: Office) -> None:
    outgoing = (Outgoing(CITY, Move(Status.WITHDRAWN), by_hand=True),) * len(Role)
    change = Change(at=NOON, author=AuthorRole.AGENCY, events=(), outgoing=outgoing)
    async with aclosing(await Store.open(url)) as store:
        for agency, case in office.filed.items():
            doing = Doing(Act.ADD_NOTE, "somebody", agency)
            await store.ledger.change(case.reference, doing, lambda _: change)


def seen_by(reach: Reach) -> set[str]:
    return {Reach.ALL: {SERVED, "roads"}, Reach.AGENCIES: {SERVED}}.get(reach, set())


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_and_confirms_where_the_table_says(office: Office, role: Role) -> None:
    everything = office.ask(Role.NATIONAL_SUPERVISOR, LIST)["data"]["deliveries"]["nodes"]
    answer: dict[str, Any] = office.ask(role, LIST)
    reach = QUESTIONS[DELIVERIES].by_role[role]
    if reach is Reach.NONE:
        assert answer["data"] is None
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"]
    else:
        seen = [each for each in everything if each["agencyCode"] in seen_by(reach)]
        assert answer["data"]["deliveries"]["nodes"] == seen
    for agency in office.filed:
        id_ = next(each["id"] for each in everything if each["agencyCode"] == agency)
        given = {"delivery": id_, "idempotencyKey": f"a key of twenty-two signs {role} {agency}"}
        told = office.ask(role, CONFIRM, input=given)["data"]["confirmDelivery"]
        if agency in seen_by(ACTS[Act.CONFIRM_DELIVERY].by_role[role]):
            assert told == {"delivery": {"state": "DELIVERED"}, "problems": []}
        else:
            assert told == {"delivery": None, "problems": [{"code": "NOT_FOUND"}]}
