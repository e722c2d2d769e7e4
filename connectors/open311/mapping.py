"""Say a city's requests and services in our words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from connectors.contract.lifecycle import Status
from connectors.contract.query import Child, Selection
from connectors.contract.records import (
    AgencyCode,
    Attachment,
    Channel,
    Complaint,
    LocalizedText,
    Location,
    Mode,
    Origin,
    Service,
    SourceId,
)
from connectors.open311.options import Open311Options
from connectors.open311.reference import without_reference
from connectors.open311.shapes import Loose, OfferedService, Request, claim, number, text
from connectors.open311.statuses import Statuses
from connectors.open311.timeline import events_of_notes
from connectors.open311.times import moment, precision
from connectors.translate import on_earth, shown

_CHANNELS: Final = {
    "web": Channel.WEB,
    "internet": Channel.WEB,
    "mobile": Channel.MOBILE,
    "mobile device": Channel.MOBILE,
    "phone": Channel.CALL_CENTRE,
    "phone call": Channel.CALL_CENTRE,
    "walk-in": Channel.COUNTER,
    "mail": Channel.POST,
    "e-mail": Channel.EMAIL,
    "email": Channel.EMAIL,
    "text message": Channel.SMS,
    "open311 interface": Channel.API,
}


@dataclass(frozen=True, slots=True)
class Mapping311:
    """How one source's requests are said."""

    options: Open311Options
    source: SourceId
    agencies: Sequence[AgencyCode]
    """The first has what names no other."""
    statuses: Statuses

    def complaint(
        self, request: Request, source_id: str, selection: Selection, fetched_at: datetime
    ) -> Complaint:
        """`request` with what is selected, as far as the request itself tells it."""
        said = self._fields(request)
        children = self._children(request, source_id, selection)
        return Complaint(
            origin=Origin(
                source=self.source,
                source_id=source_id,
                mode=Mode.LIVE,
                fetched_at=fetched_at,
                source_updated_at=said["updated_at"],
                raw_status=text(request.status),
            ),
            agency_code=self.agency(_named(request.agency_responsible)),
            status=self._status(request),
            kind=self.options.kind,
            **{name: value for name, value in said.items() if name in selection.fields},
            **children,
        )

    def service(self, offered: OfferedService) -> Service | None:
        """A service without its questions; None for what has no code."""
        code = text(offered.service_code)
        if code is None:
            return None
        group = text(offered.group)
        words = (text(offered.keywords) or "").split(",")
        return Service(
            agency_code=self.agency(group),
            code=code,
            name=LocalizedText(**{self.options.language: text(offered.service_name) or code}),
            description=text(offered.description),
            group=group,
            keywords=tuple(word.strip() for word in words if word.strip()),
        )

    def agency(self, word: str | None) -> AgencyCode:
        """The agency that the city calls `word`; the first if it names none that is known."""
        return AgencyCode(self.options.agency_names.get(word or "", self.agencies[0]))

    def _status(self, request: Request) -> Status:
        if self.options.extensions and claim(_extra(request, "duplicate")):
            return Status.DUPLICATE
        return self.statuses.status(text(request.status))

    def _fields(self, request: Request) -> dict[str, Any]:
        description = text(request.description)
        if description is not None and self.options.reference_in == "description":
            description = without_reference(description)
        said = {
            "status_reason": text(request.status_notes),
            "description": description,
            "service_code": text(request.service_code),
            "category": text(request.service_name),
            "location": _location(request),
            "created_at": moment(request.requested_datetime, self.options.zone),
            "created_precision": precision(request.requested_datetime),
            "updated_at": moment(request.updated_datetime, self.options.zone),
            "due_at": moment(request.expected_datetime, self.options.zone),
        }
        if self.options.extensions:
            word = (text(_extra(request, "channel")) or "").casefold()
            said["channel"] = _CHANNELS.get(word)
        return said

    def _children(self, request: Request, source_id: str, selection: Selection) -> dict[str, Any]:
        children: dict[str, Any] = {}
        if Child.ATTACHMENTS in selection.children:
            children["attachments"] = self._attachments(request, source_id)
        if Child.EVENTS in selection.children and self.options.extensions:
            children["events"] = events_of_notes(
                request.notes or (), source_id, self.options.zone, self.statuses
            )
        return children

    def _attachments(self, request: Request, source_id: str) -> tuple[Attachment, ...]:
        address = text(request.media_url)
        if address is None:
            return ()
        try:
            name = PurePosixPath(unquote(urlsplit(address).path)).name or None
        except ValueError:
            name = None
        url = shown(address, own=self.options.base_url, others=self.options.media_hosts)
        return (Attachment(id=f"{source_id}:media", name=name, url=url),)


def _location(request: Request) -> Location | None:
    latitude, longitude = number(request.lat), number(request.long)
    if not on_earth(latitude, longitude):
        latitude = longitude = None
    address = text(request.address)
    if address is None and latitude is None:
        return None
    return Location(address=address, latitude=latitude, longitude=longitude)


def _extra(request: Request, name: str) -> Loose:
    extra = request.extended_attributes
    value = extra.get(name) if isinstance(extra, Mapping) else None
    return value if isinstance(value, str | int | float | bool) else None


def _named(responsible: Any) -> str | None:
    """The agency's name, also from the object that mySociety's cities send."""
    match responsible:
        case str():
            return responsible.strip() or None
        case {"recipient": [str(name), *_]} | {"recipient": str(name)}:
            return str(name)
    return None
