"""Tell which administrations answer just now."""

from starlette.responses import Response

from gateway.portal.visit import Visit

_MOST = 50


async def answering(visit: Visit) -> Response:
    """A list of them, found by a part of their names."""
    asked = visit.request.query_params
    search = asked.get("search", "").strip()
    answer = await visit.ask("agencies", first=_MOST, after=asked.get("after"), text=search or None)
    return visit.show("agencies", agencies=answer.data["agencies"], search=search)
