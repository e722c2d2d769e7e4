"""Turn records into rows and rows into records; knows every column of a complaint."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    OF_THE_LEDGER,
    SELECTABLE,
    Child,
    Selection,
    searched_text,
)
from connectors.contract.records import (
    Attachment,
    AuthorRole,
    Channel,
    Complaint,
    DatePrecision,
    Decision,
    Event,
    EventKind,
    Kind,
    Location,
    Message,
    Mode,
    Origin,
    Outcome,
    Participant,
    Record,
    SourceId,
    Visibility,
)
from connectors.store.dialect import Dialect, storable

Row = Sequence[Any]

ORIGIN: Final = (
    "source",
    "source_id",
    "mode",
    "heard_at",
    "source_updated_at",
    "raw_status",
)
PLACE: Final = ("address", "area_code", "latitude", "longitude")
PLAIN: Final = (
    "agency_code",
    "status",
    "kind",
    "reference",
    "version",
    "demonstration",
    "secret",
    "participants",
    *sorted((SELECTABLE | OF_THE_LEDGER) - {"location"}),
)
"""The columns that are fields of `Complaint` by the same name."""

_ALWAYS: Final = frozenset(PLAIN) - SELECTABLE - OF_THE_LEDGER
_PARTICIPANTS: Final = msgspec.json.Decoder(tuple[Participant, ...])
_WORDS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "status": Status,
    "kind": Kind,
    "channel": Channel,
    "created_precision": DatePrecision,
    "demonstration": bool,
    "secret": bool,
    "mode": Mode,
    "participants": _PARTICIPANTS.decode,
}


@dataclass(frozen=True, slots=True)
class ChildTable:
    """Where one kind of child lies, and as which record it travels."""

    child: Child
    table: str
    record: type[Record]
    decode: Mapping[str, Callable[[Any], Any]] = field(hash=False)

    @property
    def fields(self) -> tuple[str, ...]:
        """The record's fields, in the order of `columns`."""
        return self.record.__struct_fields__

    @property
    def columns(self) -> tuple[str, ...]:
        """Their columns: a child's own id is called `source_id`."""
        return tuple("source_id" if name == "id" else name for name in self.fields)

    @property
    def held(self) -> str:
        """The complaint's column that says whether these children are kept here at all."""
        return f"{self.child.value}_held"


CHILDREN: Final[Mapping[Child, ChildTable]] = {
    table.child: table
    for table in (
        ChildTable(
            Child.MESSAGES,
            "message",
            Message,
            {"author": AuthorRole, "visibility": Visibility},
        ),
        ChildTable(Child.EVENTS, "event", Event, {"kind": EventKind, "status": Status}),
        ChildTable(
            Child.DECISIONS,
            "decision",
            Decision,
            {"outcome": Outcome, "answered_without_reasons": bool},
        ),
        ChildTable(Child.ATTACHMENTS, "attachment", Attachment, {"author": AuthorRole}),
    )
}

COLUMNS: Final = (
    *ORIGIN,
    *PLAIN,
    *PLACE,
    "folded",
    "listed",
    *(table.held for table in CHILDREN.values()),
)
"""All columns that a record fills, in the order of `row_of`."""


def row_of(
    dialect: Dialect,
    record: Complaint,
    *,
    source: SourceId,
    heard_at: datetime,
    listed: bool = True,
) -> list[Any]:
    """The row of `record` as `source` holds it."""
    origin, place = record.origin, record.location or Location()
    title, description = (
        None if text is None else storable(text) for text in (record.title, record.description)
    )
    values = [
        source,
        origin.source_id,
        origin.mode,
        heard_at,
        origin.source_updated_at,
        origin.raw_status,
        *(_written(record, name) for name in PLAIN),
        *(getattr(place, name) for name in PLACE),
        searched_text(title, description),
        listed,
        *(getattr(record, child.value) is not None for child in CHILDREN),
    ]
    return [dialect.write(value) for value in values]


def participants_written(participants: tuple[Participant, ...]) -> str:
    """What a row holds of them."""
    return msgspec.json.encode(participants).decode()


