"""What the harness calls things, and what we call them."""

from collections.abc import Mapping
from typing import Any, Final

from connectors.contract.lifecycle import Status
from connectors.contract.records import AuthorRole, Channel, EventKind, Kind

AGENCIES: Final = 30
CASES_A_SOURCE: Final = 400
PROBED: Final = 1000
"""How many references, and ids of live cases, the harness asks for."""

STATUSES: Final = {
    "open": Status.SUBMITTED,
    "in_progress": Status.IN_PROGRESS,
    "awaiting_citizen": Status.AWAITING_COMPLAINANT,
    "resolved": Status.ANSWERED,
    "closed": Status.CLOSED,
    "rejected": Status.INADMISSIBLE,
}
KINDS: Final = {
    "complaint": Kind.COMPLAINT,
    "request": Kind.INFORMATION_REQUEST,
    "suggestion": Kind.SUGGESTION,
    "appeal": Kind.OBSERVATION,
}
CHANNELS: Final = {
    "web": Channel.WEB,
    "mobile": Channel.MOBILE,
    "phone": Channel.CALL_CENTRE,
    "counter": Channel.COUNTER,
    "letter": Channel.POST,
}
EVENTS: Final = {
    "submitted": EventKind.FILED,
    "assigned": EventKind.STATUS_CHANGED,
    "updated": EventKind.MESSAGE_ADDED,
}
AUTHORS: Final = {"agent": AuthorRole.AGENCY, "citizen": AuthorRole.COMPLAINANT}


def live(code: str) -> str:
    """What the agency `code` is called that answers by its own system; it is kept here too."""
    return f"live-{ours(code)}"


def ours(code: str) -> str:
    """What it is called that is kept here."""
    return code.lower()


def answers(references: list[str]) -> dict[str, Any]:
    """The harness's `answers.json`; `references` are those that it asks for."""
    codes = [f"AG{number:02d}" for number in range(1, AGENCIES + 1)]
    ids = [f"{codes[each % AGENCIES]}-{each * 7 % CASES_A_SOURCE:05d}" for each in range(PROBED)]
    lives = {code: live(code) for code in codes}
    requested = {"origin.sourceId": "id", "category": "serviceName", "createdAt": "requestedAt"}
    named = {"agency.name.fr": "agency.name", "agency.name.en": "agency.kind"}
    told = {each: code for code in codes for each in (ours(code), live(code))}
    return {
        "default": {
            "paths": {
                "origin.sourceId": "reference",
                "title": "subject",
                "location.areaCode": "region",
                "agency.name.fr": "agency.nameFr",
                "agency.name.en": "agency.kind",
                "events[].id": "events[].seq",
                "events[].kind": "events[].type",
                "events[].agencyCode": "events[].actor",
                "events[].rawStatus": "events[].note",
            },
            "values": {
                "agency.code": told,
                "status": _back(STATUSES),
                "kind": _back(KINDS),
                "channel": _back(CHANNELS),
                "events[].seq": {str(number): number for number in (1, 2, 3)},
                "events[].type": _back(EVENTS),
                "messages[].author": _back(AUTHORS),
            },
            "variables": {"status": {"name": "status", "values": STATUSES}},
        },
        "S3": {
            "variables": {
                "reference": {
                    "name": "id",
                    "values": {each: f"Complaint:store:{each}" for each in references},
                }
            }
        },
        "F1": {"paths": requested, "variables": {"code": {"name": "code", "values": lives}}},
        "F2": {
            "paths": requested,
            "variables": {f"c{n}": {"name": f"c{n}", "values": lives} for n in range(10)},
        },
        "F3": {
            "paths": requested | named,
            "variables": {
                "id": {
                    "name": "id",
                    "values": {each: f"Complaint:{live(each[:4])}:{each}" for each in ids},
                }
            },
        },
    }


def _back(words: Mapping[str, str]) -> dict[str, str]:
    return {ours: theirs for theirs, ours in words.items()}


def registry(upstream: str, *, lifetime: float = 0.0) -> dict[str, Any]:
    """The registry: each agency of the harness twice, as one that is kept here and as one that is not.

    With a `lifetime` (seconds) sources' answers serve that long, and calls under way are shared.
    """
    return {
        "version": 1,
        "sources": {live(code): _source(upstream, code, lifetime) for code, _, _ in _agencies()},
        "agencies": [
            *(
                {"code": ours(code), "name": names, "class": "MINISTRY"}
                for code, names, _ in _agencies()
            ),
            *(
                {"code": live(code), "name": names, "class": "EEP", "source": live(code)}
                for code, names, _ in _agencies()
            ),
        ],
    }


_FRENCH: Final = ("Ministère", "Commune", "Régie", "Hôpital", "Académie", "Préfecture")
_KINDS: Final = ("ministry", "municipality", "utility", "health", "education", "police")


def _agencies() -> list[tuple[str, dict[str, str], str]]:
    told = []
    for number in range(AGENCIES):
        kind = _KINDS[number % len(_KINDS)]
        french = f"{_FRENCH[number % len(_FRENCH)]} n° {number + 1}"
        told.append((f"AG{number + 1:02d}", {"ar": french, "fr": french, "en": kind}, kind))
    return told


def _source(upstream: str, code: str, lifetime: float) -> dict[str, Any]:
    return {
        "connector": "rest",
        "mode": "live",
        "guard": {
            "per_second": 1_000_000,
            "max_concurrent": 64,
            "lifetime_seconds": lifetime,
            "share_calls": lifetime > 0,
        },
        "options": {
            "url": f"{upstream}/agencies/{code}",
            "record": {
                "id": "$.service_request_id",
                "status": "$.status",
                "fields": {
                    "description": "$.description",
                    "category": "$.service_name",
                    "created_at": "$.requested_datetime",
                },
            },
            "statuses": {"in": {"open": "SUBMITTED", "closed": "CLOSED"}, "complete": True},
            "list": {
                "request": {"path": "requests.json"},
                "records": "$",
                "paging": {
                    "style": "page",
                    "parameter": "page",
                    "size_parameter": "page_size",
                    "max_size": 50,
                },
                "filters": {"STATUS": {"IN": {"query": {"status": "{value}"}, "exact": True}}},
                "orders": {"CREATED": {"DESC": {"query": {"sort": "-date"}, "ties": "id"}}},
            },
            "get": {"request": {"path": "requests/{id}.json"}, "record": "$[0]"},
        },
    }
