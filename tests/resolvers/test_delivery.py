"""What becomes of a delivery, by what its source answers and by what makes a repetition safe."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.contract.capabilities import Capabilities, Idempotency
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    RateLimited,
    Rejected,
    SourceTimeout,
    SourceUnavailable,
    Unauthorized,
)
from connectors.contract.outbox import Delivery as Shown
from connectors.contract.outbox import DeliveryState, Which
from connectors.contract.records import AgencyCode, Mode, SourceId
from connectors.memory import FULL, MemoryConnector
from connectors.store import Store
from connectors.testing.scenario import NOON
from resolvers.asking import Asker
from resolvers.delivery import Delivery, Patience
from resolvers.registry import GuardSettings, Source
from tests.connectors.store.cases import CITY
from tests.connectors.store.test_outbox import OTHER, TOWN, pending
from tests.resolvers.contents import NoContents

S = DeliveryState
NOT_SENT = SourceUnavailable("refused", sent=False)
LOST = SourceTimeout("no answer")
GUARD = GuardSettings(per_second=1e6, breaker_failures=1000)


@dataclass
class Post:
    """Deliveries from a store to a source that answers as it is told, under a clock of its own."""

    store: Store
    fails: dict[SourceId, ConnectorError] = field(default_factory=dict)
    after: dict[SourceId, ConnectorError] = field(default_factory=dict)
    """Raised although the filing was taken."""
    hangs: set[SourceId] = field(default_factory=set)
    hanging: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first call hangs."""
    now: datetime = NOON
    askers: dict[SourceId, Asker] = field(default_factory=dict)
    held: dict[SourceId, MemoryConnector] = field(default_factory=dict)

    def connect(self, source: SourceId, can: Capabilities = FULL, **how: Any) -> None:
        async def before(*_: Any) -> None:
            if source in self.hangs:
                self.hanging.set()
                await asyncio.Event().wait()
            if (error := self.fails.get(source)) is not None:
                raise error

        connector = _LosesAnswers(self, source, can, before, **how)
        known = Source(source, "memory", Mode.LIVE, can, (AgencyCode("commune-a"),), guard=GUARD)
        self.askers[source], self.held[source] = Asker(known, connector), connector

    def worker(self, **patience: Any) -> Delivery:
        return Delivery(
            self.store.outbox,
            lambda: self.askers,
            NoContents(),
            now=lambda: self.now,
            patience=Patience(**patience),
        )

    async def deliver(self, **patience: Any) -> None:
        worker = self.worker(**patience)
        await worker.turn()
        await worker.idle()

    def rested(self, source: SourceId) -> None:
        """The source may be asked again, which goes by another clock."""
        self.askers[source] = Asker(self.askers[source].source, self.held[source])

    async def shown(self) -> Shown:
        every = await self.store.outbox.deliveries(Which(states=frozenset(S)), most=2)
        (one,) = every
        return one

    def taken(self, source: SourceId = CITY) -> int:
        return len(self.held[source]._cases)


class _LosesAnswers(MemoryConnector):
    """Takes a filing and fails to say so."""

    def __init__(
        self, post: Post, source: SourceId, can: Capabilities, before: Any, **how: Any
    ) -> None:
        super().__init__(capabilities=can, source=source, before=before, **how)
        self._post, self._name = post, source

    async def file(self, *args: Any, **kwargs: Any) -> Any:
        filed = await super().file(*args, **kwargs)
        if (error := self._post.after.get(self._name)) is not None:
            raise error
        return filed


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with aclosing(await Store.open(database_url, now=lambda: NOON)) as store:
        yield Post(store)


def safe_by(kind: Idempotency) -> Capabilities:
    return replace(FULL, files=kind)


@pytest.mark.parametrize("kind", Idempotency)
@pytest.mark.parametrize(
    "error",
    [NOT_SENT, RateLimited("slow down", retry_after=7.0), Unauthorized("who?")],
    ids=lambda error: error.code,
)
async def test_what_did_not_arrive_is_tried_again_whatever_the_source(
    post: Post, kind: Idempotency, error: ConnectorError
) -> None:
    await post.store.ledger.open_case(pending())
    post.connect(CITY, safe_by(kind))
    post.fails[CITY] = error
    await post.deliver()
    shown = await post.shown()
    assert (shown.state, shown.attempts, shown.code) == (S.PENDING, 1, error.code)
    pause = (shown.next_at - NOON).total_seconds()
    assert max(1.5, error.retry_after or 0.0) <= pause <= 20
    post.fails.clear()
    post.rested(CITY)
    post.now = shown.next_at
    await post.deliver()
    assert ((await post.shown()).state, post.taken()) == (S.DELIVERED, 1)


@pytest.mark.parametrize("error", [LOST, BadData("garbage")], ids=lambda error: error.code)
async def test_what_may_have_arrived_is_not_repeated_where_that_might_do_it_twice(
    post: Post, error: ConnectorError
) -> None:
    await post.store.ledger.open_case(pending())
    post.connect(CITY, safe_by(Idempotency.NONE))
    post.after[CITY] = error
    await post.deliver()
    shown = await post.shown()
    assert (shown.state, shown.code, post.taken()) == (S.UNCERTAIN, error.code, 1)
    post.now += timedelta(days=30)
    await post.deliver()
    assert post.taken() == 1


