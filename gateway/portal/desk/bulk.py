"""Do the same in several cases: one act each, and what came of each is told."""

from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.portal.acting import carry_out
from gateway.portal.desk.acts import ACTS
from gateway.portal.desk.filters import Filters
from gateway.portal.desk.queue import MOST_AT_ONCE, page
from gateway.portal.forms import Problems
from gateway.portal.visit import Unanswered, Visit

_TOGETHER: Final = ("ACKNOWLEDGE", "ASSIGN")
"""What can be done in several cases without reading each."""
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case, as a row of the queue shows it."""

    version: int
    id: str
    reference: str
    """Empty: it has none yet."""


@dataclass(frozen=True, slots=True)
class CameOf:
    """What came of the act in one case."""

    case: Chosen
    problems: Problems

    @property
    def why(self) -> str:
        """What kept it from being done; empty if nothing did."""
        return " ".join((*self.problems.general, *self.problems.by_field.values()))


async def act(visit: Visit) -> Response:
    """Do what the form asks in each case that is chosen, one after the other."""
    asked = visit.form.get("act")
    if asked not in _TOGETHER:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    filters = Filters.of(visit.request.query_params)
    chosen = [_chosen(text) for text in dict.fromkeys(visit.form.all("case"))]
    if problem := _unfit(visit, len(chosen)):
        return await page(visit, filters, Problems({"case": problem}))
    return visit.show(
        "desk-bulk",
        act=asked,
        outcomes=[CameOf(case, await _done(visit, asked, case)) for case in chosen],
        back=filters.query(after=visit.request.query_params.get("after")),
    )


def _unfit(visit: Visit, count: int) -> str | None:
    if not count:
        return visit.say("Choose at least one case.")
    if count > MOST_AT_ONCE:
        return visit.say("Choose at most %(most)s cases at once.", most=MOST_AT_ONCE)
    return None


def _chosen(text: str) -> Chosen:
    """What the box of a row sends. Raises `HTTPException` for anything else."""
    version, *rest = text.split(" ", _PARTS - 1)
    if len(rest) != _PARTS - 1 or not version.isdecimal():
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return Chosen(int(version), *rest)


async def _done(visit: Visit, asked: str, case: Chosen) -> Problems:
    """Do it in one of them, once however often the form is sent."""
    key = sha256(f"{visit.form.get('key')} {case.id}".encode()).hexdigest()
    alone = replace(visit, form=visit.form.with_({"key": key}))
    try:
        return await carry_out(alone, ACTS[asked], {"id": case.id}, version=case.version)
    except Unanswered:
        # The others are none the worse for it.
        return Problems({}, (visit.say("This cannot be done just now, or not by you."),))
