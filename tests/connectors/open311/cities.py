"""The scenario's complaints as a GeoReport city holds them, and a connector over a served city."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from msgspec.structs import replace

from connectors.contract.capabilities import Capabilities
from connectors.contract.connector import Environment
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    AgencyCode,
    Attachment,
    AttributeType,
    AuthorRole,
    Channel,
    Complaint,
    DatePrecision,
    Event,
    EventKind,
    Kind,
    Location,
    Message,
    Service,
    SourceId,
    Visibility,
    utc_now,
)
from connectors.http import AiohttpClient
from connectors.open311 import PLUGIN, Open311Connector, Open311Options
from connectors.testing import scenario
from connectors.testing.georeport import GeoReportCity
from connectors.testing.serving import serve

NOON = scenario.NOON
CITY = SourceId("city")
AGENCIES = (AgencyCode("commune-a"), AgencyCode("commune-b"))
NAMES = {"Commune A": "commune-a", "Commune B": "commune-b"}
KEY = "s3cret-key"

PLAIN = {"open": Status.ACKNOWLEDGED, "closed": Status.ANSWERED}
EXTENDED = {
    "open": Status.ACKNOWLEDGED,
    "for_triage": Status.ACKNOWLEDGED,
    "investigating": Status.UNDER_ASSESSMENT,
    "in_progress": Status.IN_PROGRESS,
    "planned": Status.IN_PROGRESS,
    "fixed": Status.ANSWERED,
    "no_further_action": Status.ANSWERED,
    "closed": Status.CLOSED,
    "duplicate": Status.DUPLICATE,
    "cancelled": Status.WITHDRAWN,
    "not_councils_responsibility": Status.INADMISSIBLE,
    "internal_referral": Status.UNDER_ASSESSMENT,
}


@cache
def plain_complaints() -> tuple[Complaint, ...]:
    """The scenario's, with what a plain city can say of them."""
    return tuple(
        _in_a_city(case, number) for number, case in enumerate(scenario.complaints(source=CITY))
    )


@cache
def extended_complaints() -> tuple[Complaint, ...]:
    """The same, with the statuses, messages and events that mySociety's cities tell."""
    codes = tuple(EXTENDED)
    return tuple(
        _with_updates(_with_status(case, codes[number % len(codes)], EXTENDED), number)
        for number, case in enumerate(plain_complaints())
    )


@cache
def chicagos_complaints() -> tuple[Complaint, ...]:
    """The same, with the channels and notes that Chicago adds."""
    return tuple(_with_notes(case, number) for number, case in enumerate(plain_complaints()))


def _in_a_city(case: Complaint, number: int) -> Complaint:
    created = case.created_at or NOON - timedelta(days=300, seconds=number)
    day = number % 40 == 7
    created = created.replace(hour=0, minute=0, second=0, microsecond=0) if day else created
    place = case.location
    located = Location(
        address=place.address if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )
    code = ("open", "closed")[number % 2]
    plain = replace(
        case,
        agency_code=AGENCIES[number % 2],
        kind=Kind.COMPLAINT,
        title=None,
        language=None,
        channel=None,
        description=case.description and case.description.strip(),
        location=None if located == Location() else located,
        created_at=created,
        created_precision=DatePrecision.DAY if day else DatePrecision.INSTANT,
        received_at=None,
        closed_at=None,
        messages=None,
        events=None,
        decisions=None,
        attachments=_pictures(case.origin.source_id, number),
    )
    return _with_status(plain, code, PLAIN)


def _pictures(source_id: str, number: int) -> tuple[Attachment, ...]:
    if number % 5:
        return ()
    url = f"https://photos.example/{number}.jpg"
    return (Attachment(id=f"{source_id}:media", name=f"{number}.jpg", url=url),)


def _with_status(case: Complaint, code: str, known: dict[str, Status]) -> Complaint:
    return replace(case, status=known[code], origin=replace(case.origin, raw_status=code))


def _with_updates(case: Complaint, number: int) -> Complaint:
    source_id, created, code = case.origin.source_id, case.created_at, case.origin.raw_status
    assert created is not None
    at = [created + timedelta(minutes=turn + 1) for turn in range(number % 4)]
    messages = tuple(
        Message(
            id=f"u-{number}-{turn}",
            author=AuthorRole.AGENCY,
            visibility=Visibility.PUBLIC,
            body=f"رد {turn}: l'équipe passera 🙂",
            at=said_at.replace(microsecond=0),
        )
        for turn, said_at in enumerate(at)
    )
    events = [
        Event(
            id=f"{source_id}:filed",
            kind=EventKind.FILED,
            at=created,
            status=Status.ACKNOWLEDGED,
            raw_status="open",
        )
    ]
    if messages and code != "open":
        changed = Event(
            id=messages[-1].id,
            kind=EventKind.STATUS_CHANGED,
            at=messages[-1].at,
            status=case.status,
            raw_status=code,
        )
        events.append(changed)
    return replace(case, messages=messages, events=tuple(events))


