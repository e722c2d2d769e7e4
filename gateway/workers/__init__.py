"""What goes on beside answering: loops, inside the server by default, or alone as `chikaya work`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from connectors.contract.records import SourceId
from gateway.generations import Gateway
from gateway.workers.by_source import working
from gateway.workers.clock import watching
from gateway.workers.drafts import sweeping
from gateway.workers.figures import counting
from gateway.workers.letters import lettering
from gateway.workers.loop import Loop
from gateway.workers.looping import Loops
from gateway.workers.mirrors import mirroring
from resolvers.asking import Asker
from resolvers.clock import ClockPolicy
from resolvers.delivery import Delivery
from resolvers.figures import Recount
from resolvers.followup import Followup
from resolvers.uploads.sweeping import Sweeping
from resolvers.watch import Watch

__all__ = ["Loop", "Loops", "loops_of"]


@asynccontextmanager
async def loops_of(gateway: Gateway) -> AsyncIterator[list[Loop]]:
    """The loops that there are, each to be run beside the others."""
    store = gateway.store

    def askers() -> Mapping[SourceId, Asker]:
        return gateway.now.askers

    def clock() -> ClockPolicy:
        return gateway.now.configured.clock

    letters = gateway.correspondence
    sending = letters.sending(store.letters, lambda: gateway.registry.agencies)
    async with (
        mirroring(askers, store.mirror) as mirrors,
        working(Delivery(store.outbox, askers, gateway.contents)) as delivery,
        working(Followup(store.following, askers, clock, lettering=letters.lettering)) as following,
    ):
        watch = Watch(store.notices, store.ledger, clock, lettering=letters.lettering)
        yield [
            mirrors,
            delivery,
            following,
            watching(watch),
            sweeping(Sweeping(store.uploads, gateway.contents)),
            counting(Recount(store.figures, store.mirror, lambda: gateway.registry)),
            *([] if sending is None else [lettering(sending)]),
        ]