def participants_read(text: str) -> tuple[Participant, ...]:
    """The same as records."""
    return _PARTICIPANTS.decode(text)


def _written(record: Complaint, name: str) -> Any:
    value = getattr(record, name)
    return participants_written(value) if name == "participants" else value


def child_rows(
    dialect: Dialect, table: ChildTable, parent: int, records: Iterable[Record]
) -> list[list[Any]]:
    """The rows of one complaint's children: its row id, their places, then `columns`."""
    return [
        [
            parent,
            position,
            *(dialect.write(getattr(record, name)) for name in table.fields),
        ]
        for position, record in enumerate(records)
    ]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns a selection reads, and how a record is made of them."""

    columns: tuple[str, ...]
    plain: tuple[tuple[str, int, Callable[[Any], Any] | None], ...]
    place: int | None
    """Where the columns of the location begin."""
    row_id: int
    """Where the row's own id is, if children are wanted."""
    held: tuple[tuple[Child, int], ...]
    """The children wanted, and where the row says whether they are kept here."""

    def record(
        self, row: Row, children: Mapping[Child, Mapping[int, tuple[Any, ...]]], now: datetime
    ) -> Complaint:
        """The record of `row`; a child list that is not kept here stays None."""
        values = {
            name: row[at] if decode is None or row[at] is None else decode(row[at])
            for name, at, decode in self.plain
        }
        source, source_id, mode, heard_at, updated_at, raw_status = (
            values.pop(name) for name in ORIGIN
        )
        values["origin"] = Origin(
            source=source,
            source_id=source_id,
            mode=mode,
            fetched_at=now if mode in _OURS else heard_at,
            source_updated_at=updated_at,
            raw_status=raw_status,
        )
        if self.place is not None:
            values["location"] = _location(row[self.place : self.place + len(PLACE)])
        for child, at in self.held:
            if row[at]:
                values[child.value] = children[child].get(row[self.row_id], ())
        return Complaint(**values)


_OURS: Final = frozenset({Mode.OWN, Mode.PENDING})


@lru_cache(maxsize=512)
def layout(dialect: Dialect, selection: Selection) -> Layout:
    """The layout that reads just what `selection` wants."""
    plain = [*ORIGIN, *(name for name in PLAIN if name in _ALWAYS | selection.fields)]
    place = PLACE if "location" in selection.fields else ()
    wanted = [CHILDREN[child] for child in Child if child in selection.children]
    row_id = len(plain) + len(place)
    columns = (*plain, *place, *(("id", *(table.held for table in wanted)) if wanted else ()))
    return Layout(
        columns=columns,
        plain=tuple((name, at, _decoder(dialect, name)) for at, name in enumerate(plain)),
        place=len(plain) if place else None,
        row_id=row_id,
        held=tuple((table.child, row_id + at) for at, table in enumerate(wanted, start=1)),
    )


def children_of(
    dialect: Dialect, table: ChildTable, rows: Iterable[Row]
) -> Mapping[int, tuple[Record, ...]]:
    """The records of `rows`, which begin with their complaint's row id, by that id."""
    decoders = [(name, _decoder(dialect, name, table.decode)) for name in table.fields]
    found: dict[int, list[Record]] = {}
    for row in rows:
        values = {
            name: row[at] if decode is None or row[at] is None else decode(row[at])
            for at, (name, decode) in enumerate(decoders, start=1)
        }
        found.setdefault(row[0], []).append(table.record(**values))
    return {parent: tuple(records) for parent, records in found.items()}


def _decoder(
    dialect: Dialect, name: str, words: Mapping[str, Callable[[Any], Any]] | None = None
) -> Callable[[Any], Any] | None:
    if name == "at" or name.endswith("_at"):
        return dialect.moment
    return (_WORDS if words is None else words).get(name)


def _location(values: Row) -> Location | None:
    if all(value is None for value in values):
        return None
    return Location(**dict(zip(PLACE, values, strict=True)))
