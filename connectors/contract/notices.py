"""What is kept of the looking at clocks: how far it came, and what was told of which case."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from connectors.contract.letters import LetterKind
from connectors.contract.records import Complaint


class NoticeName(NamedTuple):
    """What tells one notice of a case from its others."""

    cycle: int
    """Of the case's clock, counted from 1."""
    extension: int
    """How often the end had been put off when a warning was due to be told; else 0."""
    name: str
    """Its kind, of a warning with its days: `WARNING_15`."""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something that has to be told of a case, once."""

    row: int
    """The case, as `WatchedCase` names it."""
    name: NoticeName
    kind: str
    days: int | None
    """For a warning: how many days are left."""
    at: datetime
    """Since when it has to be told."""
    letter: LetterKind | None = None
    """What is written to whoever complains; None: nothing."""


@dataclass(frozen=True, slots=True)
class WatchedCase:
    """A case whose clock may have something to tell."""

    row: int
    """A number that the store keeps for it for ever."""
    case: Complaint
    """With its times, events and decisions, as far as they are kept here."""
    told: frozenset[NoticeName]


@dataclass(frozen=True, slots=True)
class WatchProgress:
    """How far the cases have been looked at; anyone can go on from there."""

    began_at: datetime | None = None
    """When the last round began; None: there was none."""
    going: bool = False
    """Whether it has not come to its end."""
    after: int = 0
    """The last case that it looked at."""
