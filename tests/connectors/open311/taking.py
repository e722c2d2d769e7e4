"""A city that takes mySociety's updates, and may keep their ids, or leave statuses as they are."""

from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.testing.georeport import GeoReportCity
from tests.connectors.open311 import cities


class TakingCity(GeoReportCity):
    """What was posted is in `posted`, accepted or not."""

    def __init__(
        self,
        *,
        keeps_ids: bool = False,
        heeds_status: bool = True,
        refusal: tuple[int, str] | None = None,
        **habits: Any,
    ) -> None:
        super().__init__(**{"updates": True, "api_keys": {cities.KEY}, **habits})
        self.posted: list[dict[str, str]] = []
        self._keeps_ids = keeps_ids
        self._heeds_status = heeds_status
        self._refusal = refusal
        self.app.router.routes.append(
            Route("/servicerequestupdates.json", self._take, methods=["POST"])
        )

    async def _take(self, request: Request) -> Response:
        await self._answering(request)
        update = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        self.posted.append(update)
        if update.get("api_key") not in self._api_keys:
            raise HTTPException(403, "api_key is missing or wrong")
        if self._refusal is not None:
            raise HTTPException(*self._refusal)
        known = {each["update_id"] for each in self._said}
        if not (self._keeps_ids and update["update_id"] in known):
            self._add(update)
        return JSONResponse([{"update_id": update["update_id"]}], 201)

    def _add(self, update: dict[str, str]) -> None:
        row = self.requests[update["service_request_id"]]
        self._said.append(update)
        row["updated_datetime"] = update["updated_datetime"]
        if self._heeds_status:
            row["status"] = update["status"]
