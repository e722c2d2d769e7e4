"""Chain what was done in a case, link by link, so that nothing can be changed or left out unseen.

A link holds the digest of the link before and a salted digest of what was given with the act. Who
erases what was given erases the salt too: the chain stays whole, and nobody can try words against
it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import msgspec

from connectors.store.dialect import storable

BEFORE_ALL: Final = bytes(32)
"""What the first link follows."""
_SALT_BYTES: Final = 16
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Link:
    """What is proved of one act."""

    reference: str
    number: int
    """Counted in the case, from 1."""
    act: str
    author: str
    at: datetime
    status: str | None
    version: int
    body_digest: bytes

    def after(self, previous: bytes) -> bytes:
        """The digest of this link as it follows `previous`."""
        told = (
            self.reference,
            self.number,
            self.act,
            self.author,
            (self.at - _EPOCH) // _MICROSECOND,
            self.status,
            self.version,
            self.body_digest,
        )
        return sha256(previous + msgspec.msgpack.encode(told)).digest()


@dataclass(frozen=True, slots=True)
class Body:
    """What was given with an act, as it is kept."""

    salt: bytes
    text: str

    @property
    def digest(self) -> bytes:
        """What a link holds of it."""
        return sha256(self.salt + self.text.encode()).digest()


def body_of(subject: str, content: Mapping[str, Any]) -> Body:
    """What `subject` gave, under a new salt."""
    return Body(secrets.token_bytes(_SALT_BYTES), _text(subject, content))


def same(body: Body, subject: str, content: Mapping[str, Any]) -> bool:
    """Whether `body` is what `subject` gives again."""
    return body.text == _text(subject, content)


def given_with(text: str) -> Mapping[str, Any]:
    """What was given, as a kept body tells it."""
    _, content = msgspec.json.decode(text, type=tuple[str, dict[str, Any]])
    return content


def _text(subject: str, content: Mapping[str, Any]) -> str:
    said = _storable([subject, dict(content)])
    return msgspec.json.encode(said, order="deterministic").decode()


def _storable(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case dict():
            return {_storable(key): _storable(each) for key, each in value.items()}
        case list() | tuple():
            return [_storable(each) for each in value]
    return value
