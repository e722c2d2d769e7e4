"""What goes on beside answering: loops, inside the server by default, or alone as `chikaya work`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.generations import Gateway
from gateway.workers.clock import watching
from gateway.workers.delivery import delivering
from gateway.workers.following import following
from gateway.workers.loop import Loop
from gateway.workers.looping import Loops
from gateway.workers.mirrors import mirroring
from resolvers.watch import Watch

__all__ = ["Loop", "Loops", "loops_of"]


@asynccontextmanager
async def loops_of(gateway: Gateway) -> AsyncIterator[list[Loop]]:
    """The loops that there are, each to be run beside the others."""
    store = gateway.store
    watch = Watch(store.notices, store.ledger, lambda: gateway.now.configured.clock)
    async with (
        mirroring(lambda: gateway.now.askers, store.mirror) as mirrors,
        delivering(lambda: gateway.now.askers, store.outbox) as delivery,
        following(
            lambda: gateway.now.askers,
            store.following,
            lambda: gateway.now.configured.clock,
        ) as follow,
    ):
        yield [mirrors, delivery, follow, watching(watch)]
