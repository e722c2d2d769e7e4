"""What watching takes, made once for as long as the program runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from resolvers.complaints import Complaints
from resolvers.cursor import Cursors
from resolvers.deadline import loop_time
from resolvers.opening import Opening
from resolvers.policy import Role, Viewer
from resolvers.ports import Feed
from resolvers.watching.watchers import Watchers

AGAIN_SECONDS: Final = 5.0
"""Until what failed in the middle of a subscription is tried again, if nothing wakes it."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Feed, watchers, and how cases are read."""

    feed: Feed
    watchers: Watchers
    cursors: Cursors
    opening: Opening
    complaints: Callable[[], Complaints]
    """By the configuration that is in force when it is asked: a subscription outlives several."""
    read_seconds: float
    """How long one reading may take."""

    def deadline(self) -> float:
        """When a reading that begins now has to be done; loop time."""
        return loop_time() + self.read_seconds


@dataclass(frozen=True, slots=True)
class Audience:
    """Who watches, from where, and until when."""

    viewer: Viewer
    caller: str | None
    """The address that the question came from, as far as known."""
    until: float
    """Loop time at which what showed who asks is no longer in force; infinite if that never ends."""

    @property
    def name(self) -> str:
        """Who is counted: a person, or all who come from one address without being signed in."""
        if self.viewer.role is Role.ANONYMOUS:
            return f"address {self.caller}"
        return f"subject {self.viewer.subject}"
