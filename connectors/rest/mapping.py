"""Say a case of a described system in our words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Protocol

from connectors.contract.errors import BadData
from connectors.contract.query import Child, Selection
from connectors.contract.records import (
    AgencyCode,
    Complaint,
    DatePrecision,
    Kind,
    Location,
    Mode,
    Origin,
    SourceId,
)
from connectors.rest.options import FieldRules, LocationRules, RestOptions
from connectors.rest.paths import compiled
from connectors.rest.rules import AgencyRule, ChannelRule, KindRule, TextRule, TimeRule
from connectors.rest.statuses import Statuses
from connectors.rest.values import ChoiceValue, Notes, NumberValue, TextValue, TimeValue, plain
from connectors.translate import on_earth, references_in

_SELECTIONS: Final = 64
"""Of which what they look at is remembered."""

Children = Callable[[str, datetime | None], Mapping[str, Any]]
"""Says the children of a case by its id, and by when it began, if that is known."""


class Value(Protocol):
    """Reads one value of a case."""

    def of(self, item: Any, inner: Any = None) -> Any:
        """Our value; None for none."""


class CaseMapping:
    """How one source's cases are said."""

    def __init__(
        self,
        options: RestOptions,
        source: SourceId,
        agencies: Sequence[AgencyCode],
        statuses: Statuses,
        notes: Notes,
    ) -> None:
        """Read by the rules of `options`; the first of `agencies` has what names no other."""
        record = options.record
        self._source = source
        self._first = agencies[0]
        self._statuses = statuses
        self._id = TextValue("record.id", record.id)
        self._status = TextValue("record.status", record.status)
        self._kind = ChoiceValue("record.kind", record.kind, notes)
        self._agency = record.agency and ChoiceValue("record.agency", record.agency, notes)
        self._fields = _values(record.fields, options, notes)
        events = options.children.events
        search = options.acts.file and options.acts.file.search
        self._carried = search and TextValue("acts.file.search.reference", search.reference)
        self._tells_filing = events is not None and events.filed
        self._wanted = lru_cache(maxsize=_SELECTIONS)(self._looked_at)

    def id_of(self, case: Any) -> str:
        """The source's id. Raises `BadData` for what is no case."""
        return id_in(case, self._id)

    def complaint(
        self, case: Any, selection: Selection, fetched_at: datetime, children: Children
    ) -> Complaint:
        """`case` with what is selected of its fields, and with `children`."""
        source_id = self.id_of(case)
        word = self._status.of(case)
        # Each once, for what cannot be read is counted.
        read: dict[str, Any] = {
            name: plain(case[key]) if case.get(key).__class__ is str else value.of(case)
            for name, key, value in self._wanted(selection)
        }
        fields = {name: value for name, value in read.items() if name in selection.fields}
        return Complaint(
            origin=Origin(
                source=self._source,
                source_id=source_id,
                mode=Mode.LIVE,
                fetched_at=fetched_at,
                source_updated_at=read.get("updated_at"),
                raw_status=word,
            ),
            agency_code=self.agency_of(case),
            status=self._statuses.of_case(word, case),
            kind=self._kind.of(case) or Kind.COMPLAINT,
            created_precision=self._precision(case, selection),
            **fields,
            **children(source_id, read.get("created_at")),
        )

    def agency_of(self, case: Any) -> AgencyCode:
        """Whose case it is."""
        named = self._agency.of(case) if self._agency else None
        return AgencyCode(named) if named is not None else self._first

    def carries(self, case: Any) -> tuple[str, ...]:
        """The references of ours that `case` carries, as far as the description says where."""
        try:
            return references_in(self._carried.of(case)) if self._carried else ()
        except BadData:
            # The rule is about what the search finds; a list may tell its cases in another shape.
            return ()

    def _looked_at(self, selection: Selection) -> tuple[tuple[str, str | None, Value], ...]:
        """What reads the fields that are selected, and those that something else is told by.

        Beside its name the key at which a field stands as it is, if it does.
        """
        names = selection.fields | {"updated_at"}
        if self._tells_filing and Child.EVENTS in selection.children:
            names |= {"created_at"}
        return tuple(
            (name, value.key if isinstance(value, TextValue) else None, value)
            for name, value in self._fields.items()
            if name in names
        )

    def _precision(self, case: Any, selection: Selection) -> DatePrecision:
        created = self._fields.get("created_at")
        if "created_precision" in selection.fields and isinstance(created, TimeValue):
            return created.precision(case)
        return DatePrecision.INSTANT


class _Place:
    """Reads where it happened."""

    def __init__(self, rules: LocationRules, notes: Notes) -> None:
        name = "record.fields.location"
        self._address = rules.address and TextValue(f"{name}.address", rules.address)
        self._area = rules.area_code and TextValue(f"{name}.area_code", rules.area_code)
        self._latitude = rules.latitude and NumberValue(f"{name}.latitude", rules.latitude, notes)
        self._longitude = rules.longitude and NumberValue(
            f"{name}.longitude", rules.longitude, notes
        )

    def of(self, item: Any, inner: Any = None) -> Location | None:
        """The place; None if nothing is known of it."""
        latitude = self._latitude.of(item, inner) if self._latitude else None
        longitude = self._longitude.of(item, inner) if self._longitude else None
        if not on_earth(latitude, longitude):
            latitude = longitude = None
        place = Location(
            address=self._address.of(item, inner) if self._address else None,
            area_code=self._area.of(item, inner) if self._area else None,
            latitude=latitude,
            longitude=longitude,
        )
        return None if place == Location() else place


def _values(rules: FieldRules, options: RestOptions, notes: Notes) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name in type(rules).model_fields:
        match getattr(rules, name):
            case TextRule() as rule:
                found[name] = TextValue(f"record.fields.{name}", rule)
            case TimeRule() as rule:
                found[name] = TimeValue(f"record.fields.{name}", rule, options.zone, notes)
            case ChannelRule() | KindRule() | AgencyRule() as rule:
                found[name] = ChoiceValue(f"record.fields.{name}", rule, notes)
            case LocationRules() as rule:
                found[name] = _Place(rule, notes)
    return found


def id_in(case: Any, rule: TextValue) -> str:
    """The id that `rule` reads. Raises `BadData` for what is no case."""
    id_ = rule.of(case) if isinstance(case, dict) else None
    if id_ is None:
        raise BadData("the source's answer contradicts its description: a case has no record.id")
    return id_


def cases_in(said: Any, path: str, rule: str) -> Sequence[Any]:
    """The cases at `path`: those of a list, or each match. Raises `BadData` if there is no list."""
    where = compiled(path)
    matches = where.matches(said)
    if not where.singular:
        return matches
    found = matches[0] if matches else _MISSING
    match found:
        case list():
            return found
        case dict():
            return (found,)
        case None:
            return ()
    raise BadData(
        f"the source's answer contradicts its description: {rule} finds no list at {path}"
    )


_MISSING: Final = object()
