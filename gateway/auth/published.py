"""Know the keys that an issuer publishes: asked for when they are needed, and kept."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from connectors.contract.errors import BadData, ConnectorError
from connectors.http import AiohttpClient
from gateway.auth.discovery import RENEW_SECONDS, discovered, document
from gateway.auth.refusals import IssuerSilent
from gateway.auth.tokens import PublicKey

_log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 10.0
"""Between two askings, whatever tokens come: anyone can make up the id of a key."""
_MOST_KEYS: Final = 100
_MOST_BYTES: Final = 1024 * 1024
_LEAST_RSA_BYTES: Final = 256
_KINDS: Final[Mapping[str, type[RSAKey] | type[ECKey] | type[OKPKey]]] = {
    "RSA": RSAKey,
    "EC": ECKey,
    "OKP": OKPKey,
}


@dataclass(frozen=True, slots=True)
class _Key:
    id: str | None
    type: str
    key: PublicKey


class PublishedKeys:
    """The keys of one issuer. What is known stays known while the issuer is down."""

    def __init__(
        self,
        issuer: str,
        *,
        keys_url: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask `issuer` where its keys are, unless they are said to be at `keys_url`."""
        self._issuer = issuer
        self._keys_url = keys_url
        self._client = AiohttpClient(keys_url or issuer, max_bytes=_MOST_BYTES)
        self._clock = clock
        self._keys: tuple[_Key, ...] | None = None
        self._heard_at = self._asked_at = -RENEW_SECONDS
        self._asking: asyncio.Task[None] | None = None
        self._failed = False

    async def of(self, key_id: str | None, key_type: str, /) -> Sequence[PublicKey]:
        """Those of this id and type, or of this type without an id; none if there are none.

        An id that is not known has the issuer asked again, at most once in `PAUSE_SECONDS`.
        Raises `CannotCheck`.
        """
        if found := self._found(key_id, key_type):
            if self._clock() - self._heard_at > RENEW_SECONDS:
                self._ask()
            return found
        if (asking := self._ask()) is not None:
            # Whoever goes away must not end what others wait for.
            await asyncio.shield(asking)
        found = self._found(key_id, key_type)
        if not found and (self._failed or self._keys is None):
            raise IssuerSilent(PAUSE_SECONDS)
        return found

    async def aclose(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        await self._client.aclose()

    def _found(self, key_id: str | None, key_type: str) -> Sequence[PublicKey]:
        return [
            each.key
            for each in self._keys or ()
            if each.type == key_type and key_id in (None, each.id)
        ]

    def _ask(self) -> Awaitable[None] | None:
        """The asking that is under way, or one that begins; None if it is too early for another."""
        if self._asking is None or self._asking.done():
            if self._clock() - self._asked_at < PAUSE_SECONDS:
                return None
            self._asked_at = self._clock()
            self._asking = asyncio.create_task(self._hear())
        return self._asking

    async def _hear(self) -> None:
        try:
            self._keys = tuple(_usable(await self._published()))
        except ConnectorError as error:
            if not self._failed:
                _log.warning(
                    "issuer_failed", issuer=self._issuer, code=error.code, detail=error.detail
                )
            self._failed = True
            return
        self._heard_at = self._clock()
        if self._failed:
            _log.info("issuer_recovered", issuer=self._issuer)
        self._failed = False

    async def _published(self) -> list[Any]:
        url = self._keys_url or await self._discovered()
        keys = (await document(self._client, url)).get("keys")
        if not isinstance(keys, list) or len(keys) > _MOST_KEYS:
            raise BadData("the issuer's keys are no key set")
        return keys

    async def _discovered(self) -> str:
        """Where the issuer says that its keys are: at its own address, else they are not asked."""
        url = (await discovered(self._client, self._issuer)).get("jwks_uri")
        if not isinstance(url, str):
            raise BadData("the issuer does not say where its keys are")
        return url


def _usable(published: Sequence[Any]) -> Iterator[_Key]:
    """Those of the keys that signatures can be checked with; the others are somebody else's."""
    for each in published:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        key_id, kind = each.get("kid"), _KINDS.get(str(each.get("kty")))
        if kind is None or not (key_id is None or isinstance(key_id, str)):
            continue
        try:
            if kind is RSAKey and len(urlsafe_b64decode(each["n"].encode())) < _LEAST_RSA_BYTES:
                continue
            yield _Key(key_id, str(each["kty"]), kind.import_key(each))
        except (JoseError, KeyError, ValueError, TypeError, AttributeError):
            continue
