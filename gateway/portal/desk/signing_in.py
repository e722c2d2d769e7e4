"""Choose an invented person to sign in as; on the embedded default, and nowhere else."""

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.portal.forms import Problems
from gateway.portal.visit import Visit

_MOST_OFFERED: Final = 100
_SERVED: Final = ("agency", "other")
"""The fields that ask which administrations a person serves."""


async def choose(visit: Visit) -> Response:
    """All of them, each with a button."""
    return await _page(visit, visit.request.query_params.get("next", ""))


async def sign_in(visit: Visit) -> Response:
    """Begin a session as the one that was chosen, and go on to where they came from."""
    invented, form = visit.sign_in.demonstration, visit.form
    role, served = form.get("role"), [form.get(each) for each in _SERVED if form.get(each)]
    if invented is not None and invented.roles.get(role) and not served:
        problems = Problems({"agency": visit.say("Choose the administration.")})
        return await _page(visit, form.get("next"), problems)
    onward = form.get("next") or visit.path("/")
    return await visit.sign_in.play(visit.request, onward, role, served)


async def _page(visit: Visit, onward: str, problems: Problems | None = None) -> Response:
    invented = visit.sign_in.demonstration
    if invented is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    answer = await visit.ask("sign-in", first=_MOST_OFFERED)
    return visit.show(
        "sign-in",
        problems=problems,
        roles=invented.roles,
        agencies=answer.data["agencies"]["nodes"],
        onward=onward,
    )
