"""Share out what is left of a request's time, and hold to it; all of it is the event loop's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from connectors.contract.errors import SourceTimeout


def loop_time() -> float:
    """Now, by the clock that deadlines are told in."""
    return asyncio.get_running_loop().time()


def part_of(deadline: float, part: float) -> float:
    """The time at which `part` (0 to 1) of what is left until `deadline` will be gone."""
    now = loop_time()
    return now + (deadline - now) * part


@asynccontextmanager
async def given_up_at(deadline: float, message: str) -> AsyncIterator[None]:
    """Raise `SourceTimeout`, with `message`, if what is inside is not done by `deadline`."""
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError as error:
        raise SourceTimeout(message) from error


def store_given_up_at(deadline: float) -> AbstractAsyncContextManager[None]:
    """The same for what is asked of the store."""
    return given_up_at(deadline, "the store did not answer in time")
