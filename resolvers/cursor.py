"""Seal where a merged list stands, so that no server needs to remember it.

A cursor holds a place - the last key, and the page tokens of the sources that page by token - and
for each source that was silent on an earlier page the place to ask again from for the rows of it
that were missed. It is bound to filter, order and viewer scope by a digest, and sealed: nobody else
can make one, or read in it the ids of cases, which some viewers are not to know.
"""

import hashlib
import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from connectors.contract.query import ComplaintQuery, Condition, Key, Op
from connectors.contract.records import SourceId
from resolvers.outcome import BadCursor

_VERSION: Final = b"\x03"
"""The first byte of what is sealed."""
_MARK: Final = b"\x81"
"""The same of a cursor into what changed, which is no place in a list."""
_DIGEST_BYTES: Final = 16
_LONGEST: Final = 65_536
"""Signs; enough for a thousand sources that were all silent."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a merged list; the default is its beginning."""

    last: Key | None = None
    """Just after this key."""
    tokens: Mapping[SourceId, str] = field(default_factory=dict)
    """For sources that page by token: the page to read on from. Absent: from the first."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a merged list stands, and what it is known to have left out on the way."""

    place: Place = field(default_factory=Place)
    missed: Mapping[SourceId, Place] = field(default_factory=dict)
    """Sources with rows missed on earlier pages, and the place to ask again from."""


_PackedKey = tuple[datetime | None, str, str]
_PackedPlace = tuple[_PackedKey | None, dict[str, str]]


class _Packed(msgspec.Struct, array_like=True):
    issued: int
    bound_to: bytes
    places: list[_PackedPlace]
    """The first is where the list stands; many sources are missed from one place."""
    missed: dict[str, int]
    """Indexes into `places`."""


class _PackedMark(msgspec.Struct, array_like=True):
    issued: int
    bound_to: bytes
    mark: str


_P = TypeVar("_P", _Packed, _PackedMark)


class Cursors:
    """Writes and reads the cursors of this deployment."""

    def __init__(
        self, key: bytes, *, lifetime_seconds: float, clock: Callable[[], float] = time.time
    ) -> None:
        """Seal with `key`, at least 32 bytes, the same in every process."""
        # It takes no nonce: the same place of the same question has the same cursor.
        self._seal = AESSIV(hmac.digest(key, b"cursors", "sha512"))
        self._lifetime = lifetime_seconds
        self._clock = clock

    def write(self, position: Position, bound_to: bytes) -> str:
        """The cursor of `position` for the question with digest `bound_to`."""
        places = [_pack(position.place)]
        missed: dict[str, int] = {}
        for source, place in position.missed.items():
            packed = _pack(place)
            if packed not in places:
                places.append(packed)
            missed[source] = places.index(packed)
        return self._sealed(_VERSION, _Packed(int(self._clock()), bound_to, places, missed))

    def read(self, cursor: str, bound_to: bytes) -> Position:
        """Where `cursor` stands. Raises `BadCursor` if it is not ours, or not this question's."""
        packed = self._open(cursor, _VERSION, _Packed)
        self._check(packed, bound_to)
        places = [_unpack(place) for place in packed.places]
        return Position(
            places[0], {SourceId(source): places[at] for source, at in packed.missed.items()}
        )

    def seal(self, mark: str, bound_to: bytes) -> str:
        """The cursor of a mark of the store's feed, for the list with digest `bound_to`."""
        return self._sealed(_MARK, _PackedMark(int(self._clock()), bound_to, mark))

    def unseal(self, cursor: str, bound_to: bytes) -> str:
        """The mark in `cursor`. Raises `BadCursor` as `read` does."""
        packed = self._open(cursor, _MARK, _PackedMark)
        self._check(packed, bound_to)
        return packed.mark

    def _sealed(self, version: bytes, packed: _Packed | _PackedMark) -> str:
        body = version + msgspec.msgpack.encode(packed)
        return urlsafe_b64encode(self._seal.encrypt(body, None)).decode().rstrip("=")

    def _check(self, packed: _Packed | _PackedMark, bound_to: bytes) -> None:
        if not hmac.compare_digest(packed.bound_to, bound_to):
            raise BadCursor(
                "this cursor belongs to another question: filter, order and viewer must be the "
                "same as when it was given"
            )
        if packed.issued + self._lifetime < self._clock():
            raise BadCursor("this cursor has expired: ask for the first page again")

    def _open(self, cursor: str, version: bytes, of: type[_P]) -> _P:
        broken = BadCursor("this is not a cursor of this service, or it was changed on the way")
        if len(cursor) > _LONGEST:
            raise broken
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            body = self._seal.decrypt(raw, None)
        except (NotBase64, ValueError, InvalidTag) as error:
            raise broken from error
        if body[:1] != version:
            raise BadCursor("this cursor is of another version: ask for the first page again")
        return msgspec.msgpack.decode(body[1:], type=of)


def digest(query: ComplaintQuery, scope: str) -> bytes:
    """What a cursor is bound to: equal for equal filter, order and viewer scope."""
    parts = [scope, query.order.by.value, query.order.direction.value]
    parts += sorted(
        f"{condition.field.value}\0{condition.op.value}\0{_canonical(_bound_value(condition))}"
        for condition in query.where
    )
    return hashlib.sha256("\1".join(parts).encode()).digest()[:_DIGEST_BYTES]


def _bound_value(condition: Condition) -> object:
    # "Overdue now" is asked anew by each page, and means another moment each time.
    return None if condition.op is Op.AS_OF else condition.value


def _canonical(value: object) -> str:
    if isinstance(value, frozenset):
        return "\2".join(sorted(str(item) for item in value))
    return repr(value)


def _pack(place: Place) -> _PackedPlace:
    last = place.last
    packed = None if last is None else (last.at, str(last.source), last.source_id)
    return packed, {str(source): token for source, token in place.tokens.items()}


def _unpack(packed: _PackedPlace) -> Place:
    last, tokens = packed
    key = None if last is None else Key(last[0], SourceId(last[1]), last[2])
    return Place(key, {SourceId(source): token for source, token in tokens.items()})
