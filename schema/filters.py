"""What a list of complaints can be narrowed to and ordered by, and the question that makes of it."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final

import strawberry

from connectors.contract.query import Box, ComplaintQuery, Condition, Field, Op, Order
from connectors.contract.records import AgencyCode
from connectors.contract.text import terms
from resolvers.agencies import Agencies
from resolvers.outcome import Refusal
from schema.enums import AgencyClass, Channel, Direction, Kind, Status, described


class OrderField(StrEnum):
    """The times that complaints can be ordered by; unknown ones come last."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    RECEIVED = "RECEIVED"
    DUE = "DUE"
    CLOSED = "CLOSED"


described(
    OrderField,
    called="ComplaintOrderField",
    CREATED="When the case began, by the listing source's account.",
    UPDATED="When it last changed, by the listing source's account.",
    RECEIVED="When it was received here.",
    DUE="When an answer is due.",
    CLOSED="When it was closed.",
)


@strawberry.input(
    description="An order of complaints; equal times are told apart by source and id."
)
class ComplaintOrder:
    by: OrderField = strawberry.field(default=OrderField.CREATED, description="The time.")
    direction: Direction = strawberry.field(
        default=Direction.DESC, description="Which end comes first."
    )


@strawberry.input(description="A span of time; either end may be open.")
class TimeRange:
    since: datetime | None = strawberry.field(
        default=None, description="The first moment that belongs to it."
    )
    before: datetime | None = strawberry.field(
        default=None, description="The first moment after it that does not."
    )


@strawberry.input(
    description="A rectangle in WGS 84 degrees, edges included; it does not cross the antimeridian."
)
class BoundingBox:
    south: float = strawberry.field(description="Its least latitude.")
    west: float = strawberry.field(description="Its least longitude.")
    north: float = strawberry.field(description="Its greatest latitude.")
    east: float = strawberry.field(description="Its greatest longitude.")


@strawberry.input(
    description="Which complaints; all that is given must hold. An empty list matches nothing."
)
class ComplaintFilter:
    agencies: list[str] | None = strawberry.field(
        default=None, description="Of the agencies of these codes."
    )
    agency_classes: list[AgencyClass] | None = strawberry.field(
        default=None, description="Of agencies of these classes."
    )
    regions: list[str] | None = strawberry.field(
        default=None, description="Of agencies seated in these regions, MA-01 to MA-12."
    )
    statuses: list[Status] | None = strawberry.field(
        default=None, description="In one of these states."
    )
    kinds: list[Kind] | None = strawberry.field(default=None, description="Of these kinds.")
    channels: list[Channel] | None = strawberry.field(
        default=None, description="Received in these ways."
    )
    services: list[str] | None = strawberry.field(
        default=None, description="About the services of these codes."
    )
    categories: list[str] | None = strawberry.field(
        default=None, description="Of these categories, in the holder's words."
    )
    areas: list[str] | None = strawberry.field(
        default=None, description="In these areas: ISO 3166-2:MA codes or the holder's words."
    )
    within: BoundingBox | None = strawberry.field(
        default=None, description="With a position inside this rectangle."
    )
    created: TimeRange | None = strawberry.field(default=None, description="Begun in this span.")
    updated: TimeRange | None = strawberry.field(
        default=None, description="Last changed in this span."
    )
    received: TimeRange | None = strawberry.field(
        default=None, description="Received here in this span."
    )
    due: TimeRange | None = strawberry.field(
        default=None, description="With an answer due in this span."
    )
    closed: TimeRange | None = strawberry.field(default=None, description="Closed in this span.")
    overdue: bool | None = strawberry.field(
        default=None,
        description="True: with an answer still owed after it was due. False is refused: leave it "
        "out to see all.",
    )
    text: str | None = strawberry.field(
        default=None,
        description="With every one of these words in title or description, whatever their marks, "
        "accents or case; parts of words count. Words have three letters or more.",
    )


def query_of(
    given: ComplaintFilter | None, order: ComplaintOrder, *, agencies: Agencies, now: datetime
) -> ComplaintQuery:
    """The question that the arguments ask. Raises `Refusal` naming the argument that is wrong."""
    return ComplaintQuery(
        where=tuple(_conditions(given, agencies, now)) if given else (),
        order=Order(Field[order.by.name], order.direction),
    )


_WORDS: Final = (
    ("statuses", Field.STATUS),
    ("kinds", Field.KIND),
    ("channels", Field.CHANNEL),
    ("services", Field.SERVICE),
    ("categories", Field.CATEGORY),
    ("areas", Field.AREA),
)
_SPANS: Final = (
    ("created", Field.CREATED),
    ("updated", Field.UPDATED),
    ("received", Field.RECEIVED),
    ("due", Field.DUE),
    ("closed", Field.CLOSED),
)


def _conditions(given: ComplaintFilter, agencies: Agencies, now: datetime) -> Iterator[Condition]:
    if not given.agencies is given.agency_classes is given.regions is None:
        chosen = agencies.select(
            codes=None if given.agencies is None else map(AgencyCode, given.agencies),
            classes=given.agency_classes,
            regions=given.regions,
        )
        yield Condition(Field.AGENCY, Op.IN, frozenset(agency.code for agency in chosen))
    for name, field in _WORDS:
        words = getattr(given, name)
        if words is not None:
            yield Condition(field, Op.IN, frozenset(words))
    for name, field in _SPANS:
        yield from _span(name, field, getattr(given, name))
    if given.within is not None:
        yield Condition(Field.POSITION, Op.WITHIN, _box(given.within))
    if given.overdue is not None:
        if not given.overdue:
            raise Refusal("filter.overdue: expected true, or nothing; came false")
        # By the minute, so that equal questions are equal.
        yield Condition(Field.OVERDUE, Op.AS_OF, now.replace(second=0, microsecond=0))
    if given.text is not None:
        yield Condition(Field.TEXT, Op.CONTAINS, _terms(given.text))


def _span(name: str, field: Field, span: TimeRange | None) -> Iterator[Condition]:
    if span is None:
        return
    if span.since is not None and span.before is not None and span.since >= span.before:
        raise Refusal(f"filter.{name}: expected since to be earlier than before")
    if span.since is not None:
        yield Condition(field, Op.GTE, span.since)
    if span.before is not None:
        yield Condition(field, Op.LT, span.before)


def _box(given: BoundingBox) -> Box:
    if not -90 <= given.south <= given.north <= 90:  # noqa: PLR2004 - degrees
        raise Refusal(
            "filter.within: expected -90 <= south <= north <= 90; "
            f"came south {given.south}, north {given.north}"
        )
    if not -180 <= given.west <= given.east <= 180:  # noqa: PLR2004 - degrees
        raise Refusal(
            "filter.within: expected -180 <= west <= east <= 180; "
            f"came west {given.west}, east {given.east}"
        )
    return Box(given.south, given.west, given.north, given.east)


def _terms(text: str) -> tuple[str, ...]:
    try:
        return terms(text)
    except ValueError as error:
        raise Refusal(f"filter.text: {error}") from error