def _with_notes(case: Complaint, number: int) -> Complaint:
    source_id, at = case.origin.source_id, case.created_at
    assert at is not None
    opened = Event(
        id=f"{source_id}:note:0",
        kind=EventKind.FILED,
        at=at,
        status=Status.ACKNOWLEDGED,
        raw_status="Request Opened",
    )
    worked = Event(
        id=f"{source_id}:note:1",
        kind=EventKind.STATUS_CHANGED,
        at=at + timedelta(hours=2),
        raw_status="Dispatch Work Crew",
    )
    duplicate = number % 11 == 3
    return replace(
        case,
        status=Status.DUPLICATE if duplicate else case.status,
        channel=(Channel.WEB, Channel.CALL_CENTRE, None)[number % 3],
        events=(opened, worked)[: number % 3],
    )


def row_of(case: Complaint) -> dict[str, Any]:
    """`case` as `requests.json` tells it."""
    place = case.location or Location()
    return {
        "service_request_id": case.origin.source_id,
        "status": case.origin.raw_status,
        "status_notes": case.status_reason,
        "service_name": case.category,
        "service_code": case.service_code,
        "description": case.description,
        "agency_responsible": {"commune-a": "Commune A", "commune-b": "Commune B"}[
            case.agency_code
        ],
        "requested_datetime": _dated(case),
        "updated_datetime": case.updated_at and case.updated_at.isoformat(),
        "expected_datetime": case.due_at and case.due_at.isoformat(),
        "address": place.address,
        "lat": place.latitude,
        "long": place.longitude,
        "media_url": case.attachments[0].url if case.attachments else "",
        "extended_attributes": {
            "channel": {Channel.WEB: "Web", Channel.CALL_CENTRE: "phone"}.get(case.channel),  # type: ignore[call-overload]
            "duplicate": case.status is Status.DUPLICATE,
        },
        "notes": [
            {
                "datetime": event.at.isoformat(),
                "summary": event.raw_status,
                "type": "opened" if event.kind is EventKind.FILED else "activity",
            }
            for event in case.events or ()
        ],
    }


def _dated(case: Complaint) -> str:
    at = case.created_at
    assert at is not None
    if case.created_precision is DatePrecision.DAY:
        return at.date().isoformat()
    return at.isoformat()


def updates_of(cases: Iterable[Complaint]) -> list[dict[str, Any]]:
    """What was said in `cases`, as `servicerequestupdates.json` tells it."""
    return [
        {
            "update_id": message.id,
            "service_request_id": case.origin.source_id,
            "status": case.origin.raw_status if message is case.messages[-1] else "open",
            "updated_datetime": message.at.isoformat(),
            "description": message.body,
        }
        for case in cases
        for message in case.messages or ()
        if case.messages
    ]


def services() -> list[dict[str, Any]]:
    """The scenario's services, as `services.json` lists them."""
    return [
        {
            "service_code": service.code,
            "service_name": service.name.fr,
            "description": "",
            "metadata": "true" if service.attributes else "false",
            "type": "realtime",
            "keywords": "",
            "group": "",
        }
        for service in scenario.services()
    ]


def definitions() -> dict[str, list[dict[str, Any]]]:
    """The scenario's questions, as service definitions tell them."""
    return {
        service.code: [_question(each, number) for number, each in enumerate(service.attributes)]
        for service in scenario.services()
        if service.attributes
    }


def _question(attribute: Any, number: int) -> dict[str, Any]:
    datatypes = {
        AttributeType.SINGLE_VALUE_LIST: "singlevaluelist",
        AttributeType.MULTI_VALUE_LIST: "multivaluelist",
    }
    return {
        "variable": str(attribute.asked).lower(),
        "code": attribute.code,
        "datatype": datatypes.get(attribute.type, attribute.type.value.lower()),
        "required": attribute.required,
        "datatype_description": None,
        "order": number + 1,
        "description": attribute.description,
        "values": [{"key": each.key, "name": each.name} for each in attribute.choices],
    }


def expected_services() -> Sequence[Service]:
    return scenario.services()


def options(url: str, **said: Any) -> Open311Options:
    """Options as agencies.yaml would give them; times without a zone are in UTC."""
    given = {"url": url, "timezone": "UTC"} | said
    return Open311Options.model_validate_json(json.dumps(given))


def connect(
    url: str,
    *,
    agencies: Sequence[str] = AGENCIES,
    capabilities: Capabilities | None = None,
    now: Callable[[], datetime] = utc_now,
    **said: Any,
) -> Open311Connector:
    """A connector to the city at `url`, not yet used; `capabilities` promise less."""
    environment = Environment(
        source=CITY,
        agencies=tuple(AgencyCode(code) for code in agencies),
        open_http=lambda base: AiohttpClient(base, max_concurrent=8),
        now=now,
    )
    if capabilities is not None:
        return Open311Connector(options(url, **said), environment, capabilities=capabilities)
    connector = PLUGIN.open(options(url, **said), environment)
    assert isinstance(connector, Open311Connector)
    return connector


@asynccontextmanager
async def connected(city: GeoReportCity, **said: Any) -> AsyncIterator[Open311Connector]:
    """A connector to `city`, which is served inside."""
    async with serve(city.app) as url:
        connector = connect(url, **said)
        try:
            yield connector
        finally:
            await connector.aclose()


def request(number: int, at: datetime, **said: Any) -> dict[str, Any]:
    """A request of little content."""
    return {
        "service_request_id": f"{number:05d}",
        "status": "open",
        "service_code": "roads",
        "service_name": "الطرق",
        "description": f"trou n° {number}",
        "requested_datetime": at.astimezone(UTC).isoformat(),
    } | said
