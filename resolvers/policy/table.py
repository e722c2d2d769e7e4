"""The one table of who may what: questions, record fields and acts, by role.

Which cases a role reaches is said by the questions; what is shown of a case that was reached, by
the fields; in which cases something may be done, by the acts. Whoever gives a case's reference and
tracking code reaches that case as its complainant, whatever else their role allows: that is the
first column. What stands here is what happens: a test asks for everything as everyone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from connectors.contract.acts import Act
from connectors.contract.records import Channel
from resolvers.policy.roles import Role


class Reach(StrEnum):
    """In which cases something is allowed."""

    NONE = "-"
    OWN = "own"
    """Those they filed for themselves while they were signed in."""
    FILED = "filed"
    """Any that was filed through the gateway, one by one."""
    AGENCIES = "agencies"
    """Those of the agencies they serve."""
    PART = "part"
    """Those, and by their ids those in which an agency that they serve takes part."""
    ALL = "all"


class Shown(StrEnum):
    """How a field is shown."""

    NO = "-"
    ALIAS = "alias"
    """A pseudonym in its place: the same for the same thing, and leading nowhere."""
    YES = "yes"


_Cell = TypeVar("_Cell", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Row(Generic[_Cell]):
    """One line of the table."""

    with_code: _Cell
    """For whoever gave the case's reference and tracking code."""
    by_role: Mapping[Role, _Cell]


def _row(kind: type[_Cell], line: str) -> Row[_Cell]:
    with_code, *cells = (kind(word) for word in line.split())
    return Row(with_code, dict(zip(Role, cells, strict=True)))


def _reached(line: str) -> Row[Reach]:
    return _row(Reach, line)


def _shown(line: str) -> Row[Shown]:
    return _row(Shown, line)


# fmt: off
#                                with  anony-  citi-  offi-     super-    national  call   ana-   agency's
#                                code  mous    zen    cer       visor     superv.   centre lyst   system    admin
_EVERYONE: Final     = _reached("all   all     all    all       all       all       all    all    all       all")
_WITH_CODE: Final    = _reached("all   -       -      -         -         -         -      -      -         -")
_LIST: Final         = _reached("-     -       -      agencies  agencies  all       -      all    agencies  -")
_OWN: Final          = _reached("-     -       own    -         -         -         -      -      -         -")
_ONE: Final          = _reached("-     -       own    part      part      all       filed  -      part      -")

_STATE: Final        = _shown("  yes   -       yes    yes       yes       yes       yes    yes    yes       -")
_NAME: Final         = _shown("  yes   -       yes    yes       yes       yes       yes    alias  yes       -")
_WORDS: Final        = _shown("  yes   -       yes    yes       yes       yes       yes    -      yes       -")
_SPOT: Final         = _shown("  yes   -       yes    yes       yes       yes       yes    -      yes       -")
_INTERNAL: Final     = _shown("  -     -       -      yes       yes       yes       -      -      yes       -")

_FILING: Final       = _reached("-     all     all    agencies  agencies  all       all    -      agencies  -")
_COMPLAINANT: Final  = _reached("all   -       own    -         -         -         -      -      -         -")
_EITHER: Final       = _reached("all   -       own    agencies  agencies  all       -      -      agencies  -")
_COLLEAGUE: Final    = _reached("-     -       -      part      part      all       -      -      part      -")
_AGENCY: Final       = _reached("-     -       -      agencies  agencies  all       -      -      agencies  -")
_IDENTITY: Final     = _reached("-     -       own    agencies  agencies  -         filed  -      -         -")

_DELIVERED: Final    = _reached("-     -       -      agencies  agencies  all       -      -      agencies  all")
_HANDLED: Final      = _reached("-     -       -      agencies  agencies  all       filed  -      agencies  -")
_NOBODY: Final       = _reached("-     -       -      -         -         -         -      -      -         -")

