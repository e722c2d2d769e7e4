"""Play a case system that leads on by Link headers, counts nothing and sorts nothing.

    POST  /oauth/token                  client credentials, for a bearer that is good for 5 minutes
    GET   /v1/tickets                   per_page (to 30), page_token (from the Link header), area and
                                        status (comma lists), changed_since (inclusive),
                                        external_id; or ids: up to 20, unknown ones left out
    POST  /v1/tickets                   headline, details, area, external_id
    PATCH /v1/tickets/{id}              status, and for one that ends the case a resolution
    POST  /v1/tickets/{id}/comments     text: for everyone
    POST  /v1/tickets/{id}/notes        text: for the staff
    POST  /v1/uploads                   name; the bytes as they are, for a token
    POST  /v1/tickets/{id}/attachments  token, name, content_type

Tickets come as a bare array, in an order that means nothing.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.dialects.vendor import Row, Vendor, unknown

CLIENT, SECRET = "gateway", "made-up-secret"
ENDS = frozenset({"resolved", "closed", "rejected", "withdrawn", "duplicate"})
STATUSES = ENDS | {"open", "acknowledged", "assessing", "in_progress", "waiting", "parked", "again"}
RESOLUTIONS = frozenset({"done", "explained", "not_ours", "given_up"})
_LISTS = {"area": lambda row: (row["area"] or {}).get("code"), "status": lambda row: row["status"]}
_LARGEST_PAGE = 30
_MOST_IDS = 20


class LinkedWorks(Vendor):
    """The system; `tickets` is what it holds, by id, and `grants` counts the tokens it gave."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.tickets: dict[str, Row] = {row["ticket_id"]: row for row in rows}
        self.grants = 0
        self.uploads: dict[str, bytes] = {}
        """What was sent, by token."""
        self._bearers: set[str] = set()
        super().__init__()

    def routes(self) -> list[Route]:
        ticket = "/v1/tickets/{id}"
        return [
            Route("/oauth/token", self._grant, methods=["POST"]),
            Route("/v1/tickets", self._list),
            Route("/v1/tickets", self._file, methods=["POST"]),
            Route("/v1/uploads", self._upload, methods=["POST"]),
            Route(ticket, self._change, methods=["PATCH"]),
            Route(f"{ticket}/comments", self._comment, methods=["POST"]),
            Route(f"{ticket}/notes", self._note, methods=["POST"]),
            Route(f"{ticket}/attachments", self._attach, methods=["POST"]),
        ]

    def expire_tokens(self) -> None:
        """No bearer that was given is good any longer."""
        self._bearers.clear()

    async def _grant(self, request: Request) -> Response:
        form = {name: each[0] for name, each in parse_qs((await request.body()).decode()).items()}
        basic = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        named = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if not named and request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        self.grants += 1
        token = f"bearer-{self.grants}"
        self._bearers.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 300})

    async def _list(self, request: Request) -> Response:
        if refused := self._refusal(request):
            return refused
        asked = dict(request.query_params)
        known = ("per_page", "page_token", "changed_since", "external_id", "ids", *_LISTS)
        size = int(asked.get("per_page", 10))
        if unknown(asked, *known) or not 1 <= size <= _LARGEST_PAGE:
            return JSONResponse({"errors": {"query": ["unknown"]}}, 400)
        if "ids" in asked:
            ids = asked["ids"].split(",")
            if len(ids) > _MOST_IDS:
                return JSONResponse({"errors": {"ids": ["too many"]}}, 400)
            rows = [self.tickets[each] for each in ids[::-1] if each in self.tickets]
            return JSONResponse(list(map(_told, rows)))
        start = asked.pop("page_token", "")
        found = [
            (place, row)
            for row in self.tickets.values()
            if (place := _place(row["ticket_id"])) > start and _matches(row, asked)
        ]
        found.sort(key=lambda each: each[0])
        shown = found[:size]
        headers = {}
        if len(found) > size:
            query = urlencode({**asked, "page_token": shown[-1][0]})
            address = request.url.replace(query=query)
            headers["Link"] = (
                f'<{request.url.replace(query="")}>; rel="first", <{address}>; rel="next"'
            )
        return JSONResponse([_told(row) for _, row in shown], headers=headers)

    async def _file(self, request: Request) -> Response:
        if refused := self._refusal(request):
            return refused
        said = await request.json()
        wrong = {name: ["required"] for name in ("headline", "details") if not said.get(name)}
        if wrong:
            return JSONResponse({"errors": wrong}, 422)
        id_, now = f"T-{len(self.tickets) + 1}", _written(self.next_moment())
        self.tickets[id_] = {
            "ticket_id": id_,
            "external_id": said.get("external_id"),
            "headline": said["headline"],
            "details": said["details"],
            "status": "open",
            "closed": False,
            "resolution": None,
            "area": said.get("area") and {"code": said["area"]},
            "geometry": said.get("geometry"),
            "reporter": said.get("reporter"),
            "opened": now,
            "changed": now,
            "comments": [],
            "notes": [],
            "attachments": [],
        }
        return JSONResponse({"ticket_id": id_}, 201)

    async def _change(self, request: Request) -> Response:
        row, said = self.tickets.get(request.path_params["id"]), await request.json()
        if refused := self._refusal(request) or _missing(row):
            return refused
        if said.get("status") not in STATUSES:
            return JSONResponse({"errors": {"status": ["unknown"]}}, 422)
        ends = said["status"] in ENDS
        if ends and said.get("resolution") not in RESOLUTIONS:
            return JSONResponse({"errors": {"resolution": ["required"]}}, 422)
        row |= {
            "status": said["status"],
            "closed": ends,
            "resolution": said.get("resolution"),
            "changed": _written(self.next_moment()),
        }
        return JSONResponse(_told(row))

    async def _comment(self, request: Request) -> Response:
        return await self._write(request, "comments")

    async def _note(self, request: Request) -> Response:
        return await self._write(request, "notes")

    async def _write(self, request: Request, where: str) -> Response:
        row, said = self.tickets.get(request.path_params["id"]), await request.json()
        if refused := self._refusal(request) or _missing(row):
            return refused
        if not said.get("text"):
            return JSONResponse({"errors": {"text": ["required"]}}, 422)
        now = _written(self.next_moment())
        id_ = f"{row['ticket_id']}-{where[0]}{len(row[where])}"
        row[where].append({"id": id_, "by": "staff", "text": said["text"], "written": now})
        row["changed"] = now
        return JSONResponse({"id": id_}, 201)

    async def _upload(self, request: Request) -> Response:
        if refused := self._refusal(request):
            return refused
        if request.headers.get("content-type") != "application/octet-stream":
            return JSONResponse({"errors": {"content": ["octets are wanted"]}}, 415)
        token = f"upload-{len(self.uploads) + 1}"
        self.uploads[token] = await request.body()
        return JSONResponse({"upload": {"token": token}}, 201)

    async def _attach(self, request: Request) -> Response:
        row, said = self.tickets.get(request.path_params["id"]), await request.json()
        if refused := self._refusal(request) or _missing(row):
            return refused
        if said.get("token") not in self.uploads:
            return JSONResponse({"errors": {"token": ["unknown"]}}, 422)
        row["attachments"].append(
            {
                "id": f"{row['ticket_id']}-f{len(row['attachments'])}",
                "name": said["name"],
                "content_type": said["content_type"],
                "size": len(self.uploads[said["token"]]),
                "token": said["token"],
            }
        )
        row["changed"] = _written(self.next_moment())
        return Response(status_code=201)

    def _refusal(self, request: Request) -> Response | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer" and token in self._bearers:
            return None
        return JSONResponse({"error": "invalid_token"}, 401)


def _matches(row: Row, asked: Mapping[str, str]) -> bool:
    lists = all(
        value_of(row) in asked[name].split(",")
        for name, value_of in _LISTS.items()
        if name in asked
    )
    return (
        lists
        and ("external_id" not in asked or row["external_id"] == asked["external_id"])
        and (
            "changed_since" not in asked
            or _moment(row["changed"]) >= _moment(asked["changed_since"])
        )
    )


def _told(row: Row) -> Row:
    told = {name: value for name, value in row.items() if name != "reporter"}
    told["attachments"] = [
        {name: value for name, value in each.items() if name != "token"}
        for each in row["attachments"]
    ]
    return told


def _missing(row: Row | None) -> Response | None:
    return JSONResponse({"errors": {"id": ["unknown"]}}, 404) if row is None else None


def _place(id_: str) -> str:
    """Where a ticket stands in a list: nowhere in particular, and always there."""
    return hashlib.sha256(id_.encode()).hexdigest()[:16]


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
