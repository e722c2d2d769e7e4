"""The question: which complaints, in which order, with which of their parts; and the answer.

Conditions are joined by AND. The order is total: nulls come last in either direction, and equal
keys are told apart by source and by the source's id, both compared as text in code point order
and in the direction of the order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

import msgspec

from connectors.contract.records import Complaint, SourceId
from connectors.contract.text import fold


class Field(StrEnum):
    """What of a complaint can be asked about; the value is the record's field, where it has one."""

    AGENCY = "agency_code"
    STATUS = "status"
    KIND = "kind"
    CHANNEL = "channel"
    SERVICE = "service_code"
    CATEGORY = "category"
    AREA = "area_code"
    POSITION = "position"
    CREATED = "created_at"
    UPDATED = "updated_at"
    RECEIVED = "received_at"
    DUE = "due_at"
    CLOSED = "closed_at"
    OVERDUE = "overdue"
    TEXT = "text"


class Op(StrEnum):
    """How a condition compares."""

    IN = "in"
    """The value is a frozenset; a null never matches."""
    GTE = "gte"
    LT = "lt"
    WITHIN = "within"
    """The value is a `Box`."""
    AS_OF = "as_of"
    """Only OVERDUE: the value is the instant at which the case must be overdue."""
    CONTAINS = "contains"
    """Only TEXT: the value is a tuple of folded terms, each a substring of the folded text."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in WGS 84 degrees, edges included; it does not cross the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the point lies in the rectangle."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; `value` is what its `op` says."""

    field: Field
    op: Op
    value: Any

    def holds(self, complaint: Complaint) -> bool:
        """Whether `complaint` meets it: the meaning every exact filter must agree with."""
        return _MEANINGS[self.op](self, complaint)


LISTED: Final = (
    Field.AGENCY,
    Field.STATUS,
    Field.KIND,
    Field.CHANNEL,
    Field.SERVICE,
    Field.CATEGORY,
    Field.AREA,
)
"""The fields that can be compared with a set of words."""

TIMES: Final = (Field.CREATED, Field.UPDATED, Field.RECEIVED, Field.DUE, Field.CLOSED)
"""The fields that can be compared by range and ordered by."""


def value_of(complaint: Complaint, of: Field) -> Any:
    """The value a condition on `of` looks at; None if unknown."""
    if of is Field.AREA:
        return complaint.location.area_code if complaint.location else None
    return getattr(complaint, of.value)


def searched_text(title: str | None, description: str | None) -> str:
    """The folded text that a text search looks into."""
    return fold(f"{title or ''} {description or ''}")


def _in(condition: Condition, complaint: Complaint) -> bool:
    value = value_of(complaint, condition.field)
    return value is not None and value in condition.value


def _gte(condition: Condition, complaint: Complaint) -> bool:
    value = value_of(complaint, condition.field)
    return value is not None and value >= condition.value


def _lt(condition: Condition, complaint: Complaint) -> bool:
    value = value_of(complaint, condition.field)
    return value is not None and value < condition.value


def _within(condition: Condition, complaint: Complaint) -> bool:
    place = complaint.location
    return (
        place is not None
        and place.latitude is not None
        and place.longitude is not None
        and condition.value.holds(place.latitude, place.longitude)
    )


def _as_of(condition: Condition, complaint: Complaint) -> bool:
    return complaint.overdue_at(condition.value)


def _contains(condition: Condition, complaint: Complaint) -> bool:
    text = searched_text(complaint.title, complaint.description)
    return all(term in text for term in condition.value)


_MEANINGS: Final[Mapping[Op, Callable[[Condition, Complaint], bool]]] = {
    Op.IN: _in,
    Op.GTE: _gte,
    Op.LT: _lt,
    Op.WITHIN: _within,
    Op.AS_OF: _as_of,
    Op.CONTAINS: _contains,
}


class Direction(StrEnum):
    """Which end comes first."""

    ASC = "ASC"
    DESC = "DESC"


@dataclass(frozen=True, slots=True)
class Order:
    """By which time, and which end first; nulls come last either way."""

    by: Field = Field.CREATED
    direction: Direction = Direction.DESC


