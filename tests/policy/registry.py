"""What each field of the graph stands for: one record field, one question, one act, or nothing of a case.

Whoever adds a field decides here, or in `resolvers/policy/table.py`, who may see or do it.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_introspection_type,
)

from connectors.contract.acts import Act
from resolvers.policy.table import FIELDS, QUESTIONS
from schema.build import build

SCHEMA = build()._schema

ACTS: Mapping[str, Act] = {
    "fileComplaint": Act.FILE,
    "addMessage": Act.ADD_MESSAGE,
    "provideInformation": Act.PROVIDE_INFORMATION,
    "withdrawComplaint": Act.WITHDRAW,
    "rateAnswer": Act.RATE,
    "reopenComplaint": Act.REOPEN,
    "acknowledgeComplaint": Act.ACKNOWLEDGE,
    "assessComplaint": Act.ASSESS,
    "addNote": Act.ADD_NOTE,
    "requestInformation": Act.REQUEST_INFORMATION,
    "answerInPart": Act.ANSWER_IN_PART,
    "decideComplaint": Act.DECIDE,
    "closeComplaint": Act.CLOSE,
    "replaceTrackingCode": Act.REPLACE_TRACKING_CODE,
    "readComplainant": Act.READ_COMPLAINANT,
    "assignComplaint": Act.ASSIGN,
    "linkDuplicate": Act.LINK_DUPLICATE,
    "transferComplaint": Act.TRANSFER,
    "addCoAgency": Act.ADD_CO_AGENCY,
    "handOver": Act.HAND_OVER,
    "confirmDelivery": Act.CONFIRM_DELIVERY,
}
"""The act behind each mutation; what the mutation answers with belongs to it."""

OPEN: Mapping[str, tuple[str, ...]] = {
    # The registry of administrations and what they offer.
    "Agency": (
        *("id", "code", "name", "class", "region", "demonstration", "parent"),
        *("source", "services", "service"),
    ),
    "AgencyConnection": ("edges", "nodes", "pageInfo", "totalCount"),
    "AgencyEdge": ("cursor", "node"),
    "Service": (
        *("id", "agencyCode", "code", "name", "description", "group", "keywords", "attributes"),
    ),
    "ServiceAttribute": ("code", "type", "required", "description", "hint", "asked", "choices"),
    "AttributeChoice": ("key", "name"),
    "ServiceConnection": ("edges", "nodes", "pageInfo", "totalCount"),
    "ServiceEdge": ("cursor", "node"),
    "LocalizedText": ("ar", "fr", "en", "zgh"),
    # Agencies' systems and how they do.
    "AgencySource": (
        *("id", "kind", "mode", "health", "lastAnsweredAt", "lastFailedAt", "acceptsFilings"),
        *("takes", "filters", "orders", "heardAt", "lagSeconds"),
    ),
    "SourceTakes": ("filings", "messages", "statuses", "attachmentBytes"),
    "FilterSupport": ("field", "op", "exactness"),
    "SourceOutcome": (
        *("source", "status", "rows", "asOf", "lagSeconds", "endedEarly", "missedBefore"),
        *("error", "fieldsMissing", "agencies"),
    ),
    "SourceFailure": ("code", "message", "retryAfter"),
    "AskedSource": ("source", "status"),
    # What lists are made of: whoever may ask for a list has these; cursors cannot be read.
    "ComplaintConnection": ("edges", "nodes", "pageInfo", "totalCount", "sources", "complete"),
    "ComplaintEdge": ("cursor", "node"),
    "PageInfo": ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor"),
    "TotalCount": ("value", "exact"),
    # What changed, of what whoever watches may read.
    "ComplaintChange": ("version", "complaint"),
    "QueueChange": ("cursor", "id", "left", "complaint"),
    # Advice before filing, made of the registry and of what is said; cases only for who reads them.
    "LikelyAgencies": ("suggestions", "regions"),
    "LikelyAgency": ("agency", "service", "score", "reasons"),
    "LikelyAgencyReason": ("code", "words", "region"),
    "ExcludedMatter": (
        *("suggested", "words", "code", "inadmissibility", "law", "name", "instead", "url"),
    ),
    "SimilarComplaints": (
        *("atLeast", "complaints", "lookedAt", "searchedFor", "sources", "complete"),
    ),
    "SimilarComplaint": ("complaint", "score"),
    # How far systems have heard of acts: whoever may ask for deliveries has these.
    "DeliveryConnection": ("edges", "nodes", "pageInfo"),
    "DeliveryEdge": ("cursor", "node"),
    "Delivery": (
        *("id", "reference", "agencyCode", "agency", "source", "act", "verb", "state"),
        *("attempts", "createdAt", "nextAt", "triedAt", "code"),
    ),
    # What may be sent, which is told everyone who files.
    "AttachmentLimits": ("count", "largestBytes", "totalBytes", "mediaTypes"),
    # Numbers of cases; what would tell of few is not told.
    "PublicFigures": ("from", "to", "rows", "byMonth", "byClass", "total"),
    "Figures": (
        *("agencyClass", "month", "asOf", "coverage", "counts", "treatmentRate", "meanDays"),
        "satisfaction",
    ),
    "FiguresCoverage": ("agencies", "covered", "share"),
    "FiguresCounts": (
        *("received", "inTreatment", "treated", "dropped", "answered", "reopened", "rated"),
    ),
    # Oneself, and why something was not done.
    "Viewer": ("role", "readsInternal", "agencies", "withheld"),
    "Problem": ("code", "message", "path", "status", "version", "parameters"),
    "ProblemParameter": ("name", "value"),
    # Which letters were written: whoever may ask for them has these.
    "Letter": ("kind", "state", "attempts", "queuedAt", "sentAt", "code"),
    # Whoever holds a letter may have no more of them sent where it went, and, if it has a link to a
    # new tracking code, have that; to anybody else who asks for one nothing is told.
    "Mutation": ("stopLetters", "sendTrackingCodeLink", "openTrackingCodeLink"),
    "SendTrackingCodeLinkPayload": ("problems",),
    "OpenTrackingCodeLinkPayload": ("reference", "trackingCode", "problems"),
    "StopLettersPayload": ("stopped", "problems"),
    # What words of the graph are called.
    "Label": ("kind", "code", "name"),
    "FilingWarning": ("code", "message", "path"),
    "ActPayload": ("complaint", "problems"),
    "Node": ("id",),
}
"""Fields that by themselves show nothing of a case."""


def fields() -> Iterator[tuple[str, str]]:
    """Every field of every type, by the names of both."""
    for name, kind in SCHEMA.type_map.items():
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        if not is_introspection_type(kind):
            yield from ((name, field) for field in kind.fields)


def meanings(kind: str, field: str) -> list[str]:
    """What this field was decided to stand for: exactly one thing, or the decision is missing."""
    record = f"{kind}.{python_name(kind, field)}"
    found = [record] if record in FIELDS or record in QUESTIONS else []
    if kind == "Mutation" and field in ACTS:
        found.append(ACTS[field])
    if kind in _ANSWERS and kind not in OPEN:
        found.append(_ANSWERS[kind])
    if field in OPEN.get(kind, ()):
        found.append("nothing of a case")
    return found


def python_name(kind: str, field: str) -> str:
    """What a field is called in the record behind it."""
    shown = SCHEMA.type_map[kind]
    assert isinstance(shown, GraphQLObjectType | GraphQLInterfaceType)
    name: str = shown.fields[field].extensions["strawberry-definition"].python_name
    return name


def _answers() -> dict[str, Act]:
    mutations = SCHEMA.mutation_type
    assert mutations is not None
    answers = {}
    for field, act in ACTS.items():
        payload = get_named_type(mutations.fields[field].type)
        answers[payload.name] = act
    return answers


_ANSWERS = _answers() | {
    "Receipt": Act.FILE,
    "Complainant": Act.READ_COMPLAINANT,
    "OnBehalfOf": Act.READ_COMPLAINANT,
}
