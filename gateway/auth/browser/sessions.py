"""Begin, find and end sessions, whatever they stand for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

import msgspec

from connectors.contract.records import utc_now
from connectors.contract.sessions import KeptSession
from gateway.auth.browser.secrets import Secrets, draw

_WORTH_WRITING: Final = 10
"""A session is prolonged once a tenth of its idle time is gone, not with every request."""


class KeepsSessions(Protocol):
    """Where sessions are kept, for all processes. Raises `ConnectorError` if that fails."""

    async def keep(self, session: KeptSession, *, now: datetime) -> None:
        """Keep a new session, and forget those that have ended."""

    async def find(self, name: str, *, now: datetime) -> KeptSession | None:
        """The session of that name; None if there is none, or none any more."""

    async def prolong(self, name: str, *, ends_at: datetime) -> None:
        """Let it end at `ends_at` instead, unless it was ended meanwhile."""

    async def end(self, name: str) -> None:
        """Forget it, in every process; one that is not there is no mistake."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts."""

    idle: timedelta
    """While nobody uses it."""
    most: timedelta
    """However much it is used."""


ContentT = TypeVar("ContentT")


@dataclass(frozen=True, slots=True)
class Session(Generic[ContentT]):
    """A session that has not ended."""

    content: ContentT
    token: str
    """What pages of ours show with their requests."""
    ends_at: datetime
    """When it ends if it is not used any more."""


class Sessions(Generic[ContentT]):
    """The sessions that stand for one kind of thing."""

    def __init__(
        self,
        content: type[ContentT],
        keeper: KeepsSessions,
        secrets: Secrets,
        lifetime: Lifetime,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Keep `content` at `keeper`, sealed by `secrets`, for as long as `lifetime` says."""
        self._content = content
        self._keeper = keeper
        self._secrets = secrets
        self._lifetime = lifetime
        self._clock = clock

    async def begin(self, content: ContentT) -> str:
        """The secret of a new session that stands for `content`; never one that was shown before."""
        secret, now = draw(), self._clock()
        last_at = now + self._lifetime.most
        kept = KeptSession(
            self._secrets.name(secret),
            self._secrets.seal(secret, msgspec.msgpack.encode(content)),
            min(now + self._lifetime.idle, last_at),
            last_at,
        )
        await self._keeper.keep(kept, now=now)
        return secret

    async def find(self, secret: str) -> Session[ContentT] | None:
        """The session of `secret`, which lasts longer for it; None if there is none any more."""
        name, now = self._secrets.name(secret), self._clock()
        kept = await self._keeper.find(name, now=now)
        opened = None if kept is None else self._secrets.open(secret, kept.content)
        if kept is None or opened is None:
            return None
        content = msgspec.msgpack.decode(opened, type=self._content)
        ends_at = min(now + self._lifetime.idle, kept.last_at)
        if ends_at - kept.ends_at > self._lifetime.idle / _WORTH_WRITING:
            await self._keeper.prolong(name, ends_at=ends_at)
        else:
            ends_at = kept.ends_at
        return Session(content, self._secrets.token(secret), ends_at)

    async def end(self, secret: str) -> None:
        """End the session of `secret`, if there is one."""
        await self._keeper.end(self._secrets.name(secret))
