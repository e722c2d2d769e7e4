"""Count what was tried in vain, so that a secret cannot be found by trying.

The memory is one process's own and bounded; what was tried longest ago is forgotten first.
"""

import asyncio
from collections import OrderedDict, deque
from typing import Final

from resolvers.outcome import Refusal

WITHIN_SECONDS: Final = 900.0
_KEPT: Final = 10_000


class TooManyAttempts(Refusal):
    """Too much was tried in vain just now; says when to try again."""

    extensions_code = "TOO_MANY_ATTEMPTS"
    what = "attempts"

    def __init__(self, retry_after: float) -> None:
        """Try again after `retry_after` seconds."""
        super().__init__(f"too many {self.what}: try again in {retry_after:.0f} seconds")
        self.retry_after = retry_after


class Attempts:
    """What was tried lately, by what it was tried at."""

    def __init__(
        self,
        most: int,
        *,
        within_seconds: float = WITHIN_SECONDS,
        refusal: type[TooManyAttempts] = TooManyAttempts,
    ) -> None:
        """Allow `most` tries at one thing within `within_seconds`; more raise `refusal`."""
        self._most = most
        self._within = within_seconds
        self._refusal = refusal
        self._tried: OrderedDict[str, deque[float]] = OrderedDict()

    def begin(self, at: str) -> None:
        """Count a try. Raises `TooManyAttempts`, also for a try that would have succeeded."""
        now = asyncio.get_running_loop().time()
        tried = self._tried.setdefault(at, deque(maxlen=self._most))
        if len(tried) == self._most and (wait := tried[0] + self._within - now) > 0:
            raise self._refusal(wait)
        tried.append(now)
        self._tried.move_to_end(at)
        if len(self._tried) > _KEPT:
            self._tried.popitem(last=False)

    def take_back(self, at: str) -> None:
        """Uncount the try that was begun last: it succeeded, or was never answered."""
        if tried := self._tried.get(at):
            tried.pop()
