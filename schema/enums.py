"""The words that the graph answers with, each explained.

Types take them from here, so that they are explained before they are used.
"""

import inspect
from enum import StrEnum
from typing import TypeVar

import strawberry

from connectors.contract.acts import Act, Inadmissibility
from connectors.contract.capabilities import Exactness
from connectors.contract.lifecycle import Status
from connectors.contract.query import Direction
from connectors.contract.records import (
    AgencyClass,
    AttributeType,
    AuthorRole,
    Channel,
    DatePrecision,
    EventKind,
    Kind,
    Mandate,
    Mode,
    Outcome,
    Part,
    PersonType,
    Visibility,
)
from resolvers.guard import SourceHealth
from resolvers.outcome import OnSourceFailure, SourceStatus
from resolvers.policy import Role

__all__ = [
    "Act",
    "AgencyClass",
    "AttributeType",
    "AuthorRole",
    "Channel",
    "DatePrecision",
    "Direction",
    "EventKind",
    "Exactness",
    "Inadmissibility",
    "Kind",
    "Mandate",
    "Mode",
    "OnSourceFailure",
    "Outcome",
    "Part",
    "PersonType",
    "Role",
    "SourceHealth",
    "SourceStatus",
    "Status",
    "Visibility",
    "described",
]

_E = TypeVar("_E", bound=StrEnum)


def described(words: type[_E], *, called: str | None = None, **meanings: str) -> type[_E]:
    """Make `words` an enum of the graph; each value must have its meaning told."""
    exposed = strawberry.enum(words, name=called, description=inspect.getdoc(words))
    values = exposed.__strawberry_definition__.values  # type: ignore[attr-defined]  # set above
    if untold := {value.name for value in values} ^ meanings.keys():
        raise TypeError(f"{words.__name__}: told and existing values differ: {sorted(untold)}")
    for value in values:
        value.description = meanings[value.name]
    return exposed


