"""Stand around one source: how long, how often and how many at once it is asked."""

import asyncio
import random
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

import structlog

from connectors.contract.connector import Call
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NeedsOperator,
    SourceTimeout,
    SourceUnavailable,
    TryAgain,
)
from connectors.contract.records import SourceId, utc_now
from resolvers.deadline import loop_time
from resolvers.registry import GuardSettings

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 3600.0
"""However long a source asks to be left alone, it is tried again after that."""
_SHORTEST_WAIT_SECONDS: Final = 0.05
_TIMES_THE_USUAL: Final = 2.0
"""So much longer than its answers took lately is waited for a source that is tried again."""
_REMEMBERED: Final = 0.9
"""What is left, an answer later, of how long a slow one took."""


class SourceHealth(StrEnum):
    """How a source did lately, from our own calls."""

    UNKNOWN = "UNKNOWN"
    UP = "UP"
    FAILING = "FAILING"
    DOWN = "DOWN"
    """So many failures in a row that it is not asked for a while."""


class Skipped(SourceUnavailable):
    """Not asked, because it failed too often just now, or asked for a pause."""

    code = "SOURCE_SKIPPED"


@dataclass(slots=True)
class _Record:
    failures: int = 0
    """In a row."""
    open_until: float = 0.0
    trial: asyncio.Task[Any] | None = None
    """The call under way that finds out whether it is well again."""
    alone_until: float = 0.0
    """As the source itself asked."""
    usual_seconds: float = 0.0
    """How long its slower answers took lately."""
    answered_at: datetime | None = None
    failed_at: datetime | None = None


