"""What is heard of cases that other systems hold: whose turn it is, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.contract.changes import Change, Standing
from connectors.contract.connector import Move, Saying
from connectors.contract.lifecycle import Status
from connectors.contract.records import Complaint, Visibility

SOON: Final = timedelta(seconds=5)
"""After something was done in a case: when its system is asked what it makes of it."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A case whose turn it is; nobody else asks for it before `until`."""

    id: int
    """The ledger row's."""
    source_id: str
    """By which its system knows it."""
    until: datetime
    changed_at: datetime
    """When anything last changed in the case, as far as was heard."""
    heard_digest: bytes | None
    """Of what its system told last; None if that is to be looked at again whatever it tells."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Something that was said here, and may show in the system that holds the case."""

    id: str
    """Unique in the case."""
    body: str
    visibility: Visibility
    recognised: bool
    """Whether it was met there before."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A delivery that stopped: it may have arrived, or an officer may have entered it there."""

    id: int
    what: Saying | Move


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the ledger knows of a case as its system is heard."""

    standing: Standing
    case: Complaint
    """With its times, events and decisions."""
    heard_status: Status | None
    """Where its system last said that it stands; None if it was never heard."""
    moved_at: datetime | None
    """When that system last took a state from here."""
    moves_under_way: bool
    """Whether a state is on its way there, which nobody has to look after yet."""
    doubtful: tuple[Doubtful, ...]
    known: frozenset[str]
    """The ids of those of that system's messages that are known."""
    ours: frozenset[str]
    """Of them, those that were said here."""
    kept: frozenset[str]
    """The ids of all messages in the case, whoever gave them."""
    said: tuple[OwnWords, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What becomes of what a system told of a case."""

    at: datetime
    """When it was heard."""
    follow_at: datetime | None
    """When it is asked again; None: never, unless something is done in the case."""
    status: Status | None = None
    """To be remembered as what it last said; None: as before."""
    digest: bytes | None = None
    messages: Mapping[str, str | None] = field(default_factory=dict)
    """Messages that are known from now on, by that system's ids, with the id of what was said here
    if they are ours: a message, or the words with which a state was told."""
    arrived: tuple[int, ...] = ()
    """Deliveries that are there, as it shows."""
    change: Change | None = None
    """None: nothing is new."""
    content: Mapping[str, Any] = field(default_factory=dict)
    """What the history keeps of it; plain values."""
