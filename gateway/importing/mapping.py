"""Know what a mapping may say: how the columns of one publisher's file become our records."""

from pathlib import Path
from re import Pattern
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from connectors.contract.lifecycle import Status
from connectors.contract.query import Box
from connectors.contract.records import (
    Agency,
    AgencyClass,
    AgencyCode,
    Channel,
    DatePrecision,
    Kind,
    LocalizedText,
)

_FOLDER: Final = Path(__file__).parent / "mappings"

Column = Annotated[str, Field(min_length=1)]
"""The name of a column, as the file's first line spells it."""


Label = Annotated[str, Field(pattern=r"\S")]
"""Some text; the registry asks for no less."""


class MappingInvalid(ValueError):
    """There is no such mapping, or it says what no mapping can say."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Names(_Part):
    """What the agency is called, as the registry wants it."""

    ar: Label
    fr: Label
    en: Label | None = None
    zgh: Label | None = None


class AgencyPart(_Part):
    """The one agency to which every row of the file belongs."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    name: Names
    agency_class: Annotated[AgencyClass, Field(alias="class")]


class IdPart(_Part):
    """Which columns together tell a row from every other."""

    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    pattern: Pattern[str]
    """What the cells, joined by "/", look like as a whole; it also shows where a row begins."""


class TextPart(_Part):
    """What was said, in the person's words."""

    title: Column | None = None
    description: Column | None = None
    language: str | None = None
    """BCP 47 tag of both, if the file has but one language."""


class StatusPart(_Part):
    """Where the case stands; a word missing from the table is counted, never refused."""

    column: Column
    table: dict[str, Status]


class KindPart(_Part):
    """What the person brought."""

    column: Column
    table: dict[str, Kind]
    otherwise: Kind | None = None
    """The kind of every other word; None means the vocabulary is closed, others are refused."""


class ChannelPart(_Part):
    """How the case came in; null in the table is a word that says nothing."""

    column: Column
    table: dict[str, Channel | None]
    separator: str | None = None
    """What parts several channels in one cell; the first that the table knows counts."""


class TimePart(_Part):
    """A column that holds a time of the mapping's zone, or nothing."""

    column: Column
    format: str
    """As `datetime.strptime` reads it."""


class CreatedPart(TimePart):
    """When the case began; every row must say it."""

    precision: DatePrecision = DatePrecision.INSTANT


class TimesPart(_Part):
    """When things happened."""

    zone: ZoneInfo
    created: CreatedPart
    updated: TimePart | None = None
    due: TimePart | None = None
    closed: TimePart | None = None
    """Also tells an open case from a closed one where the status is not in the table."""


class BoxPart(_Part):
    """The rectangle beyond which no place of this file can lie."""

    south: float
    west: float
    north: float
    east: float

    def box(self) -> Box:
        """The same, as queries know it."""
        return Box(south=self.south, west=self.west, north=self.north, east=self.east)


class PointPart(_Part):
    """Two columns with WGS 84 degrees; a point outside `within` is left out and counted."""

    latitude: Column
    longitude: Column
    within: BoxPart


class PlacePart(_Part):
    """Where it happened."""

    address: Column | None = None
    area: Column | None = None
    point: PointPart | None = None


class ExpectPart(_Part):
    """What a column that we do not keep looks like, so that shifted rows are noticed."""

    says: str
    """The expectation in words, for the account."""
    must: Pattern[str]
    """A row whose cell differs is refused."""
    usually: Pattern[str] | None = None
    """A row whose cell differs is counted."""


class FileMapping(_Part):
    """How one publisher's files are read."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    """The file's stem; the source id of every case begins with it."""
    agency: AgencyPart
    encoding: Literal["utf-8", "windows-1252", "windows-1256"] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    id: IdPart
    text: TextPart = TextPart()
    category: Column | None = None
    status: StatusPart
    kind: KindPart
    channel: ChannelPart | None = None
    times: TimesPart
    place: PlacePart = PlacePart()
    expect: dict[Column, ExpectPart] = {}

    @model_validator(mode="after")
    def _quotes_are_not_delimiters(self) -> Self:
        if self.delimiter in '"\r\n':
            raise ValueError("delimiter: expected a sign between cells, came a quote or line end")
        return self

    @property
    def agency_record(self) -> Agency:
        """The agency, as the registry holds it."""
        return Agency(
            code=AgencyCode(self.agency.code),
            name=LocalizedText(**self.agency.name.model_dump()),
            agency_class=self.agency.agency_class,
        )

    @property
    def columns(self) -> frozenset[str]:
        """Every column that a file must have."""
        times = (self.times.created, self.times.updated, self.times.due, self.times.closed)
        words = (self.status, self.kind, self.channel, *times)
        point = self.place.point
        named = (
            *self.id.columns,
            *(part.column for part in words if part is not None),
            *(() if point is None else (point.latitude, point.longitude)),
            self.text.title,
            self.text.description,
            self.category,
            self.place.address,
            self.place.area,
            *self.expect,
        )
        return frozenset(column for column in named if column is not None)


def known_mappings() -> tuple[str, ...]:
    """The names of the shipped mappings."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def load_mapping(name: str) -> FileMapping:
    """The shipped mapping of that name, or the one in the file if `name` ends in `.yaml`.

    Raises `MappingInvalid` naming the known ones, or every mistake of the file at once.
    """
    if not name.endswith(".yaml") and name not in known_mappings():
        known = ", ".join(known_mappings())
        raise MappingInvalid(f'no mapping "{name}"; known: {known}, or the path of a .yaml file')
    file = Path(name) if name.endswith(".yaml") else _FOLDER / f"{name}.yaml"
    try:
        said = YAML(typ="safe", pure=True).load(file)
        # The strict JSON rules take a word for an enum and a list for a tuple, as YAML writes them.
        return FileMapping.model_validate_json(orjson.dumps(_named(said, file.stem)))
    except OSError as error:
        raise MappingInvalid(f"{file.name}: cannot be read: {error.strerror}") from error
    except YAMLError as error:
        raise MappingInvalid(f"{file.name}: expected YAML: {error}") from error
    except orjson.JSONEncodeError as error:
        raise MappingInvalid(f"{file.name}: expected text as every key: {error}") from error
    except ValidationError as error:
        mistakes = "; ".join(
            f"{'.'.join(map(str, mistake['loc'])) or 'mapping'}: {mistake['msg']}"
            for mistake in error.errors(include_url=False, include_input=False)
        )
        raise MappingInvalid(f"{file.name}: {mistakes}") from error


def _named(said: object, name: str) -> object:
    return {**said, "name": name} if isinstance(said, dict) else said
