"""Know who may see which record field and do which act."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connectors.contract.query import ComplaintQuery, Condition, Field, Op
from connectors.contract.records import AgencyCode, Complaint
from resolvers.outcome import Forbidden


class Role(StrEnum):
    """What a viewer is here for."""

    ANONYMOUS = "ANONYMOUS"
    OFFICER = "OFFICER"
    SUPERVISOR = "SUPERVISOR"
    """Sees every agency: the demonstration viewer of the embedded default."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks."""

    role: Role
    subject: str
    """A stable name for this person or this anonymous caller; never shown to others."""
    agencies: frozenset[AgencyCode] = frozenset()
    """The agencies an officer serves; empty for other roles."""

    @property
    def reads_internal(self) -> bool:
        """Whether INTERNAL messages may be read."""
        return self.role is not Role.ANONYMOUS

    @property
    def reads_cases(self) -> bool:
        """Whether there may be cases that can be read without their tracking codes."""
        return self.role is not Role.ANONYMOUS

    @property
    def scope(self) -> str:
        """Equal for two viewers exactly if they may see the same: part of cursors and caches."""
        if self.role is Role.OFFICER:
            return f"{self.role}:{','.join(sorted(self.agencies))}"
        return self.role.value


ANONYMOUS: Final = Viewer(Role.ANONYMOUS, "anonymous")


def scope(viewer: Viewer, query: ComplaintQuery) -> ComplaintQuery:
    """The part of `query` that `viewer` may ask. Raises `Forbidden` for who may ask no list."""
    match viewer.role:
        case Role.ANONYMOUS:
            raise Forbidden(
                "lists of complaints are for signed-in staff; a complaint can be read "
                "with its reference and tracking code"
            )
        case Role.OFFICER if not viewer.agencies:
            raise Forbidden("lists of complaints are for staff of an agency; you serve none")
        case Role.OFFICER:
            own = Condition(Field.AGENCY, Op.IN, viewer.agencies)
            return ComplaintQuery(where=(*query.where, own), order=query.order)
        case Role.SUPERVISOR:
            return query


def may_read(viewer: Viewer, complaint: Complaint) -> bool:
    """Whether `viewer` may read this one case without its tracking code."""
    match viewer.role:
        case Role.ANONYMOUS:
            return False
        case Role.OFFICER:
            return complaint.agency_code in viewer.agencies
        case Role.SUPERVISOR:
            return True
