"""Cut a case down to what is shown of it, by the table."""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Mapping
from functools import cache
from typing import Final, TypeVar

import msgspec

from connectors.contract.query import Selection
from connectors.contract.records import (
    Attachment,
    Complaint,
    Decision,
    Event,
    Location,
    Message,
    Origin,
    Participant,
    Record,
    public,
)
from resolvers.policy.roles import Role
from resolvers.policy.table import FIELDS, INTERNAL, Shown

_PARTS: Final[Mapping[str, type[Record]]] = {
    "origin": Origin,
    "location": Location,
    "messages": Message,
    "events": Event,
    "participants": Participant,
    "decisions": Decision,
    "attachments": Attachment,
}
"""The records inside a complaint that are about the case, by the fields that hold them."""

_PSEUDONYM_BYTES: Final = 15


class Pseudonyms:
    """Names that stand for references and for the ids of sources, and lead nobody back to them."""

    def __init__(self, key: bytes) -> None:
        """Make them with `key`, at least 32 bytes; the same key makes the same names."""
        self._key = key

    def of(self, *what: str) -> str:
        """The name that stands for `what`."""
        message = "\0".join(what).encode("utf-8", "surrogatepass")
        made = hmac.digest(self._key, message, hashlib.sha256)[:_PSEUDONYM_BYTES]
        return f"p-{b32encode(made).decode().lower()}"


_R = TypeVar("_R", bound=Record)


class Sight:
    """What is shown of a case that was reached."""

    def __init__(self, shown: Mapping[str, Shown]) -> None:
        """Show what one column of the table says."""
        self._shown = shown
        self.internal = shown[INTERNAL] is Shown.YES
        """Whether INTERNAL messages are among those shown."""
        self.aliases = Shown.ALIAS in shown.values()
        """Whether names are pseudonyms: then nothing else may tell what they stand for."""
        kinds: tuple[type[Record], ...] = (Complaint, *_PARTS.values())
        self._cuts = {kind: self._cut_of(kind) for kind in kinds}
        self._gone = {name for name, how in self._cuts[Complaint].items() if how is Shown.NO}
        self._parts = [
            name for name, kind in _PARTS.items() if self._cuts[kind] and name not in self._gone
        ]

    @property
    def withheld(self) -> tuple[str, ...]:
        """What is never shown: fields of a complaint, and of the parts that are shown of it."""
        return tuple(
            f"{_PARTS[part].__name__}.{name}" if part else f"Complaint.{name}"
            for part in ("", *self._parts)
            for name, how in self._cuts[_PARTS[part] if part else Complaint].items()
            if how is Shown.NO
        )

    def covers(self, *fields: str) -> bool:
        """Whether these fields, as the table calls them, are shown as they are."""
        return all(self._shown[name] is Shown.YES for name in fields)

    def narrowed(self, selection: Selection) -> Selection:
        """`selection` without what would not be shown: nobody is asked for that."""
        return Selection(
            fields=selection.fields - self._gone,
            children=frozenset(
                child for child in selection.children if child.value not in self._gone
            ),
            internal=selection.internal and self.internal,
            total=selection.total,
        )

    def of(self, case: Complaint, pseudonyms: Pseudonyms) -> Complaint:
        """`case` as it is shown."""
        if case.messages is not None and not self.internal:
            case = msgspec.structs.replace(case, messages=public(case.messages))
        if not self._cuts[Complaint] and not self._parts:
            return case
        changes: dict[str, object] = {}
        for name in self._parts:
            part = getattr(case, name)
            if isinstance(part, Record):
                changes[name] = self._cut(part, case, pseudonyms)
            elif part is not None:
                changes[name] = tuple(self._cut(each, case, pseudonyms) for each in part)
        return msgspec.structs.replace(self._cut(case, case, pseudonyms), **changes)

    def _cut(self, part: _R, case: Complaint, pseudonyms: Pseudonyms) -> _R:
        changes = {
            name: None
            if how is Shown.NO
            else pseudonyms.of(*_meant(f"{type(part).__name__}.{name}", value, case))
            for name, how in self._cuts[type(part)].items()
            if (value := getattr(part, name)) is not None
        }
        return msgspec.structs.replace(part, **changes)

    def _cut_of(self, kind: type[Record]) -> Mapping[str, Shown]:
        """The fields of such a record that are not shown as they are."""
        return {
            name: how
            for name in kind.__struct_fields__
            if (how := self._shown[f"{kind.__name__}.{name}"]) is not Shown.YES
        }


_REFERENCES: Final = frozenset({"Complaint.reference", "Complaint.duplicate_of"})


def _meant(field: str, value: str, case: Complaint) -> tuple[str, ...]:
    """What a pseudonym stands for: a reference by itself, all else within its source or case."""
    if field in _REFERENCES:
        return ("Complaint.reference", value)
    if field == "Origin.source_id":
        return (field, case.origin.source, value)
    return (field, case.origin.source, case.origin.source_id, value)


@cache
def sight_of(role: Role) -> Sight:
    """What is shown to `role` of the cases that it reaches."""
    return Sight({name: row.by_role[role] for name, row in FIELDS.items()})


@cache
def sight_with_code() -> Sight:
    """What is shown of a case to whoever gave its reference and tracking code."""
    return Sight({name: row.with_code for name, row in FIELDS.items()})
