"""Run what works for each source for itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from gateway.workers.loop import Loop
from gateway.workers.looping import GRACE_SECONDS
from resolvers.sourcework import SourceWork

_PERIOD_SECONDS: Final = 10.0


@asynccontextmanager
async def working(work: SourceWork) -> AsyncIterator[Loop]:
    """The loop that looks what there is to do; what is under way at the end may come to its own."""
    try:
        yield Loop(work.name, _PERIOD_SECONDS, work.turn, told_to_end=work.end)
    finally:
        await work.aclose(grace_seconds=GRACE_SECONDS)
