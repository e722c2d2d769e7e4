"""Play a case system with a login, statuses inside statuses, pages from 0, and journals.

    POST /desk/session              login, password: a token for X-Session, good until it expires
    GET  /desk/issues               page (from 0), size (to 25), sort (createdOn or updatedOn, then
                                    ,asc or ,desc), externalNumber, statusId and trackerId (repeated),
                                    createdFrom, createdTo, updatedFrom, updatedTo: both ends inclusive
    GET  /desk/issues/{key}         with: journals, files
    POST /desk/issues               its address in Location, and no body
    PUT  /desk/issues/{key}         notes, privateNotes, status: 204, even where the workflow says no
    POST /desk/issues/{key}/files   multipart, in the part `document`

Equal times are told apart by number, the greater first, whatever the direction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.dialects.multipart import parts
from tests.dialects.vendor import Row, Vendor, unknown

LOGIN, PASSWORD = "gateway", "made-up-password"
STATUSES = {
    1: ("Nouveau", False),
    2: ("Accusé de réception", False),
    3: ("À l'étude", False),
    4: ("Irrecevable", True),
    5: ("En cours", False),
    6: ("Attente de l'usager", False),
    7: ("Attente d'un tiers", False),
    8: ("Répondu", True),
    9: ("Clos", True),
    10: ("Rouvert", False),
    11: ("Retiré", True),
    12: ("Doublon", True),
}
"""Each status by id: what it is called, and whether it is an end."""
_FINAL = frozenset({11, 12})
_PARTS = ("journals", "files")
_LISTS: Mapping[str, Callable[[Row], object]] = {
    "statusId": lambda row: row["status"]["id"],
    "trackerId": lambda row: row["tracker"]["id"],
    "externalNumber": lambda row: row["externalNumber"],
}
_RANGES = {
    "createdFrom": ("createdOn", False),
    "createdTo": ("createdOn", True),
    "updatedFrom": ("updatedOn", False),
    "updatedTo": ("updatedOn", True),
}
_SORTED_BY = frozenset({"createdOn", "updatedOn"})
_LARGEST_PAGE = 25


class SessionRegister(Vendor):
    """The system; `issues` is what it holds, by key, and `logins` counts who came in."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.issues: dict[str, Row] = {row["key"]: row for row in rows}
        self.logins = 0
        self.content: dict[int, bytes] = {}
        """Of each file that was sent, by id."""
        self._sessions: set[str] = set()
        super().__init__()

    def routes(self) -> list[Route]:
        return [
            Route("/desk/session", self._log_in, methods=["POST"]),
            Route("/desk/issues", self._list),
            Route("/desk/issues", self._file, methods=["POST"]),
            Route("/desk/issues/{key}", self._show),
            Route("/desk/issues/{key}", self._change, methods=["PUT"]),
            Route("/desk/issues/{key}/files", self._attach, methods=["POST"]),
        ]

    def expire_sessions(self) -> None:
        """Whoever is logged in must do so again."""
        self._sessions.clear()

    async def _log_in(self, request: Request) -> Response:
        said = await request.json()
        if (said.get("login"), said.get("password")) != (LOGIN, PASSWORD):
            return JSONResponse({"error": "BAD_CREDENTIALS"}, 403)
        self.logins += 1
        token = f"session-{self.logins}"
        self._sessions.add(token)
        return JSONResponse({"session": {"token": token, "expiresIn": 1800}}, 201)

    async def _list(self, request: Request) -> Response:
        if refused := self._refusal(request):
            return refused
        asked = request.query_params
        odd = unknown(asked, "page", "size", "sort", *_LISTS, *_RANGES)
        number, size = int(asked.get("page", 0)), int(asked.get("size", 10))
        by, _, direction = asked.get("sort", "createdOn,desc").partition(",")
        known = by in _SORTED_BY and direction in {"asc", "desc"}
        if odd or not known or number < 0 or not 1 <= size <= _LARGEST_PAGE:
            return JSONResponse({"error": "BAD_PARAMETER", "parameters": odd}, 400)
        found = [row for row in self.issues.values() if _matches(row, request)]
        found.sort(key=lambda row: int(row["key"].partition("-")[2]), reverse=True)
        found.sort(key=lambda row: row[by], reverse=direction == "desc")
        return JSONResponse(
            {
                "content": [_told(row, ()) for row in found[number * size :][:size]],
                "page": {
                    "number": number,
                    "size": size,
                    "totalElements": len(found),
                    "totalPages": -(-len(found) // size),
                },
            }
        )

    async def _show(self, request: Request) -> Response:
        row = self.issues.get(request.path_params["key"])
        if refused := self._refusal(request) or _missing(row):
            return refused
        wanted = request.query_params.get("with", "").split(",")
        return JSONResponse({"issue": _told(row, wanted)})

    async def _file(self, request: Request) -> Response:
        if refused := self._refusal(request):
            return refused
        said = (await request.json())["issue"]
        blank = [name for name in ("title", "text") if not said.get(name)]
        if blank:
            errors = [{"field": name, "code": "BLANK"} for name in blank]
            return JSONResponse({"errors": errors}, 422)
        key, now = f"REC-{len(self.issues) + 1}", _written(self.next_moment())
        self.issues[key] = {
            "key": key,
            "externalNumber": said.get("externalNumber"),
            "title": said["title"],
            "text": said["text"],
            "status": status_of(1),
            "tracker": {"id": said["trackerId"], "label": "Réclamation"},
            "source": said.get("source") and {"code": said["source"]},
            "site": said.get("site"),
            "requester": said.get("requester"),
            "createdOn": now,
            "updatedOn": now,
            "dueOn": None,
            "closedOn": None,
            "journals": [],
            "files": [],
        }
        return Response(status_code=201, headers={"Location": f"/desk/issues/{key}"})

    async def _change(self, request: Request) -> Response:
        row = self.issues.get(request.path_params["key"])
        if refused := self._refusal(request) or _missing(row):
            return refused
        said = (await request.json())["issue"]
        before, wanted = row["status"]["id"], said.get("status", {}).get("id")
        moves = wanted in STATUSES and wanted != before and before not in _FINAL
        details = [{"property": "status", "from": str(before), "to": str(wanted)}] if moves else []
        if moves:
            row["status"] = status_of(wanted)
        if said.get("notes") or details:
            now = _written(self.next_moment())
            row["updatedOn"] = now
            row["journals"].append(
                {
                    "id": sum(len(each["journals"]) for each in self.issues.values()) + 100_000,
                    "author": {"kind": "AGENT"},
                    "on": now,
                    "notes": said.get("notes") or "",
                    "private": bool(said.get("privateNotes", False)),
                    "details": details,
                }
            )
        return Response(status_code=204)

    async def _attach(self, request: Request) -> Response:
        row = self.issues.get(request.path_params["key"])
        if refused := self._refusal(request) or _missing(row):
            return refused
        part = (await parts(request)).get("document")
        if part is None:
            return JSONResponse({"errors": [{"field": "document", "code": "BLANK"}]}, 422)
        id_ = 900_000 + len(self.content)
        self.content[id_] = part.content
        told = {"id": id_, "name": part.file_name, "mime": part.media_type}
        row["files"].append({**told, "bytes": len(part.content)})
        return JSONResponse({"file": {"id": id_}}, 201)

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("x-session") in self._sessions:
            return None
        return JSONResponse({"error": "SESSION_EXPIRED"}, 401)


def status_of(id_: int) -> dict[str, Any]:
    """A status as the system tells it, with the stage it belongs to."""
    label, final = STATUSES[id_]
    stage = {"code": "FERME" if final else "OUVERT", "final": final}
    return {"id": id_, "label": label, "stage": stage}


def _matches(row: Row, request: Request) -> bool:
    asked = request.query_params
    lists = all(
        str(value_of(row)) in asked.getlist(name)
        for name, value_of in _LISTS.items()
        if name in asked
    )
    return lists and all(
        _moment(row[of]) <= _moment(asked[name])
        if last
        else _moment(row[of]) >= _moment(asked[name])
        for name, (of, last) in _RANGES.items()
        if name in asked
    )


def _told(row: Row, wanted: Sequence[str]) -> Row:
    kept = {"requester", *(part for part in _PARTS if part not in wanted)}
    return {name: value for name, value in row.items() if name not in kept}


def _missing(row: Row | None) -> Response | None:
    return JSONResponse({"error": "NO_SUCH_ISSUE"}, 404) if row is None else None


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
