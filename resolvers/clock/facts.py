"""What the clock has to know of a case: the same of every case, whoever holds it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from connectors.contract.records import AgencyCode, Kind


class Ended(StrEnum):
    """What stops a cycle."""

    NOTIFIED = "NOTIFIED"
    """The complainant could read the reasoned answer; that it was given is not enough."""
    WITHDRAWN = "WITHDRAWN"
    DUPLICATE = "DUPLICATE"


@dataclass(frozen=True, slots=True)
class End:
    """When a cycle stopped, and why."""

    at: datetime
    by: Ended = Ended.NOTIFIED


@dataclass(frozen=True, slots=True)
class Transfer:
    """The case went to another agency."""

    at: datetime
    to: AgencyCode | None = None
    """None if that is not known."""


@dataclass(frozen=True, slots=True)
class Complement:
    """The complainant was asked for something."""

    asked_at: datetime
    given_at: datetime | None = None
    """None while it is waited for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened to one case, as far as it moves the clock."""

    case: str
    """A name that the case keeps for ever; the keys of its notices begin with it."""
    kind: Kind
    started_at: datetime | None
    """When it was received here, or, if it never was, when it began at its source; None: unknown."""
    urgent: bool = False
    """For requests for information."""
    agency: AgencyCode | None = None
    """Where it came first."""
    transfers: tuple[Transfer, ...] = ()
    taken_up: tuple[datetime, ...] = ()
    """Each time an agency said that it is competent, or began to work on it."""
    complements: tuple[Complement, ...] = ()
    interim_answers: tuple[datetime, ...] = ()
    """Each time the complainant was told why the answer takes longer."""
    inadmissible: tuple[datetime, ...] = ()
    """Each time it was found so, whether or not the complainant was told."""
    ends: tuple[End, ...] = ()
    reopened: tuple[datetime, ...] = ()
    over: bool = False
    """By the word of its holder no answer is owed any more, whether or not it tells since when."""

    def from_start(self, started_at: datetime) -> "Facts":
        """With the times before the start put to the start: no two systems' clocks agree."""

        def put(at: datetime) -> datetime:
            return max(at, started_at)

        return replace(
            self,
            transfers=tuple(Transfer(put(each.at), each.to) for each in self.transfers),
            taken_up=tuple(map(put, self.taken_up)),
            complements=tuple(
                Complement(put(each.asked_at), each.given_at and put(each.given_at))
                for each in self.complements
            ),
            interim_answers=tuple(map(put, self.interim_answers)),
            inadmissible=tuple(map(put, self.inadmissible)),
            ends=tuple(End(put(each.at), each.by) for each in self.ends),
            reopened=tuple(map(put, self.reopened)),
        )