_BY_ANYONE: Final    = _reached("-     all     all    all       all       all       all    all    all       all")
_BY_TELEPHONE: Final = _reached("-     -       -      -         -         all       all    -      -         -")
_AT_COUNTERS: Final  = _reached("-     -       -      all       all       all       -      -      all       -")
_AT_DESKS: Final     = _reached("-     -       -      all       all       all       all    -      all       -")
_BY_PROGRAMS: Final  = _reached("-     -       -      -         -         -         -      -      all       -")
_KNOWS_WHO: Final    = _reached("-     -       own    agencies  agencies  -         filed  -      -         -")
_KNOWS_SECRET: Final = _reached("-     -       own    -         agencies  -         -      -      -         -")
# fmt: on

LIST: Final = "Query.complaints"
ONE: Final = "Query.node"
OWN: Final = "Viewer.complaints"
DELIVERIES: Final = "Query.deliveries"
"""How far systems have heard of acts: references, and nothing that was said or is about people."""
LETTERS: Final = "Query.letters"
"""Which letters were written to whoever complains, and when; not to whom."""

WATCH_ONE: Final = "Subscription.complaint_changed"
"""What may be read can be watched: these two can never differ from the questions they repeat."""
WATCH_LIST: Final = "Subscription.queue_changed"

QUESTIONS: Final[Mapping[str, Row[Reach]]] = {
    LIST: _LIST,
    "Query.complaint": _WITH_CODE,
    ONE: _ONE,
    OWN: _OWN,
    DELIVERIES: _DELIVERED,
    LETTERS: _HANDLED,
    "Query.agencies": _EVERYONE,
    "Query.agency": _EVERYONE,
    "Query.services": _EVERYONE,
    "Query.viewer": _EVERYONE,
    "Query.labels": _EVERYONE,
    "Query.likely_agencies": _EVERYONE,
    "Query.excluded_matters": _EVERYONE,
    "Query.similar_complaints": _EVERYONE,
    "Query.public_figures": _EVERYONE,
    "Query.attachment_limits": _EVERYONE,
    WATCH_ONE: Row(_WITH_CODE.with_code, _ONE.by_role),
    WATCH_LIST: _LIST,
}
"""Which cases can be asked for. Agencies, services, labels, who asks, advice, the public figures
and which files are taken are open to everyone; the cases that are similar only to whoever finds them in lists, and a number to
all others."""

FIELDS: Final[Mapping[str, Row[Shown]]] = {
    "Complaint.id": _NAME,
    "Complaint.reference": _NAME,
    "Complaint.version": _STATE,
    "Complaint.origin": _STATE,
    "Complaint.agency_code": _STATE,
    "Complaint.agency": _STATE,
    "Complaint.status": _STATE,
    "Complaint.status_reason": _WORDS,
    "Complaint.kind": _STATE,
    "Complaint.title": _WORDS,
    "Complaint.description": _WORDS,
    "Complaint.language": _STATE,
    "Complaint.service_code": _STATE,
    "Complaint.service": _STATE,
    "Complaint.category": _STATE,
    "Complaint.channel": _STATE,
    "Complaint.location": _STATE,
    "Complaint.created_at": _STATE,
    "Complaint.created_precision": _STATE,
    "Complaint.received_at": _STATE,
    "Complaint.updated_at": _STATE,
    "Complaint.due_at": _STATE,
    "Complaint.overdue": _STATE,
    "Complaint.closed_at": _STATE,
    "Complaint.assignee": _INTERNAL,
    "Complaint.duplicate_of": _NAME,
    "Complaint.handed_over_at": _STATE,
    "Complaint.participants": _STATE,
    "Complaint.demonstration": _STATE,
    "Complaint.secret": _STATE,
    "Complaint.possible_acts": _STATE,
    "Complaint.messages": _WORDS,
    "Complaint.events": _STATE,
    "Complaint.decisions": _WORDS,
    "Complaint.attachments": _WORDS,
    "Origin.source": _STATE,
    "Origin.source_id": _NAME,
    "Origin.mode": _STATE,
    "Origin.fetched_at": _STATE,
    "Origin.source_updated_at": _STATE,
    "Origin.stale": _STATE,
    "Origin.raw_status": _STATE,
    "Origin.pending_acts": _STATE,
    "Location.address": _WORDS,
    "Location.area_code": _STATE,
    "Location.latitude": _SPOT,
    "Location.longitude": _SPOT,
    "Event.id": _NAME,
    "Event.kind": _STATE,
    "Event.at": _STATE,
    "Event.status": _STATE,
    "Event.raw_status": _STATE,
    "Event.agency_code": _STATE,
    "Participant.agency_code": _STATE,
    "Participant.part": _STATE,
    "Participant.since": _STATE,
    "Event.source_at": _STATE,
    "Message.id": _WORDS,
    "Message.author": _WORDS,
    "Message.visibility": _WORDS,
    "Message.body": _WORDS,
    "Message.at": _WORDS,
    "Message.language": _WORDS,
    "Message[INTERNAL]": _INTERNAL,
    "Decision.id": _WORDS,
    "Decision.outcome": _WORDS,
    "Decision.reasons": _WORDS,
    "Decision.at": _WORDS,
    "Decision.legal_basis": _WORDS,
    "Decision.notified_at": _WORDS,
    "Decision.instead": _WORDS,
    "Decision.rating": _WORDS,
    "Decision.rating_comment": _WORDS,
    "Decision.rated_at": _WORDS,
    "Decision.source_at": _WORDS,
    "Decision.answered_without_reasons": _WORDS,
    "Attachment.id": _WORDS,
    "Attachment.name": _WORDS,
    "Attachment.media_type": _WORDS,
    "Attachment.bytes": _WORDS,
    "Attachment.sha256": _WORDS,
    "Attachment.url": _WORDS,
    "Attachment.at": _WORDS,
    "Attachment.author": _WORDS,
    "Attachment.message": _WORDS,
    "Attachment.decision": _WORDS,
}
"""What is shown of a case that was reached. What a role is not shown is null for it, is not read
for it, and cannot be filtered by. Who complains is no part of a case: see `READ_COMPLAINANT`."""

