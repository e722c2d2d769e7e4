"""The steps of filing: what each asks, what it needs for that, and what it cannot go on without."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from gateway.portal.citizen.filing_input import ANSWER
from gateway.portal.forms import DROPPED, UPLOAD, Problems
from gateway.portal.visit import Visit

Values = dict[str, Any]
_MOST_SUGGESTED: Final = 5
_MOST_FOUND: Final = 30
_MOST_SERVICES: Final = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form."""

    name: str
    fields: frozenset[str]
    """What it asks for."""
    values: Callable[[Visit], Awaitable[Values | None]]
    """What its page shows; None: there is nothing to ask."""
    check: Callable[[Visit], Problems]
    """What is missing; the graph finds everything else."""

    @property
    def page(self) -> str:
        """Its template."""
        return f"file-{self.name}"

    def asks_for(self, field: str) -> bool:
        """Whether the field stands on its page."""
        return field in self.fields or (self.name == "service" and field.startswith(ANSWER))


async def _nothing_more(_: Visit) -> Values | None:
    return {}


def _nothing(_: Visit) -> Problems:
    return Problems()


def _words(visit: Visit) -> Problems:
    form = visit.form
    found = dict(form.refused)
    if not form.get("description") and not form.uploads:
        found["description"] = visit.say("Tell what happened, in words or in a recording.")
    return Problems(found)


async def _agencies(visit: Visit) -> Values | None:
    form = visit.form
    search = form.get("search")
    answer = await visit.ask(
        "file-agency",
        text=form.get("description"),
        search=search,
        searching=bool(search),
        chosen=[form.get("agency")] if form.get("agency") else [],
        suggested=_MOST_SUGGESTED,
        found=_MOST_FOUND,
    )
    told = answer.data
    suggestions = [
        each["agency"] for each in (told.get("likelyAgencies") or {}).get("suggestions", [])
    ]
    found = told.get("agencies") or {"nodes": [], "pageInfo": {"hasNextPage": False}}
    chosen = [] if search else told["chosen"]["nodes"]
    listed = {each["code"]: each for each in (*chosen, *found["nodes"], *suggestions)}
    return {
        "agencies": list(listed.values()),
        "more": found["pageInfo"]["hasNextPage"],
        "search": search,
    }


def _agency(visit: Visit) -> Problems:
    if visit.form.get("agency"):
        return Problems()
    return Problems({"agency": visit.say("Choose the administration.")})


async def _before(visit: Visit) -> Values | None:
    form = visit.form
    text, agency = form.get("description"), form.get("agency")
    answer = await visit.ask(
        "file-before", text=text, agency=agency, similar={"text": text, "agency": agency}
    )
    matters = [each for each in answer.data["excludedMatters"] or () if each["suggested"]]
    similar = answer.data["similarComplaints"]
    if not matters and not (similar and similar["atLeast"]):
        return None
    return {"matters": matters, "similar": similar and similar["atLeast"]}


async def _services(visit: Visit) -> Values | None:
    form = visit.form
    answer = await visit.ask(
        "file-service",
        operation="FileService",
        agency=form.get("agency"),
        service=form.get("service"),
        asked=bool(form.get("service")),
        most=_MOST_SERVICES,
    )
    agency = answer.data["agency"]
    if agency is None:
        return None
    offered = agency["services"] or await _configured(visit)
    if not offered["nodes"]:
        return None
    chosen = agency.get("service")
    questions = [each for each in (chosen or {}).get("attributes") or () if each["asked"]]
    return {"services": offered["nodes"], "chosen": chosen, "questions": questions}


async def _configured(visit: Visit) -> Any:
    """What stands in for the services of a system that is silent: without one few take a filing."""
    answer = await visit.ask(
        "file-service",
        operation="Configured",
        agency=visit.form.get("agency"),
        most=_MOST_SERVICES,
    )
    return answer.data["services"]


def _contact(visit: Visit) -> Problems:
    form, missing = visit.form, {}
    if not form.get("name"):
        missing["name"] = visit.say("Enter your name: nobody may complain without one.")
    match form.get("reach"):
        case "phone" if not form.get("phone"):
            missing["phone"] = visit.say("Enter your telephone number.")
        case "email" if not form.get("email"):
            missing["email"] = visit.say("Enter your e-mail address.")
        case "phone" | "email" | "code":
            pass
        case _:
            missing["reach"] = visit.say("Choose how you will hear of the answer.")
    if form.get("for") == "other" and not form.get("behalf"):
        missing["behalf"] = visit.say("Enter the name of the person you complain for.")
    return Problems(missing)


async def _all(visit: Visit) -> Values | None:
    form = visit.form
    answer = await visit.ask(
        "file-check",
        agency=form.get("agency"),
        service=form.get("service"),
        asked=bool(form.get("service")),
    )
    return {"agency": answer.data["agency"]}


_WORDS = frozenset({"kind", "description", "file", UPLOAD, DROPPED})
_PERSON = frozenset({"name", "reach", "phone", "email", "for", "behalf", "mandate", "secret"})

STEPS: Final = (
    Step("words", _WORDS, _nothing_more, _words),
    Step("agency", frozenset({"agency", "search"}), _agencies, _agency),
    Step("before", frozenset(), _before, _nothing),
    Step("service", frozenset({"service"}), _services, _nothing),
    Step("place", frozenset({"address", "latitude", "longitude"}), _nothing_more, _nothing),
    Step("contact", _PERSON, _nothing_more, _contact),
    Step("check", frozenset(), _all, _nothing),
)
"""In order."""
BY_NAME: Final = {step.name: step for step in STEPS}
