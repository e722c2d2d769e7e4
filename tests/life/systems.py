"""Two agencies' own systems on sockets, in which their officers act too: a city's, and a prefecture's.

Both take what is done in the portal; both note, in order, what they were told.
"""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from connectors.contract.lifecycle import Status
from tests.connectors.open311 import cities
from tests.connectors.open311.taking import TakingCity
from tests.connectors.rest.desk import STATES, Desk, description

STATES_OF_CITY = {
    "acknowledged": Status.ACKNOWLEDGED,
    "in_progress": Status.IN_PROGRESS,
    "fixed": Status.ANSWERED,
    "closed": Status.CLOSED,
    "reopened": Status.REOPENED,
    "cancelled": Status.WITHDRAWN,
    "not_councils_responsibility": Status.INADMISSIBLE,
}
"""What the city can be put in. It has no word for waiting for the complainant."""
SERVICE = "leak"
Told = tuple[str, str]
"""One thing that a system was told: where the case stands after it, or none; and in which words."""


class City(TakingCity):
    """A city that speaks GeoReport with mySociety's updates."""

    def __init__(self) -> None:
        """Offer one service, and tell every status."""
        service = {"service_code": SERVICE, "service_name": "Fuite d'eau", "metadata": "false"}
        super().__init__(extended=True, keeps_ids=True, services=[service])

    def told_of(self, source_id: str) -> list[Told]:
        """What was posted in a request, in order; a message states where the request stands."""
        return [
            (each["status"], each["description"])
            for each in self.posted
            if each["service_request_id"] == source_id
        ]

    def answer(self, source_id: str, reasons: str) -> None:
        """The city's officer answers, in the city's own system."""
        self._add(
            {
                "service_request_id": source_id,
                "update_id": f"own-{len(self._said)}",
                "status": "fixed",
                "updated_datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "description": reasons,
            }
        )


class Prefecture(Desk):
    """A desk with a JSON interface of its own."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._told: dict[str, list[Told]] = {}
        super().__init__()

    def told_of(self, source_id: str) -> list[Told]:
        """What was put into a case, in order; what is said names whether it is for colleagues."""
        return self._told[source_id]

    def answer(self, source_id: str, reasons: str) -> None:
        """The prefecture's officer answers, in its own system."""
        case, at = self.cases[source_id], datetime.now(UTC).isoformat()
        note = {"id": f"note-{len(case['notes'])}", "at": at, "text": reasons}
        case["notes"].append(note | {"by": "AGENCY", "private": False})
        answered = next(word for word, status in STATES.items() if status is Status.ANSWERED)
        event = {"id": f"event-{source_id}", "at": at, "what": "STATUS_CHANGED", "to": answered}
        case["history"].append(event)
        case |= {"state": {"code": answered}, "changed": at}

    async def _note(self, request: Request) -> Response:
        said = await request.json()
        self._tell(request, "private" if said["private"] else "", said["text"])
        return await super()._note(request)

    async def _change(self, request: Request) -> Response:
        said = await request.json()
        self._tell(request, said["state"], said["reason"])
        return await super()._change(request)

    def _tell(self, request: Request, state: str, words: str) -> None:
        self._told.setdefault(request.path_params["id"], []).append((state, words))


def city_options(url: str) -> dict[str, Any]:
    """How the city is connected."""
    return {
        "url": url,
        "timezone": "UTC",
        "api_key": cities.KEY,
        "extended_statuses": True,
        # Here a number is no acknowledgement: officers give it in the portal.
        "statuses": {"open": Status.SUBMITTED} | STATES_OF_CITY,
        "updates": True,
        "takes_updates": True,
        "keeps_update_ids": True,
        "moves": {status: code for code, status in STATES_OF_CITY.items()},
        "reference_in": "description",
    }


def prefecture_options(url: str) -> dict[str, Any]:
    """How the prefecture is connected: it can be put in every state."""
    said = {"reason": {"from": "reason", "default": ""}}
    states = {
        "in": STATES,
        "complete": True,
        "out": {status: {"status": word, "json": said} for word, status in STATES.items()},
    }
    options = description(url, statuses=states)
    # All its cases are of one agency.
    del options["record"]["agency"], options["list"]["filters"]["AGENCY"]
    return options
