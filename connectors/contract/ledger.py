"""What is said to and by the ledger: cases that passed the gateway, and what it kept of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.contract.connector import Contact
from connectors.contract.records import AgencyCode, Complaint, Mode, SourceId

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
    """The caller's idempotency key, unique per `subject`."""
    subject: str
    """Who files: the viewer's subject."""
    content_digest: bytes
    """Equal for equal content, so that a replay is told from another filing under the same key."""


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


@dataclass(frozen=True, slots=True)
class MirrorState:
    """How fresh the index rows of one mirrored source are."""

    source: SourceId
    heard_at: datetime
    """When the source was last heard in full."""


class ReferenceTaken(Exception):
    """The drawn reference exists already: draw again. Nothing was stored."""


class KeyReused(Exception):
    """The same subject used this idempotency key for other content. Nothing was stored."""
