"""The scenario's cases as the system with links tells them, and what is left of them there."""

from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

from msgspec.structs import replace

from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Complaint,
    DatePrecision,
    Kind,
    Location,
    Message,
    SourceId,
    Visibility,
)
from connectors.testing import scenario
from connectors.testing.scenario import NOON
from tests.dialects.links.server import ENDS
from tests.dialects.vendor import Row

SOURCE = SourceId("linked-works")
AGENCIES = (AgencyCode("works-a"),)
STATUSES = {
    Status.SUBMITTED: "open",
    Status.ACKNOWLEDGED: "acknowledged",
    Status.UNDER_ASSESSMENT: "assessing",
    Status.INADMISSIBLE: "rejected",
    Status.IN_PROGRESS: "in_progress",
    Status.AWAITING_COMPLAINANT: "waiting",
    # No word of ours: what nobody told the gateway of.
    Status.AWAITING_THIRD_PARTY: "parked",
    Status.ANSWERED: "resolved",
    Status.CLOSED: "closed",
    Status.REOPENED: "again",
    Status.WITHDRAWN: "withdrawn",
    Status.DUPLICATE: "duplicate",
}
_UNKNOWN = frozenset({Status.AWAITING_THIRD_PARTY})
_BY = {
    AuthorRole.COMPLAINANT: "reporter",
    AuthorRole.AGENCY: "staff",
    AuthorRole.SYSTEM: "machine",
}
_WINTER = timezone(timedelta(hours=1))


@cache
def complaints() -> tuple[Complaint, ...]:
    """What the system holds, in our words."""
    cases = scenario.complaints(source=SOURCE, agencies=AGENCIES, count=60)
    return tuple(_held(case, number) for number, case in enumerate(cases, start=1))


def rows() -> list[Row]:
    """The same in the system's words."""
    scenarios = scenario.complaints(source=SOURCE, agencies=AGENCIES, count=60)
    return [
        _row(case, STATUSES[told.status], number)
        for number, (case, told) in enumerate(zip(complaints(), scenarios, strict=True), start=1)
    ]


def _held(case: Complaint, number: int) -> Complaint:
    """`case` as far as the system keeps it: to the millisecond, and in its few statuses."""
    created = _to_the_millisecond(case.created_at or NOON - timedelta(days=300, seconds=number))
    source_id = f"T-{number}"
    place = case.location and Location(
        area_code=case.location.area_code,
        latitude=case.location.latitude,
        longitude=case.location.longitude,
    )
    return replace(
        case,
        origin=replace(case.origin, source_id=source_id),
        status=_status(case.status, number),
        kind=Kind.COMPLAINT,
        status_reason=None,
        title=case.title or f"Untitled {number}",
        language=None,
        service_code=None,
        category=None,
        channel=None,
        location=None if place == Location() else place,
        created_at=created,
        created_precision=DatePrecision.INSTANT,
        received_at=None,
        updated_at=_to_the_millisecond(case.updated_at or created),
        due_at=None,
        closed_at=None,
        messages=tuple(
            _message(each, source_id, turn) for turn, each in enumerate(case.messages or ())
        ),
        events=None,
        decisions=None,
        attachments=tuple(
            replace(each, id=f"{source_id}-f{turn}")
            for turn, each in enumerate(case.attachments or ())
        ),
    )


def _status(status: Status, number: int) -> Status:
    """A parked case is open or closed as its flag says, and no more is known of it."""
    if status not in _UNKNOWN:
        return status
    return Status.CLOSED if number % 2 else Status.UNDER_ASSESSMENT


def _message(message: Message, source_id: str, turn: int) -> Message:
    public = message.visibility is Visibility.PUBLIC
    return replace(message, id=f"{source_id}-{'c' if public else 'n'}{turn}", language=None)


def _row(case: Complaint, status: str, number: int) -> Row:
    place = case.location
    return {
        "ticket_id": case.origin.source_id,
        "external_id": None,
        "headline": case.title,
        "details": case.description,
        "status": status,
        "closed": bool(number % 2) if status == "parked" else status in ENDS,
        "resolution": "done" if status in ENDS else None,
        "area": place and place.area_code and {"code": place.area_code},
        "geometry": _point(place),
        "opened": _written(case.created_at),
        "changed": _written(case.updated_at),
        "comments": _written_by(case, Visibility.PUBLIC),
        "notes": _written_by(case, Visibility.INTERNAL),
        "attachments": [
            {"id": each.id, "name": each.name, "content_type": each.media_type, "size": each.bytes}
            for each in case.attachments or ()
        ],
    }


def _point(place: Location | None) -> dict[str, Any] | None:
    """GeoJSON, which says the longitude first."""
    if place is None or place.latitude is None:
        return None
    return {"type": "Point", "coordinates": [place.longitude, place.latitude]}


def _written_by(case: Complaint, visibility: Visibility) -> list[dict[str, Any]]:
    return [
        {"id": each.id, "by": _BY[each.author], "text": each.body, "written": _written(each.at)}
        for each in case.messages or ()
        if each.visibility is visibility
    ]


def _to_the_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _written(at: datetime | None) -> str | None:
    return at and at.astimezone(_WINTER).isoformat(timespec="milliseconds")
