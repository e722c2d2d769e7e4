"""After every test here: no task runs that the test began, and no socket is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest


def open_sockets() -> frozenset[str]:
    """The sockets of this process, by their names in /proc."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # The one that listed the folder.
            found.add(str(each.readlink()))
    return frozenset(name for name in found if name.startswith("socket:"))


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    tasks, sockets = asyncio.all_tasks(), open_sockets()
    yield
    for _ in range(3):  # What was closed last is told so at the loop's next turns.
        await asyncio.sleep(0)
    assert asyncio.all_tasks() - tasks - {asyncio.current_task()} == set()
    assert open_sockets() - sockets == set()
