"""Open a case by its reference and its code."""

from starlette.responses import Response

from gateway.portal.forms import Problems
from gateway.portal.visit import Visit


async def ask(visit: Visit) -> Response:
    """The form; an address on a receipt brings the reference along, and never the code."""
    asked = visit.request.query_params
    return visit.show(
        "follow", reference=asked.get("reference", ""), ended=asked.get("ended") == "1"
    )


async def open_case(visit: Visit) -> Response:
    """Open it in this browser, for a short time."""
    reference, code = visit.form.get("reference"), visit.form.get("code")
    missing = {}
    if not reference:
        missing["reference"] = visit.say("Enter the number of your complaint.")
    if not code:
        missing["code"] = visit.say("Enter the code of your receipt.")
    if missing:
        return visit.show("follow", problems=Problems(missing), reference=reference, ended=False)
    sign_in = visit.sign_in
    found = await sign_in.case_of(visit.request, reference, code)
    if found is None:
        return not_opened(visit, reference)
    response = visit.onward("/case")
    await sign_in.browsers.cases.begin(visit.request, response, found)
    return response


def not_opened(visit: Visit, reference: str) -> Response:
    """The form again, for a pair that opens nothing."""
    message = visit.say("No complaint is opened by this number and this code. Look at both.")
    return visit.show(
        "follow", problems=Problems({"code": message}), reference=reference, ended=False
    )
