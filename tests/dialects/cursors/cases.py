"""The scenario's cases as the system with cursors tells them, and what is left of them there."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from msgspec.structs import replace

from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    AuthorRole,
    Channel,
    Complaint,
    DatePrecision,
    Event,
    EventKind,
    Kind,
    Outcome,
    SourceId,
    Visibility,
)
from connectors.testing import scenario
from connectors.testing.scenario import NOON
from tests.dialects.vendor import Row

SOURCE = SourceId("cursor-desk")
AGENCIES = scenario.AGENCIES
TENANTS = {"commune-a": "A", "commune-b": "B", "regie": "R"}
STATES = {
    Status.SUBMITTED: "new",
    Status.ACKNOWLEDGED: "received",
    Status.UNDER_ASSESSMENT: "triage",
    Status.INADMISSIBLE: "refused",
    Status.IN_PROGRESS: "working",
    Status.AWAITING_COMPLAINANT: "waiting_citizen",
    Status.AWAITING_THIRD_PARTY: "waiting_other",
    Status.ANSWERED: "resolved",
    Status.CLOSED: "archived",
    Status.REOPENED: "reopened",
    Status.WITHDRAWN: "withdrawn",
    Status.DUPLICATE: "merged",
}
_OPEN = {"new", "received", "triage", "working", "scheduled", "reopened"} | {
    "waiting_citizen",
    "waiting_other",
}
_TYPES = {
    Kind.COMPLAINT: "complaint",
    Kind.OBSERVATION: "remark",
    Kind.SUGGESTION: "idea",
    Kind.INFORMATION_REQUEST: "question",
}
_VIA = {
    Channel.WEB: "web",
    Channel.MOBILE: "app",
    Channel.CALL_CENTRE: "phone",
    Channel.COUNTER: "desk",
    Channel.POST: "letter",
    Channel.EMAIL: "mail",
    Channel.SMS: "sms",
    Channel.SOCIAL: "social",
    Channel.API: "partner",
    Channel.SYSTEM: "robot",
}
_FROM = {
    AuthorRole.COMPLAINANT: "citizen",
    AuthorRole.AGENCY: "agent",
    AuthorRole.SYSTEM: "robot",
}


@cache
def complaints() -> tuple[Complaint, ...]:
    """What the system holds, in our words."""
    cases = scenario.complaints(source=SOURCE, count=60)
    return tuple(_held(case, number) for number, case in enumerate(cases))


def rows() -> list[Row]:
    """The same in the system's words."""
    return [_row(case, number) for number, case in enumerate(complaints())]


def _held(case: Complaint, number: int) -> Complaint:
    """`case` as far as the system keeps it: to the millisecond, and always with its times."""
    created = _to_the_millisecond(case.created_at or NOON - timedelta(days=300, seconds=number))
    events = tuple(_event(event, case.status, number) for event in case.events or ())
    return replace(
        case,
        created_at=created,
        created_precision=DatePrecision.INSTANT,
        updated_at=_to_the_millisecond(case.updated_at or created),
        received_at=case.received_at and _to_the_millisecond(case.received_at),
        due_at=case.due_at and _to_the_millisecond(case.due_at),
        closed_at=case.closed_at and _to_the_millisecond(case.closed_at),
        events=events,
    )


def _event(event: Event, status: Status, number: int) -> Event:
    filed = event.kind is EventKind.FILED
    return replace(event, raw_status="new" if filed else _state(status, number))


def _state(status: Status, number: int) -> str:
    scheduled = status is Status.IN_PROGRESS and number % 2
    return "scheduled" if scheduled else STATES[status]


def _row(case: Complaint, number: int) -> Row:
    state = _state(case.status, number)
    place = case.location
    return {
        "id": case.origin.source_id,
        "external_ref": None,
        "tenant": TENANTS[case.agency_code],
        "subject": case.title,
        "body": case.description,
        "lang": case.language,
        "state": state,
        "open": state in _OPEN,
        "state_note": case.status_reason,
        "type": _TYPES[case.kind],
        "via": case.channel and _VIA[case.channel],
        "category": case.service_code and {"code": case.service_code, "label": case.category},
        "place": place
        and {
            "district": place.area_code,
            "address": place.address,
            "lat": place.latitude,
            "lng": place.longitude,
        },
        "created_at": milliseconds(case.created_at),
        "received_at": milliseconds(case.received_at),
        "updated_at": milliseconds(case.updated_at),
        "due_at": milliseconds(case.due_at),
        "closed_at": milliseconds(case.closed_at),
        # The newest first, as people like to read it.
        "messages": [
            {
                "id": each.id,
                "from": _FROM[each.author],
                "public": each.visibility is Visibility.PUBLIC,
                "text": each.body,
                "lang": each.language,
                "sent_at": milliseconds(each.at),
            }
            for each in reversed(case.messages or ())
        ],
        "history": [
            {
                "id": each.id,
                "what": "opened" if each.kind is EventKind.FILED else "state",
                "state": each.raw_status,
                "at": milliseconds(each.at),
            }
            for each in case.events or ()
        ],
        "decision": _decision(case),
        "files": [
            {"id": each.id, "name": each.name, "type": each.media_type, "size": each.bytes}
            for each in case.attachments or ()
        ],
    }


def _decision(case: Complaint) -> dict[str, Any] | None:
    for each in case.decisions or ():
        return {
            "id": each.id,
            "outcome": {Outcome.PARTLY_UPHELD: "partly"}[each.outcome],
            "reasons": each.reasons,
            "decided_at": milliseconds(each.at),
            "notified_at": milliseconds(each.notified_at),
        }
    return None


def milliseconds(at: datetime | None) -> int | None:
    """Since 1970; what the system keeps of a moment."""
    return None if at is None else round(at.timestamp() * 1000)


def _to_the_millisecond(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
