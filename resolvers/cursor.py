"""Sign where a merged list stands, so that no server needs to remember it.

A cursor holds the last key, the page tokens of the sources that page by token, and for each
source that was silent on an earlier page the key before which rows of it were missed. It is bound
to filter, order and viewer scope by a digest, and signed; it says nothing that its reader may not
know, since all of it was read from rows that the reader saw.
"""

import hashlib
import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from connectors.contract.query import ComplaintQuery, Condition, Key, Op
from connectors.contract.records import SourceId
from resolvers.outcome import BadCursor

_VERSION: Final = 1
_SEAL_BYTES: Final = 16
_LONGEST: Final = 8192


@dataclass(frozen=True, slots=True)
class Position:
    """Where a merged list stands; the default is its beginning."""

    last: Key | None = None
    tokens: Mapping[SourceId, str] = field(default_factory=dict)
    """For sources that page by token: the page to read on from. Absent: from the first."""
    missed: Mapping[SourceId, Key | None] = field(default_factory=dict)
    """Sources with rows missed on earlier pages, and the key to ask again from."""


_PackedKey = tuple[datetime | None, str, str]


class _Packed(msgspec.Struct, array_like=True):
    version: int
    issued: int
    bound_to: bytes
    last: _PackedKey | None
    tokens: dict[str, str]
    missed: dict[str, _PackedKey | None]


class Cursors:
    """Writes and reads the cursors of this deployment."""

    def __init__(
        self, key: bytes, *, lifetime_seconds: float, clock: Callable[[], float] = time.time
    ) -> None:
        """Sign with `key`, at least 32 bytes, the same in every process."""
        self._key = key
        self._lifetime = lifetime_seconds
        self._clock = clock

    def write(self, position: Position, bound_to: bytes) -> str:
        """The cursor of `position` for the question with digest `bound_to`."""
        body = msgspec.msgpack.encode(
            _Packed(
                _VERSION,
                int(self._clock()),
                bound_to,
                _pack(position.last),
                {str(source): token for source, token in position.tokens.items()},
                {str(source): _pack(key) for source, key in position.missed.items()},
            )
        )
        return urlsafe_b64encode(self._seal(body) + body).decode().rstrip("=")

    def read(self, cursor: str, bound_to: bytes) -> Position:
        """Where `cursor` stands. Raises `BadCursor` if it is not ours, or not this question's."""
        packed = self._open(cursor)
        if not hmac.compare_digest(packed.bound_to, bound_to):
            raise BadCursor(
                "this cursor belongs to another question: filter, order and viewer must be the "
                "same as when it was given"
            )
        if packed.issued + self._lifetime < self._clock():
            raise BadCursor("this cursor has expired: ask for the first page again")
        return Position(
            _unpack(packed.last),
            {SourceId(source): token for source, token in packed.tokens.items()},
            {SourceId(source): _unpack(key) for source, key in packed.missed.items()},
        )

    def _open(self, cursor: str) -> _Packed:
        broken = BadCursor("this is not a cursor of this service, or it was changed on the way")
        if len(cursor) > _LONGEST:
            raise broken
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (NotBase64, ValueError) as error:
            raise broken from error
        seal, body = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(body)):
            raise broken
        try:
            packed = msgspec.msgpack.decode(body, type=_Packed)
        except msgspec.DecodeError as error:
            raise broken from error
        if packed.version != _VERSION:
            raise BadCursor("this cursor is of an older version: ask for the first page again")
        return packed

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_SEAL_BYTES]


def digest(query: ComplaintQuery, scope: str) -> bytes:
    """What a cursor is bound to: equal for equal filter, order and viewer scope."""
    parts = [scope, query.order.by.value, query.order.direction.value]
    parts += sorted(
        f"{condition.field.value}\0{condition.op.value}\0{_canonical(_bound_value(condition))}"
        for condition in query.where
    )
    return hashlib.sha256("\1".join(parts).encode()).digest()[:_SEAL_BYTES]


def _bound_value(condition: Condition) -> object:
    # "Overdue now" is asked anew by each page, and means another moment each time.
    return None if condition.op is Op.AS_OF else condition.value


def _canonical(value: object) -> str:
    if isinstance(value, frozenset):
        return "\2".join(sorted(str(item) for item in value))
    return repr(value)


def _pack(key: Key | None) -> _PackedKey | None:
    return None if key is None else (key.at, key.source, key.source_id)


def _unpack(packed: _PackedKey | None) -> Key | None:
    if packed is None:
        return None
    at, source, source_id = packed
    return Key(at, SourceId(source), source_id)
