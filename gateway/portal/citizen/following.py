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
    missing = Problems(
        {
            name: visit.say(message)
            for name, given, message in (
                ("reference", reference, "Enter the number of your complaint."),
                ("code", code, "Enter the code of your receipt."),
            )
            if not given
        }
    )
    if missing:
        return visit.show("follow", problems=missing, reference=reference, ended=False)
    sign_in = visit.sign_in
    found = await sign_in.case_of(visit.request, reference, code)
    if found is None:
        message = visit.say("No complaint is opened by this number and this code. Look at both.")
        return visit.show(
            "follow", problems=Problems({"code": message}), reference=reference, ended=False
        )
    response = visit.onward("/case")
    await sign_in.browsers.cases.begin(visit.request, response, found)
    return response
