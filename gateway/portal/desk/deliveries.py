"""Say that an agency's system has what it was to hear."""

from typing import Final

from gateway.portal.forms import Problems, problems_of
from gateway.portal.visit import Visit

CONFIRM: Final = "CONFIRM_DELIVERY"
_FIELDS: Final = {"sourceId": "sourceId"}


async def confirm(visit: Visit) -> Problems:
    """Say it of the delivery of the form; what keeps it from being taken for done."""
    form = visit.form
    given = {
        "delivery": form.get("delivery"),
        "sourceId": form.given("sourceId"),
        "idempotencyKey": form.get("key"),
    }
    answer = await visit.ask("confirm", input=given)
    return problems_of(answer.data["confirmDelivery"]["problems"], _FIELDS)
