"""Post mySociety's updates: what is said in a request, and the status it is put in.

Every update states the status that the request has after it, so even a message needs to know where
the request stands; one that stated another would move it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from connectors.contract.connector import Call, Move, Saying
from connectors.contract.errors import NotFound, Rejected
from connectors.open311.client import GeoReport
from connectors.open311.options import Open311Options
from connectors.open311.requests import requests_by_id
from connectors.open311.shapes import text
from connectors.open311.statuses import Statuses
from connectors.open311.times import written
from connectors.translate import already_sent, nothing_sent

_FIRST: Final = "open"
"""Where a request stands that tells no status."""


class Acts:
    """What is done in the requests of one city."""

    def __init__(
        self,
        options: Open311Options,
        client: GeoReport,
        statuses: Statuses,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Post by `client`."""
        self._codes = options.moves
        self._client = client
        self._statuses = statuses
        self._now = now

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        """Add a message that changes no status."""
        stands = await self._before(source_id, call)
        await self._post(source_id, saying.body, stands, key, call)

    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        """Put a request where it does not stand yet, and see that it stands there."""
        stands = await self._before(source_id, call)
        if self._statuses.meaning(stands) is move.status:
            return
        await self._post(source_id, move.reason or "", self._codes[move.status], key, call)
        with already_sent():
            stands = await self._stands(source_id, call)
        if self._statuses.meaning(stands) is not move.status:
            raise Rejected(
                "the source took the update and left the case where it stood", fields=("status",)
            )

    async def _before(self, source_id: str, call: Call) -> str:
        with nothing_sent():
            return await self._stands(source_id, call)

    async def _stands(self, source_id: str, call: Call) -> str:
        """The city's code for the status of a request. Raises `NotFound`."""
        found = await requests_by_id(self._client, (source_id,), call)
        if source_id not in found:
            raise NotFound("the source knows no such case")
        return text(found[source_id].status) or _FIRST

    async def _post(self, source_id: str, body: str, status: str, key: str, call: Call) -> None:
        form = [
            ("service_request_id", source_id),
            ("update_id", key),
            ("status", status),
            ("updated_datetime", written(self._now())),
            ("description", body),
        ]
        await self._client.post_update(form, call)
