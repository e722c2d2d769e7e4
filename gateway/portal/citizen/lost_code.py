"""Get a new code for who lost theirs: have a link sent, and open it once they have said so."""

from starlette.responses import Response

from gateway.portal.forms import Problems, problems_of
from gateway.portal.visit import Visit


async def ask(visit: Visit) -> Response:
    """The question for which complaint."""
    return visit.show("lost-code", sent=False)


async def send(visit: Visit) -> Response:
    """Have the link sent, if there is somebody to; the page says the same if not."""
    reference = visit.form.get("reference")
    if not reference:
        message = visit.say("Enter the number of your complaint.")
        return visit.show("lost-code", problems=Problems({"reference": message}), sent=False)
    answer = await visit.ask("lost-code", input={"reference": reference})
    problems = problems_of(
        answer.data["sendTrackingCodeLink"]["problems"], {"reference": "reference"}
    )
    return visit.show("lost-code", problems=problems, sent=not problems)


async def found(visit: Visit) -> Response:
    """The question whether to make it: programs open the links of letters too."""
    return visit.show("new-code", key=visit.request.query_params.get("token", ""), made=None)


async def make(visit: Visit) -> Response:
    """Make it, and show it this once."""
    key = visit.form.get("token")
    answer = await visit.ask("new-code", input={"token": key})
    made = answer.data["openTrackingCodeLink"]
    return visit.show(
        "new-code",
        problems=problems_of(made["problems"], {}),
        key=key,
        made=made if made["trackingCode"] else None,
    )
