"""Show a case to whoever complains, and have done what they ask."""

import json
import secrets
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.portal.acting import CITIZENS, carry_out
from gateway.portal.forms import Problems
from gateway.portal.timeline import timeline
from gateway.portal.visit import DOCUMENTS, Visit

_MOST_OWN = 50


async def shown(visit: Visit) -> Response:
    """The case that was opened by its code, or one of those of who is signed in."""
    if _meant(visit) is None:
        return visit.onward("/follow")
    return await _page(visit, visit.request.query_params.get("act", ""))


async def act(visit: Visit) -> Response:
    """Do what the form asks, and show what came of it."""
    case = _meant(visit)
    if case is None:
        return visit.onward("/follow?ended=1")
    asked = visit.form.get("act")
    deed = CITIZENS.get(asked)
    if deed is None:
        raise HTTPException(400)
    if found := await carry_out(visit, deed, case):
        return await _page(visit, asked, found)
    return visit.onward(f"{_address(visit)}?done={asked}")


async def mine(visit: Visit) -> Response:
    """All cases of who is signed in."""
    if visit.person is None:
        return visit.to_sign_in()
    after = visit.request.query_params.get("after")
    answer = await visit.ask("mine", first=_MOST_OWN, after=after)
    return visit.show("mine", cases=answer.data["viewer"]["complaints"])


def _meant(visit: Visit) -> dict[str, str] | None:
    """The case that the address is about, as a CaseInput; None: none is opened here."""
    id_ = visit.request.path_params.get("id")
    if id_ is not None:
        return {"id": id_}
    return None if visit.case is None else {"reference": visit.case.reference}


def _address(visit: Visit) -> str:
    id_ = visit.request.path_params.get("id")
    return "/case" if id_ is None else f"/case/{id_}"


async def _page(visit: Visit, asked: str, problems: Problems | None = None) -> Response:
    meant = _meant(visit) or {}
    by_id = "id" in meant
    answer = await visit.ask(
        "case", reference=meant.get("reference", ""), id=meant.get("id", ""), byId=by_id
    )
    case: dict[str, Any] | None = answer.data["node" if by_id else "complaint"]
    if not case:
        raise HTTPException(404)
    possible = [name for name in CITIZENS if name in (case["possibleActs"] or ())]
    return visit.show(
        "case",
        problems=problems,
        case=case,
        timeline=timeline(case),
        address=visit.path(_address(visit)),
        possible=possible,
        act=asked if asked in possible else _likely(case, possible),
        done=visit.request.query_params.get("done", ""),
        key=visit.form.get("key") or secrets.token_urlsafe(16),
        live=DOCUMENTS["case-live"],
        variables=json.dumps({"case": meant, "since": case["version"]}),
    )


def _likely(case: dict[str, Any], possible: list[str]) -> str:
    """What the person most likely comes for; empty if nothing suggests itself."""
    waited_for = {"AWAITING_COMPLAINANT": "PROVIDE_INFORMATION", "ANSWERED": "RATE"}
    act = waited_for.get(case["status"], "")
    return act if act in possible else ""
