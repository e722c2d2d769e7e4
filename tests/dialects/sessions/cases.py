"""The scenario's cases as the system with sessions tells them, and what is left of them there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Channel,
    Complaint,
    DatePrecision,
    EventKind,
    Kind,
    Location,
    SourceId,
    Visibility,
)
from connectors.testing import scenario
from connectors.testing.scenario import NOON
from tests.dialects.sessions.server import status_of
from tests.dialects.vendor import Row

SOURCE = SourceId("session-register")
AGENCIES = (AgencyCode("province-a"),)
STATUSES = {status: number for number, status in enumerate(Status, start=1)}
_TRACKERS = {kind: number for number, kind in enumerate(Kind, start=1)}
_LABELS = ("Réclamation", "Observation", "Suggestion", "Demande d'information")
_SOURCES = {
    Channel.WEB: "PORTAIL",
    Channel.MOBILE: "MOBILE",
    Channel.CALL_CENTRE: "TELEPHONE",
    Channel.COUNTER: "GUICHET",
    Channel.POST: "COURRIER",
    Channel.EMAIL: "COURRIEL",
}
_AUTHORS = {
    AuthorRole.COMPLAINANT: "USAGER",
    AuthorRole.AGENCY: "AGENT",
    AuthorRole.SYSTEM: "ROBOT",
}
_CASABLANCA = ZoneInfo("Africa/Casablanca")


@cache
def complaints() -> tuple[Complaint, ...]:
    """What the system holds, in our words."""
    cases = scenario.complaints(source=SOURCE, agencies=AGENCIES, count=60)
    return tuple(_held(case, number) for number, case in enumerate(cases, start=1))


def rows() -> list[Row]:
    """The same in the system's words."""
    return [_row(case, number) for number, case in enumerate(complaints(), start=1)]


def _held(case: Complaint, number: int) -> Complaint:
    """`case` as far as the system keeps it: to the second, due on a day, under a number."""
    created = _to_the_second(case.created_at or NOON - timedelta(days=300, seconds=number))
    place = case.location and Location(
        address=case.location.address, area_code=case.location.area_code
    )
    source_id = f"REC-{number}"
    return replace(
        case,
        origin=replace(case.origin, source_id=source_id),
        status_reason=None,
        title=case.title or f"Sans titre {number}",
        language=None,
        service_code=None,
        category=None,
        channel=case.channel if case.channel in _SOURCES else None,
        location=None if place == Location() else place,
        created_at=created,
        created_precision=DatePrecision.INSTANT,
        received_at=None,
        updated_at=_to_the_second(case.updated_at or created),
        due_at=case.due_at and _on_that_day(case.due_at),
        closed_at=case.closed_at and _to_the_second(case.closed_at),
        messages=tuple(
            replace(each, id=str(number * 10 + turn), language=None)
            for turn, each in enumerate(case.messages or ())
        ),
        events=tuple(
            # A change has no id of its own: it is the first of its kind in its entry.
            replace(each, id=f"{number * 10 + 9}:0", raw_status=str(STATUSES[case.status]))
            for each in case.events or ()
            if each.kind is EventKind.STATUS_CHANGED
        ),
        decisions=None,
        attachments=tuple(
            replace(each, id=str(number * 10 + turn))
            for turn, each in enumerate(case.attachments or ())
        ),
    )


def _row(case: Complaint, number: int) -> Row:
    tracker = _TRACKERS[case.kind]
    return {
        "key": case.origin.source_id,
        "externalNumber": None,
        "title": case.title,
        "text": case.description,
        "status": status_of(STATUSES[case.status]),
        "tracker": {"id": tracker, "label": _LABELS[tracker - 1]},
        "source": {"code": _SOURCES[case.channel] if case.channel else "AUTRE"},
        "site": case.location
        and {"address": case.location.address, "commune": case.location.area_code},
        "createdOn": _written(case.created_at),
        "updatedOn": _written(case.updated_at),
        "dueOn": case.due_at and case.due_at.astimezone(_CASABLANCA).date().isoformat(),
        "closedOn": _written(case.closed_at),
        "journals": sorted(_journals(case, number), key=lambda journal: str(journal["on"])),
        "files": [
            {"id": int(each.id), "name": each.name, "mime": each.media_type, "bytes": each.bytes}
            for each in case.attachments or ()
        ],
    }


def _journals(case: Complaint, number: int) -> Iterator[dict[str, Any]]:
    """What was said and what was changed; an entry may be either, or tell of other things."""
    for each in case.messages or ():
        yield {
            "id": int(each.id),
            "author": {"kind": _AUTHORS[each.author]},
            "on": _written(each.at),
            "notes": each.body,
            "private": each.visibility is not Visibility.PUBLIC,
            "details": [{"property": "assignee", "from": "3", "to": "4"}],
        }
    for event in case.events or ():
        yield {
            "id": int(event.id.partition(":")[0]),
            "author": {"kind": "ROBOT"},
            "on": _written(event.at),
            "notes": "",
            "private": False,
            "details": [
                {"property": "assignee", "from": None, "to": "3"},
                {"property": "status", "from": "1", "to": str(STATUSES[case.status])},
            ],
        }


def _written(at: datetime | None) -> str | None:
    return at and at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _to_the_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _on_that_day(at: datetime) -> datetime:
    """The beginning of that day in Casablanca."""
    day = at.astimezone(_CASABLANCA).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.astimezone(UTC)
