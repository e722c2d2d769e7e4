"""Know how a call says who asks, and renew what expires: early, and once for all who wait."""

import asyncio
import base64
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.contract.connector import Call, Response
from connectors.contract.errors import ConnectorError, SourceTimeout
from connectors.rest.auth_options import Basic, Bearer, HeaderKey, NoAuth, QueryKey
from connectors.translate import nothing_sent

UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What goes with a call."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    until: datetime | None = None
    """From then on it is not used. None: until it is refused."""


class Credentials(ABC):
    """How one source is told who asks."""

    @abstractmethod
    async def current(self, call: Call) -> Pass:
        """What goes with a call now."""

    @abstractmethod
    async def renewed(self, refused: Pass, call: Call) -> Pass | None:
        """What to try instead of what was `refused`; None if nothing else is known."""

    def expired(self, response: Response, said: Callable[[], Any]) -> bool:  # noqa: ARG002 - some look into it
        """Whether an answer says that the pass is no longer good."""
        return response.status == UNAUTHORIZED

    @property
    def parameters(self) -> frozenset[str]:
        """Parameters that hold a secret, and so get into no address that is kept."""
        return frozenset()

    async def aclose(self) -> None:
        """Give back what it holds."""
        return


class Fixed(Credentials):
    """A pass that never changes."""

    def __init__(self, given: Pass) -> None:
        """Always `given`."""
        self._pass = given

    async def current(self, call: Call) -> Pass:  # noqa: ARG002 - nothing is asked
        """It."""
        return self._pass

    async def renewed(self, refused: Pass, call: Call) -> Pass | None:  # noqa: ARG002 - the same
        """None: there is no other."""
        return None

    @property
    def parameters(self) -> frozenset[str]:
        """The parameter that holds the key, if one does."""
        return frozenset(name for name, _ in self._pass.params)


def fixed(auth: NoAuth | Basic | HeaderKey | QueryKey | Bearer) -> Fixed:
    """The pass that `auth` describes."""
    match auth:
        case Basic():
            said = basic(auth.username, auth.password.get_secret_value())
            return Fixed(Pass(headers={"Authorization": said}))
        case HeaderKey():
            return Fixed(Pass(headers={auth.name: auth.value.get_secret_value()}))
        case QueryKey():
            return Fixed(Pass(params=((auth.name, auth.value.get_secret_value()),)))
        case Bearer():
            said = f"Bearer {auth.token.get_secret_value()}"
            return Fixed(Pass(headers={"Authorization": said}))
    return Fixed(Pass())


def basic(username: str, password: str) -> str:
    """The Authorization header of a name and a password."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


class Renewable(Credentials):
    """A pass that is obtained by a call, and again when it is over."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Hold none yet."""
        self._now = now
        self._held: Pass | None = None
        self._lock = asyncio.Lock()
        self._attempts = 0
        """Those that have ended."""
        self._failure: ConnectorError | None = None
        """Of the last attempt."""

    @abstractmethod
    async def obtain(self, call: Call) -> Pass:
        """A new one."""

    async def current(self, call: Call) -> Pass:
        """The one held, or a new one."""
        return await self._other_than(None, call)

    async def renewed(self, refused: Pass, call: Call) -> Pass | None:
        """A new one, which another call may have obtained meanwhile."""
        return await self._other_than(refused, call)

    async def _other_than(self, refused: Pass | None, call: Call) -> Pass:
        if self._usable(refused):
            return self._held  # type: ignore[return-value]  # usable: there is one
        attempts = self._attempts
        try:
            async with asyncio.timeout_at(call.deadline), self._lock:
                if self._usable(refused):
                    return self._held  # type: ignore[return-value]
                if self._attempts != attempts and self._failure is not None:
                    # Whoever was first asked for all who wait.
                    raise self._failure
                self._held = await self._attempt(call)
                return self._held
        except TimeoutError as late:
            raise SourceTimeout("no time was left to be let in", sent=False) from late

    async def _attempt(self, call: Call) -> Pass:
        self._failure = None
        try:
            with nothing_sent():
                return await self.obtain(call)
        except ConnectorError as unready:
            if not isinstance(unready, SourceTimeout):
                self._failure = unready
            raise
        finally:
            self._attempts += 1

    def _usable(self, refused: Pass | None) -> bool:
        held = self._held
        if held is None or held is refused:
            return False
        return held.until is None or self._now() < held.until