described(
    Status,
    called="ComplaintStatus",
    SUBMITTED="Filed; nobody has confirmed to have it yet.",
    ACKNOWLEDGED="The agency has confirmed to have it.",
    UNDER_ASSESSMENT="The agency finds out whether and by whom it is to be treated.",
    INADMISSIBLE="It cannot be treated, for a reason that the complainant is told.",
    IN_PROGRESS="It is being treated.",
    AWAITING_COMPLAINANT="The complainant was asked for something.",
    AWAITING_THIRD_PARTY="Somebody else was asked for something.",
    ANSWERED="The complainant has a reasoned answer, and may have the case reopened.",
    CLOSED="Nothing further is to be done.",
    REOPENED="The complainant was not content with the answer.",
    WITHDRAWN="The complainant took it back.",
    DUPLICATE="Another case is about the same.",
)
described(
    Act,
    called="ComplaintAct",
    FILE="It was filed.",
    ADD_MESSAGE="A message was added.",
    PROVIDE_INFORMATION="What was asked for was told.",
    WITHDRAW="The complainant took it back.",
    RATE="The complainant said what they think of the answer.",
    REOPEN="The complainant had it treated again.",
    HAND_OVER="The complainant handed it to the ombudsman.",
    REPLACE_TRACKING_CODE="Its tracking code was replaced.",
    ACKNOWLEDGE="The agency confirmed to have it.",
    ASSESS="The agency said whether it is to be treated.",
    ASSIGN="It was given to an officer.",
    ADD_NOTE="A note for colleagues was left.",
    REQUEST_INFORMATION="The complainant was asked for something.",
    ANSWER_IN_PART="An interim answer was given.",
    DECIDE="The reasoned answer was given.",
    CLOSE="It was closed.",
    LINK_DUPLICATE="It was found to be about the same as another.",
    TRANSFER="It went to another agency.",
    ADD_CO_AGENCY="Another agency takes part.",
    CONFIRM_DELIVERY="An officer said that the agency's own system has what it was to hear.",
    HEAR="What the system that holds it tells of it was taken in.",
    READ_COMPLAINANT="Who complains was looked up.",
    READ_SECRET_COMPLAINANT="Who complains was looked up, though it is to be kept secret.",  # noqa: S106
)
described(
    Kind,
    called="ComplaintKind",
    COMPLAINT="Harm by an act of the administration, or discontent with a service.",
    OBSERVATION="A point of view on a service.",
    SUGGESTION="An idea to make a service better.",
    INFORMATION_REQUEST="A request for information, which another law and another portal serve.",
)
described(
    Channel,
    WEB="On a web page.",
    MOBILE="In a telephone's application.",
    CALL_CENTRE="By telephone.",
    COUNTER="By word of mouth, at a counter.",
    POST="By letter.",
    EMAIL="By e-mail.",
    SMS="By text message.",
    SOCIAL="In a social network.",
    API="By another program.",
    SYSTEM="The case was made by a system.",
)
described(
    PersonType,
    NATURAL="A person.",
    COMPANY="A company.",
    ASSOCIATION="An association.",
    COOPERATIVE="A cooperative.",
    PUBLIC_BODY="A public body.",
    OTHER="Any other body.",
)
described(
    Mandate,
    RELATIVE="A relative.",
    LEGAL_REPRESENTATIVE="Whoever acts for them by law: a guardian, a company's manager.",
    LAWYER="Their lawyer.",
    ASSOCIATION="An association that they asked to.",
    OTHER="Anyone else whom they asked to.",
)
described(
    AgencyClass,
    MINISTRY="A ministry.",
    HIGH_COMMISSION="A high commission or a general delegation.",
    COLLECTIVITE="A region, a prefecture or province, or a commune.",
    EEP="A public establishment or enterprise.",
    OTHER="Any other administration.",
)
described(
    Mode,
    called="OriginMode",
    OWN="Kept in this service's own store.",
    MIRROR="Kept by the agency; listed from an index of its cases that is kept here.",
    LIVE="Kept by the agency, which was asked for it.",
    PENDING="Filed here, and not yet known in the agency's system.",
)
described(
    Outcome,
    called="DecisionOutcome",
    UPHELD="The complainant was right.",
    PARTLY_UPHELD="The complainant was partly right.",
    NOT_UPHELD="The complainant was not right.",
    INFORMATION_GIVEN="The complainant was informed.",
    NO_ACTION_POSSIBLE="Nothing can be done.",
    REDIRECTED="Another body is competent; the reasons say which.",
    WITHDRAWN="The complainant took it back.",
    DUPLICATE="Another case is about the same.",
)
described(
    Visibility,
    called="MessageVisibility",
    PUBLIC="The complainant may read it.",
    INTERNAL="Only the administration may read it.",
)
described(
    Inadmissibility,
    INCOMPLETE="Something that is needed is missing.",
    NOT_CONFORMING_FORM="It is not made as the model form asks.",
    SUB_JUDICE="It is before a court.",
    RES_JUDICATA="A court has judged it.",
    CRIMINAL_PROCEEDINGS="It is in records of the judicial police for the prosecutor.",
    OUT_OF_SCOPE="The law leaves it out.",
    OTHER_COMPETENT_BODY="Another body is competent.",
    ABUSIVE="It insults.",
    UNCLEAR="It cannot be understood, or nothing supports it.",
    ANONYMOUS="Nobody stands for it.",
)
described(
    AuthorRole,
    COMPLAINANT="Whoever complains.",
    AGENCY="The agency.",
    SYSTEM="A system.",
)
described(
    DatePrecision,
    INSTANT="To the second or better.",
    HOUR="To the hour; the time given is its beginning.",
    DAY="To the day; the time given is its beginning.",
    MONTH="To the month; the time given is its beginning.",
)
described(
    EventKind,
    FILED="The case began.",
    STATUS_CHANGED="Its status changed.",
    MESSAGE_ADDED="Something was said.",
    TRANSFERRED="Another agency became responsible.",
    ANSWERED_IN_PART="An interim answer was given: the whole one takes longer.",
    DECIDED="A reasoned answer was given.",
    RATED="The complainant said what they think of the answer.",
    CO_AGENCY_ADDED="Another agency was asked to help.",
    HANDED_OVER="The complainant handed the case over to the ombudsman.",
    IMPORTED="It was taken over from a file.",
)
described(
    Part,
    called="ParticipantPart",
    CO_AGENCY="It was asked to help: it reads along and leaves notes.",
    FORMER="It was responsible before: it sees what there was until then.",
    OMBUDSMAN="The complainant handed the case over to it.",
)
described(
    AttributeType,
    called="ServiceAttributeType",
    STRING="A line of text.",
    NUMBER="A number.",
    DATETIME="A date and time.",
    TEXT="Text of several lines.",
    SINGLE_VALUE_LIST="One of the choices.",
    MULTI_VALUE_LIST="Any of the choices.",
)
described(
    Direction,
    called="OrderDirection",
    ASC="The earliest first.",
    DESC="The latest first.",
)
described(
    Exactness,
    EXACT="The source itself sees to it exactly.",
    APPROXIMATE="The source narrows, and this service looks at each row again.",
)
described(
    SourceStatus,
    OK="It answered.",
    STALE="It did not answer, or not lately; these are the rows it told before.",
    TIMEOUT="It did not answer in time.",
    UNAVAILABLE="It could not be reached, or failed.",
    UNAUTHORIZED="It did not accept this service's credentials.",
    RATE_LIMITED="It asked to be asked less often.",
    BAD_DATA="Its answer was not what its interface promises.",
    UNSUPPORTED_ORDER="It can neither sort like this, nor has it few enough rows to be sorted here.",
    UNSUPPORTED_FILTER="It can neither filter like this, nor does it tell what would be looked at.",
    TRUNCATED="Rows or parts of them were left out: they would have cost more than one page may.",
    SKIPPED="It was not asked, because it failed too often just now.",
)
described(
    SourceHealth,
    UNKNOWN="It was not asked yet.",
    UP="It answered when it was last asked.",
    FAILING="It failed when it was last asked.",
    DOWN="It failed so often that it is left alone for a while.",
)
described(
    OnSourceFailure,
    PARTIAL="Answer with what the others have, and say who was silent.",
    FAIL="Answer with an error.",
)
described(
    Role,
    called="ViewerRole",
    ANONYMOUS="Nobody in particular: sees agencies, services and cases whose code they know.",
    CITIZEN="Somebody who is signed in: files, and follows cases by their codes.",
    OFFICER="Serves some agencies and sees their cases.",
    SUPERVISOR="Answers for the officers of some agencies and sees their cases.",
    NATIONAL_SUPERVISOR="Sees the cases of every agency.",
    CALL_CENTRE="Helps people on the telephone: files for them, and sees one case filed here at "
    "a time, by its reference.",
    ANALYST="Sees the cases of every agency without people's words and under pseudonyms.",
    AGENCY_SYSTEM="A program of some agencies: sees and does what their officers do.",
    ADMIN="Runs this service and sees no cases.",
)
