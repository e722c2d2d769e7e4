"""Do something again and again, whatever happens to it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final
from uuid import uuid4

import structlog

from connectors.contract.beats import PERIODS_OF_SILENCE
from connectors.contract.errors import ConnectorError
from gateway.pauses import pause_after

_log = structlog.get_logger(__name__)

Turn = Callable[[], Awaitable[float | None]]
"""Does what is to be done now; gives in how many seconds there will be more, or None."""

_FIRST_PAUSE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 60.0


class Silent(Exception):
    """A turn neither ended nor got on for too long, and was cancelled."""


class Loop:
    """Takes turns until it is ended: one a period, or sooner where a turn or somebody asks for it.

    A turn that raises, that is cancelled from within, or that is silent for three periods is
    followed by another after a pause that grows with every failure.
    """

    def __init__(
        self,
        name: str,
        period_seconds: float,
        turn: Turn,
        *,
        told_to_end: Callable[[], None] = lambda: None,
    ) -> None:
        """A turn that takes longer than a period has to call `beat` whenever it got on.

        It may be cancelled at any await; what it asks for beyond a period is cut to that. What a
        turn leaves running beside the loop hears by `told_to_end` that it is to begin no more.
        """
        self.name = name
        self.period_seconds = period_seconds
        self.failures = 0
        """Turns that failed since the last one that ended well."""
        self._turn = turn
        self._told_to_end = told_to_end
        self._ending = False
        self._wanted = asyncio.Event()
        self._beat = 0.0
        """By the clock of the event loop."""
        self._patience: asyncio.Timeout | None = None

    @property
    def silent_seconds(self) -> float:
        """How long ago its last beat is; of a loop that has none yet, how long it runs."""
        return asyncio.get_running_loop().time() - self._beat

    @property
    def late(self) -> bool:
        """Whether its last beat is older than three periods."""
        return self.silent_seconds > self._longest_silence

    def beat(self) -> None:
        """Note that it got on."""
        self._beat = asyncio.get_running_loop().time()
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(self._beat + self._longest_silence)

    def wake(self) -> None:
        """Have the next turn now, or right after the one that is going on.

        While its turns fail nothing but time brings the next one.
        """
        if not self.failures:
            self._wanted.set()

    def end(self) -> None:
        """Begin no further turn."""
        self._ending = True
        self._told_to_end()
        self._wanted.set()

    async def run(self) -> None:
        """Take turns until `end` is called."""
        self.beat()
        while not self._ending:
            await self._rest(await self._took_turn())

    async def _took_turn(self) -> float:
        """The seconds until the next."""
        try:
            asked = await self._watched_turn()
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop goes on
            self.failures += 1
            if not self._ending:
                self._wanted.clear()
            self._tell(error)
            return pause_after(
                self.failures,
                first_seconds=_FIRST_PAUSE_SECONDS,
                longest_seconds=_LONGEST_PAUSE_SECONDS,
            )
        self.failures = 0
        self.beat()
        return self.period_seconds if asked is None else min(asked, self.period_seconds)

    async def _watched_turn(self) -> float | None:
        try:
            async with asyncio.timeout(self._longest_silence) as self._patience:
                return await self._turn()
        except TimeoutError as error:
            if self._patience is None or not self._patience.expired():
                raise
            raise Silent(f"not heard of for {self._longest_silence:g} s") from error
        except asyncio.CancelledError as error:
            if self._cancelled():
                raise
            raise RuntimeError("cancelled from within") from error
        finally:
            self._patience = None

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wanted.wait()
        self._wanted.clear()

    def _tell(self, error: Exception) -> None:
        # A store that cannot be reached is no fault of ours, and says itself what is the matter.
        known = isinstance(error, ConnectorError | Silent)
        _log.error(
            "loop_broke",
            loop=self.name,
            failures=self.failures,
            error_id=uuid4().hex,
            **({"reason": str(error)} if known else {"exc_info": error}),
        )

    @staticmethod
    def _cancelled() -> bool:
        """Whether whoever runs the loop cancelled it."""
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0

    @property
    def _longest_silence(self) -> float:
        return PERIODS_OF_SILENCE * self.period_seconds