class Key(msgspec.Struct, frozen=True):
    """A place in the total order: just at one complaint.

    `at` is the value ordered by, or None; the order itself is known from elsewhere.
    """

    at: datetime | None
    source: SourceId
    source_id: str

    def rank(self, direction: Direction) -> "Rank":
        """What to compare by: smaller comes first."""
        parts = (self.at or _NEVER, self.source, self.source_id)
        return self.at is None, _Reversed(parts) if direction is Direction.DESC else parts

    def follows(self, other: "Key", direction: Direction) -> bool:
        """Whether it comes after `other`."""
        if (self.at is None) is not (other.at is None):
            return self.at is None
        mine = (self.at or _NEVER, self.source, self.source_id)
        others = (other.at or _NEVER, other.source, other.source_id)
        return mine < others if direction is Direction.DESC else others < mine


def key_of(complaint: Complaint, order: Order) -> Key:
    """Where `complaint` stands in `order`."""
    origin = complaint.origin
    return Key(getattr(complaint, order.by.value), origin.source, origin.source_id)


_NEVER: Final = datetime.min.replace(tzinfo=UTC)


_Parts: TypeAlias = tuple[datetime, str, str]


class _Reversed(msgspec.Struct, frozen=True):
    parts: _Parts

    def __lt__(self, other: "_Reversed") -> bool:
        return other.parts < self.parts


Rank: TypeAlias = tuple[bool, _Parts | _Reversed]
"""Compares as the total order does, one direction at a time."""


class Child(StrEnum):
    """The lists inside a complaint that cost something to read; the value is the record's field."""

    MESSAGES = "messages"
    EVENTS = "events"
    DECISIONS = "decisions"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of a complaint's fields and children are wanted; the rest need not be read.

    Id, origin, agency, participants, status, kind, reference and version always come.
    """

    fields: frozenset[str] = frozenset()
    children: frozenset[Child] = frozenset()
    internal: bool = False
    """Whether INTERNAL messages are wanted too; only for those who may read them."""
    total: bool = False
    acts: bool = False
    """Whether what can be done is wanted; no source is asked for that."""
    carried: bool = False
    """Whether `Page.carries` is wanted."""


SELECTABLE: Final = frozenset(
    {
        "status_reason",
        "title",
        "description",
        "language",
        "service_code",
        "category",
        "channel",
        "location",
        "created_at",
        "created_precision",
        "received_at",
        "updated_at",
        "due_at",
        "closed_at",
    }
)
"""The fields of `Complaint` that a selection may leave out, and that any source may supply."""

OF_THE_LEDGER: Final = frozenset({"assignee", "duplicate_of", "handed_over_at"})
"""More such fields, of which only the gateway's own store can know."""

EVERYTHING: Final = Selection(fields=SELECTABLE, children=frozenset(Child), internal=True)


@dataclass(frozen=True, slots=True)
class ComplaintQuery:
    """What a person asks of the whole administration."""

    where: tuple[Condition, ...] = ()
    order: Order = field(default_factory=Order)


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """What one source is asked: only what its capabilities declare."""

    where: tuple[Condition, ...]
    order: Order | None
    """None from a caller that takes any order (and sorts itself)."""
    selection: Selection
    limit: int
    """At most this many rows, and never more than the source's `max_page`."""
    after: Key | None = None
    """KEYSET paging: rows strictly after this place. None starts at the beginning."""
    token: str | None = None
    """TOKEN paging: the `next_token` of an earlier page of the same question."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows match in all."""

    value: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One source's answer to a `ListQuestion`."""

    records: Sequence[Complaint]
    """In the order asked for."""
    more: bool
    """Whether rows follow, or may; False ends the list."""
    as_of: datetime
    """When the source knew this; for a mirror, when it last heard."""
    read_to: Key | None = None
    """KEYSET paging: where a source stopped looking before the page was full, so as not to look
    for too long. What matches up to here is in `records`, `more` is True, and the next page is
    asked for after this place. None: `records` go as far as was looked."""
    applied: tuple[Condition, ...] = ()
    """The conditions the source itself saw to, exactly or approximately."""
    next_token: str | None = None
    total: Total | None = None
    """Rows matching `applied`; None if not asked for or not known."""
    carries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the source's id, the references of ours that stand where its copy of a case carries one, as
    they are stored: the source's word, and several where people write in the same text. Only where
    the selection asks for it."""
