"""Tell agencies' systems what was done here: each thing once in effect, in order, and for long.

An attempt is on record before its first byte is sent. What provably did not arrive is tried again
whoever the source is; what may have arrived is repeated only where a repetition is harmless, and
else waits for a person.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from connectors.contract.capabilities import Capabilities, Idempotency
from connectors.contract.connector import Attaching, Filed, Move
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NotSupported,
    RateLimited,
    Refused,
    SourceTimeout,
    SourceUnavailable,
    Unauthorized,
)
from connectors.contract.outbox import (
    FILE_MISSING,
    Arrived,
    DeliveryState,
    Due,
    Later,
    Settled,
    Stopped,
)
from connectors.contract.records import Mode, SourceId, utc_now
from resolvers.asking import Asker
from resolvers.deadline import loop_time
from resolvers.guard import Skipped
from resolvers.ports import Outbox
from resolvers.registry import DeliverySettings
from resolvers.sourcework import Askers, SourceWork
from resolvers.telling import idempotency, settled_at, tell_source
from resolvers.uploads.keeping import ReadsContents

_log = structlog.get_logger(__name__)

_NOTHING_DONE: Final = (Refused, RateLimited, Unauthorized, NotSupported)
"""What a source answers that has understood, and done nothing."""
_AWAY: Final = frozenset({SourceUnavailable.code, SourceTimeout.code, Skipped.code})
"""Why something did not arrive at a source that was away."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often something is tried; times in seconds."""

    look: float = 1.0
    """From one look at what waits to the next."""
    token_pause: float = 15.0
    """Before a promised id is asked for, at least."""
    attempts: int = 20
    """Before a delivery counts as dead, and not before `days` either."""
    days: float = 7.0
    at_once: int = 4
    """Attempts at one source at the same time, each in another case."""
    store_pause: float = 1.0
    """Before what came of an attempt is stored again, where the store failed."""


@dataclass(frozen=True, slots=True)
class _Lease:
    """How long attempts that are begun together are ours; times of the event loop."""

    begun: float
    """Before they were on record."""
    at: datetime
    """The same moment, for people and for the store."""
    settings: DeliverySettings

    @property
    def attempt_ends(self) -> float:
        """Until when something may be sent."""
        return self.begun + self.settings.timeout_seconds

    @property
    def ends(self) -> float:
        """Until when nobody else begins one at the same."""
        return self.begun + self.settings.lease_seconds


