"""Show who answers for officers how much there is where, what is late, and what did not arrive."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.portal.desk.deliveries import CONFIRM, confirm
from gateway.portal.desk.filters import OPEN, Filters
from gateway.portal.forms import Problems
from gateway.portal.visit import Unanswered, Visit

_MOST_ROWS: Final = 20
_MOST_DELIVERIES: Final = 50
CLASSES: Final = ("MINISTRY", "HIGH_COMMISSION", "COLLECTIVITE", "EEP", "OTHER")
"""Of administrations: what who oversees them all begins with."""


@dataclass(frozen=True, slots=True)
class Row:
    """How much there is in one place."""

    filters: Filters
    """Which lead to its cases."""
    name: Mapping[str, str | None] | None
    """Of an agency; None: of a class."""
    counts: Mapping[str, Any] | None
    """By state, and of what is overdue; None: they could not be had."""


async def shown(visit: Visit) -> Response:
    """All of it."""
    return await _page(visit)


async def act(visit: Visit) -> Response:
    """Take word of a delivery, and show what is left."""
    if visit.form.get("act") != CONFIRM:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    if found := await confirm(visit):
        return await _page(visit, found)
    return visit.onward(f"/desk/overview?done={CONFIRM}#told")


async def _page(visit: Visit, problems: Problems | None = None) -> Response:
    if visit.person is None:
        return visit.to_sign_in()
    asked = visit.request.query_params
    class_ = asked.get("class", "")
    answer = await visit.ask(
        "desk-overview",
        operation="Overview",
        open=Filters().input,
        classes=[class_ if class_ in CLASSES else "OTHER"],
        rows=_MOST_ROWS,
        after=asked.get("after"),
        deliveries=_MOST_DELIVERIES,
        stuckAfter=asked.get("stuck"),
        waitingAfter=asked.get("waiting"),
    )
    data = answer.data
    served = data["viewer"]["agencies"][:_MOST_ROWS]
    listed = served or (data["agencies"]["nodes"] if class_ in CLASSES else None)
    rows = await asyncio.gather(*(_row(visit, *each) for each in _places(listed)))
    return visit.show(
        "desk-overview",
        problems=problems,
        rows=rows,
        paging=data["agencies"]["pageInfo"] if listed and not served else None,
        class_=class_ if class_ in CLASSES else "",
        states=OPEN,
        cases=data["complaints"],
        stuck=data["stuck"],
        waiting=data["waiting"],
        key=secrets.token_urlsafe(16),
        done=asked.get("done", ""),
    )


def _places(
    agencies: Sequence[Mapping[str, Any]] | None,
) -> Sequence[tuple[Filters, Mapping[str, str | None] | None]]:
    """What a row is made of each; by class where no agencies are listed."""
    if agencies is None:
        return [(Filters(class_=each), None) for each in CLASSES]
    return [(Filters(agency=each["code"]), each["name"]) for each in agencies]


async def _row(visit: Visit, filters: Filters, name: Mapping[str, str | None] | None) -> Row:
    try:
        answer = await visit.ask(
            "desk-overview",
            operation="Load",
            agencies=[filters.agency] if filters.agency else None,
            classes=[filters.class_] if filters.class_ else None,
        )
    except Unanswered:
        return Row(filters, name, None)
    return Row(filters, name, {key: each["totalCount"] for key, each in answer.data.items()})
