"""Have what was done here delivered to the agencies' systems."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from gateway.workers.loop import Loop
from gateway.workers.looping import GRACE_SECONDS
from resolvers.delivery import Askers, Delivery
from resolvers.ports import Outbox

_PERIOD_SECONDS: Final = 10.0


@asynccontextmanager
async def delivering(askers: Askers, outbox: Outbox) -> AsyncIterator[Loop]:
    """The loop that looks what waits; attempts that are under way at the end may come to theirs."""
    delivery = Delivery(outbox, askers)
    try:
        yield Loop("delivery", _PERIOD_SECONDS, delivery.turn, told_to_end=delivery.end)
    finally:
        await delivery.aclose(grace_seconds=GRACE_SECONDS)
