"""A store is put back after its deliveries went on: no agency's system is told anything twice."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connectors.contract.acts import Act
from connectors.contract.capabilities import Idempotency, MessageCapability
from connectors.contract.changes import Change, Doing
from connectors.contract.connector import Call, Move, Saying
from connectors.contract.errors import SourceUnavailable
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import GONE_ON, RESTORED, Delivery, DeliveryState, Outgoing, Which
from connectors.contract.records import AuthorRole, SourceId, Visibility, utc_now
from connectors.store import Store, copy_held
from resolvers import delivery
from resolvers.asking import Asker
from resolvers.deadline import loop_time
from resolvers.reconciled import NotAsked, Reconciled
from resolvers.reconciling import Reconciling
from tests.resolvers.contents import NoContents
from tests.schema.graph import LIVE, Graph, graph_in
from tests.schema.test_filing import FILED, filed

LATER = timedelta(hours=1)


@pytest.fixture
async def graph(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Graph]:
    async with graph_in(tmp_path, sqlite_url) as opened:
        yield opened


class Agency:
    """The system of an agency, whose repetitions are safe in one way."""

    def __init__(
        self, graph: Graph, safe_by: Idempotency, *, tells_references: bool = True
    ) -> None:
        asker = graph.gateway.now.askers[LIVE]
        self.connector: Any = asker._connector
        capabilities = replace(
            asker.source.capabilities,
            files=safe_by,
            tells_references=tells_references,
            says=MessageCapability(visibilities=frozenset(Visibility), idempotency=safe_by),
            settles_seconds=0.0,
        )
        self.connector.capabilities = capabilities
        self.asker = Asker(replace(asker.source, capabilities=capabilities), self.connector)

    async def hears(self, store: Store, *, late: timedelta = timedelta()) -> None:
        """Everything that `store` has to tell by then."""
        worker = delivery.Delivery(
            store.outbox, lambda: {LIVE: self.asker}, NoContents(), now=lambda: utc_now() + late
        )
        for _ in range(4):
            await worker.turn()
            await worker.idle()

    async def stands(self, status: Status) -> None:
        """Its officers put every case that was filed there into `status`."""
        call = Call(loop_time() + 10)
        for source_id, case in list(self.connector._cases.items()):
            if case.description == FILED["description"]:
                await self.connector.move(source_id, Move(status), key="theirs", call=call)

    @property
    def statuses(self) -> list[Status]:
        """How those stand."""
        return [
            case.status
            for case in self.connector._cases.values()
            if case.description == FILED["description"]
        ]

    @property
    def cases(self) -> list[list[str]]:
        """What was said in each case that was filed there."""
        return [
            [each.body for each in case.messages or ()]
            for case in self.connector._cases.values()
            if case.description == FILED["description"]
        ]


async def said(graph: Graph, reference: str, words: str = "Toujours rien") -> None:
    saying = Saying(words, AuthorRole.COMPLAINANT, Visibility.PUBLIC)
    outgoing = (Outgoing(LIVE, saying), Outgoing(LIVE, Move(Status.IN_PROGRESS)))
    change = Change(at=utc_now(), author=AuthorRole.COMPLAINANT, events=(), outgoing=outgoing)
    doing = Doing(Act.ADD_MESSAGE, "somebody", f"{reference} {words}")
    await graph.gateway.store.ledger.change(reference, doing, lambda _: change)


async def rows(store: Store) -> list[tuple[str, DeliveryState, str | None]]:
    every = Which(states=frozenset(DeliveryState), sources=frozenset({SourceId("city")}))
    found: list[Delivery] = list(await store.outbox.deliveries(every, most=100))
    return [(each.verb, each.state, each.code) for each in found]


async def reconciled(store: Store, agency: Agency) -> Reconciled:
    """What the agency tells."""
    put_back = await store.restored.put_back()
    assert put_back is not None
    reconciling = Reconciling(store.restored, store.ledger, {LIVE: agency.asker})
    return await reconciling.run(put_back.known_to, lambda _: None)


@asynccontextmanager
async def restored(tmp_path: Path, url: str) -> AsyncIterator[Callable[[], Awaitable[Store]]]:
    """Makes a backup at once, which is opened when it is called for."""
    copy = tmp_path / "copy.sqlite3"
    copy_held(Path(url.removeprefix("sqlite:///")), copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    async with AsyncExitStack() as stack:

        async def opened() -> Store:
            return await stack.enter_async_context(aclosing(await Store.open(f"sqlite:///{copy}")))

        yield opened


IN_CITY = {"agency": "city", "serviceCode": None, "attributes": []}


async def reference_of(graph: Graph) -> str:
    """That of a case which is filed now."""
    payload = await filed(graph, **IN_CITY, idempotencyKey=uuid4().hex)
    reference: str = payload["receipt"]["reference"]
    return reference


@pytest.mark.parametrize("safe_by", [Idempotency.KEY, Idempotency.SEARCH, Idempotency.NONE])
async def test_what_was_delivered_after_the_backup_is_not_delivered_again(
    graph: Graph, tmp_path: Path, sqlite_url: str, safe_by: Idempotency
) -> None:
    agency = Agency(graph, safe_by)
    reference = await reference_of(graph)
    await said(graph, reference)
    async with restored(tmp_path, sqlite_url) as opened:
        await agency.hears(graph.gateway.store)
        assert agency.cases == [["Toujours rien"]]
        store = await opened()
        await said(graph, reference)
        await agency.hears(store, late=LATER)
        uncertain = (DeliveryState.UNCERTAIN, RESTORED)
        assert await rows(store) == [(verb, *uncertain) for verb in ("FILE", "SAY", "MOVE")]
        assert await store.restored.count() == 3
        account = await reconciled(store, agency)
        assert (account.looked_up, account.held, account.not_asked) == (3, 0, ())
        found = account.found, account.again, account.left
        assert found == ((2, 0, 1) if safe_by is Idempotency.NONE else (2, 1, 0))
        await agency.hears(store, late=LATER)
        assert agency.cases == [["Toujours rien"]]
        filed_, said_, moved = await rows(store)
        assert filed_ == ("FILE", DeliveryState.DELIVERED, None)
        assert moved == ("MOVE", DeliveryState.DELIVERED, None)
        if safe_by is Idempotency.NONE:
            assert said_ == ("SAY", DeliveryState.UNCERTAIN, "BROKEN_OFF")
        else:
            assert said_ == ("SAY", DeliveryState.DELIVERED, None)
        leads = await store.ledger.find(reference)
        assert leads is not None
        assert leads.source == LIVE
        again = await reconciled(store, agency)
        assert again.looked_up == 0
        assert again.unknown == account.unknown == ()


async def test_a_filing_that_nobody_has_seen_there_is_uncertain_where_it_cannot_be_repeated(
    graph: Graph, tmp_path: Path, sqlite_url: str
) -> None:
    agency = Agency(graph, Idempotency.NONE, tells_references=False)
    reference = await reference_of(graph)
    await said(graph, reference)
    async with restored(tmp_path, sqlite_url) as opened:
        await agency.hears(graph.gateway.store)
        store = await opened()
        account = await reconciled(store, agency)
        assert (account.found, account.again, account.left, account.held) == (0, 0, 2, 1)
        assert account.not_asked == (NotAsked(LIVE, "SOURCE_NOT_SUPPORTED"),)
        assert await rows(store) == [
            ("FILE", DeliveryState.UNCERTAIN, "BROKEN_OFF"),
            ("SAY", DeliveryState.UNCERTAIN, "BROKEN_OFF"),
            ("MOVE", DeliveryState.UNCERTAIN, RESTORED),
        ]
        await agency.hears(store, late=LATER)
        assert agency.cases == [["Toujours rien"]]


async def test_a_case_that_went_on_is_not_put_back(
    graph: Graph, tmp_path: Path, sqlite_url: str
) -> None:
    agency = Agency(graph, Idempotency.KEY)
    reference = await reference_of(graph)
    await said(graph, reference)
    async with restored(tmp_path, sqlite_url) as opened:
        await agency.hears(graph.gateway.store)
        await agency.stands(Status.ANSWERED)
        store = await opened()
        account = await reconciled(store, agency)
        assert (account.found, account.again, account.left) == (1, 1, 1)
        assert (await rows(store))[2] == ("MOVE", DeliveryState.UNCERTAIN, GONE_ON)
        await agency.hears(store, late=LATER)
        assert agency.statuses == [Status.ANSWERED]


async def test_what_was_never_delivered_is_delivered_in_order(
    graph: Graph, tmp_path: Path, sqlite_url: str
) -> None:
    agency = Agency(graph, Idempotency.SEARCH)
    reference = await reference_of(graph)
    await said(graph, reference)
    async with restored(tmp_path, sqlite_url) as opened:
        store = await opened()
        assert (await store.restored.count()) == 3
        account = await reconciled(store, agency)
        assert (account.found, account.again, account.left, account.held) == (0, 3, 0, 0)
        await agency.hears(store, late=LATER)
        assert agency.cases == [["Toujours rien"]]
        assert agency.statuses == [Status.IN_PROGRESS]


async def test_nothing_is_delivered_before_what_is_held_of_the_same_case(
    graph: Graph,
) -> None:
    agency, store = Agency(graph, Idempotency.KEY), graph.gateway.store
    reference = await reference_of(graph)
    await agency.hears(store)
    await said(graph, reference)
    assert await store.restored.hold() == 2
    await said(graph, reference, "Et maintenant ?")
    await reference_of(graph)
    await agency.hears(store, late=LATER)
    # Another case need not wait.
    assert agency.cases == [[], []]
    await reconciled(store, agency)
    await agency.hears(store, late=LATER)
    assert agency.cases == [["Toujours rien", "Et maintenant ?"], []]


async def test_cases_that_were_filed_after_the_backup_are_told_and_left_alone(
    graph: Graph, tmp_path: Path, sqlite_url: str
) -> None:
    agency = Agency(graph, Idempotency.SEARCH)
    await reference_of(graph)
    async with restored(tmp_path, sqlite_url) as opened:
        await reference_of(graph)
        lost = await reference_of(graph)
        await agency.hears(graph.gateway.store)
        store = await opened()
        for _ in range(2):
            account = await reconciled(store, agency)
            told = {each.reference: each for each in account.unknown}
            assert len(told) == 2
            case = agency.connector._cases[told[lost].source_id]
            assert (case.reference, case.created_at) == (lost, told[lost].created_at)
            assert account.open
            assert await store.ledger.find(lost) is None


async def test_a_source_that_is_down_is_named_and_what_is_held_is_safe(
    graph: Graph, tmp_path: Path, sqlite_url: str
) -> None:
    agency = Agency(graph, Idempotency.SEARCH)
    reference = await reference_of(graph)
    await said(graph, reference)
    async with restored(tmp_path, sqlite_url) as opened:
        await reference_of(graph)
        await agency.hears(graph.gateway.store)
        store = await opened()
        agency.connector._before = down
        account = await reconciled(store, agency)
        assert account.not_asked == (NotAsked(LIVE, "SOURCE_UNAVAILABLE"),)
        assert (account.found, account.again, account.held) == (0, 2, 1)
        agency.connector._before = None
        later = await reconciled(store, Agency(graph, Idempotency.SEARCH))
        assert (later.looked_up, len(later.unknown), later.not_asked) == (1, 1, ())
        await agency.hears(store, late=LATER)
        await reconciled(store, Agency(graph, Idempotency.SEARCH))
        await agency.hears(store, late=LATER)
        assert sorted(agency.cases) == [[], ["Toujours rien"]]
        assert await store.restored.count() == 0


async def down(_verb: str, _asked: object) -> None:
    raise SourceUnavailable("the agency's machine is off")


async def test_a_store_that_was_put_back_otherwise_is_held_by_a_word(graph: Graph) -> None:
    agency, store = Agency(graph, Idempotency.KEY), graph.gateway.store
    await reference_of(graph)
    assert await store.restored.put_back() is None
    assert await store.restored.hold() == 1
    assert await store.restored.hold() == 0
    await agency.hears(store, late=LATER)
    assert agency.cases == []
    await reconciled(store, agency)
    await agency.hears(store, late=LATER)
    assert agency.cases == [[]]
