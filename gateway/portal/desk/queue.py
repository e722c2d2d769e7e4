"""Show the cases that wait for an answer, those first whose time runs out first."""

import secrets
from typing import Any, Final

from starlette.responses import Response

from gateway.portal.desk.filters import ENDED, OPEN, Filters
from gateway.portal.desk.roles import ANSWERING
from gateway.portal.forms import Problems
from gateway.portal.visit import Answer, Unanswered, Visit

MOST_AT_ONCE: Final = 100
"""Cases in which the same is done by one form."""
_PAGE: Final = 50
_MOST_OFFERED: Final = 100


async def shown(visit: Visit) -> Response:
    """A page of them."""
    return await page(visit, Filters.of(visit.request.query_params))


async def page(visit: Visit, filters: Filters, problems: Problems | None = None) -> Response:
    """A page of those that `filters` leave, with what kept something from being done in some."""
    if visit.person is None:
        return visit.to_sign_in()
    after = visit.request.query_params.get("after")
    try:
        answer = await _asked(visit, filters, after)
    except Unanswered as unanswered:
        if "BAD_CURSOR" in unanswered.codes:
            # Of a page that was kept for too long: the first one is never too old.
            return visit.onward(f"/desk?{filters.query()}")
        if "BAD_USER_INPUT" not in unanswered.codes:
            raise
        message = visit.say("This cannot be looked for. Words have three letters or more.")
        problems, after = Problems({"text": message}), None
        answer = await _asked(visit, Filters(), after)
    data = answer.data
    return visit.show(
        "desk",
        problems=problems,
        filters=filters,
        cases=data["complaints"],
        # Neither changes from page to page.
        counted=None if after else data["complaints"]["totalCount"],
        late=None if after else data["late"]["totalCount"],
        agencies=_offered(data),
        services=(data.get("services") or {"nodes": []})["nodes"],
        statuses=(*OPEN, *ENDED),
        acting=visit.person.role in ANSWERING,
        all=visit.request.query_params.get("all") == "yes",
        after=after,
        key=secrets.token_urlsafe(16),
        most=MOST_AT_ONCE,
    )


async def _asked(visit: Visit, filters: Filters, after: str | None) -> Answer:
    return await visit.ask(
        "desk",
        first=_PAGE,
        after=after,
        filter=filters.input,
        late=filters.only_late,
        counting=not after,
        served=[filters.agency],
        narrowing=bool(filters.agency),
        offered=_MOST_OFFERED,
    )


def _offered(data: Any) -> list[Any]:
    """The agencies to choose from: those that are served, or else those that there are."""
    served: list[Any] = data["viewer"]["agencies"]
    return served or data["agencies"]["nodes"]
