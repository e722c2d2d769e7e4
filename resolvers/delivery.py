"""Tell agencies' systems what was done here: each thing once in effect, in order, and for long.

An attempt is on record before its first byte is sent. What provably did not arrive is tried again
whoever the source is; what may have arrived is repeated only where a repetition is harmless, and
else waits for a person.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

import structlog

from connectors.contract.capabilities import Capabilities, Idempotency
from connectors.contract.connector import (
    Call,
    Connector,
    Filed,
    Files,
    Filing,
    Move,
    Moves,
    Saying,
    Says,
)
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NotSupported,
    RateLimited,
    Refused,
    Unauthorized,
)
from connectors.contract.outbox import Arrived, DeliveryState, Due, Later, Settled, Stopped
from connectors.contract.records import Mode, SourceId, utc_now
from resolvers.asking import Asker
from resolvers.deadline import loop_time
from resolvers.guard import Skipped
from resolvers.ports import Outbox

_log = structlog.get_logger(__name__)

Askers: TypeAlias = Callable[[], Mapping[SourceId, Asker]]
"""The sources that are configured now."""

_NOTHING_DONE: Final = (Refused, RateLimited, Unauthorized, NotSupported)
"""What a source answers that has understood, and done nothing."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often something is tried; times in seconds."""

    look: float = 1.0
    """From one look at what waits to the next."""
    attempt: float = 30.0
    """For one attempt."""
    lease: float = 90.0
    """After which an attempt counts as broken off."""
    first_pause: float = 2.0
    longest_pause: float = 3600.0
    token_pause: float = 15.0
    """Before a promised id is asked for, at least."""
    attempts: int = 20
    """Before a delivery counts as dead, and not before `days` either."""
    days: float = 7.0
    at_once: int = 4
    """Attempts at one source at the same time, each in another case."""


