"""Play a case system that pages by cursor, tells times in milliseconds and wants a key in a header.

    GET  /api/v3/cases          limit (to 50), cursor, include, sort, state, type, via, tenant,
                                category, district: comma lists; created_from, created_until,
                                changed_from, changed_until: milliseconds, from inclusive
    GET  /api/v3/cases/{id}     include
    POST /api/v3/cases          under an Idempotency-Key the same case again
    POST /api/v3/cases/{id}/messages, /transition, /files

Equal times are told apart by id, as text. `include` names `messages`, `history`, `decision`, `files`.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.dialects.vendor import Row, Vendor, unknown

KEY = "made-up-key"
STATES = {
    "new": True,
    "received": True,
    "triage": True,
    "refused": False,
    "working": True,
    "scheduled": True,
    "waiting_citizen": True,
    "waiting_other": True,
    "resolved": False,
    "archived": False,
    "reopened": True,
    "withdrawn": False,
    "merged": False,
}
"""Each state, and whether a case in it is open."""
_PARTS = ("messages", "history", "decision", "files")
_LISTS = {
    "state": lambda row: row["state"],
    "type": lambda row: row["type"],
    "via": lambda row: row["via"],
    "tenant": lambda row: row["tenant"],
    "category": lambda row: (row["category"] or {}).get("code"),
    "district": lambda row: (row["place"] or {}).get("district"),
}
_RANGES = {
    "created_from": ("created_at", False),
    "created_until": ("created_at", True),
    "changed_from": ("updated_at", False),
    "changed_until": ("updated_at", True),
}
_SORTS = ("created_at", "-created_at", "updated_at", "-updated_at")
_LARGEST_PAGE = 50


class CursorDesk(Vendor):
    """The system; `cases` is what it holds, by id."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.cases: dict[str, Row] = {row["id"]: row for row in rows}
        self._filed: dict[str, Any] = {}
        self._done: set[str] = set()
        super().__init__()

    def routes(self) -> list[Route]:
        case = "/api/v3/cases/{id:path}"
        return [
            Route("/api/v3/cases", self._list),
            Route("/api/v3/cases", self._file, methods=["POST"]),
            Route(f"{case}/messages", self._say, methods=["POST"]),
            Route(f"{case}/transition", self._move, methods=["POST"]),
            Route(f"{case}/files", self._attach, methods=["POST"]),
            Route(case, self._show),
        ]

    async def _list(self, request: Request) -> Response:
        if refusal := _refusal(request):
            return refusal
        asked = dict(request.query_params)
        odd = unknown(asked, "limit", "cursor", "include", "sort", *_LISTS, *_RANGES)
        sort = asked.get("sort", "-created_at")
        limit = int(asked.get("limit", 25))
        if odd or sort not in _SORTS or not 1 <= limit <= _LARGEST_PAGE:
            return _error(400, "bad_request", parameters=odd)
        by, down = sort.lstrip("-"), sort.startswith("-")
        rows = sorted(
            (row for row in self.cases.values() if _matches(row, asked)),
            key=lambda row: (row[by], row["id"]),
            reverse=down,
        )
        if "cursor" in asked:
            at = tuple(json.loads(base64.urlsafe_b64decode(asked["cursor"])))
            rows = [
                row
                for row in rows
                if ((row[by], row["id"]) < at if down else (row[by], row["id"]) > at)
            ]
        shown = rows[:limit]
        more = len(rows) > limit
        place = json.dumps([shown[-1][by], shown[-1]["id"]]).encode() if more else b""
        return JSONResponse(
            {
                "data": [_told(row, asked) for row in shown],
                "meta": {"next_cursor": base64.urlsafe_b64encode(place).decode() or None},
            }
        )

    async def _show(self, request: Request) -> Response:
        row = self.cases.get(request.path_params["id"])
        if refusal := _refusal(request):
            return refusal
        if row is None:
            return _error(404, "not_found")
        return JSONResponse({"data": _told(row, request.query_params)})

    async def _file(self, request: Request) -> Response:
        if refusal := _refusal(request):
            return refusal
        said = await request.json()
        key = request.headers.get("idempotency-key")
        if key in self._filed:
            return JSONResponse({"data": _told(self.cases[self._filed[key]], {})})
        if len(said.get("body") or "") < 3:
            return _error(422, "invalid", fields={"body": "too short"})
        id_, now = f"W-{len(self.cases) + 1}", _milliseconds(self.next_moment())
        category = said.get("category")
        self.cases[id_] = {
            "id": id_,
            "external_ref": said.get("external_ref"),
            "tenant": said.get("tenant"),
            "subject": said.get("subject"),
            "body": said["body"],
            "lang": said.get("lang"),
            "state": "new",
            "open": True,
            "state_note": None,
            "type": said.get("type"),
            "via": said.get("via"),
            "category": {"code": category, "label": category} if category else None,
            "place": said.get("place"),
            "requester": said.get("requester"),
            "created_at": now,
            "received_at": None,
            "updated_at": now,
            "due_at": None,
            "closed_at": None,
            "messages": [],
            "history": [{"id": f"{id_}-h0", "what": "opened", "state": "new", "at": now}],
            "decision": None,
            "files": [],
        }
        if key:
            self._filed[key] = id_
        return JSONResponse({"data": _told(self.cases[id_], {})}, 201)

    async def _say(self, request: Request) -> Response:
        row, said = self.cases.get(request.path_params["id"]), await request.json()
        if refused := _refusal(request) or _missing(row):
            return refused
        if self._first_time(request):
            now = _milliseconds(self.next_moment())
            row["messages"].append(
                {
                    "id": f"{row['id']}-m{len(row['messages'])}",
                    "from": said["from"],
                    "public": said["public"],
                    "text": said["text"],
                    "lang": said.get("lang"),
                    "sent_at": now,
                }
            )
            row["updated_at"] = now
        return JSONResponse({"data": row["messages"][-1]}, 201)

    async def _move(self, request: Request) -> Response:
        row, said = self.cases.get(request.path_params["id"]), await request.json()
        if refused := _refusal(request) or _missing(row):
            return refused
        if said.get("to") not in STATES:
            return _error(422, "invalid", fields={"to": "unknown"})
        now = _milliseconds(self.next_moment())
        row |= {
            "state": said["to"],
            "open": STATES[said["to"]],
            "state_note": said.get("note"),
            "updated_at": now,
        }
        id_ = f"{row['id']}-h{len(row['history'])}"
        row["history"].append({"id": id_, "what": "state", "state": said["to"], "at": now})
        return JSONResponse({"data": _told(row, {})})

    async def _attach(self, request: Request) -> Response:
        row, said = self.cases.get(request.path_params["id"]), await request.json()
        if refused := _refusal(request) or _missing(row):
            return refused
        content = base64.b64decode(said["content"], validate=True)
        if self._first_time(request):
            row["files"].append(
                {
                    "id": f"{row['id']}-f{len(row['files'])}",
                    "name": said["name"],
                    "type": said["type"],
                    "size": len(content),
                    "content": content,
                }
            )
        return Response(status_code=201)

    def _first_time(self, request: Request) -> bool:
        key = request.headers.get("idempotency-key")
        if key is None:
            return True
        known = key in self._done
        self._done.add(key)
        return not known


def _matches(row: Row, asked: Mapping[str, str]) -> bool:
    lists = all(
        value_of(row) in asked[name].split(",")
        for name, value_of in _LISTS.items()
        if name in asked
    )
    return lists and all(
        (row[of] < int(asked[name])) is below
        for name, (of, below) in _RANGES.items()
        if name in asked
    )


def _told(row: Row, asked: Mapping[str, str]) -> Row:
    included = asked.get("include", "").split(",")
    told = {
        name: value
        for name, value in row.items()
        if name != "requester" and (name not in _PARTS or name in included)
    }
    if "files" in told:
        told["files"] = [
            {name: value for name, value in each.items() if name != "content"}
            for each in told["files"]
        ]
    return told


def _refusal(request: Request) -> Response | None:
    if request.headers.get("x-api-key") != KEY:
        return _error(401, "unauthenticated")
    return None


def _missing(row: Row | None) -> Response | None:
    return _error(404, "not_found") if row is None else None


def _error(status: int, code: str, **more: object) -> Response:
    return JSONResponse({"error": {"code": code, **more}}, status)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
