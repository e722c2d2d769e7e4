"""Play a city that speaks GeoReport v2, with the caps, the disorder and the habits of real ones.

It holds its requests as the standard's JSON tells them. Its lists come in no order of time.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Row = dict[str, Any]

_LONGEST: Final = timedelta(days=90)
_LARGEST_PAGE: Final = 500
_USUAL_PAGE: Final = 50
_CLOSED: Final = frozenset(
    {
        "closed",
        "fixed",
        "no_further_action",
        "not_councils_responsibility",
        "duplicate",
        "internal_referral",
        "cancelled",
    }
)
_CHICAGOS: Final = ("extended_attributes", "notes")


class GeoReportCity:
    """A city; `app` is what it answers with, `calls` what it was asked."""

    def __init__(
        self,
        *,
        requests: Iterable[Mapping[str, Any]] = (),
        services: Sequence[Mapping[str, Any]] = (),
        definitions: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        said: Iterable[Mapping[str, Any]] = (),
        extended: bool = False,
        chicago: bool = False,
        updates: bool = False,
        batch: bool = False,
        jurisdiction_id: str | None = None,
        api_keys: Collection[str] = (),
        row_cap: int = 1000,
        delay_seconds: float = 0.0,
        fail_every: int = 0,
    ) -> None:
        """Hold `requests`, `services`, the attributes of `definitions` and the updates `said`.

        `extended` tells more statuses than open and closed, `chicago` adds pages and what was
        added there, `updates` tells what was said; `batch` gives tokens first, and an id to whoever
        asks a second time. `api_keys` may file. Every call waits `delay_seconds`, and every
        `fail_every`-th fails.
        """
        self.requests: dict[str, Row] = {
            str(row["service_request_id"]): dict(row) for row in requests
        }
        self.calls: list[str] = []
        """Method, path and query of each, in order."""
        self.forms: list[list[tuple[str, str]]] = []
        """What was filed, accepted or not."""
        self._services = [dict(service) for service in services]
        self._definitions = definitions or {}
        self._said = [dict(each) for each in said]
        self._extended = extended
        self._chicago = chicago
        self._batch = batch
        self._jurisdiction_id = jurisdiction_id
        self._api_keys = api_keys
        self._row_cap = row_cap
        self._delay_seconds = delay_seconds
        self._fail_every = fail_every
        self._tokens: dict[str, int] = {}
        routes = [
            Route("/services.json", self._list_services),
            Route("/services/{code:path}.json", self._define),
            Route("/requests.json", self._list_requests),
            Route("/requests.json", self._file, methods=["POST"]),
            Route("/requests/{id:path}.json", self._show),
            Route("/tokens/{token:path}.json", self._token),
        ]
        if updates:
            routes.append(Route("/servicerequestupdates.json", self._list_updates))
        self.app = Starlette(routes=routes, exception_handlers={HTTPException: _refusal})

    async def _list_services(self, request: Request) -> Response:
        await self._answering(request)
        return JSONResponse(self._services)

    async def _define(self, request: Request) -> Response:
        await self._answering(request)
        code = request.path_params["code"]
        if code not in self._definitions:
            raise HTTPException(404, "service_code was not found")
        return JSONResponse({"service_code": code, "attributes": list(self._definitions[code])})

    async def _list_requests(self, request: Request) -> Response:
        query = await self._answering(request)
        if ids := query.get("service_request_id"):
            # Ids stand over all other arguments.
            named = [self.requests.get(each) for each in ids.split(",")]
            rows = [row for row in named if row is not None]
        else:
            rows = self._found(query)
        return JSONResponse([self._told(row, query) for row in self._capped(rows, query)])

    async def _show(self, request: Request) -> Response:
        query = await self._answering(request)
        row = self.requests.get(request.path_params["id"])
        if row is None:
            raise HTTPException(404, "service_request_id was not found")
        return JSONResponse([self._told(row, query)])

    async def _file(self, request: Request) -> Response:
        await self._answering(request)
        form = await _form(request)
        self.forms.append(form)
        said = dict(form)
        if said.get("api_key") not in self._api_keys:
            raise HTTPException(403, "api_key is missing or wrong")
        self._refuse_incomplete(said)
        number = len(self.requests) + 1
        filed = {
            "service_request_id": f"filed-{number}",
            "status": "open",
            "requested_datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "attributes": [
                {"code": name[len("attribute[") :].partition("]")[0], "value": value}
                for name, value in form
                if name.startswith("attribute[")
            ],
            "lat": said.get("lat"),
            "long": said.get("long"),
            "address": said.get("address_string"),
        } | {name: said.get(name) for name in ("service_code", "description", "media_url")}
        self.requests[f"filed-{number}"] = filed
        if self._batch:
            self._tokens[f"token-{number}"] = number
            return JSONResponse([{"token": f"token-{number}", "service_notice": None}], 201)
        return JSONResponse([{"service_request_id": f"filed-{number}", "account_id": None}], 201)

    async def _token(self, request: Request) -> Response:
        await self._answering(request)
        token = request.path_params["token"]
        if token not in self._tokens:
            raise HTTPException(404, "token was not found")
        asked_before = self.calls[:-1].count(self.calls[-1])
        number = self._tokens[token]
        id_ = f"filed-{number}" if asked_before else None
        return JSONResponse([{"token": token, "service_request_id": id_}])

    async def _list_updates(self, request: Request) -> Response:
        query = await self._answering(request)
        start, end = _range(query)
        ids = query["service_request_id"].split(",") if "service_request_id" in query else None
        rows = [
            each
            for each in self._said
            if start <= _moment(each["updated_datetime"]) <= end
            and (ids is None or str(each["service_request_id"]) in ids)
        ]
        return JSONResponse({"service_request_updates": rows[: self._row_cap]})

    async def _answering(self, request: Request) -> Mapping[str, str]:
        """The query of a call that was counted, waited for and not refused."""
        self.calls.append(f"{request.method} {request.url.path}?{request.url.query}".rstrip("?"))
        if self._delay_seconds:
            await asyncio.sleep(self._delay_seconds)
        if self._fail_every and len(self.calls) % self._fail_every == 0:
            raise HTTPException(500, "the city's database is down")
        named = request.query_params.get("jurisdiction_id")
        if request.method == "POST":
            named = dict(await _form(request)).get("jurisdiction_id", named)
        if self._jurisdiction_id is not None and named != self._jurisdiction_id:
            raise HTTPException(404 if named else 400, "jurisdiction_id is missing or unknown")
        return request.query_params

    def _found(self, query: Mapping[str, str]) -> list[Row]:
        start, end = _range(query)
        codes = query["service_code"].split(",") if "service_code" in query else None
        families = query["status"].split(",") if "status" in query else None
        updated_after = query.get("updated_after") if self._chicago else None
        return [
            row
            for row in self.requests.values()
            if row["requested_datetime"] is not None
            and start <= _moment(row["requested_datetime"]) <= end
            and (codes is None or str(row["service_code"]) in codes)
            and (families is None or _family(row["status"]) in families)
            and (updated_after is None or _updated_after(row, _moment(updated_after)))
        ]

    def _capped(self, rows: Sequence[Row], query: Mapping[str, str]) -> Sequence[Row]:
        if not self._chicago:
            return rows[: self._row_cap]
        size = min(int(query.get("page_size", _USUAL_PAGE)), _LARGEST_PAGE, self._row_cap)
        first = (int(query.get("page", 1)) - 1) * size
        return rows[first : first + size]

    def _told(self, row: Row, query: Mapping[str, str]) -> Row:
        told = dict(row)
        if not self._extended:
            told["status"] = _family(row["status"])
        if not (self._chicago and query.get("extensions") == "true"):
            told = {name: value for name, value in told.items() if name not in _CHICAGOS}
        return told

    def _refuse_incomplete(self, said: Mapping[str, str]) -> None:
        if said.get("service_code") not in {each["service_code"] for each in self._services}:
            raise HTTPException(404, "service_code was not found")
        if not ({"lat", "long"} <= said.keys() or {"address_string", "address_id"} & said.keys()):
            raise HTTPException(400, "lat and long, or address_string, must be provided")


async def _refusal(_: Request, refused: Exception) -> Response:
    assert isinstance(refused, HTTPException)
    body = [{"code": refused.status_code, "description": refused.detail}]
    return JSONResponse(body, refused.status_code)


async def _form(request: Request) -> list[tuple[str, str]]:
    return parse_qsl((await request.body()).decode(), keep_blank_values=True)


def _range(query: Mapping[str, str]) -> tuple[datetime, datetime]:
    start, end = query.get("start_date"), query.get("end_date")
    last = _moment(end) if end else (_moment(start) + _LONGEST if start else datetime.now(UTC))
    first = _moment(start) if start else last - _LONGEST
    if last - first > _LONGEST:
        raise HTTPException(400, "start_date and end_date may not span more than 90 days")
    return first, last


def _moment(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _family(status: str) -> str:
    return "closed" if status in _CLOSED else "open"


def _updated_after(row: Row, at: datetime) -> bool:
    updated = row.get("updated_datetime")
    return updated is not None and _moment(updated) > at
