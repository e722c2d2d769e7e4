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
from connectors.store.dialect import Dialect, as_it_is, storable
from connectors.store.making import Decode, Making

Row = Sequence[Any]
Children = Mapping[Child, Mapping[int, tuple[Any, ...]]]
"""By kind, and by their complaint's row id."""

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
_NOBODY: Final = "[]"
"""What most rows hold of participants."""


def participants_read(text: str) -> tuple[Participant, ...]:
    """What a row holds of them, as records."""
    return () if text == _NOBODY else _PARTICIPANTS.decode(text)


_WORDS: Final[Mapping[str, Decode]] = {
    "status": Status,
    "kind": Kind,
    "channel": Channel,
    "created_precision": DatePrecision,
    "demonstration": bool,
    "secret": bool,
    "mode": Mode,
    "participants": participants_read,
}


@dataclass(frozen=True, slots=True)
class ChildTable:
    """Where one kind of child lies, and as which record it travels."""

    child: Child
    table: str
    record: type[Record]
    decode: Mapping[str, Decode] = field(hash=False)

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
    record: Callable[[Row, Children, datetime], Complaint]
    """The record of a row, with its children and the time at which what is ours was read; a child
    list that is not kept here stays None."""
    row_id: int
    """Where the row's own id is, if children are wanted."""
    held: tuple[tuple[Child, int], ...]
    """The children wanted, and where the row says whether they are kept here."""


_OURS: Final = frozenset({Mode.OWN.value, Mode.PENDING.value})


@lru_cache(maxsize=512)
def layout(dialect: Dialect, selection: Selection) -> Layout:
    """The layout that reads just what `selection` wants."""
    plain = [*ORIGIN, *(name for name in PLAIN if name in _ALWAYS | selection.fields)]
    place = PLACE if "location" in selection.fields else ()
    wanted = [CHILDREN[child] for child in Child if child in selection.children]
    row_id = len(plain) + len(place)
    held = tuple((table.child, row_id + at) for at, table in enumerate(wanted, start=1))
    making = Making("children", "now")
    at = {name: making.value(at, _decoder(dialect, name)) for at, name in enumerate(plain)}
    values = {"origin": _origin(making, at), **{name: at[name] for name in plain[len(ORIGIN) :]}}
    if place:
        values["location"] = f"{making.named(_location)}(row[{len(plain)}:{row_id}])"
    for child, kept in held:
        its = f"children[{making.named(child)}].get(row[{row_id}], ())"
        values[child.value] = f"{its} if row[{kept}] else None"
    return Layout(
        columns=(*plain, *place, *(("id", *(table.held for table in wanted)) if wanted else ())),
        record=making.function(making.record(Complaint, values)),
        row_id=row_id,
        held=held,
    )


def _origin(making: Making, at: Mapping[str, str]) -> str:
    fetched_at = (
        f"now if row[{ORIGIN.index('mode')}] in {making.named(_OURS)} else {at['heard_at']}"
    )
    told = {name: at[name] for name in ORIGIN if name != "heard_at"}
    return making.record(Origin, {**told, "fetched_at": fetched_at})


def children_of(
    dialect: Dialect, table: ChildTable, rows: Iterable[Row]
) -> Mapping[int, tuple[Record, ...]]:
    """The records of `rows`, which begin with their complaint's row id, by that id."""
    make = _child(dialect, table)
    found: dict[int, list[Record]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(make(row))
    return {parent: tuple(records) for parent, records in found.items()}


@lru_cache
def _child(dialect: Dialect, table: ChildTable) -> Callable[[Row], Record]:
    making = Making()
    values = {
        name: making.value(at, _decoder(dialect, name, table.decode))
        for at, name in enumerate(table.fields, start=1)
    }
    return making.function(making.record(table.record, values))


def _decoder(dialect: Dialect, name: str, words: Mapping[str, Decode] = _WORDS) -> Decode | None:
    if name == "at" or name.endswith("_at"):
        return None if dialect.moment is as_it_is else dialect.moment
    return words.get(name)


def _location(values: Row) -> Location | None:
    address, area_code, latitude, longitude = values
    if address is None and area_code is None and latitude is None and longitude is None:
        return None
    return Location(address=address, area_code=area_code, latitude=latitude, longitude=longitude)
