"""File a complaint: one question a step; nothing is kept before it is filed.

What was answered travels with the form, in fields that are not seen. So each step is complete
without a script, any process can serve it, and who closes the page leaves nothing behind.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from gateway.portal.citizen.filing_input import FIELDS, input_of
from gateway.portal.citizen.filing_steps import BY_NAME, STEPS, Step
from gateway.portal.forms import Form, Problems, problems_of
from gateway.portal.visit import TOKEN, Visit

_PASSING: Final = ("step", "to", TOKEN)
"""Fields that are about the way, and not about the case."""


async def begin(visit: Visit) -> Response:
    """The first step; an address may bring the agency along."""
    # Sent again with a second tap, or when the page is loaded anew: it makes no second case.
    fields = [("key", secrets.token_urlsafe(16))]
    if agency := visit.request.query_params.get("agency"):
        fields.append(("agency", agency))
    return await _first(replace(visit, form=Form(tuple(fields))), STEPS)


async def go_on(visit: Visit) -> Response:
    """The next step, an earlier one, or the receipt."""
    form = visit.form
    step = BY_NAME.get(form.get("step"), STEPS[0])
    at = STEPS.index(step)
    match form.get("to"):
        case "back":
            return await _first(visit, STEPS[:at][::-1]) if at else await _shown(visit, STEPS[0])
        case "again":
            return await _shown(visit, step)
        case "send":
            return await _send(visit)
        case name if name in BY_NAME:
            return await _shown(visit, BY_NAME[name])
    if found := step.check(visit):
        return await _shown(visit, step, found)
    return await _first(visit, STEPS[at + 1 :])


async def _send(visit: Visit) -> Response:
    for step in STEPS:
        if found := step.check(visit):
            return await _shown(visit, step, found)
    answer = await visit.ask("file", input=input_of(visit.form, str(visit.tongue.whole)))
    payload = answer.data["fileComplaint"]
    if payload["receipt"] is None:
        return await _corrected(visit, payload["problems"])
    return visit.show("receipt", receipt=payload["receipt"], warnings=payload["warnings"])


async def _corrected(visit: Visit, told: Sequence[Any]) -> Response:
    """The first step that asks for what has to be corrected."""
    found = problems_of(told, FIELDS)
    for step in STEPS:
        here = {name: each for name, each in found.by_field.items() if step.asks_for(name)}
        if here:
            return await _shown(visit, step, Problems(here, found.general))
    return await _shown(visit, STEPS[-1], Problems({}, (*found.general, *found.by_field.values())))


async def _first(visit: Visit, steps: Sequence[Step]) -> Response:
    """The first of `steps` that has something to ask."""
    for step in steps:
        values = await step.values(visit)
        if values is not None:
            return _page(visit, step, values, Problems())
    return await _shown(visit, STEPS[0])


async def _shown(visit: Visit, step: Step, problems: Problems | None = None) -> Response:
    """A step, whether or not it has something to ask."""
    values = await step.values(visit)
    return _page(visit, step, values or {}, problems or Problems())


def _page(visit: Visit, step: Step, values: dict[str, Any], problems: Problems) -> Response:
    form = visit.form
    own = {name for name, _ in form.fields if step.asks_for(name)}
    return visit.show(
        step.page,
        problems=problems,
        step=step.name,
        number=STEPS.index(step) + 1,
        steps=len(STEPS),
        carried=form.without([*own, *_PASSING]),
        **values,
    )
