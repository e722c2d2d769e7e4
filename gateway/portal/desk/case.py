"""Show a case to who answers it, and have done what they ask."""

import json
import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.portal.acting import carry_out
from gateway.portal.desk.acts import ACTS, ELSEWHERE, INADMISSIBLE, OUTCOMES, WITH_FILES
from gateway.portal.desk.deliveries import CONFIRM, confirm
from gateway.portal.desk.identity import LOOKS, Seen, look
from gateway.portal.desk.prepared_answers import begun, language_of, prepared
from gateway.portal.desk.roles import ANSWERING, LOOKING
from gateway.portal.forms import Problems
from gateway.portal.timeline import timeline
from gateway.portal.visit import DOCUMENTS, Visit

_MOST_OFFERED: Final = 100
_MOST_DELIVERIES: Final = 50
_NOTHING: Final = Seen()


async def shown(visit: Visit) -> Response:
    """The case."""
    if visit.person is None:
        return visit.to_sign_in()
    return await _page(visit, visit.request.query_params.get("act", ""))


async def act(visit: Visit) -> Response:
    """Do what the form asks, and show what came of it."""
    form = visit.form
    asked = form.get("act")
    match form.get("to"):
        case "search":
            return await _page(visit, asked)
        case "prepared":
            return await _page(begun(visit), asked)
    if asked in LOOKS:
        seen = await look(visit, asked)
        return await _page(visit, "", seen.problems, seen)
    if found := await _done(visit, asked):
        return await _page(visit, asked, found)
    # The address leads on to what is told, and so does whoever reads with the keyboard.
    return visit.onward(f"/desk/case/{_id(visit)}?done={asked}#told")


async def _done(visit: Visit, asked: str) -> Problems:
    """What kept it from being done."""
    form = visit.form
    if asked == CONFIRM:
        return await confirm(visit)
    if asked not in ACTS or not form.get("version").isdecimal():
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    if asked == "DECIDE" and form.get("outcome") not in OUTCOMES:
        return Problems({"outcome": visit.say("Choose what is decided.")})
    version = int(form.get("version"))
    return await carry_out(visit, ACTS[asked], {"id": _id(visit)}, version=version)


def _id(visit: Visit) -> str:
    id_: str = visit.request.path_params["id"]
    return id_


async def _page(
    visit: Visit, asked: str, problems: Problems | None = None, seen: Seen = _NOTHING
) -> Response:
    form = visit.form
    answer = await visit.ask(
        "desk-case",
        operation="DeskCase",
        id=_id(visit),
        elsewhere=asked in ELSEWHERE,
        search=form.given("search"),
        choosing=asked in ELSEWHERE and bool(form.get("agency")),
        chosen=[form.get("agency")],
        offered=_MOST_OFFERED,
    )
    case: dict[str, Any] | None = answer.data["node"]
    if not case:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    role = visit.person.role if visit.person else ""
    possible = [name for name in ACTS if role in ANSWERING and name in _possible(case)]
    told = timeline(case)
    language = language_of(case["language"], visit.tongue)
    return visit.show(
        "desk-case",
        problems=problems,
        case=case,
        beside=await _beside(visit, case, role),
        timeline=told,
        # What came since the officer saw the page, where it changed under their hands.
        new=max(0, len(told) - int(form.get("seen"))) if form.get("seen").isdecimal() else 0,
        address=visit.path(f"/desk/case/{_id(visit)}"),
        possible=possible,
        act=asked if asked in possible else "",
        with_files=WITH_FILES,
        outcomes=[(each, visit.rendering.label(each, "OUTCOME")) for each in OUTCOMES],
        reasons=INADMISSIBLE,
        language=language,
        prepared=prepared(language),
        agencies=(answer.data.get("agencies") or {"nodes": []})["nodes"],
        services=(answer.data.get("services") or {"nodes": []})["nodes"],
        looks=LOOKS if role in LOOKING and case["reference"] else (),
        seen=seen,
        done=visit.request.query_params.get("done", ""),
        # The same key is the same act again: what was done once has had its own.
        key=(form.get("key") if problems else "") or secrets.token_urlsafe(16),
        live=DOCUMENTS["case-live"],
        variables=json.dumps({"case": {"id": _id(visit)}, "since": case["version"]}),
    )


def _possible(case: dict[str, Any]) -> Sequence[str]:
    """What the graph says can be done; if it does not know, whatever is tried is told."""
    told: Sequence[str] | None = case["possibleActs"]
    return tuple(ACTS) if told is None else told


async def _beside(visit: Visit, case: dict[str, Any], role: str) -> dict[str, Any]:
    """What its system has still to hear, and what the agencies are called that take part."""
    answer = await visit.ask(
        "desk-case",
        operation="Beside",
        reference=case["reference"],
        telling=bool(case["reference"]) and role in ANSWERING,
        most=_MOST_DELIVERIES,
        agencies=[each["agencyCode"] for each in case["participants"]],
    )
    data = answer.data
    return {
        "deliveries": (data.get("deliveries") or {"nodes": []})["nodes"],
        "names": {each["code"]: each["name"] for each in data["agencies"]["nodes"]},
    }
