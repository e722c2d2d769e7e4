"""What agencies' systems are still to hear: acts that are durable here and on their way there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from connectors.contract.acts import Act
from connectors.contract.connector import Attaching, Filing, Move, Saying
from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, SourceId


class Verb(StrEnum):
    """What is asked of the agency's system."""

    FILE = "FILE"
    SAY = "SAY"
    MOVE = "MOVE"
    ATTACH = "ATTACH"


class DeliveryState(StrEnum):
    """How far the agency's system has heard of an act."""

    PENDING = "PENDING"
    """It is tried, again and again with growing pauses."""
    SENDING = "SENDING"
    """An attempt is under way, or was broken off by the end of a process."""
    DELIVERED = "DELIVERED"
    UNCERTAIN = "UNCERTAIN"
    """It may have arrived and must not be repeated: a person looks."""
    DEAD = "DEAD"
    """It was refused, or tried too long: a person decides."""
    BY_HAND = "BY_HAND"
    """The system cannot take it: an officer enters it there, and says so."""


WAITING: Final = frozenset(DeliveryState) - {DeliveryState.DELIVERED}
"""States of what has not arrived yet, as far as is known."""
FOR_A_PERSON: Final = frozenset(
    {DeliveryState.UNCERTAIN, DeliveryState.DEAD, DeliveryState.BY_HAND}
)
"""States that only a person ends."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something that an agency's system is to hear of an act, stored with the act or not at all."""

    source: SourceId
    what: Saying | Move | Attaching | None
    """None: the filing itself, which the ledger holds."""
    by_hand: bool = False
    """Whether the system cannot take it, so that an officer has to."""
    agency: AgencyCode | None = None
    """Whose officers see to it. None: the agency that is responsible after the act."""

    @property
    def verb(self) -> Verb:
        """What is asked."""
        match self.what:
            case Saying():
                return Verb.SAY
            case Move():
                return Verb.MOVE
            case Attaching():
                return Verb.ATTACH
        return Verb.FILE


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose turn it is: the attempt that begins is on record already."""

    id: int
    reference: str
    source: SourceId
    source_id: str | None
    """By which the system knows the case; None until it has taken the filing."""
    act: Act
    what: Filing | Saying | Move | Attaching
    key: str
    """The same for every attempt."""
    attempt: int
    """Counts them, from 1, and anew after a person had it tried again."""
    begun_at: datetime
    """When this one began; whoever was overtaken by another attempt settles nothing."""
    created_at: datetime
    tried_at: datetime | None
    """When the attempt before began; None if this is the first."""
    maybe_sent: bool
    """Whether an earlier attempt may have arrived."""
    token: str | None = None
    """What the system gave for an id to be asked for later."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The system has it."""

    at: datetime
    source_id: str | None = None
    """By which it knows the case, where that was filed."""
    mirrored: bool = False
    """Whether lists of that system come from the index, in which the case then has a row."""
    stands: Status | None = None
    """Where the system put the case, where it was asked to: that is no news from then on."""


@dataclass(frozen=True, slots=True)
class Later:
    """It is to be tried again."""

    at: datetime
    code: str | None
    """Why it did not arrive; None if nothing went wrong, as where a token was given."""
    maybe_sent: bool
    counted: bool = True
    """Whether this attempt counts; not where it did not even begin."""
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """It is not tried again unless a person says so."""

    state: DeliveryState
    """UNCERTAIN or DEAD."""
    code: str
    at: datetime


PLACE_TAKEN: Final = "PLACE_TAKEN"
"""Why a filing is uncertain that a system answers with the id of another reference's case."""

FILE_MISSING: Final = "FILE_MISSING"
"""Why a file is not delivered whose content is not where contents are kept."""

RESTORED: Final = "RESTORED"
"""Why a delivery is uncertain that was still to be made in a store that was put back."""

GONE_ON: Final = "GONE_ON"
"""Why a state is uncertain that a case was to be put in before the store was put back: the case
stands elsewhere by now than it was known to."""

Settled: TypeAlias = Arrived | Later | Stopped


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one delivery stands, for people to see; nothing of its content."""

    id: int
    reference: str
    agency_code: AgencyCode
    """Whose officers see to it."""
    source: SourceId
    act: Act
    verb: Verb
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_at: datetime
    """When it is tried next, while PENDING."""
    tried_at: datetime | None
    code: str | None
    """Why it did not arrive, in the words of docs/errors.md."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which deliveries are meant; all conditions hold."""

    states: frozenset[DeliveryState] = WAITING
    sources: frozenset[SourceId] | None = None
    agencies: frozenset[AgencyCode] | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person says of a delivery: they saw it there, or made it by hand."""

    id: int
    arrived: Arrived


class NotAwaited(Exception):
    """No person's word is awaited of this delivery in this case; nothing was stored."""


class PlaceTaken(Exception):
    """The id that the system is said to know the case by leads to another case here.

    Nothing was stored.
    """


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits for one source in one state."""

    source: SourceId
    state: DeliveryState
    """Any but DELIVERED."""
    count: int
    oldest_at: datetime
    """When the oldest of them was queued."""


@dataclass(frozen=True, slots=True)
class HeldDelivery:
    """A delivery that is held in a store that was put back, as if its turn were now."""

    due: Due
    heard_status: Status | None
    """Where the system that holds the case last said that it stands."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """How far a store that was put back from a backup knows."""

    known_to: datetime | None
    """When the last was done that it knew then; None: nothing ever was."""
    reconciled_at: datetime | None
    """When the agencies were last asked what it does not know; None: not yet."""
