"""Wake whoever watches something that may have changed, and know when they have to stop.

A watcher is told that there is something to look at, never what: it reads that itself, with its
own right. So a slow one costs no memory, however much happens, and sees the newest state.
"""

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Final

from connectors.contract.feed import Notice
from connectors.contract.records import AgencyCode
from resolvers.deadline import loop_time
from resolvers.outcome import Refusal

MOST: Final = 10_000
"""Watchers at the same time in one process."""
MOST_OF_ONE: Final = 100
"""Of one signed-in viewer; of all who come from one address without being signed in."""

EVERYTHING: Final = "everything"
"""The topic of who watches all agencies."""


class TooManySubscriptions(Refusal):
    """Whoever asks, or everyone together, watches as much as is allowed."""

    extensions_code = "TOO_MANY_SUBSCRIPTIONS"


class Expired(Refusal):
    """What showed who asks is no longer in force."""

    extensions_code = "UNAUTHENTICATED"


class Stopping(Refusal):
    """The gateway ends; another process of it goes on."""

    extensions_code = "SERVICE_UNAVAILABLE"
    retry_after = 1.0


def of_agency(agency: AgencyCode) -> str:
    """The topic of an agency's cases."""
    return f"agency {agency}"


def of_case(reference: str) -> str:
    """The topic of one case."""
    return f"case {reference}"


class Watcher:
    """One subscription, as it waits."""

    def __init__(self, watchers: "Watchers", until: float) -> None:
        self._watchers = watchers
        self._until = until
        self._woken = asyncio.Event()
        self._topics: AbstractSet[str] = frozenset()

    def follow(self, topics: AbstractSet[str]) -> bool:
        """Be woken for these from now on, and for nothing else; whether one of them is new."""
        new = topics - self._topics
        for topic in self._topics - topics:
            self._watchers.forget(topic, self)
        for topic in new:
            self._watchers.add(topic, self)
        self._topics = topics
        return bool(new)

    def wake(self) -> None:
        """Have it look, now or when it is done with what it does."""
        self._woken.set()

    def go_on(self) -> None:
        """Raise `Expired` or `Stopping` for who may not go on."""
        if self._watchers.stopping:
            raise Stopping("the gateway is stopping: subscribe again, from what was told last")
        if loop_time() >= self._until:
            raise Expired("the token has expired: subscribe again with a new one")

    async def woken(self, *, within: float = math.inf) -> None:
        """Return when there is something to look at, or after so many seconds.

        Raises `Expired` and `Stopping`, at the latest when it is so.
        """
        end = min(self._until, loop_time() + within)
        try:
            async with asyncio.timeout_at(None if end == math.inf else end):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()
        self.go_on()


class Watchers:
    """All who watch in this process."""

    def __init__(self, *, most: int = MOST, most_of_one: int = MOST_OF_ONE) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._of: Counter[str] = Counter()
        self._by_topic: defaultdict[str, set[Watcher]] = defaultdict(set)
        self._all: set[Watcher] = set()
        self.stopping = False

    @contextmanager
    def watching(self, who: str, *, until: float) -> Iterator[Watcher]:
        """A watcher of `who` for as long as the context lasts, at most `until` (loop time).

        Raises `TooManySubscriptions`.
        """
        if self._of[who] >= self._most_of_one:
            raise TooManySubscriptions(
                f"expected at most {self._most_of_one} subscriptions at a time; end one first"
            )
        if len(self._all) >= self._most:
            raise TooManySubscriptions("too many subscriptions just now: try again later")
        watcher = Watcher(self, until)
        self._of[who] += 1
        self._all.add(watcher)
        try:
            yield watcher
        finally:
            watcher.follow(frozenset())
            self._all.remove(watcher)
            self._of[who] -= 1
            if not self._of[who]:
                del self._of[who]

    def tell(self, notice: Notice | None) -> None:
        """Wake whom `notice` concerns; None: everyone, for something may have been missed."""
        if notice is None:
            self._wake(self._all)
            return
        self._wake(self._by_topic.get(EVERYTHING, ()))
        self._wake(self._by_topic.get(of_agency(notice.agency), ()))
        if notice.reference is not None:
            self._wake(self._by_topic.get(of_case(notice.reference), ()))

    def stop(self) -> None:
        """Have everyone stop, and nobody begin."""
        self.stopping = True
        self._wake(self._all)

    def add(self, topic: str, watcher: Watcher) -> None:
        """Have `watcher` woken for `topic`."""
        self._by_topic[topic].add(watcher)

    def forget(self, topic: str, watcher: Watcher) -> None:
        """No longer."""
        watching = self._by_topic[topic]
        watching.discard(watcher)
        if not watching:
            del self._by_topic[topic]

    @staticmethod
    def _wake(watchers: Iterable[Watcher]) -> None:
        for watcher in watchers:
            watcher.wake()
