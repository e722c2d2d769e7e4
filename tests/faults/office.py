"""A small case system that takes every act, and the description by which `rest` reads it."""

from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.faults.times import NOW


class Office:
    """The system; `app` is what it answers with."""

    def __init__(self) -> None:
        self._cases = {
            str(number): {"id": str(number), "state": "N", "text": f"n° {number}", "at": _AT}
            for number in range(3)
        }
        self.app = Starlette(
            routes=[
                Route("/cases", self._list),
                Route("/cases", self._file, methods=["POST"]),
                Route("/cases/{id}", self._show),
                Route("/cases/{id}", self._change, methods=["PUT"]),
                Route("/cases/{id}/notes", _take, methods=["POST"]),
                Route("/cases/{id}/files", _take, methods=["POST"]),
            ]
        )

    async def _list(self, _: Request) -> Response:
        return JSONResponse({"cases": list(self._cases.values()), "total": len(self._cases)})

    async def _show(self, request: Request) -> Response:
        return JSONResponse({"case": self._cases[request.path_params["id"]]})

    async def _file(self, request: Request) -> Response:
        number = str(len(self._cases))
        self._cases[number] = {"id": number, "state": "N", "at": _AT} | await request.json()
        return JSONResponse({"case": {"id": number}}, 201)

    async def _change(self, request: Request) -> Response:
        self._cases[request.path_params["id"]] |= await request.json()
        return Response(status_code=204)


async def _take(_: Request) -> Response:
    return JSONResponse({"taken": True}, 201)


_AT = NOW.isoformat()


def description(url: str, *, searched: bool = False) -> Mapping[str, Any]:
    """The options that describe an office at `url`, where filings are `searched` for first or not.

    Its lists hold all there is, whatever is searched for.
    """
    search: Mapping[str, Any] = {
        "safe_by": "search",
        "search": {
            "request": {"path": "cases", "query": {"ref": "{reference}"}},
            "records": "$.cases",
            "reference": "$.ref",
        },
    }
    note = {"text": {"from": "body"}}
    return {
        "url": url,
        "timezone": "UTC",
        "record": {
            "id": "$.id",
            "status": "$.state",
            "fields": {"description": "$.text", "created_at": "$.at"},
        },
        "statuses": {
            "in": {"N": "SUBMITTED", "T": "IN_PROGRESS"},
            "complete": True,
            "out": {"IN_PROGRESS": {"status": "T"}},
        },
        "list": {
            "request": {"path": "cases"},
            "records": "$.cases",
            "paging": {
                "style": "offset",
                "parameter": "from",
                "size_parameter": "size",
                "max_size": 100,
            },
            "total": {"path": "$.total"},
        },
        "get": {"request": {"path": "cases/{id}"}, "record": "$.case"},
        "acts": {
            "file": {
                "request": {
                    "path": "cases",
                    "json": {"text": {"from": "description"}, "ref": {"from": "reference"}},
                },
                "id": {"path": "$.case.id"},
            }
            | (search if searched else {}),
            "say": {"public": {"request": {"path": "cases/{id}/notes", "json": note}}},
            "move": {
                "request": {
                    "method": "PUT",
                    "path": "cases/{id}",
                    "json": {"state": {"from": "status"}},
                }
            },
            "attach": {
                "max_bytes": 100_000,
                "request": {"path": "cases/{id}/files", "content": True},
            },
        },
    }
