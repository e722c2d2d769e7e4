"""What is said to and by the ledger: cases that passed the gateway, and what it kept of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.connector import Contact, OnBehalfOf
from connectors.contract.letters import LetterKind
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.query import Key
from connectors.contract.records import AgencyCode, Attachment, Complaint, Mode, SourceId

FIRST_GENERATION: Final = 1
"""The tracking code that a filing gives; each one that replaces it counts one on."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A filing that is about to become a case; nothing of it is stored yet."""

    complaint: Complaint
    """Complete: reference, origin, status SUBMITTED, received, created, updated and due times."""
    contact: Contact
    attributes: Mapping[str, tuple[str, ...]]
    code_hash: bytes
    """Keyed hash of the first tracking code; the code itself is never stored."""
    key: str
    """The idempotency key, unique per `subject`."""
    subject: str
    """Who complains, by the stable name under which they act in the case later; empty for somebody
    who has none here."""
    content_digest: bytes
    """Equal for equal content, so that a replay is told from another filing under the same key."""
    entered_by: str | None = None
    """The subject of whoever entered it for them; None: they filed it themselves."""
    on_behalf_of: OnBehalfOf | None = None
    outgoing: tuple[Outgoing, ...] = ()
    """The filing itself, where another system is to have the case, and its files."""
    attachments: tuple[Attachment, ...] = ()
    """The drafts that it claims."""
    letter: LetterKind | None = None
    """What is written to whoever complains; None: nothing."""


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """The receipt's facts, the same for the filing and for every replay of it."""

    reference: str
    generation: int
    """Which tracking code is in force, counted from `FIRST_GENERATION`."""
    received_at: datetime
    due_at: datetime | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Where a case that passed the gateway is held now, and what proves the right to see it."""

    reference: str
    source: SourceId
    source_id: str
    agency_code: AgencyCode
    mode: Mode
    generation: int
    code_hash: bytes
    received_at: datetime
    subject: str
    """Who complains: they filed it themselves. Empty if it was entered for them."""
    filed_here: bool = True
    """False for a case that an act took into the ledger."""
    secret: bool = False
    """Whether whoever complains asked that who they are be kept secret."""


@dataclass(frozen=True, slots=True)
class Complainant:
    """Who complains, and for whom; kept apart from the case."""

    contact: Contact
    on_behalf_of: OnBehalfOf | None
    """None: for themselves."""


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looks who complains; it is written down before they see it."""

    subject: str
    """Who looks, by a stable name that is never shown."""
    role: str
    """As what they look."""
    purpose: str
    """What for, in their words."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """What the ledger keeps of a case that another system holds, or is to hold."""

    reference: str
    place: tuple[SourceId, str]
    """Who holds it now, and its id there: another place than the one asked for if it went on."""
    record: Complaint
    """Our copy: what was filed, and all that was done and heard here; only what was selected."""
    mode: Mode
    heard_status: Status | None
    """Where the other system last said that the case stands; None if it was not heard yet."""
    moving: bool
    """Whether it is being told to put the case elsewhere."""
    pending: tuple[Act, ...]
    """The acts that it has not heard of yet, as far as is known, in their order."""


@dataclass(frozen=True, slots=True)
class FileOfCase:
    """The case that a file is attached to, as far as it decides who may read the file."""

    row: LedgerRow
    record: Complaint
    """Our copy: who takes part in it, and its attachments."""


class FlawKind(StrEnum):
    """What is wrong with a history."""

    MISSING = "MISSING"
    """A link that was there is gone, or one was put in between."""
    CHANGED = "CHANGED"
    """A link does not tell what it told."""
    CONTENT_CHANGED = "CONTENT_CHANGED"
    """What was given with an act is not what was given."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where a history is not whole."""

    number: int
    """The link's, counted in the case from 1."""
    kind: FlawKind


@dataclass(frozen=True, slots=True)
class Proof:
    """What the history of a case proves."""

    reference: str
    links: int
    erased: int
    """Links of which what was given was erased; the chain holds nevertheless."""
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class MirrorState:
    """How fresh the index rows of one mirrored source are."""

    source: SourceId
    heard_at: datetime
    """When the source was last heard in full."""


@dataclass(frozen=True, slots=True)
class MirrorPass:
    """One reading of a mirrored source, as far as it has come; anyone can go on from there."""

    number: int
    """Counts the full passes; of one that is not full, the last one begun before it."""
    full: bool
    """Whether it reads everything, and so finds out what is no longer there."""
    way: str
    """How it is read: its place means nothing to whoever reads in another order."""
    began_at: datetime
    since: datetime | None = None
    """Rows that changed from here on are read; None: all."""
    after: Key | None = None
    """The last row kept, where the source pages by key."""
    token: str | None = None
    """The page to read next, where it pages by token."""
    latest: datetime | None = None
    """The latest change heard of in it, by the source's clock."""


@dataclass(frozen=True, slots=True)
class MirrorProgress:
    """How far a source has been mirrored."""

    watermark: datetime | None = None
    """Every change up to here was heard, by the source's clock. None: read everything."""
    begun: int = 0
    """The number of the last full pass begun."""
    full_at: datetime | None = None
    """When the last full pass that came to its end had begun."""
    going: MirrorPass | None = None
    """The pass that was broken off."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of rows that a source told."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    """Kept already, just so: the row was not written again."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A listed row that a full pass did not meet."""

    source_id: str
    twice: bool
    """Whether the full pass before did not meet it either."""


class MirrorBusy(Exception):
    """Somebody else is mirroring this source just now; nothing of ours was stored."""


class ReferenceTaken(Exception):
    """The drawn reference exists already: draw again. Nothing was stored."""


class KeyReused(Exception):
    """The same subject used this idempotency key for other content. Nothing was stored."""