class Delivery:
    """Hands deliveries over, every source's for itself; one for as long as the program runs."""

    def __init__(
        self,
        outbox: Outbox,
        askers: Askers,
        *,
        now: Callable[[], datetime] = utc_now,
        patience: Patience = Patience(),
    ) -> None:
        """Deliver what `outbox` holds to the sources of `askers`, which is asked again each time."""
        self._outbox = outbox
        self._askers = askers
        self._now = now
        self._patience = patience
        self._working: dict[SourceId, asyncio.Task[None]] = {}

    async def turn(self) -> float:
        """Have every source worked for that something waits for; returns without waiting for any.

        Gives the seconds until it is worth another look. Raises `ConnectorError` if the store
        fails.
        """
        askers = self._askers()
        for source in await self._outbox.waiting(self._now()):
            if source in askers and source not in self._working:
                task = asyncio.create_task(self._work(askers[source]), name=f"to {source}")
                self._working[source] = task
                task.add_done_callback(partial(self._worked, source))
        return self._patience.look

    async def idle(self) -> None:
        """Wait until nothing is being delivered."""
        while self._working:
            await asyncio.wait(self._working.values())

    async def aclose(self, *, grace_seconds: float) -> None:
        """Begin nothing more; attempts under way have so long to end, and are broken off then."""
        self._askers = dict
        working = list(self._working.values())
        if working:
            await asyncio.wait(working, timeout=grace_seconds)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    def _worked(self, source: SourceId, done: asyncio.Task[None]) -> None:
        del self._working[source]
        if not done.cancelled() and (error := done.exception()) is not None:
            # Nothing is lost by it: what was begun counts as broken off after its lease.
            _log.error("delivery_broke", source=source, exc_info=error)

    async def _work(self, asker: Asker) -> None:
        """Deliver to one source until nothing waits for it, or it is to be left alone."""
        source, patience = asker.source.id, self._patience
        while source in self._askers() and not asker.guard.resting:
            now = self._now()
            until = now + timedelta(seconds=patience.lease)
            begun = await self._outbox.begin(source, now=now, until=until, most=patience.at_once)
            if not begun:
                return
            await asyncio.gather(*(self._deliver(asker, due) for due in begun))

    async def _deliver(self, asker: Asker, due: Due) -> None:
        settled = await self._attempt(asker, due)
        kept = await self._outbox.settle(due, settled)
        _tell(due, settled, kept=kept)

    async def _attempt(self, asker: Asker, due: Due) -> Settled:
        can = asker.source.capabilities
        safe_by = _idempotency(can, due)
        if due.maybe_sent and due.token is None:
            if safe_by is Idempotency.NONE:
                return self._stopped(DeliveryState.UNCERTAIN, "BROKEN_OFF")
            if (settled_at := _settled_at(can, due)) is not None and settled_at > self._now():
                return Later(settled_at, None, maybe_sent=True, counted=False)
        try:
            filed = await asker.write(
                lambda connector, call: _tell_source(connector, due, call),
                deadline=loop_time() + self._patience.attempt,
                timeout_seconds=self._patience.attempt,
            )
        except ConnectorError as error:
            return self._failed(due, safe_by, error)
        if filed is None:
            return Arrived(self._now())
        if filed.source_id is None:
            return Later(
                self._in(self._token_pause(due)),
                None,
                maybe_sent=True,
                counted=False,
                token=filed.token,
            )
        mirrored = asker.source.mode is Mode.MIRROR
        return Arrived(self._now(), filed.source_id, mirrored=mirrored)

    def _failed(self, due: Due, safe_by: Idempotency, error: ConnectorError) -> Settled:
        code = error.code
        if isinstance(error, Skipped) and not error.sent:
            pause = error.retry_after or self._patience.first_pause
            return Later(self._in(pause), code, due.maybe_sent, counted=False, token=due.token)
        if isinstance(error, Refused | NotSupported):
            # With a token the filing was taken: what became of it is the question.
            lost = DeliveryState.DEAD if due.token is None else DeliveryState.UNCERTAIN
            return self._stopped(lost, code)
        maybe_sent = due.maybe_sent or (error.sent and not isinstance(error, _NOTHING_DONE))
        if maybe_sent and safe_by is Idempotency.NONE and due.token is None:
            return self._stopped(DeliveryState.UNCERTAIN, code)
        if self._tried_enough(due):
            state = DeliveryState.UNCERTAIN if maybe_sent else DeliveryState.DEAD
            return self._stopped(state, code)
        return Later(self._in(self._pause(due, error)), code, maybe_sent, token=due.token)

    def _token_pause(self, due: Due) -> float:
        """Longer and longer, by how long the source has owed the id."""
        age = (self._now() - due.created_at).total_seconds()
        return min(max(self._patience.token_pause, age / 10), self._patience.longest_pause)

    def _tried_enough(self, due: Due) -> bool:
        old = self._now() - due.created_at >= timedelta(days=self._patience.days)
        return old and due.attempt >= self._patience.attempts

    def _pause(self, due: Due, error: ConnectorError) -> float:
        patience = self._patience
        doubled = patience.first_pause * 2.0 ** min(due.attempt - 1, 30)
        spread = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load
        pause = min(doubled * spread, patience.longest_pause)
        if isinstance(error, Unauthorized | BadData):
            # A person has to mend something first.
            pause = max(pause, patience.token_pause)
        return max(pause, min(error.retry_after or 0.0, patience.longest_pause))

    def _in(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)

    def _stopped(self, state: DeliveryState, code: str) -> Stopped:
        return Stopped(state, code, self._now())


async def _tell_source(connector: Connector, due: Due, call: Call) -> Filed | None:
    """Say it, by the verb that it takes; what a filing leads to, and None for the rest."""
    source_id = due.source_id or ""
    match due.what:
        case Filing() if isinstance(connector, Files):
            if due.token is not None:
                return await connector.filed(due.token, call)
            return await connector.file(due.what, key=due.key, call=call)
        case Saying() if isinstance(connector, Says):
            await connector.say(source_id, due.what, key=due.key, call=call)
        case Move() if isinstance(connector, Moves):
            await connector.move(source_id, due.what, key=due.key, call=call)
        case _:
            raise NotSupported(f'source "{due.source}" does not take this any more', sent=False)
    return None


def _idempotency(can: Capabilities, due: Due) -> Idempotency:
    """What makes a repetition safe, as the source is now."""
    match due.what:
        case Filing():
            return can.files or Idempotency.NONE
        case Saying():
            return can.says.idempotency if can.says is not None else Idempotency.NONE
    # To put a case twice where it is to stand is harmless.
    return Idempotency.KEY


def _settled_at(can: Capabilities, due: Due) -> datetime | None:
    """From when on a search finds what the attempt before may have left; None: at once."""
    if _idempotency(can, due) is not Idempotency.SEARCH or due.tried_at is None:
        return None
    return due.tried_at + timedelta(seconds=can.settles_seconds)


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
