"""The records that travel: what a source says about complaints, agencies and services.

Every field that a source supplies may be None, which means: not known there, or not asked for.
Times are aware and in UTC. Children are tuples, oldest first; None means they were not read.
Fields named `raw_…` hold the source's own word.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

import msgspec

from connectors.contract.acts import Act
from connectors.contract.lifecycle import OPEN, Status

SourceId = NewType("SourceId", str)
"""The name of an opened connector in the registry; `store` is the gateway's own."""

AgencyCode = NewType("AgencyCode", str)

STORE = SourceId("store")

REGIONS = frozenset(f"MA-{number:02}" for number in range(1, 13))
"""The ISO 3166-2 codes of Morocco's regions."""


class Kind(StrEnum):
    """What the person brings; decree 2-17-265, art. 2, and requests to be sent elsewhere."""

    COMPLAINT = "COMPLAINT"
    OBSERVATION = "OBSERVATION"
    SUGGESTION = "SUGGESTION"
    INFORMATION_REQUEST = "INFORMATION_REQUEST"


class Channel(StrEnum):
    """How the case reached the administration."""

    WEB = "WEB"
    MOBILE = "MOBILE"
    CALL_CENTRE = "CALL_CENTRE"
    COUNTER = "COUNTER"
    POST = "POST"
    EMAIL = "EMAIL"
    SMS = "SMS"
    SOCIAL = "SOCIAL"
    API = "API"
    SYSTEM = "SYSTEM"


class PersonType(StrEnum):
    """Who somebody is before the law."""

    NATURAL = "NATURAL"
    COMPANY = "COMPANY"
    ASSOCIATION = "ASSOCIATION"
    COOPERATIVE = "COOPERATIVE"
    PUBLIC_BODY = "PUBLIC_BODY"
    OTHER = "OTHER"


class Mandate(StrEnum):
    """By what somebody complains for somebody else."""

    RELATIVE = "RELATIVE"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    LAWYER = "LAWYER"
    ASSOCIATION = "ASSOCIATION"
    OTHER = "OTHER"


class AgencyClass(StrEnum):
    """The classes by which the public figures are told."""

    MINISTRY = "MINISTRY"
    HIGH_COMMISSION = "HIGH_COMMISSION"
    COLLECTIVITE = "COLLECTIVITE"
    EEP = "EEP"
    OTHER = "OTHER"


class Mode(StrEnum):
    """Where a case's truth lives, and so where its list comes from."""

    OWN = "OWN"
    MIRROR = "MIRROR"
    LIVE = "LIVE"
    PENDING = "PENDING"
    """Filed through the gateway, not yet known at the agency's system."""


class Outcome(StrEnum):
    """What a reasoned answer decided."""

    UPHELD = "UPHELD"
    PARTLY_UPHELD = "PARTLY_UPHELD"
    NOT_UPHELD = "NOT_UPHELD"
    INFORMATION_GIVEN = "INFORMATION_GIVEN"
    NO_ACTION_POSSIBLE = "NO_ACTION_POSSIBLE"
    REDIRECTED = "REDIRECTED"
    WITHDRAWN = "WITHDRAWN"
    DUPLICATE = "DUPLICATE"


class Visibility(StrEnum):
    """Who may read a message; what a source does not state is INTERNAL."""

    PUBLIC = "PUBLIC"
    INTERNAL = "INTERNAL"


class AuthorRole(StrEnum):
    """Who speaks, by role; never by name."""

    COMPLAINANT = "COMPLAINANT"
    AGENCY = "AGENCY"
    SYSTEM = "SYSTEM"


class DatePrecision(StrEnum):
    """How exactly a source knows a time; the record carries the start of that span."""

    INSTANT = "INSTANT"
    HOUR = "HOUR"
    DAY = "DAY"
    MONTH = "MONTH"


