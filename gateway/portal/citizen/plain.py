"""Pages that ask nothing."""

from starlette.responses import Response

from gateway.portal.visit import Visit


async def home(visit: Visit) -> Response:
    """The first page."""
    return visit.show("home")


async def help_(visit: Visit) -> Response:
    """How complaining works."""
    return visit.show("help")
