"""A case system of our own making that can do everything which can be described, and its description.

It keeps the scenario's complaints in words of its own. Its lists come in any of six ways; rows of
equal time come in an order of no meaning.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.query import searched_text
from connectors.contract.records import Complaint, DatePrecision, Event, SourceId, Visibility
from connectors.testing import scenario

SOURCE = SourceId("desk")
AGENCIES = scenario.AGENCIES
UNITS = {"commune-a": "A", "commune-b": "B", "regie": "R"}
STATES = {f"état {status.value.lower()}": status for status in Status}
INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"
KEY = "desk-s3cret"


@cache
def complaints() -> tuple[Complaint, ...]:
    """The scenario's; the desk has a word of its own for what a filing leads to as well."""
    return tuple(
        replace(case, events=tuple(map(_with_word, case.events or ())))
        for case in scenario.complaints(source=SOURCE)
    )


def _with_word(event: Event) -> Event:
    return replace(event, raw_status=f"état {event.status.value.lower()}" if event.status else None)


class Desk:
    """The system; `app` is what it answers with, `calls` what it was asked."""

    def __init__(
        self, cases: Sequence[Complaint] = (), *, paging: str = "offset", most: int = 50
    ) -> None:
        self.paging = paging
        self.most = most
        self.calls: list[str] = []
        self.cases: dict[str, dict[str, Any]] = {
            case.origin.source_id: row_of(case) for case in cases
        }
        self.frozen: set[str] = set()
        """Ids whose state never changes, whatever is answered."""
        self.uploads: dict[str, bytes] = {}
        self.app = Starlette(
            routes=[
                Route("/api/cases", self._list, methods=["GET"]),
                Route("/api/cases", self._file, methods=["POST"]),
                Route("/api/cases/{id:path}/decisions", self._decisions),
                Route("/api/cases/{id:path}/notes", self._note, methods=["POST"]),
                Route("/api/cases/{id:path}/files", self._keep, methods=["POST"]),
                Route("/api/cases/{id:path}", self._change, methods=["PUT"]),
                Route("/api/cases/{id:path}", self._show, methods=["GET"]),
                Route("/api/uploads", self._upload, methods=["POST"]),
            ]
        )

    def _refusal(self, request: Request) -> Response | None:
        query = f"?{request.url.query}" if request.url.query else ""
        self.calls.append(f"{request.method} {request.url.path}{query}")
        if request.headers.get("x-api-key") != KEY:
            return JSONResponse({"error": "no key"}, 401)
        return None

    async def _list(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        said = request.query_params
        if "ids" in said:
            known = [self.cases[each] for each in said["ids"].split(";") if each in self.cases]
            return JSONResponse({"cases": [_shown(case, said) for case in known]})
        found = [case for case in self.cases.values() if _meets(case, request)]
        if "sort" in said:
            found = _sorted(found, said["sort"])
        return self._page(found, request)

    def _page(self, found: list[dict[str, Any]], request: Request) -> Response:
        said = request.query_params
        size = min(int(said.get("size", self.most)), self.most)
        match self.paging:
            case "page":
                start = int(said["page"]) * size
            case "none":
                start, size = 0, len(found)
            case _:
                start = int(said.get("at", 0))
        rows = [_shown(case, said) for case in found[start : start + size]]
        end = start + size
        answer: dict[str, Any] = {"cases": rows, "found": len(found)}
        headers = {}
        more = end < len(found)
        there = str(request.url.include_query_params(at=end)) if more else None
        if self.paging == "cursor":
            answer["next"] = str(end) if more else ""
        elif self.paging == "next_url":
            answer["next"] = there
        elif self.paging == "link_header" and there is not None:
            headers["Link"] = f'<{request.url}>; rel="first", <{there}>; title="a,b"; rel=next'
        return JSONResponse(answer, headers=headers)

    async def _show(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        case = self.cases.get(request.path_params["id"])
        if case is None:
            return Response(status_code=404)
        return JSONResponse({"case": _shown(case, request.query_params)})

    async def _decisions(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        items = self.cases[request.path_params["id"]]["decisions"]
        start = int(request.query_params.get("at", 0))
        return JSONResponse({"decisions": items[start : start + 1], "left": start + 1 < len(items)})

    async def _file(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        said = (await request.json())["case"]
        if not said.get("subject"):
            return JSONResponse({"errors": {"subject": ["Le sujet est obligatoire"]}}, 422)
        id_ = f"new-{len(self.cases)}"
        case = {"id": id_, "state": {"code": "état submitted"}, "type": "COMPLAINT", "unit": "A"}
        case |= {"notes": [], "history": [], "decisions": [], "files": []}
        case |= {"created": datetime.now(UTC).isoformat(), "place": {}, "category": {}}
        self.cases[id_] = case | said
        return JSONResponse({"case": {"id": id_}}, 201)

    async def _note(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        case = self.cases.get(request.path_params["id"])
        if case is None:
            return Response(status_code=404)
        id_ = f"note-{len(case['notes'])}"
        case["notes"].append(
            {"id": id_, "at": datetime.now(UTC).isoformat()} | await request.json()
        )
        return Response(status_code=204)

    async def _change(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        id_, said = request.path_params["id"], await request.json()
        if id_ not in self.cases:
            return Response(status_code=404)
        if id_ not in self.frozen:
            self.cases[id_] |= said | {"state": {"code": said["state"]}}
        return Response(status_code=204)

    async def _upload(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        token = f"t{len(self.uploads)}"
        self.uploads[token] = await request.body()
        return JSONResponse({"token": token}, 201)

    async def _keep(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        case, said = self.cases.get(request.path_params["id"]), await request.json()
        if case is None:
            return Response(status_code=404)
        content = self.uploads[said["token"]]
        id_ = f"file-{len(case['files'])}"
        case["files"].append(said | {"id": id_, "size": len(content)})
        return JSONResponse({}, 201)


def row_of(case: Complaint) -> dict[str, Any]:
    """`case` as the desk tells it."""
    place = case.location
    return {
        "id": case.origin.source_id,
        "state": {"code": case.origin.raw_status},
        "type": case.kind.value,
        "unit": UNITS[case.agency_code],
        "subject": case.title,
        "body": case.description,
        "lang": case.language,
        "reason": case.status_reason,
        "category": {"id": case.service_code, "name": case.category},
        "origin": case.channel and case.channel.value.lower(),
        "place": {
            "street": place and place.address,
            "area": place and place.area_code,
            "lat": place and place.latitude,
            "lon": place and place.longitude,
        },
        "created": _created(case),
        "received": _told(case.received_at),
        "changed": _told(case.updated_at),
        "deadline": _told(case.due_at),
        "closed": _told(case.closed_at),
        "notes": [
            {
                "id": note.id,
                "at": _told(note.at),
                "text": note.body.replace("\n", "\r\n"),
                "by": note.author.value,
                "private": note.visibility is Visibility.INTERNAL,
                "lang": note.language,
            }
            for note in reversed(case.messages or ())
        ],
        "history": [
            {
                "id": event.id,
                "at": _told(event.at),
                "what": event.kind.value,
                "to": event.raw_status,
            }
            for event in case.events or ()
        ],
        "decisions": [
            {
                "id": each.id,
                "at": _told(each.at),
                "outcome": each.outcome.value,
                "why": each.reasons,
                "sent": _told(each.notified_at),
            }
            for each in case.decisions or ()
        ],
        "files": [
            {"id": each.id, "name": each.name, "type": each.media_type, "size": each.bytes}
            for each in case.attachments or ()
        ],
    }


def _created(case: Complaint) -> str | None:
    if case.created_at is not None and case.created_precision is DatePrecision.DAY:
        return case.created_at.date().isoformat()
    return _told(case.created_at)


def _told(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


_HIDDEN = {"notes", "history", "decisions"}


def _shown(case: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    wanted = set(said.get("with", "").split(","))
    return {name: value for name, value in case.items() if name not in _HIDDEN - wanted}


def _time(word: str | None) -> datetime | None:
    if word is None:
        return None
    at = datetime.fromisoformat(word)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _sorted(found: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    shuffled = sorted(found, key=lambda case: sha256(case["id"].encode()).digest())
    known = [case for case in shuffled if case.get(name) is not None]
    known.sort(key=lambda case: _time(case[name]) or datetime.now(UTC), reverse=down)
    return known + [case for case in shuffled if case.get(name) is None]


def _meets(case: Mapping[str, Any], request: Request) -> bool:
    said = request.query_params
    held = {
        "state": case["state"]["code"],
        "unit": case["unit"],
        "type": case["type"],
        "origin": case.get("origin"),
        "category": case["category"].get("id"),
        "name": case["category"].get("name"),
        "area": case["place"].get("area"),
        "external_ref": case.get("external_ref"),
    }
    if any(name in said and held[name] not in said.getlist(name) for name in held):
        return False
    for name in ("created", "received", "changed", "deadline", "closed"):
        at = _time(case.get(name))
        for bound, within in ((f"{name}_from", True), (f"{name}_to", False)):
            if bound in said and (
                at is None or (at >= datetime.fromisoformat(said[bound])) is not within
            ):
                return False
    return _lies_in(case, said) and _late(case, said) and _holds(case, said)


def _lies_in(case: Mapping[str, Any], said: Mapping[str, str]) -> bool:
    if "box" not in said:
        return True
    south, west, north, east = map(float, said["box"].split(","))
    lat, lon = case["place"].get("lat"), case["place"].get("lon")
    return lat is not None and south <= lat <= north and west <= lon <= east


def _late(case: Mapping[str, Any], said: Mapping[str, str]) -> bool:
    if "late_at" not in said:
        return True
    due = _time(case.get("deadline"))
    is_open = STATES[case["state"]["code"]] in OPEN
    return is_open and due is not None and due < datetime.fromisoformat(said["late_at"])


def _holds(case: Mapping[str, Any], said: Mapping[str, str]) -> bool:
    # Any one of the words will do, as with many searches.
    text = searched_text(case.get("subject"), case.get("body"))
    return "words" not in said or any(word in text for word in said["words"].split())


def description(url: str, paging: str = "offset", **changes: Any) -> dict[str, Any]:
    """The options that describe the desk, all of it."""
    both = {op: {"format": INSTANT, "timezone": "UTC", "exact": True} for op in ("GTE", "LT")}

    def times(name: str) -> dict[str, Any]:
        ends = {"GTE": f"{name}_from", "LT": f"{name}_to"}
        return {op: how | {"query": {ends[op]: "{value}"}} for op, how in both.items()}

    def listed(name: str, **more: Any) -> dict[str, Any]:
        return {"IN": {"query": {name: "{value}"}, "several": "repeat", "exact": True} | more}

    def sorts(name: str) -> dict[str, Any]:
        return {"ASC": {"query": {"sort": name}}, "DESC": {"query": {"sort": f"-{name}"}}}

    units = {unit: code for code, unit in UNITS.items()}
    return {
        "url": f"{url}/api",
        "timezone": "UTC",
        "auth": {"kind": "header", "name": "X-Api-Key", "value": KEY},
        "record": {
            "id": "$.id",
            "status": "$.state.code",
            "kind": {"path": "$.type", "table": _same("COMPLAINT OBSERVATION SUGGESTION")
                     | _same("INFORMATION_REQUEST")},
            "agency": {"path": "$.unit", "table": units},
            "fields": {
                "title": "$.subject",
                "description": "$.body",
                "language": "$.lang",
                "status_reason": "$.reason",
                "service_code": "$.category.id",
                "category": "$.category.name",
                "channel": {"path": "$.origin", "table": _channels()},
                "location": {
                    "address": "$.place.street",
                    "area_code": "$.place.area",
                    "latitude": "$.place.lat",
                    "longitude": "$.place.lon",
                },
                "created_at": "$.created",
                "received_at": "$.received",
                "updated_at": "$.changed",
                "due_at": "$.deadline",
                "closed_at": "$.closed",
            },
        },
        "statuses": {
            "in": {word: status.value for word, status in STATES.items()},
            "complete": True,
            "out": {
                "IN_PROGRESS": {"status": "état in_progress"},
                "ANSWERED": {
                    "status": "état answered",
                    "json": {"resolution": {"from": "reason", "default": "-"}},
                },
            },
        },
        "children": {
            "messages": {
                "items": "$.notes",
                "brought_by": "both",
                "include": {"with": "notes"},
                "id": "$.id",
                "at": "$.at",
                "body": "$.text",
                "author": {"path": "$.by", "table": _same("COMPLAINANT AGENCY SYSTEM")},
                "visibility": {
                    "path": "$.private",
                    "table": {"false": "PUBLIC", "true": "INTERNAL"},
                },
                "language": "$.lang",
            },
            "events": {
                "items": "$.history",
                "include": {"with": "history"},
                "id": "$.id",
                "at": "$.at",
                "kind": {"path": "$.what", "table": _same("FILED STATUS_CHANGED")},
                "status": "$.to",
            },
            "decisions": {
                "request": {"path": "cases/{id}/decisions"},
                "items": "$.decisions",
                "paging": {"style": "offset", "parameter": "at", "more": "$.left", "max_size": 1},
                "id": "$.id",
                "at": "$.at",
                "outcome": {"path": "$.outcome", "table": _same("PARTLY_UPHELD UPHELD")},
                "reasons": "$.why",
                "notified_at": "$.sent",
            },
            "attachments": {
                "items": "$.files",
                "brought_by": "both",
                "id": "$.id",
                "name": "$.name",
                "media_type": "$.type",
                "bytes": "$.size",
            },
        },
        "list": {
            "request": {"path": "cases"},
            "records": "$.cases",
            "paging": PAGINGS[paging],
            "total": {"path": "$.found"},
            "filters": {
                "STATUS": listed("state"),
                "AGENCY": listed("unit", table=dict(UNITS)),
                "KIND": listed("type", table=_same("COMPLAINT OBSERVATION SUGGESTION")
                               | _same("INFORMATION_REQUEST")),
                "CHANNEL": listed("origin"),
                "SERVICE": listed("category"),
                "CATEGORY": listed("name"),
                "AREA": listed("area"),
                "CREATED": times("created"),
                "RECEIVED": times("received"),
                "UPDATED": times("changed"),
                "DUE": times("deadline"),
                "CLOSED": times("closed"),
                "POSITION": {
                    "WITHIN": {"query": {"box": "{south},{west},{north},{east}"}, "exact": True}
                },
                "OVERDUE": {"AS_OF": both["LT"] | {"query": {"late_at": "{value}"}}},
                "TEXT": {"CONTAINS": {"query": {"words": "{value}"}}},
            },
            "orders": {} if paging == "none" else {
                "CREATED": sorts("created"),
                "UPDATED": sorts("changed"),
                "DUE": sorts("deadline"),
            },
        },
        "get": {
            "request": {"path": "cases/{id}"},
            "record": "$.case",
            "bulk": {
                "request": {"path": "cases", "query": {"ids": "{ids}"}},
                "separator": ";",
                "records": "$.cases",
            },
        },
        "acts": {
            "file": {
                "request": {
                    "path": "cases",
                    "json": {
                        "case": {
                            "subject": {"from": "title"},
                            "body": {"from": "description"},
                            "lang": {"from": "language"},
                            "category": {"id": {"from": "service_code"}},
                            "place": {
                                "street": {"from": "address"},
                                "lat": {"from": "latitude"},
                                "lon": {"from": "longitude"},
                            },
                            "external_ref": {"from": "reference"},
                        }
                    },
                },
                "id": {"path": "$.case.id"},
                "safe_by": "search",
                "search": {
                    "request": {"path": "cases", "query": {"external_ref": "{reference}"}},
                    "records": "$.cases",
                    "reference": "$.external_ref",
                },
            },
            "say": {
                "public": {"request": _note(private=False)},
                "internal": {"request": _note(private=True)},
            },
            "move": {
                "request": {
                    "method": "PUT",
                    "path": "cases/{id}",
                    "json": {"state": {"from": "status"}},
                }
            },
            "attach": {
                "max_bytes": 1000,
                "upload": {
                    "request": {
                        "path": "uploads",
                        "query": {"name": "{name}"},
                        "content": True,
                    },
                    "token": "$.token",
                },
                "request": {
                    "path": "cases/{id}/files",
                    "json": {
                        "token": {"from": "token"},
                        "name": {"from": "name"},
                        "type": {"from": "media_type"},
                    },
                },
            },
        },
        "errors": [
            {
                "status": [422],
                "means": "rejected",
                "fields_at": "$.errors",
                "fields": {"subject": "title", "body": "description"},
            }
        ],
    } | changes  # fmt: skip


PAGINGS: dict[str, dict[str, Any]] = {
    "offset": {
        "style": "offset", "parameter": "at", "size_parameter": "size", "max_size": 50
    },
    "page": {
        "style": "page", "parameter": "page", "first": 0, "size_parameter": "size", "max_size": 50
    },
    "cursor": {
        "style": "cursor", "parameter": "at", "next": "$.next", "size_parameter": "size",
        "max_size": 50,
    },
    "link_header": {"style": "link_header", "size_parameter": "size", "max_size": 50},
    "next_url": {"style": "next_url", "next": "$.next", "size_parameter": "size", "max_size": 50},
    "none": {"style": "none"},
}  # fmt: skip


def _note(*, private: bool) -> dict[str, Any]:
    said = {"text": {"from": "body"}, "by": {"from": "author"}, "private": private}
    return {"path": "cases/{id}/notes", "json": said}


def _same(words: str) -> dict[str, str]:
    return {word: word for word in words.split()}


def _channels() -> dict[str, str]:
    names = "WEB MOBILE CALL_CENTRE COUNTER POST EMAIL SMS SOCIAL API SYSTEM"
    return {name.lower(): name for name in names.split()}
