"""Hear that the server is told to end, before it waits for what is under way."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def when_told_to_end(end: Callable[[], None]) -> Iterator[None]:
    """Have `end` called in the loop as soon as SIGTERM or SIGINT comes; the server hears it too."""
    if threading.current_thread() is not threading.main_thread():
        # Only there can signals be heard.
        yield
        return
    loop = asyncio.get_running_loop()
    heeded = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    changed = [number for number, heed in heeded.items() if callable(heed)]

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(end)
        heed = heeded[signal.Signals(number)]
        if callable(heed):
            heed(number, frame)

    for number in changed:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, heeded[number])
