"""Make up pages, and plant in them what no record should hold."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

import msgspec

from connectors.contract.records import (
    Agency,
    AgencyClass,
    AgencyCode,
    Attachment,
    AuthorRole,
    Complaint,
    Decision,
    LocalizedText,
    Outcome,
    Record,
    Service,
    SourceId,
)
from resolvers.outcome import (
    ComplaintPage,
    Edge,
    PageInfo,
    SourceFailure,
    SourceOutcome,
    SourceStatus,
)
from tests.policy.office import NOON, case


class _Text(str):
    """A text that is not quite one."""

    __slots__ = ()


class _Odd:
    """What no type of the graph knows; it is written alike each time."""

    def __iter__(self) -> Iterator[str]:
        yield "lazy"

    def __repr__(self) -> str:
        return "odd"


WRONG: Final[tuple[Callable[[], Any], ...]] = (
    lambda: None,
    lambda: 7,
    lambda: -(2**40),
    lambda: True,
    lambda: 1.5,
    lambda: float("nan"),
    lambda: "a word",
    lambda: _Text("text"),
    lambda: ["listed"],
    lambda: (None,),
    lambda: {"a": "mapping"},
    lambda: ValueError("marked failure"),
    _Odd,
    lambda: datetime(2026, 3, 1, tzinfo=UTC),
    lambda: datetime(2026, 3, 1),  # noqa: DTZ001 - without a zone, on purpose
)


def page(random: Random, *, faults: int) -> ComplaintPage:
    """A page of three cases, with so many values that do not belong where they stand."""
    records = [_case(random, f"case-{number}") for number in range(3)]
    for _ in range(faults):
        at = random.randrange(len(records))
        records[at] = planted(records[at], random)
    return ComplaintPage(
        edges=tuple(Edge(record, lambda: "cursor") for record in records),
        tell_page_info=lambda: PageInfo(
            has_next_page=False, has_previous_page=True, start_cursor="a", end_cursor=None
        ),
        sources=(
            SourceOutcome(SourceId("store"), SourceStatus.OK, rows=3, as_of=NOON, lag_seconds=0.5),
            SourceOutcome(
                SourceId("city"),
                SourceStatus.TIMEOUT,
                fields_missing=("status_reason",),
                error=SourceFailure("SOURCE_TIMEOUT", "late", retry_after=1.0),
            ),
        ),
        complete=False,
        total_count=None,
    )


def planted(record: Complaint, random: Random) -> Complaint:
    """`record`, or something inside it, with one value that does not belong there."""
    wrong = random.choice(WRONG)()
    name = random.choice(Complaint.__struct_fields__)
    inner = getattr(record, name)
    if isinstance(inner, Record) and random.random() < 0.7:
        inside = random.choice(type(inner).__struct_fields__)
        return msgspec.structs.replace(
            record, **{name: msgspec.structs.replace(inner, **{inside: wrong})}
        )
    if isinstance(inner, tuple) and inner and random.random() < 0.7:
        first = inner[0]
        if isinstance(first, Record) and random.random() < 0.7:
            inside = random.choice(type(first).__struct_fields__)
            first = msgspec.structs.replace(first, **{inside: wrong})
        else:
            first = wrong
        return msgspec.structs.replace(record, **{name: (first, *inner[1:])})
    return msgspec.structs.replace(record, **{name: wrong})


def _case(random: Random, name: str) -> Complaint:
    whole = case(SourceId("city"), "water", name if random.random() < 0.5 else None)
    names = LocalizedText(ar="الماء", fr="Eau", en=None)
    agency = Agency(code=AgencyCode("water"), name=names, agency_class=AgencyClass.EEP)
    service = Service(agency_code=AgencyCode("water"), code="leak", name=names, keywords=("eau",))
    more = msgspec.structs.replace(
        whole,
        agency=agency,
        service=service,
        overdue=random.random() < 0.5,
        decisions=(Decision(id="d", outcome=Outcome.UPHELD, reasons="because", at=NOON, rating=4),),
        attachments=(
            Attachment(id="f", name="photo.jpg", bytes=12, author=AuthorRole.COMPLAINANT),
        ),
    )
    missing = random.sample(Complaint.__struct_fields__, 4)
    optional = {
        name: None
        for name in missing
        if name in {"title", "location", "messages", "events", "agency", "due_at", "service"}
    }
    return msgspec.structs.replace(more, **optional)
