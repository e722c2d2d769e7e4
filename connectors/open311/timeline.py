"""Say what happened in a request: mySociety's updates and Chicago's notes as messages and events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from connectors.contract.records import (
    AuthorRole,
    Event,
    EventKind,
    Message,
    Visibility,
)
from connectors.open311.shapes import Note, Update, text
from connectors.open311.statuses import Statuses
from connectors.open311.times import moment

_NOTE_KINDS: Final = {"opened": EventKind.FILED}
_NOTE_STATUSES: Final = {"opened": "open", "closed": "closed"}


@dataclass(frozen=True, slots=True)
class Said:
    """An update with its place in time."""

    id: str
    at: datetime
    request_id: str
    update: Update


def placed(update: Update, zone: ZoneInfo) -> Said | None:
    """`update` with its place; None if it states no request or no time."""
    at, request_id = moment(update.updated_datetime, zone), text(update.service_request_id)
    if at is None or request_id is None:
        return None
    return Said(text(update.update_id) or f"{request_id}:{at.timestamp()}", at, request_id, update)


def messages(said: Sequence[Said]) -> tuple[Message, ...]:
    """What was said, oldest first. Cities publish their updates, so all of it is public."""
    bodies = [(each, text(each.update.description)) for each in _in_time(said)]
    return tuple(
        Message(
            id=each.id,
            author=AuthorRole.AGENCY,
            visibility=Visibility.PUBLIC,
            body=body,
            at=each.at,
        )
        for each, body in bodies
        if body is not None
    )


def events(
    said: Sequence[Said], source_id: str, filed_at: datetime | None, statuses: Statuses
) -> tuple[Event, ...]:
    """The filing and every change of status, oldest first."""
    found: list[Event] = []
    raw_before = "open"
    if filed_at is not None:
        found.append(
            Event(
                id=f"{source_id}:filed",
                kind=EventKind.FILED,
                at=filed_at,
                status=statuses.status(raw_before),
                raw_status=raw_before,
            )
        )
    for each in _in_time(said):
        raw = text(each.update.status)
        if raw is not None and raw != raw_before:
            raw_before = raw
            status = statuses.status(raw)
            found.append(
                Event(
                    id=each.id,
                    kind=EventKind.STATUS_CHANGED,
                    at=each.at,
                    status=status,
                    raw_status=raw,
                )
            )
    return tuple(found)


def events_of_notes(
    notes: Sequence[Note], source_id: str, zone: ZoneInfo, statuses: Statuses
) -> tuple[Event, ...]:
    """Chicago's notes, oldest first; what is done between opening and closing changes no status."""
    dated = [(at, note) for note in notes if (at := moment(note.datetime, zone)) is not None]
    return tuple(
        _event(f"{source_id}:note:{number}", at, note, statuses)
        for number, (at, note) in enumerate(sorted(dated, key=lambda pair: pair[0]))
    )


def _event(id_: str, at: datetime, note: Note, statuses: Statuses) -> Event:
    kind = (text(note.type) or "").casefold()
    code = _NOTE_STATUSES.get(kind)
    return Event(
        id=id_,
        kind=_NOTE_KINDS.get(kind, EventKind.STATUS_CHANGED),
        at=at,
        status=statuses.status(code) if code is not None else None,
        raw_status=text(note.summary),
    )


def _in_time(said: Iterable[Said]) -> list[Said]:
    return sorted(said, key=lambda each: (each.at, each.id))