class Delivery(SourceWork):
    """Hands deliveries over, every source's for itself; one for as long as the program runs."""

    def __init__(
        self,
        outbox: Outbox,
        askers: Askers,
        contents: ReadsContents,
        *,
        now: Callable[[], datetime] = utc_now,
        patience: Patience = Patience(),
    ) -> None:
        """Deliver what `outbox` holds to the sources of `askers`, which is asked again each time.

        Files go with what `contents` has of them.
        """
        super().__init__("delivery", askers, patience.look)
        self._outbox = outbox
        self._contents = contents
        self._now = now
        self._patience = patience
        self._back: set[SourceId] = set()
        """Those that took something since they last rested."""

    async def _waiting(self) -> Sequence[SourceId]:
        return await self._outbox.waiting(self._now())

    async def _do_some(self, asker: Asker) -> bool:
        source, settings = asker.source.id, asker.source.delivery
        # Whatever holds this process up from here on takes from the attempt: one that began after
        # its lease would be another's by then.
        lease = _Lease(loop_time(), self._now(), settings)
        until = lease.at + timedelta(seconds=settings.lease_seconds)
        begun = await self._outbox.begin(
            source, now=lease.at, until=until, most=self._patience.at_once
        )
        if not begun:
            return False
        await asyncio.gather(*(self._deliver(asker, due, lease) for due in begun))
        if asker.guard.resting:
            self._back.discard(source)
        return True

    async def _deliver(self, asker: Asker, due: Due, lease: "_Lease") -> None:
        settled = await self._attempt(asker, due, lease)
        kept = await self._settle(due, settled, lease)
        _tell(due, settled, kept=kept)
        if isinstance(settled, Arrived) and due.source not in self._back:
            self._back.add(due.source)
            await self._hasten(due.source)

    async def _hasten(self, source: SourceId) -> None:
        """Let what was tried while `source` was away, and pauses for it, have its turn now.

        It has waited the longest; if the store fails, it waits until its pause is over.
        """
        with suppress(ConnectorError):
            await self._outbox.hasten(source, at=self._now(), codes=_AWAY)

    async def _settle(self, due: Due, settled: Settled, lease: "_Lease") -> bool:
        """Store what came of an attempt, while that is ours to say: else it would be unknown."""
        while True:
            try:
                return await self._outbox.settle(due, settled)
            except ConnectorError:
                if loop_time() + self._patience.store_pause >= lease.ends:
                    raise
            await asyncio.sleep(self._patience.store_pause)

    async def _attempt(self, asker: Asker, due: Due, lease: "_Lease") -> Settled:
        can, settings = asker.source.capabilities, asker.source.delivery
        if (hindered := self._hindered(due, can, settings)) is not None:
            return hindered
        try:
            content = await self._content_of(due)
            filed = await asker.write(
                lambda connector, call: tell_source(connector, due, call, content=content),
                deadline=lease.attempt_ends,
                timeout_seconds=settings.timeout_seconds,
            )
        except ConnectorError as error:
            return self._failed(due, can, error, lease)
        except FileNotFoundError:
            state = DeliveryState.UNCERTAIN if due.maybe_sent else DeliveryState.DEAD
            return self._stopped(state, FILE_MISSING)
        return self._taken(asker, due, filed)

    def _hindered(self, due: Due, can: Capabilities, settings: DeliverySettings) -> Settled | None:
        """What comes of it without an attempt: an earlier one may have arrived."""
        if not due.maybe_sent or due.token is not None:
            return None
        if idempotency(can, due) is Idempotency.NONE:
            return self._stopped(DeliveryState.UNCERTAIN, "BROKEN_OFF")
        settled = settled_at(can, due, due.tried_at, settings)
        if settled is not None and settled > self._now():
            return Later(settled, None, maybe_sent=True, counted=False)
        return None

    def _taken(self, asker: Asker, due: Due, filed: Filed | None) -> Settled:
        """What came of an attempt that the source answered."""
        if filed is None:
            stands = due.what.status if isinstance(due.what, Move) else None
            return Arrived(self._now(), stands=stands)
        if filed.source_id is None:
            return Later(
                self._in(self._token_pause(due, asker.source.delivery)),
                None,
                maybe_sent=True,
                counted=False,
                token=filed.token,
            )
        mirrored = asker.source.mode is Mode.MIRROR
        return Arrived(self._now(), filed.source_id, mirrored=mirrored)

    async def _content_of(self, due: Due) -> bytes:
        """What goes with it. Raises `FileNotFoundError` for a file that is lost here."""
        return await self._contents.read(due.what.id) if isinstance(due.what, Attaching) else b""

    def _failed(
        self, due: Due, can: Capabilities, error: ConnectorError, lease: "_Lease"
    ) -> Settled:
        settings = lease.settings
        code = error.code
        if isinstance(error, Skipped) and not error.sent:
            pause = error.retry_after or settings.first_pause_seconds
            return Later(self._in(pause), code, due.maybe_sent, counted=False, token=due.token)
        if isinstance(error, Refused | NotSupported):
            # What an earlier attempt may have left is not undone by a no, which may be due to it.
            taken = due.maybe_sent or due.token is not None
            return self._stopped(DeliveryState.UNCERTAIN if taken else DeliveryState.DEAD, code)
        maybe_sent = due.maybe_sent or (error.sent and not isinstance(error, _NOTHING_DONE))
        if maybe_sent and idempotency(can, due) is Idempotency.NONE and due.token is None:
            return self._stopped(DeliveryState.UNCERTAIN, code)
        if self._tried_enough(due):
            state = DeliveryState.UNCERTAIN if maybe_sent else DeliveryState.DEAD
            return self._stopped(state, code)
        at = self._in(self._pause(due, error, settings))
        if maybe_sent:
            at = max(at, settled_at(can, due, lease.at, settings) or at)
        return Later(at, code, maybe_sent, token=due.token)

    def _token_pause(self, due: Due, settings: DeliverySettings) -> float:
        """Longer and longer, by how long the source has owed the id."""
        age = (self._now() - due.created_at).total_seconds()
        return min(max(self._patience.token_pause, age / 10), settings.longest_pause_seconds)

    def _tried_enough(self, due: Due) -> bool:
        old = self._now() - due.created_at >= timedelta(days=self._patience.days)
        return old and due.attempt >= self._patience.attempts

    def _pause(self, due: Due, error: ConnectorError, settings: DeliverySettings) -> float:
        longest = settings.longest_pause_seconds
        doubled = settings.first_pause_seconds * 2.0 ** min(due.attempt - 1, 30)
        spread = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load
        pause = min(doubled * spread, longest)
        if isinstance(error, Unauthorized | BadData):
            # A person has to mend something first.
            pause = max(pause, self._patience.token_pause)
        return max(pause, min(error.retry_after or 0.0, longest))

    def _in(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)

    def _stopped(self, state: DeliveryState, code: str) -> Stopped:
        return Stopped(state, code, self._now())


def _tell(due: Due, settled: Settled, *, kept: bool) -> None:
    told = {"delivery": due.id, "source": due.source, "act": due.act, "attempt": due.attempt}
    match settled:
        case Arrived():
            _log.info("delivered", **told)
        case Later(code=code) if code is not None:
            _log.warning("not_delivered", **told, code=code)
        case Stopped(state=state, code=code):
            _log.error("delivery_stopped", **told, state=state, code=code)
    if not kept:
        _log.warning("delivery_overtaken", **told)
