"""Share out what is left of a request's time, and hold to it; all of it is the event loop's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connectors.contract.errors import SourceTimeout


def part_of(deadline: float, part: float) -> float:
    """The time at which `part` (0 to 1) of what is left until `deadline` will be gone."""
    now = asyncio.get_running_loop().time()
    return now + (deadline - now) * part


@asynccontextmanager
async def given_up_at(deadline: float, message: str) -> AsyncIterator[None]:
    """Raise `SourceTimeout`, with `message`, if what is inside is not done by `deadline`."""
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError as error:
        raise SourceTimeout(message) from error