class EventKind(StrEnum):
    """What happened to a case, in the order of its life."""

    FILED = "FILED"
    STATUS_CHANGED = "STATUS_CHANGED"
    MESSAGE_ADDED = "MESSAGE_ADDED"
    TRANSFERRED = "TRANSFERRED"
    ANSWERED_IN_PART = "ANSWERED_IN_PART"
    DECIDED = "DECIDED"
    RATED = "RATED"
    CO_AGENCY_ADDED = "CO_AGENCY_ADDED"
    HANDED_OVER = "HANDED_OVER"
    IMPORTED = "IMPORTED"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The base of everything that travels: immutable, equal by value."""


class LocalizedText(Record, frozen=True):
    """One label in the languages that the administration gave it."""

    ar: str | None = None
    fr: str | None = None
    en: str | None = None
    zgh: str | None = None


class Service(Record, frozen=True):
    """Something an agency does, about which one may complain (an Open311 service)."""

    agency_code: AgencyCode
    code: str
    name: LocalizedText
    description: str | None = None
    group: str | None = None
    keywords: tuple[str, ...] = ()
    attributes: tuple["ServiceAttribute", ...] | None = None
    """The questions this service asks; None if they were not read."""

    @property
    def id(self) -> str:
        """The global id."""
        return f"Service:{self.agency_code}:{self.code}"


class AttributeType(StrEnum):
    """The types of answer that GeoReport v2 knows."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    DATETIME = "DATETIME"
    TEXT = "TEXT"
    SINGLE_VALUE_LIST = "SINGLE_VALUE_LIST"
    MULTI_VALUE_LIST = "MULTI_VALUE_LIST"


class AttributeChoice(Record, frozen=True):
    """One permitted answer of a list question."""

    key: str
    name: str


class ServiceAttribute(Record, frozen=True):
    """One question that a service asks of whoever files."""

    code: str
    type: AttributeType
    required: bool
    description: str | None = None
    hint: str | None = None
    asked: bool = True
    """False for a notice that only informs (GeoReport's `variable: false`)."""
    choices: tuple[AttributeChoice, ...] = ()


class Agency(Record, frozen=True):
    """An administration that answers complaints."""

    code: AgencyCode
    name: LocalizedText
    agency_class: AgencyClass
    region: str | None = None
    """ISO 3166-2:MA code of the region of its seat."""
    parent: AgencyCode | None = None
    services: tuple[Service, ...] = ()
    """Those configured; a source may offer more."""
    demonstration: bool = False
    """True for an invented administration."""

    @property
    def id(self) -> str:
        """The global id."""
        return f"Agency:{self.code}"


class Location(Record, frozen=True):
    """Where it happened, as far as the source says."""

    address: str | None = None
    area_code: str | None = None
    """ISO 3166-2:MA code, or the source's own area word where it has no code."""
    latitude: float | None = None
    longitude: float | None = None


class Message(Record, frozen=True):
    """Something said in a case."""

    id: str
    author: AuthorRole
    visibility: Visibility
    body: str
    at: datetime
    language: str | None = None


class Event(Record, frozen=True):
    """Something that happened to a case, as far as its holder recorded it."""

    id: str
    kind: EventKind
    at: datetime
    status: Status | None = None
    """The status it led to, if it changed one."""
    raw_status: str | None = None
    agency_code: AgencyCode | None = None
    """The agency that became responsible, or takes part from then on; None: it is about none."""
    source_at: datetime | None = None
    """When it happened by the word of the system that holds the case, if it was heard from there:
    `at` is when it was heard."""


class Decision(Record, frozen=True):
    """The reasoned answer, as an object of its own."""

    id: str
    outcome: Outcome
    reasons: str
    at: datetime
    legal_basis: str | None = None
    notified_at: datetime | None = None
    """When the complainant could first read it; it stops the legal clock."""
    instead: str | None = None
    """Where to go instead, in words, where the case does not belong here."""
    rating: int | None = None
    """What the complainant thinks of it, from 1 (bad) to 5; None: not said."""
    rating_comment: str | None = None
    rated_at: datetime | None = None
    source_at: datetime | None = None
    """When it was given by the word of the system that holds the case, if it was heard from there."""
    answered_without_reasons: bool = False
    """Whether that system says that the case was answered, and nobody there said why."""


