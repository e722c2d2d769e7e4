"""Stop letters for whoever came by the link of one, once they have said so."""

from starlette.responses import Response

from gateway.portal.forms import problems_of
from gateway.portal.visit import Visit


async def ask(visit: Visit) -> Response:
    """The question: programs open the links of letters too, and nothing is done by that."""
    token = visit.request.query_params.get("token", "")
    return visit.show("letters-stop", key=token, stopped=False)


async def stop(visit: Visit) -> Response:
    """Stop them."""
    token = visit.form.get("token")
    answer = await visit.ask("letters-stop", input={"token": token})
    payload = answer.data["stopLetters"]
    return visit.show(
        "letters-stop",
        problems=problems_of(payload["problems"], {}),
        key=token,
        stopped=payload["stopped"],
    )
