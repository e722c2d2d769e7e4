"""Speak GeoReport v2: one method for each of its calls, and what its refusals mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from connectors.contract.connector import Call, Http, Response
from connectors.contract.errors import (
    BadData,
    Conflict,
    ConnectorError,
    NotFound,
    Rejected,
    Unauthorized,
)
from connectors.open311 import reading
from connectors.open311.options import Open311Options
from connectors.open311.shapes import (
    Definition,
    OfferedService,
    Receipt,
    Refusal,
    Request,
    Update,
    text,
)
from connectors.open311.times import written

_T = TypeVar("_T", bound=msgspec.Struct)

_UPDATES: Final = "servicerequestupdates.json"
_MISSING: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE})
_GOOD: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
_UNKNOWN: Final = frozenset(
    {
        # An id of a form that it never gives is as unknown as any other.
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
_NOT_ACCEPTED: Final = _UNKNOWN
"""The standard answers 404 to a filing for a service that there is not."""
_NO_RIGHT: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

_OUR_WORDS: Final = {
    "service_code": "service_code",
    "lat": "location",
    "long": "location",
    "address": "location",
    "description": "description",
    "attribute": "attributes",
    "media_url": "media_url",
    "email": "contact",
    "phone": "contact",
}
"""By a parameter's name, what a filing calls it."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which requests are asked for, beside the range of dates."""

    service_code: str | None = None
    """Codes joined by commas."""
    status: str | None = None
    updated_after: datetime | None = None

    def params(self) -> list[tuple[str, str]]:
        """As the query says it."""
        said = [("service_code", self.service_code), ("status", self.status)]
        if self.updated_after is not None:
            said.append(("updated_after", written(self.updated_after)))
        return [(name, value) for name, value in said if value is not None]