INTERNAL: Final = "Message[INTERNAL]"
"""Whether messages that are for the administration alone are among `messages`."""

ACTS: Final[Mapping[Act, Row[Reach]]] = {
    Act.FILE: _FILING,
    Act.ADD_MESSAGE: _EITHER,
    Act.PROVIDE_INFORMATION: _COMPLAINANT,
    Act.WITHDRAW: _COMPLAINANT,
    Act.RATE: _COMPLAINANT,
    Act.REOPEN: _COMPLAINANT,
    Act.HAND_OVER: _COMPLAINANT,
    Act.REPLACE_TRACKING_CODE: _IDENTITY,
    Act.READ_COMPLAINANT: _KNOWS_WHO,
    Act.READ_SECRET_COMPLAINANT: _KNOWS_SECRET,
    Act.ACKNOWLEDGE: _AGENCY,
    Act.ASSESS: _AGENCY,
    Act.ASSIGN: _AGENCY,
    Act.ADD_NOTE: _COLLEAGUE,
    Act.REQUEST_INFORMATION: _AGENCY,
    Act.ANSWER_IN_PART: _AGENCY,
    Act.DECIDE: _AGENCY,
    Act.CLOSE: _AGENCY,
    Act.LINK_DUPLICATE: _AGENCY,
    Act.TRANSFER: _AGENCY,
    Act.ADD_CO_AGENCY: _AGENCY,
    Act.CONFIRM_DELIVERY: _AGENCY,
    Act.HEAR: _NOBODY,
}
"""In which cases something may be done; of `FILE`, about which agencies one may file."""

CHANNELS: Final[Mapping[Channel, Row[Reach]]] = {
    Channel.WEB: _BY_ANYONE,
    Channel.MOBILE: _BY_ANYONE,
    Channel.CALL_CENTRE: _BY_TELEPHONE,
    Channel.COUNTER: _AT_COUNTERS,
    Channel.POST: _AT_DESKS,
    Channel.EMAIL: _AT_DESKS,
    Channel.SMS: _AT_DESKS,
    Channel.SOCIAL: _AT_DESKS,
    Channel.API: _BY_PROGRAMS,
    Channel.SYSTEM: _BY_PROGRAMS,
}
"""Who, of those who may file at all, may say that a complaint came this way."""