class Guard:
    """The one way to call a source; one for as long as the source is open."""

    def __init__(self, source: SourceId, settings: GuardSettings) -> None:
        """Guard `source` by `settings`."""
        self._source = source
        self._settings = settings
        self._permits = asyncio.Semaphore(settings.max_concurrent)
        self._bucket = _Bucket(settings.per_second)
        self._record = _Record()

    @property
    def health(self) -> SourceHealth:
        """How the source did lately."""
        record = self._record
        if self._down:
            return SourceHealth.DOWN
        if record.failures:
            return SourceHealth.FAILING
        return SourceHealth.UP if record.answered_at else SourceHealth.UNKNOWN

    @property
    def resting(self) -> bool:
        """Whether it is not asked for now, because it failed or asked for a pause."""
        left = max(self._record.open_until if self._down else 0.0, self._record.alone_until)
        return left > loop_time()

    @property
    def answered_at(self) -> datetime | None:
        """When it last answered."""
        return self._record.answered_at

    @property
    def failed_at(self) -> datetime | None:
        """When it last failed."""
        return self._record.failed_at

    async def read(
        self,
        ask: Callable[[Call], Awaitable[_T]],
        *,
        deadline: float,
        timeout_seconds: float | None = None,
    ) -> _T:
        """Ask, again if that may help, until `deadline` (loop time). Raises `ConnectorError`.

        `timeout_seconds` is for one attempt; None: as the settings say.
        """
        timeout = self._settings.timeout_seconds if timeout_seconds is None else timeout_seconds
        attempt = 0
        while True:
            try:
                return await self._attempt(ask, deadline, timeout)
            except TryAgain as error:
                pause = self._pause(error, attempt)
                left = deadline - loop_time()
                resting = self.health is SourceHealth.DOWN
                if resting or attempt >= self._settings.retries or pause >= left:
                    raise
                attempt += 1
                await asyncio.sleep(pause)

    async def write(
        self, ask: Callable[[Call], Awaitable[_T]], *, deadline: float, timeout_seconds: float
    ) -> _T:
        """Ask once, whatever comes of it. Raises `ConnectorError`, which says if it was sent."""
        self._refuse_while_resting()
        async with self._permit(deadline):
            self._refuse_while_resting()
            return await self._answer(ask, min(deadline, loop_time() + timeout_seconds))

    async def _attempt(
        self, ask: Callable[[Call], Awaitable[_T]], deadline: float, timeout_seconds: float
    ) -> _T:
        self._refuse_while_resting()
        if self._down:
            return await self._try(ask, deadline, timeout_seconds)
        async with self._permit(deadline):
            # It may have been found down by those who went before.
            self._refuse_while_resting()
            return await self._answer(ask, min(deadline, loop_time() + timeout_seconds))

    async def _try(
        self, ask: Callable[[Call], Awaitable[_T]], deadline: float, timeout_seconds: float
    ) -> _T:
        """After a rest, the one call that finds out whether the source is well again.

        It has all its time, but who asked waits for it no longer than answers used to take: a
        source that still hangs is not felt by whoever happens to come first.
        """
        record = self._record
        trial = record.trial = asyncio.create_task(self._trial(ask, deadline, timeout_seconds))
        trial.add_done_callback(self._tried)
        wait = max(_SHORTEST_WAIT_SECONDS, _TIMES_THE_USUAL * record.usual_seconds)
        try:
            async with asyncio.timeout_at(min(deadline, loop_time() + wait)):
                return await asyncio.shield(trial)
        except TimeoutError as error:
            raise Skipped(
                f'source "{self._source}" failed {record.failures} times in a row and is tried',
                retry_after=0.0,
            ) from error

    async def _trial(
        self, ask: Callable[[Call], Awaitable[_T]], deadline: float, timeout_seconds: float
    ) -> _T:
        async with self._permit(deadline):
            return await self._answer(ask, loop_time() + timeout_seconds)

    def _tried(self, trial: asyncio.Task[Any]) -> None:
        self._record.trial = None
        if not trial.cancelled():
            trial.exception()  # Heard by who waited for it, if anyone still did.

    @property
    def _down(self) -> bool:
        return self._record.failures >= self._settings.breaker_failures

    def _refuse_while_resting(self) -> None:
        record = self._record
        if not self._down:
            return
        left = record.open_until - loop_time()
        if left > 0 or record.trial is not None:
            raise Skipped(
                f'source "{self._source}" failed {record.failures} times in a row and rests',
                retry_after=max(left, 0.0),
                sent=False,
            )

    @asynccontextmanager
    async def _permit(self, deadline: float) -> AsyncIterator[None]:
        """Wait for the turn to call; no failure of the source's if that takes too long."""
        late = SourceTimeout(
            f'source "{self._source}" was not asked: no free call before the deadline', sent=False
        )
        if loop_time() >= deadline:
            raise late
        if self._is_free():
            await self._bucket.take()
            await self._permits.acquire()
        else:
            try:
                async with asyncio.timeout_at(deadline):
                    await self._leave_alone(deadline)
                    await self._bucket.take()
                    await self._permits.acquire()
            except TimeoutError as error:
                raise late from error
        try:
            yield
        finally:
            self._permits.release()

    def _is_free(self) -> bool:
        """Whether it may be called at once, without waiting."""
        alone = self._record.alone_until > loop_time()
        return not alone and self._bucket.is_free and not self._permits.locked()

    async def _leave_alone(self, deadline: float) -> None:
        """Wait until the source may be called again, if it asked for a pause."""
        left = self._record.alone_until - loop_time()
        if left <= 0:
            return
        if loop_time() + left >= deadline:
            raise Skipped(
                f'source "{self._source}" asked not to be called for a while',
                retry_after=left,
                sent=False,
            )
        await asyncio.sleep(left)

    async def _answer(self, ask: Callable[[Call], Awaitable[_T]], until: float) -> _T:
        begun = loop_time()
        try:
            async with asyncio.timeout_at(until):
                answer = await ask(Call(until))
        except TimeoutError as error:
            late = SourceTimeout(f'source "{self._source}" did not answer in time')
            self._failed(late)
            raise late from error
        except (TryAgain, NeedsOperator) as error:
            self._failed(error)
            raise
        except ConnectorError:
            # It answered: no is an answer.
            self._answered(begun)
            raise
        except Exception as error:
            # A connector's own mistake costs its source, and nobody else's rows.
            broken = BadData(
                f'the connector of source "{self._source}" failed', detail=_where(error)
            )
            self._failed(broken)
            raise broken from error
        self._answered(begun)
        return answer

    def _pause(self, error: TryAgain, attempt: int) -> float:
        if error.retry_after is not None:
            return error.retry_after
        return float(_FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load

    def _answered(self, begun: float) -> None:
        record = self._record
        if record.failures:
            _log.info("source_recovered", source=self._source, failures=record.failures)
        record.failures = 0
        record.answered_at = utc_now()
        record.usual_seconds = max(loop_time() - begun, record.usual_seconds * _REMEMBERED)

    def _failed(self, error: ConnectorError) -> None:
        record = self._record
        record.failures += 1
        record.failed_at = utc_now()
        record.open_until = loop_time() + self._settings.breaker_seconds
        if error.retry_after is not None:
            pause = min(error.retry_after, _LONGEST_PAUSE_SECONDS)
            record.alone_until = max(record.alone_until, loop_time() + pause)
        if record.failures == 1:
            _log.warning("source_failed", source=self._source, code=error.code, detail=error.detail)
        elif record.failures == self._settings.breaker_failures:
            _log.warning("source_rests", source=self._source, failures=record.failures)


class _Bucket:
    """Tokens that refill evenly; twice a second's worth may be taken at once."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._most = max(1.0, 2 * per_second)
        self._tokens = self._most
        self._at: float | None = None

    @property
    def is_free(self) -> bool:
        return self._refilled(loop_time()) >= 1

    def _refilled(self, now: float) -> float:
        elapsed = 0.0 if self._at is None else now - self._at
        return min(self._most, self._tokens + elapsed * self._per_second)

    async def take(self) -> None:
        now = loop_time()
        self._tokens = self._refilled(now) - 1
        self._at = now
        if self._tokens < 0:
            try:
                await asyncio.sleep(-self._tokens / self._per_second)
            except asyncio.CancelledError:
                self._tokens += 1
                raise


def _where(error: Exception) -> str:
    """Kind and place of a mistake, for the log; its own words may hold anybody's data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__qualname__} at {frame.filename}:{frame.lineno}"
