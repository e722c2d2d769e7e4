"""A store is put back after its deliveries went on: no agency's system is told anything twice."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.acts import Act
from connectors.contract.capabilities import Idempotency, MessageCapability
from connectors.contract.changes import Change, Doing
from connectors.contract.connector import Move, Saying
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import RESTORED, Delivery, DeliveryState, Outgoing, Which
from connectors.contract.records import AuthorRole, SourceId, Visibility, utc_now
from connectors.store import Store, copy_held
from resolvers import delivery
from resolvers.asking import Asker
from tests.schema.graph import LIVE, Graph, graph_in
from tests.schema.test_filing import FILED, filed

LATER = timedelta(hours=1)


@pytest.fixture
async def graph(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Graph]:
    async with graph_in(tmp_path, sqlite_url) as opened:
        yield opened


class Agency:
    """The system of an agency, whose repetitions are safe in one way."""

    def __init__(self, graph: Graph, safe_by: Idempotency) -> None:
        asker = graph.gateway.now.askers[LIVE]
        self.connector: Any = asker._connector
        capabilities = replace(
            asker.source.capabilities,
            files=safe_by,
            says=MessageCapability(visibilities=frozenset(Visibility), idempotency=safe_by),
            settles_seconds=0.0,
        )
        self.connector.capabilities = capabilities
        self.asker = Asker(replace(asker.source, capabilities=capabilities), self.connector)

    async def hears(self, store: Store, *, late: timedelta = timedelta()) -> None:
        """Everything that `store` has to tell by then."""
        worker = delivery.Delivery(
            store.outbox, lambda: {LIVE: self.asker}, now=lambda: utc_now() + late
        )
        for _ in range(4):
            await worker.turn()
            await worker.idle()

    @property
    def cases(self) -> list[list[str]]:
        """What was said in each case that was filed there."""
        return [
            [each.body for each in case.messages or ()]
            for case in self.connector._cases.values()
            if case.description == FILED["description"]
        ]


async def said(graph: Graph, reference: str) -> None:
    saying = Saying("Toujours rien", AuthorRole.COMPLAINANT, Visibility.PUBLIC)
    outgoing = (Outgoing(LIVE, saying), Outgoing(LIVE, Move(Status.IN_PROGRESS)))
    change = Change(at=utc_now(), author=AuthorRole.COMPLAINANT, events=(), outgoing=outgoing)
    doing = Doing(Act.ADD_MESSAGE, "somebody", reference)
    await graph.gateway.store.ledger.change(reference, doing, lambda _: change)


async def rows(store: Store) -> list[tuple[str, DeliveryState, str | None]]:
    every = Which(states=frozenset(DeliveryState), sources=frozenset({SourceId("city")}))
    found: list[Delivery] = list(await store.outbox.deliveries(every, most=100))
    return [(each.verb, each.state, each.code) for each in found]


@pytest.mark.parametrize("safe_by", [Idempotency.KEY, Idempotency.SEARCH, Idempotency.NONE])
async def test_what_was_delivered_after_the_backup_is_not_delivered_again(
    graph: Graph, tmp_path: Path, sqlite_url: str, safe_by: Idempotency
) -> None:
    agency = Agency(graph, safe_by)
    receipt = (await filed(graph, agency="city", serviceCode=None, attributes=[]))["receipt"]
    await said(graph, receipt["reference"])
    copy = tmp_path / "copy.sqlite3"
    copy_held(Path(sqlite_url.removeprefix("sqlite:///")), copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    await agency.hears(graph.gateway.store)
    assert agency.cases == [["Toujours rien"]]

    async with aclosing(await Store.open(f"sqlite:///{copy}")) as restored:
        await agency.hears(restored, late=LATER)
        uncertain = (DeliveryState.UNCERTAIN, RESTORED)
        assert await rows(restored) == [(verb, *uncertain) for verb in ("FILE", "SAY", "MOVE")]
        assert await restored.restored.held() == 3
        account = await restored.restored.reconcile(utc_now())
        assert (account.again, account.left) == (2, 1)
        await agency.hears(restored, late=LATER)
        assert agency.cases == [["Toujours rien"]]
        filed_, said_, moved = await rows(restored)
        assert moved == ("MOVE", *uncertain)
        if safe_by is Idempotency.NONE:
            assert filed_ == ("FILE", DeliveryState.UNCERTAIN, "BROKEN_OFF")
            assert said_ == ("SAY", DeliveryState.PENDING, None)
        else:
            assert filed_ == ("FILE", DeliveryState.DELIVERED, None)
            assert said_ == ("SAY", DeliveryState.DELIVERED, None)


async def test_a_store_that_was_put_back_otherwise_is_held_by_a_word(graph: Graph) -> None:
    agency, store = Agency(graph, Idempotency.KEY), graph.gateway.store
    await filed(graph, agency="city", serviceCode=None, attributes=[])
    assert await store.restored.hold() == 1
    assert await store.restored.hold() == 0
    await agency.hears(store, late=LATER)
    assert agency.cases == []
    await store.restored.reconcile(utc_now())
    await agency.hears(store, late=LATER)
    assert agency.cases == [[]]
