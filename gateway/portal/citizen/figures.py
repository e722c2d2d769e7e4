"""Show the public figures, by class of administration and by month."""

import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from gateway.portal.forms import Problems
from gateway.portal.visit import Visit

_MONTH: Final = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")


async def figures(visit: Visit) -> Response:
    """Those from one month to another; of the last twelve where none is said."""
    asked = visit.request.query_params
    said = {name: asked.get(name, "") for name in ("from", "to")}
    months = {name: text for name, text in said.items() if _MONTH.fullmatch(text)}
    answer = await visit.ask("figures", **months)
    problems = Problems()
    if answer.failed("real"):
        message = visit.say("Choose two months, the earlier one first, and at most ten years.")
        problems = Problems({"from": message})
        answer = await visit.ask("figures")
    real, invented = answer.data["real"], answer.data["invented"]
    # Where only invented cases are kept, as on the embedded default, there is nothing else to show.
    only_invented = bool(invented and _received(invented) and not (real and _received(real)))
    shown = invented if only_invented else real
    return visit.show(
        "figures", problems=problems, figures=shown, invented=only_invented, asked_for=said
    )


def _received(figures: Mapping[str, Any]) -> int:
    count: int = figures["total"]["counts"]["received"]
    return count