@pytest.mark.parametrize("kind", [Idempotency.KEY, Idempotency.SEARCH])
async def test_where_a_repetition_is_harmless_it_is_made(post: Post, kind: Idempotency) -> None:
    await post.store.ledger.open_case(pending())
    post.connect(CITY, safe_by(kind))
    post.after[CITY] = LOST
    await post.deliver()
    shown = await post.shown()
    assert shown.state is S.PENDING
    post.after.clear()
    post.now = shown.next_at
    await post.deliver()
    assert ((await post.shown()).state, post.taken()) == (S.DELIVERED, 1)


async def test_a_search_is_not_repeated_before_it_can_find(post: Post) -> None:
    await post.store.ledger.open_case(pending())
    post.connect(CITY, replace(safe_by(Idempotency.SEARCH), settles_seconds=600))
    post.after[CITY] = LOST
    await post.deliver()
    post.after.clear()
    post.now += timedelta(seconds=60)
    await post.deliver()
    shown = await post.shown()
    assert (shown.state, shown.attempts) == (S.PENDING, 1)
    # The attempt itself may have taken half a minute.
    assert shown.next_at == NOON + timedelta(seconds=630)
    post.now = shown.next_at
    await post.deliver()
    assert ((await post.shown()).state, post.taken()) == (S.DELIVERED, 1)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Idempotency.NONE, S.UNCERTAIN),
        (Idempotency.KEY, S.DELIVERED),
        (Idempotency.SEARCH, S.DELIVERED),
    ],
)
async def test_an_attempt_that_a_process_did_not_survive_may_have_arrived(
    post: Post, kind: Idempotency, state: DeliveryState
) -> None:
    await post.store.ledger.open_case(pending())
    post.connect(CITY, safe_by(kind))
    await post.store.outbox.begin(CITY, now=NOON, until=NOON + timedelta(seconds=90), most=1)
    post.now = NOON + timedelta(seconds=91)
    await post.deliver()
    shown = await post.shown()
    assert shown.state is state
    if state is S.UNCERTAIN:
        assert (shown.code, post.taken()) == ("BROKEN_OFF", 0)


async def test_what_is_refused_is_for_a_person(post: Post) -> None:
    await post.store.ledger.open_case(pending())
    post.connect(CITY)
    post.fails[CITY] = Rejected("no", fields=("description",))
    await post.deliver()
    shown = await post.shown()
    assert (shown.state, shown.code) == (S.DEAD, "SOURCE_REJECTED")


@pytest.mark.parametrize(
    ("error", "state"), [(NOT_SENT, S.DEAD), (LOST, S.UNCERTAIN)], ids=["never sent", "maybe"]
)
async def test_after_long_enough_a_person_is_asked(
    post: Post, error: ConnectorError, state: DeliveryState
) -> None:
    await post.store.ledger.open_case(pending())
    post.connect(CITY)
    post.fails[CITY] = error
    tries = 0
    while (shown := await post.shown()).state is S.PENDING:
        post.now = max(shown.next_at, post.now)
        await post.deliver()
        tries += 1
        assert tries < 1000
    assert shown.state is state
    assert tries >= 20
    assert post.now - NOON >= timedelta(days=7)


async def test_an_id_that_is_promised_is_asked_for_until_it_comes(post: Post) -> None:
    await post.store.ledger.open_case(pending())
    post.connect(CITY, safe_by(Idempotency.NONE), answers_with_token=True)
    await post.deliver()
    shown = await post.shown()
    assert (shown.state, shown.attempts) == (S.PENDING, 0)
    post.now = shown.next_at
    await post.deliver()
    assert ((await post.shown()).state, post.taken()) == (S.DELIVERED, 1)


async def test_a_source_that_hangs_delays_no_other(post: Post) -> None:
    await post.store.ledger.open_case(pending())
    await post.store.ledger.open_case(pending(OTHER, source=TOWN))
    post.connect(CITY)
    post.connect(TOWN)
    post.hangs.add(CITY)
    worker = post.worker()
    await worker.turn()
    await post.hanging.wait()
    await worker._working[TOWN]
    await worker.aclose(grace_seconds=0)
    row = await post.store.ledger.find(OTHER)
    assert row is not None
    assert row.source == TOWN
    (left,) = await post.store.outbox.deliveries(Which(), most=2)
    assert (left.source, left.state) == (CITY, S.SENDING)


async def test_what_waits_for_a_source_that_is_not_configured_waits(post: Post) -> None:
    await post.store.ledger.open_case(pending())
    await post.deliver()
    assert (await post.shown()).attempts == 0


async def test_a_source_that_rests_is_left_alone(post: Post) -> None:
    await post.store.ledger.open_case(pending())
    await post.store.ledger.open_case(pending(OTHER))
    post.connect(CITY)
    post.fails[CITY] = RateLimited("slow down", retry_after=3600.0)
    await post.deliver(at_once=1)
    attempts = await post.store.outbox.deliveries(Which(), most=2)
    assert [each.attempts for each in attempts] == [1, 0]