class GeoReport:
    """One endpoint."""

    def __init__(self, options: Open311Options, http: Http) -> None:
        """Speak to the endpoint of `options` by `http`."""
        self._options = options
        self._http = http

    async def requests(
        self, start: datetime, end: datetime, search: Search, call: Call, *, page: int = 1
    ) -> list[Request]:
        """Requests made from `start` to `end`, in any order; all, or as many as one answer holds.

        What lies outside that range may be among them. `page` counts from 1 where there are pages.
        """
        params = [("start_date", written(start)), ("end_date", written(end)), *search.params()]
        if self._options.page_size is not None:
            params += [("page_size", str(self._options.page_size)), ("page", str(page))]
        return await self._rows("requests.json", Request, call, self._extended(params))

    async def requests_by_id(self, ids: Sequence[str], call: Call) -> list[Request]:
        """The requests behind `ids`, in any order. Raises `NotFound` if one is not there."""
        if len(ids) == 1:
            path, named = f"requests/{quote(ids[0], safe='')}.json", []
        else:
            path, named = "requests.json", [("service_request_id", ",".join(ids))]
        return await self._rows(path, Request, call, self._extended(named), one=True)

    async def updates(
        self, start: datetime, end: datetime, ids: Sequence[str], call: Call
    ) -> list[Update]:
        """What was said from `start` to `end`; of other requests too where ids are not heeded."""
        params = [("start_date", written(start)), ("end_date", written(end))]
        params.append(("service_request_id", ",".join(ids)))
        return await self._rows(_UPDATES, Update, call, params)

    async def services(self, call: Call) -> list[OfferedService]:
        """All services."""
        return await self._rows("services.json", OfferedService, call)

    async def definition(self, code: str, call: Call) -> Definition:
        """The attributes of a service. Raises `NotFound`."""
        found = await self._rows(
            f"services/{quote(code, safe='')}.json", Definition, call, one=True
        )
        return found[0] if found else Definition()

    async def file(self, form: Sequence[tuple[str, str]], call: Call) -> Receipt:
        """Enter a request.

        Raises `Rejected`, naming what was not accepted as far as known, and `BadData` if not the
        filing is at fault but the address or the jurisdiction.
        """
        response = await self._post("requests.json", form, call)
        detail = f"POST requests.json answered {response.status}"
        if response.status in _NOT_ACCEPTED:
            words = self._refusal(response)
            if "jurisdiction" in words or (response.status == HTTPStatus.NOT_FOUND and not words):
                raise BadData("the source takes no filings where they are sent", detail=detail)
            raise Rejected(
                "the source did not accept the filing", fields=_fields_named(words), detail=detail
            )
        if response.status == HTTPStatus.CONFLICT:
            raise Conflict("the source has this filing, or another in its place", detail=detail)
        return self._only(self._read(response, Receipt, "POST requests.json"))

    async def post_update(self, form: Sequence[tuple[str, str]], call: Call) -> None:
        """Add an update to a request that is there.

        Raises `Rejected`, and `BadData` if not the update is at fault but the address.
        """
        response = await self._post(_UPDATES, form, call)
        detail = f"POST {_UPDATES} answered {response.status}"
        if response.status in _MISSING or "jurisdiction" in self._refusal(response):
            raise BadData("the source takes no updates where they are sent", detail=detail)
        if response.status in _NOT_ACCEPTED:
            raise Rejected("the source did not accept the update", detail=detail)
        if response.status == HTTPStatus.CONFLICT:
            raise Conflict("the source has this update, or another in its place", detail=detail)
        self._read(response, Update, f"POST {_UPDATES}")

    async def token(self, token: str, call: Call) -> Receipt:
        """What became of a filing. Raises `NotFound`."""
        path = f"tokens/{quote(token, safe='')}.json"
        return self._only(await self._rows(path, Receipt, call, one=True))

    async def aclose(self) -> None:
        """Close the way to it."""
        await self._http.aclose()

    async def _post(self, path: str, form: Sequence[tuple[str, str]], call: Call) -> Response:
        key = self._options.api_key
        secret = [("api_key", key.get_secret_value())] if key is not None else []
        said = [*self._jurisdiction(), *secret, *form]
        return await self._http.request("POST", path, call=call, form=said)

    async def _rows(
        self,
        path: str,
        shape: type[_T],
        call: Call,
        params: Sequence[tuple[str, str]] = (),
        *,
        one: bool = False,
    ) -> list[_T]:
        """What is at `path`; `one` thing named by the caller may be unknown there."""
        response = await self._http.request(
            "GET", path, call=call, params=[*self._jurisdiction(), *params]
        )
        if one and response.status in _UNKNOWN:
            raise NotFound(
                "the source does not know what was asked for",
                detail=f"GET {path} answered {response.status}",
            )
        return self._read(response, shape, f"GET {path}")

    def _read(self, response: Response, shape: type[_T], way: str) -> list[_T]:
        if response.status in _GOOD:
            return reading.rows(response, shape, charset=self._options.charset)
        detail = f"{way} answered {response.status}"
        if response.status in _NO_RIGHT:
            raise Unauthorized("the source does not accept our credentials", detail=detail)
        raise BadData("the source does not answer as its API promises", detail=detail)

    def _refusal(self, response: Response) -> str:
        """The city's words, to look for names in; empty if they are none of GeoReport's."""
        try:
            refusals = reading.rows(response, Refusal, charset=self._options.charset)
        except ConnectorError:
            return ""
        return " ".join(text(refusal.description) or "" for refusal in refusals).lower()

    def _only(self, receipts: Sequence[Receipt]) -> Receipt:
        if len(receipts) != 1:
            raise BadData(f"the source answers with {len(receipts)} receipts; expected one")
        return receipts[0]

    def _jurisdiction(self) -> list[tuple[str, str]]:
        known = self._options.jurisdiction_id
        return [("jurisdiction_id", known)] if known is not None else []

    def _extended(self, params: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [*params, ("extensions", "true")] if self._options.extensions else params


def _fields_named(words: str) -> tuple[str, ...]:
    """Our names for the parameters that `words` mention."""
    named = [ours for word, ours in _OUR_WORDS.items() if re.search(rf"\b{word}", words)]
    return tuple(dict.fromkeys(named))
