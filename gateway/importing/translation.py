"""Decide what one row says in our vocabulary, and what of it is worth a warning."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from zoneinfo import ZoneInfo

from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Channel,
    Complaint,
    Kind,
    Location,
    Mode,
    Origin,
)
from gateway.importing.mapping import (
    ChannelPart,
    ExpectPart,
    FileMapping,
    IdPart,
    KindPart,
    PlacePart,
    PointPart,
    TimePart,
    TimesPart,
)

Cells = Mapping[str, str]
"""The cells of a row by column."""

Warn = Callable[[str], None]


class Unfit(ValueError):
    """The row says what its column cannot say; the message is safe for anyone's eyes."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A row in our vocabulary."""

    complaint: Complaint
    month: str
    """When it began, as 2024-05, in the mapping's zone."""
    warnings: tuple[str, ...]
    """What was taken otherwise than it stands, or left out; safe for anyone's eyes."""


def translate(cells: Cells, mapping: FileMapping, *, now: datetime) -> Translated:
    """What the row says; raises `Unfit` naming the first column that cannot be right."""
    warnings: list[str] = []
    warn = warnings.append
    row_id = row_id_of(cells, mapping.id)
    created, updated, due, closed = _times(cells, mapping.times, warn)
    _look(cells, mapping.expect, warn)
    raw_status = cells[mapping.status.column].strip()
    status = _status(raw_status, mapping, closed=closed is not None, warn=warn)
    title, description = _text(cells, mapping.text.title), _text(cells, mapping.text.description)
    complaint = Complaint(
        origin=Origin(
            source=STORE,
            source_id=f"{mapping.name}:{row_id}",
            mode=Mode.OWN,
            fetched_at=now,
            source_updated_at=updated,
            raw_status=raw_status or None,
        ),
        agency_code=AgencyCode(mapping.agency.code),
        status=status,
        kind=_kind(cells, mapping.kind),
        title=title,
        description=description,
        language=mapping.text.language if title or description else None,
        category=_text(cells, mapping.category),
        channel=_channel(cells, mapping.channel, warn),
        location=_location(cells, mapping.place, warn),
        created_at=created,
        created_precision=mapping.times.created.precision,
        updated_at=updated,
        due_at=due,
        closed_at=None if status in OPEN else closed,
    )
    month = f"{created.astimezone(mapping.times.zone):%Y-%m}"
    return Translated(complaint, month, tuple(warnings))


def row_id_of(cells: Cells, part: IdPart) -> str:
    """The id of a row; raises `Unfit` if it cannot be one."""
    row_id = "/".join(cells[column].strip() for column in part.columns)
    if part.pattern.fullmatch(row_id) is None:
        raise Unfit(
            f"{'/'.join(part.columns)}: expected an id like {part.pattern.pattern},"
            f" came {_form(row_id)}"
        )
    return row_id


def _times(
    cells: Cells, times: TimesPart, warn: Warn
) -> tuple[datetime, datetime | None, datetime | None, datetime | None]:
    created = _time(cells, times.created, times.zone, warn)
    if created is None:
        raise Unfit(f"{times.created.column}: expected {times.created.format}, came nothing")
    updated, due, closed = (
        None if part is None else _time(cells, part, times.zone, warn)
        for part in (times.updated, times.due, times.closed)
    )
    return created, updated, due, closed


def _time(cells: Cells, part: TimePart, zone: ZoneInfo, warn: Warn) -> datetime | None:
    cell = cells[part.column].strip()
    if not cell:
        return None
    try:
        local = datetime.strptime(cell, part.format).replace(tzinfo=zone)
        instant = local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unfit(f"{part.column}: expected {part.format}, came {_form(cell)}") from error
    # Of an hour that came twice the first is taken; a time that the clock skipped is counted
    # with the offset before the skip, so it lands as much later as the clock was put forward.
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        skipped = instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)
        warn(
            f"{part.column}: expected a time that {zone.key} had, came one it skipped; moved on"
            if skipped
            else f"{part.column}: expected one time of {zone.key}, came one it had twice;"
            " took the first"
        )
    return instant


def _look(cells: Cells, expect: Mapping[str, ExpectPart], warn: Warn) -> None:
    for column, part in expect.items():
        cell = cells[column].strip()
        if part.must.fullmatch(cell) is None:
            raise Unfit(f"{column}: expected {part.says}, came {_form(cell)}")
        if part.usually is not None and part.usually.fullmatch(cell) is None:
            warn(f"{column}: expected {part.says}, came other {_form(cell)}")


def _status(raw: str, mapping: FileMapping, *, closed: bool, warn: Warn) -> Status:
    known = mapping.status.table.get(raw)
    if known is not None:
        return known
    taken = Status.CLOSED if closed else Status.UNDER_ASSESSMENT
    came = "another word" if raw else "nothing"
    warn(
        f"{mapping.status.column}: expected one of {len(mapping.status.table)} statuses,"
        f" came {came}; taken as {taken}"
    )
    return taken


def _kind(cells: Cells, part: KindPart) -> Kind:
    cell = cells[part.column].strip()
    kind = part.table.get(cell, part.otherwise)
    if kind is None:
        raise Unfit(f"{part.column}: expected one of {', '.join(part.table)}, came {_form(cell)}")
    return kind


def _channel(cells: Cells, part: ChannelPart | None, warn: Warn) -> Channel | None:
    cell = "" if part is None else cells[part.column].strip()
    if part is None or not cell:
        return None
    words = cell.split(part.separator) if part.separator else [cell]
    known = [part.table[word] for word in map(str.strip, words) if word in part.table]
    if known:
        return known[0]
    warn(f"{part.column}: expected one of {len(part.table)} channels, came another; left out")
    return None


def _location(cells: Cells, part: PlacePart, warn: Warn) -> Location | None:
    latitude, longitude = _point(cells, part.point, warn) or (None, None)
    location = Location(
        address=_text(cells, part.address),
        area_code=_text(cells, part.area),
        latitude=latitude,
        longitude=longitude,
    )
    return None if location == Location() else location


def _point(cells: Cells, part: PointPart | None, warn: Warn) -> tuple[float, float] | None:
    if part is None:
        return None
    latitude, longitude = _degrees(cells, part.latitude), _degrees(cells, part.longitude)
    if latitude is None and longitude is None:
        return None
    named = f"{part.latitude}, {part.longitude}"
    if latitude is None or longitude is None:
        warn(f"{named}: expected both or neither, came one; left out")
        return None
    if not part.within.box().holds(latitude, longitude):
        warn(f"{named}: expected a point of the agency's area, came one outside; left out")
        return None
    return latitude, longitude


def _degrees(cells: Cells, column: str) -> float | None:
    cell = cells[column].strip()
    if not cell:
        return None
    try:
        degrees = float(cell)
    except ValueError:
        degrees = float("nan")
    if not isfinite(degrees):
        raise Unfit(f"{column}: expected degrees or nothing, came {_form(cell)}")
    return degrees


def _text(cells: Cells, column: str | None) -> str | None:
    return None if column is None else cells[column].strip() or None


def _form(cell: str) -> str:
    """What came, without saying it: a cell out of its place may hold anybody's data."""
    if not cell:
        return "nothing"
    return "digits" if cell.isdigit() else "text"