class Attachment(Record, frozen=True):
    """What is known of a file; its content is served elsewhere."""

    id: str
    name: str | None = None
    media_type: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    url: str | None = None
    """Where it is served: by the source, or, if it was sent here, by this gateway to who may read it."""
    at: datetime | None = None
    """When it came; None where a source does not say."""
    author: AuthorRole | None = None
    """Which side it is from; None likewise."""
    message: str | None = None
    """The id of the message that it came with; None if with none, or if that is not known."""
    decision: str | None = None
    """The same of a reasoned answer."""


class Part(StrEnum):
    """Why an agency that is not responsible for a case has to do with it."""

    CO_AGENCY = "CO_AGENCY"
    """It was asked to help: it reads along and leaves notes."""
    FORMER = "FORMER"
    """It was responsible before: what there was until then stays in its sight."""
    OMBUDSMAN = "OMBUDSMAN"
    """The complainant handed the case over to it."""


class Participant(Record, frozen=True):
    """An agency that has to do with a case beside the one that is responsible."""

    agency_code: AgencyCode
    part: Part
    since: datetime


class Origin(Record, frozen=True):
    """Who says this, how, and how fresh it is."""

    source: SourceId
    source_id: str
    mode: Mode
    fetched_at: datetime
    source_updated_at: datetime | None = None
    stale: bool = False
    """True if the source did not answer and this is what it last said."""
    raw_status: str | None = None
    pending_acts: tuple[Act, ...] = ()
    """What was done here and the source has not heard of yet; set by whoever keeps the ledger."""


class Complaint(Record, frozen=True):
    """One case, in one vocabulary, whoever holds it."""

    origin: Origin
    agency_code: AgencyCode
    status: Status
    kind: Kind
    reference: str | None = None
    """The number of the gateway's receipt; None for a case that never passed the gateway."""
    version: int = 1
    status_reason: str | None = None
    title: str | None = None
    description: str | None = None
    language: str | None = None
    """BCP 47 tag of title and description, as far as known."""
    service_code: str | None = None
    category: str | None = None
    """The service's name in the holder's words."""
    channel: Channel | None = None
    location: Location | None = None
    created_at: datetime | None = None
    """When the listing source says the case began."""
    created_precision: DatePrecision = DatePrecision.INSTANT
    received_at: datetime | None = None
    """When the ledger received it; the legal clock counts from here."""
    updated_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    assignee: str | None = None
    """Who handles it, by the name that the agency has for them; None: nobody, or not known."""
    duplicate_of: str | None = None
    """The reference of the case that this one was found to repeat."""
    handed_over_at: datetime | None = None
    """When the complainant handed it over to the ombudsman; None: they did not."""
    participants: tuple[Participant, ...] = ()
    """Agencies that have to do with it beside the one responsible, each once, oldest first."""
    demonstration: bool = False
    """True for a generated case, which is nobody's."""
    secret: bool | None = None
    """Whether whoever complains asked that who they are be kept secret; None where it is not known
    how it was filed."""
    agency: Agency | None = None
    """Set from the registry by whoever asks for it; connectors leave it None."""
    service: Service | None = None
    """As the registry has it; set likewise, and None if it does not know `service_code`."""
    overdue: bool | None = None
    """Whether an answer is owed past `due_at` when the question is answered; set likewise, and
    None where nothing is known to be due."""
    possible_acts: tuple[Act, ...] | None = None
    """What whoever asks may do in it as it stands; set likewise, and None if not asked for or not
    known now."""
    messages: tuple[Message, ...] | None = None
    events: tuple[Event, ...] | None = None
    decisions: tuple[Decision, ...] | None = None
    attachments: tuple[Attachment, ...] | None = None

    @property
    def id(self) -> str:
        """The global id: by reference where there is one, else by source and the source's id."""
        if self.reference is not None:
            return f"Complaint:{self.reference}"
        return f"Complaint:{self.origin.source}:{self.origin.source_id}"

    def overdue_at(self, at: datetime) -> bool:
        """Whether an answer is still owed at `at` although it was due before."""
        return self.status in OPEN and self.due_at is not None and self.due_at < at


def public(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Those that anyone may read."""
    return tuple(message for message in messages if message.visibility is Visibility.PUBLIC)


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)
