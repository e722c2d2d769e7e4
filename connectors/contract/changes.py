"""What an act does to a case: decided from how the case stands, stored whole or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from connectors.contract.acts import Act
from connectors.contract.connector import Attaching
from connectors.contract.letters import LetterKind
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Confirmed, Outgoing
from connectors.contract.records import (
    AgencyCode,
    Attachment,
    AuthorRole,
    Complaint,
    Decision,
    Event,
    Kind,
    Message,
    Mode,
    Participant,
    SourceId,
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a case is known, beside where it is held."""

    former: Mapping[SourceId, str] = field(default_factory=dict)
    """By which id each system that held the case before knows it."""
    on_its_way: bool = False
    """Whether a system may have it of which no id is known yet."""
    files: tuple[Attaching, ...] = ()
    """Those that it was filed with."""


@dataclass(frozen=True, slots=True)
class Goes:
    """Where a case is held from now on."""

    source: SourceId
    """The store as long as it is only on its way to another system."""
    mode: Mode
    source_id: str | None = None
    """By which a system knows it that held it before; None: the store's own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case of the ledger stands: all that an act is decided by."""

    reference: str
    agency_code: AgencyCode
    source: SourceId
    """Who holds the case, as far as is known here: the store until another system has taken it."""
    mode: Mode
    kind: Kind
    status: Status
    version: int
    subject: str
    """Who complains: they filed it themselves. Empty if it was entered for them."""
    filed_here: bool
    """False for a case that an act took into the ledger."""
    generation: int
    """Which tracking code is in force."""
    received_at: datetime
    due_at: datetime | None
    events: int
    """How many there are; the next one's number follows."""
    last_decision: str | None
    """The id of the latest reasoned answer; None if there is none."""
    participants: tuple[Participant, ...] = ()
    handed_over_at: datetime | None = None
    other: "Standing | None" = None
    """How the case of `Doing.other` stands; None if there is none, or none was named."""
    places: Places | None = None
    """Told where the act is a transfer."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due from now on."""

    at: datetime | None
    """None: nothing, for the clock stands still."""


DueAfter: TypeAlias = Callable[[Complaint], Due | None]
"""Told the case with its times, events and decisions; gives None if what is due does not move."""


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A case that was never filed here; the first act in it takes it into the ledger."""

    source: SourceId
    source_id: str
    """By which that source knows it."""
    reference: str
    """Drawn for it, in case that this is the first act."""
    code_hash: bytes
    """Of the tracking code that goes with that."""
    told: Complaint | None = None
    """What its source says of it; None for a case of the store, which has it already."""
    due_at: datetime | None = None
    """When its answer is due, with `told`."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What the complainant thinks of a reasoned answer."""

    decision: str
    """The answer's id."""
    score: int
    """1 to 5."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an act does."""

    at: datetime
    author: AuthorRole
    """On which side of the case whoever does it stands."""
    events: tuple[Event, ...]
    """What anyone who sees the case may see of it, in order; a note for colleagues leaves none."""
    status: Status | None = None
    """The state it leads to. None: it stays."""
    status_reason: str | None = None
    """Why, with a `status`."""
    closed_at: datetime | None = None
    """With a `status` that ends the case."""
    due: DueAfter | None = None
    """Asked where something is done, with the case before it, for when the answer is due then."""
    message: Message | None = None
    heard: tuple[Message, ...] = ()
    """What was said in the system that holds the case, with that system's ids and times."""
    decision: Decision | None = None
    attachments: tuple[Attachment, ...] = ()
    """The drafts that it claims."""
    rating: Rating | None = None
    code_hash: bytes | None = None
    """Keyed hash of a new tracking code, which counts on from the one that it ends. None: as
    before."""
    outgoing: tuple[Outgoing, ...] = ()
    """What another system that holds the case is to hear of it, in order."""
    agency_code: AgencyCode | None = None
    """Who is responsible from now on, as one who handles it has still to be named there. None: as
    before."""
    goes: Goes | None = None
    """With an `agency_code`. None: it stays where it is held."""
    service_code: str | None = None
    """With an `agency_code`: which of its services it is about; None if that is not said."""
    participants: tuple[Participant, ...] | None = None
    """All who take part from now on. None: as before."""
    assignee: str | None = None
    """Who handles it from now on; empty: nobody. None: as before."""
    duplicate_of: str | None = None
    """The reference of the case that this one repeats. None: as before."""
    handed_over_at: datetime | None = None
    """When it was handed over. None: as before."""
    confirmed: Confirmed | None = None
    """Something that another system was to hear of an earlier act, and has by now."""
    letter: LetterKind | None = None
    """What is written to whoever complains. None: nothing."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does what, told so that a repetition is known and the history can be proved."""

    act: Act
    subject: str
    """Who does it, by a stable name that is never shown."""
    key: str | None
    """The caller's idempotency key, unique per `subject`; None for a filing, whose key the ledger
    holds."""
    content: Mapping[str, Any] = field(default_factory=dict)
    """What was given with it; plain values, kept apart from the history so that they can be
    erased."""
    other: str | None = None
    """The reference of another case that it is decided by; nobody acts in that one meanwhile."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of an act."""

    reference: str
    version: int
    """Of the case after it."""
    replayed: bool
    """Whether it had been done before, with the same key and content."""
    generation: int | None = None
    """Which tracking code it put in force; None if it did not, or had done so before."""
