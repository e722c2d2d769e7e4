"""Attempts at one source: what holds them up, who they go to, and what comes of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from connectors.contract.capabilities import Capabilities, Idempotency
from connectors.contract.connector import Call, Connector, Filed, Filing
from connectors.contract.errors import Rejected, SourceTimeout, SourceUnavailable
from connectors.contract.outbox import Delivery as Shown
from connectors.contract.outbox import DeliveryState, Due, Settled, Which
from connectors.contract.query import ListQuestion, Page
from connectors.contract.records import Mode, SourceId
from connectors.store import Store
from connectors.store.outbox import StoreOutbox
from connectors.testing.scenario import NOON
from resolvers.asking import Asker
from resolvers.delivery import Delivery, Patience
from resolvers.registry import DeliverySettings, Source
from tests.connectors.store.cases import CITY
from tests.connectors.store.test_outbox import OTHER, REFERENCE, pending
from tests.resolvers.contents import NoContents

Answer = Callable[[Filing], Awaitable[Filed]]


@dataclass
class City:
    """Takes filings as the test has it."""

    capabilities: Capabilities
    answer: Answer
    took: list[str] = field(default_factory=list)

    async def list(self, question: ListQuestion, call: Call) -> Page:
        raise NotImplementedError

    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        self.took.append(filing.reference)
        return await self.answer(filing)

    async def filed(self, token: str, call: Call) -> Filed:
        raise NotImplementedError

    async def aclose(self) -> None:
        pass


async def taken(filing: Filing) -> Filed:
    return Filed(source_id=f"c-{filing.reference}")


async def late(_: Filing) -> Filed:
    raise SourceTimeout("no answer")


def city(answer: Answer, files: Idempotency, **more: float) -> City:
    return City(Capabilities(fields=frozenset(), files=files, **more), answer)  # type: ignore[arg-type]


def asker_of(connector: City, settings: DeliverySettings | None = None) -> Asker:
    source = Source(
        CITY,
        "made up",
        Mode.LIVE,
        connector.capabilities,
        delivery=settings or DeliverySettings(),
    )
    made: Connector = connector
    return Asker(source, made)


@dataclass
class World:
    """A store in which something waits, and one that delivers at a time that the test tells."""

    store: Store
    now: timedelta = timedelta()
    outbox: StoreOutbox | None = None

    def delivery(self, askers: dict[SourceId, Asker], patience: Patience | None = None) -> Delivery:
        return Delivery(
            self.outbox or self.store.outbox,
            lambda: askers,
            NoContents(),
            now=lambda: NOON + self.now,
            patience=patience or Patience(store_pause=0.0),
        )

    async def deliver(self, connector: City, settings: DeliverySettings | None = None) -> None:
        await turned(self.delivery({CITY: asker_of(connector, settings)}))

    async def shown(self) -> Sequence[Shown]:
        return await self.store.outbox.deliveries(Which(states=frozenset(DeliveryState)), most=10)


async def turned(delivery: Delivery) -> None:
    await delivery.turn()
    await delivery.idle()


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with aclosing(await Store.open(database_url)) as store:
        await store.ledger.open_case(pending(REFERENCE))
        yield World(store)


async def test_what_may_have_arrived_is_searched_for_once_that_settled(world: World) -> None:
    settings = DeliverySettings(timeout_seconds=30, first_pause_seconds=1)
    asked = city(late, Idempotency.SEARCH, settles_seconds=60)
    await world.deliver(asked, settings)
    asked.answer = taken
    for second in (2, 20, 60, 89):
        world.now = timedelta(seconds=second)
        await world.deliver(asked, settings)
    assert asked.took == [REFERENCE]
    (waits,) = await world.shown()
    assert (waits.state, waits.next_at) == (DeliveryState.PENDING, NOON + timedelta(seconds=90))
    assert (waits.tried_at, waits.attempts) == (NOON, 1)
    world.now = timedelta(seconds=90)
    await world.deliver(asked, settings)
    assert asked.took == [REFERENCE] * 2
    (there,) = await world.shown()
    assert there.state is DeliveryState.DELIVERED


class Held(StoreOutbox):
    """Answers late, when the attempt is on record."""

    seconds = 0.1

    async def begin(self, *given: object, **more: object) -> Sequence[Due]:
        begun = await super().begin(*given, **more)  # type: ignore[arg-type]
        await asyncio.sleep(self.seconds)
        return begun


async def test_an_attempt_that_began_too_late_sends_nothing(world: World) -> None:
    world.outbox = Held(world.store._engine)
    asked = city(taken, Idempotency.NONE)
    settings = DeliverySettings(timeout_seconds=Held.seconds / 2)
    await world.deliver(asked, settings)
    assert asked.took == []
    (waits,) = await world.shown()
    # It is known that nothing was sent.
    assert (waits.state, waits.code) == (DeliveryState.PENDING, "SOURCE_TIMEOUT")


class Forgetful(StoreOutbox):
    """Cannot store at first what came of an attempt."""

    failures = 2

    async def settle(self, due: Due, settled: Settled) -> bool:
        if self.failures:
            self.failures -= 1
            raise SourceUnavailable("down for the test")
        return await super().settle(due, settled)


async def test_what_came_of_an_attempt_is_stored_when_the_store_is_back(world: World) -> None:
    world.outbox = Forgetful(world.store._engine)
    asked = city(taken, Idempotency.NONE)
    await world.deliver(asked)
    (there,) = await world.shown()
    assert there.state is DeliveryState.DELIVERED
    assert asked.took == [REFERENCE]


async def test_a_no_after_what_may_have_arrived_is_for_a_person_to_look_at(world: World) -> None:
    async def refused(_: Filing) -> Filed:
        raise Rejected("there is one already")

    asked = city(late, Idempotency.KEY)
    await world.deliver(asked)
    asked.answer = refused
    world.now = timedelta(minutes=1)
    await world.deliver(asked)
    (stopped,) = await world.shown()
    assert (stopped.state, stopped.code) == (DeliveryState.UNCERTAIN, Rejected.code)


async def test_a_no_to_what_never_arrived_is_the_end(world: World) -> None:
    async def refused(_: Filing) -> Filed:
        raise Rejected("not like this")

    await world.deliver(city(refused, Idempotency.KEY))
    (stopped,) = await world.shown()
    assert stopped.state is DeliveryState.DEAD


async def test_told_to_end_it_begins_nothing_more_and_finishes_what_it_began(
    world: World,
) -> None:
    await world.store.ledger.open_case(pending(OTHER))

    async def told(filing: Filing) -> Filed:
        delivery.end()
        return await taken(filing)

    asked = city(told, Idempotency.NONE)
    delivery = world.delivery({CITY: asker_of(asked)}, Patience(at_once=1))
    await turned(delivery)
    await delivery.aclose(grace_seconds=0)
    assert asked.took == [REFERENCE]
    assert [each.state for each in await world.shown()] == [
        DeliveryState.DELIVERED,
        DeliveryState.PENDING,
    ]


async def test_what_follows_goes_to_the_source_as_it_is_configured_then(world: World) -> None:
    await world.store.ledger.open_case(pending(OTHER))

    async def changed(filing: Filing) -> Filed:
        askers[CITY] = asker_of(after)
        return await taken(filing)

    before, after = city(changed, Idempotency.NONE), city(taken, Idempotency.NONE)
    askers = {CITY: asker_of(before)}
    await turned(world.delivery(askers, Patience(at_once=1)))
    assert (before.took, after.took) == ([REFERENCE], [OTHER])
