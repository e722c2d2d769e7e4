"""Hear what the agencies' systems make of the cases that they hold."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from gateway.workers.loop import Loop
from gateway.workers.looping import GRACE_SECONDS
from resolvers.clock import ClockPolicy
from resolvers.delivery import Askers
from resolvers.followup import Followup
from resolvers.ports import Follows

_PERIOD_SECONDS: Final = 10.0


@asynccontextmanager
async def following(
    askers: Askers, follows: Follows, clock: Callable[[], ClockPolicy]
) -> AsyncIterator[Loop]:
    """The loop that looks which cases are due; calls under way at the end may come to theirs."""
    followup = Followup(follows, askers, clock)
    try:
        yield Loop("following", _PERIOD_SECONDS, followup.turn, told_to_end=followup.end)
    finally:
        await followup.aclose(grace_seconds=GRACE_SECONDS)
