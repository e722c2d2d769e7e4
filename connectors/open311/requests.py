"""Read requests by their ids, as many at once as a city lets us."""

from collections.abc import Sequence

from connectors.contract.connector import Call
from connectors.contract.errors import NotFound
from connectors.open311.client import GeoReport
from connectors.open311.shapes import Request, text


async def requests_by_id(client: GeoReport, ids: Sequence[str], call: Call) -> dict[str, Request]:
    """The requests by id; unknown ones are absent."""
    if not ids:
        return {}
    if len(ids) > 1 and any("," in each for each in ids):
        return await _halves(client, ids, call)
    try:
        told = await client.requests_by_id(ids, call)
    except NotFound:
        # One unknown id hides the others at some cities.
        return await _halves(client, ids, call) if len(ids) > 1 else {}
    found = {text(request.service_request_id): request for request in told}
    return {each: found[each] for each in ids if each in found}


async def _halves(client: GeoReport, ids: Sequence[str], call: Call) -> dict[str, Request]:
    middle = len(ids) // 2
    first = await requests_by_id(client, ids[:middle], call)
    return first | await requests_by_id(client, ids[middle:], call)
