"""Know how a file says complaints, and what a selection leaves of one."""

from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from connectors.contract.connector import Filing
from connectors.contract.errors import BadData
from connectors.contract.lifecycle import Status
from connectors.contract.query import SELECTABLE, Child, Selection
from connectors.contract.records import (
    Complaint,
    DatePrecision,
    Mode,
    Origin,
    Record,
    SourceId,
    public,
)

_DECODER: Final = msgspec.json.Decoder(tuple[Complaint, ...])
_UNREAD: Final[dict[str, Any]] = dict.fromkeys(SELECTABLE) | {
    "created_precision": DatePrecision.INSTANT
}

RecordT = TypeVar("RecordT", bound=Record)


def complaints_of(content: bytes, source: SourceId) -> tuple[Complaint, ...]:
    """The complaints of a file, as `source` tells them: its name, and times in UTC.

    Raises `BadData` for what is no array of complaints, for a time without an offset and for an
    id that is used twice.
    """
    try:
        found = tuple(_in_utc(complaint) for complaint in _DECODER.decode(content))
    except (msgspec.DecodeError, ValueError) as wrong:
        raise BadData(
            "the file is no JSON array of complaints with aware times", detail=str(wrong)
        ) from wrong
    if len({complaint.origin.source_id for complaint in found}) < len(found):
        raise BadData("the file uses the id of a complaint twice; expected each once")
    return tuple(
        replace(complaint, origin=replace(complaint.origin, source=source)) for complaint in found
    )


def _in_utc(record: RecordT) -> RecordT:
    return replace(record, **{name: _value(getattr(record, name)) for name in _names(record)})


def _names(record: Record) -> tuple[str, ...]:
    return record.__struct_fields__


def _value(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without an offset")
        return value.astimezone(UTC)
    if isinstance(value, Record):
        return _in_utc(value)
    if isinstance(value, tuple):
        return tuple(_value(part) for part in value)
    return value


def complaint_of(filing: Filing, *, source: SourceId, source_id: str, at: datetime) -> Complaint:
    """The case that a filing becomes."""
    return Complaint(
        origin=Origin(
            source=source,
            source_id=source_id,
            mode=Mode.LIVE,
            fetched_at=at,
            source_updated_at=filing.filed_at,
        ),
        agency_code=filing.agency_code,
        status=Status.SUBMITTED,
        kind=filing.kind,
        reference=filing.reference,
        title=filing.title,
        description=filing.description,
        language=filing.language,
        service_code=filing.service_code,
        channel=filing.channel,
        location=filing.location,
        created_at=filing.filed_at,
        updated_at=filing.filed_at,
    )


def selected(
    complaint: Complaint,
    selection: Selection,
    *,
    fields: frozenset[str],
    children: frozenset[Child],
) -> Complaint:
    """`complaint` with what is selected and among `fields` and `children`; all else unread."""
    kept = selection.fields & fields
    changes = {name: unread for name, unread in _UNREAD.items() if name not in kept}
    for child in Child:
        wanted = child in selection.children & children
        changes[child.value] = (getattr(complaint, child.value) or ()) if wanted else None
    if changes["messages"] and not selection.internal:
        changes["messages"] = public(changes["messages"])
    return replace(complaint, **changes)
