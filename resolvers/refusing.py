"""Tell why an act is not done: what is unfit in it, and what of the case stands in its way."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from connectors.contract.acts import Act, Inadmissibility
from connectors.contract.changes import Standing
from connectors.contract.lifecycle import Status
from connectors.contract.records import STORE, AgencyCode, Outcome, Part, SourceId
from resolvers.clock import day_of
from resolvers.filed import case_that_stands
from resolvers.lifecycle import HandedOver, Hindrance, NothingToRate, NotNow, Request, TooEarly
from resolvers.policy import Viewer, may_read
from resolvers.registry import Registry
from resolvers.unfit import files_elsewhere, too_long, unknown_agency, unknown_service
from resolvers.wording import Problem, Sentence

LONGEST_TEXT: Final = 20_000
LONGEST_NAME: Final = 200
_BEST_SCORE: Final = 5

WITH_TEXT: Final = frozenset(
    {
        Act.ADD_MESSAGE,
        Act.PROVIDE_INFORMATION,
        Act.REOPEN,
        Act.ADD_NOTE,
        Act.REQUEST_INFORMATION,
        Act.ANSWER_IN_PART,
        Act.DECIDE,
        Act.TRANSFER,
    }
)
"""Acts that are nothing without words."""
_WITH_FILES_ALONE: Final = frozenset({Act.ADD_MESSAGE, Act.PROVIDE_INFORMATION})
"""Unless files come with them."""
_OVER: Final = frozenset({Status.WITHDRAWN, Status.DUPLICATE})
"""Where a case stands in which nothing will be answered."""

UNKNOWN: Final = Problem("NOT_FOUND", Sentence.NOT_FOUND, ("case",))
"""There is no such case, or none in which the viewer may do this: which of them is not told."""


def problems_of(request: Request, registry: Registry) -> Iterator[Problem]:
    """All that is wrong with `request`, whatever case it is about."""
    text = request.text
    speaks = request.uploads and request.act in _WITH_FILES_ALONE
    if request.act in WITH_TEXT and not (text or "").strip() and not speaks:
        yield Problem("REQUIRED", Sentence.WORDS_REQUIRED, ("text",))
    yield from too_long(text, LONGEST_TEXT, "text")
    yield from too_long(request.legal_basis, LONGEST_TEXT, "legalBasis")
    yield from too_long(request.instead, LONGEST_TEXT, "instead")
    yield from too_long(request.assignee, LONGEST_NAME, "assignee")
    if request.score is not None and not 1 <= request.score <= _BEST_SCORE:
        yield Problem(
            "INVALID", Sentence.SCORE, ("score",), {"best": _BEST_SCORE, "came": request.score}
        )
    if request.inadmissible is not None and not (text or "").strip():
        yield Problem("REQUIRED", Sentence.REASONS_REQUIRED, ("text",))
    elsewhere = (
        request.inadmissible is Inadmissibility.OTHER_COMPETENT_BODY
        or request.outcome is Outcome.REDIRECTED
    )
    if elsewhere and not (request.instead or "").strip():
        yield Problem("REQUIRED", Sentence.INSTEAD_REQUIRED, ("instead",))
    if request.assignee is not None and not request.assignee.strip():
        yield Problem("REQUIRED", Sentence.NAME_REQUIRED, ("assignee",))
    if request.no_court_seized is False:
        yield Problem("INVALID", Sentence.COURT_SEIZED, ("noCourtSeized",))
    if request.agency is not None:
        yield from _of_agency(request.act, request.agency, request.service_code, registry)


def problems_upon(viewer: Viewer, request: Request, standing: Standing) -> Iterator[Problem]:
    """What keeps `viewer` from doing `request` in this case, whatever its state."""
    if standing.places is not None and standing.places.on_its_way:
        yield Problem("ON_ITS_WAY", Sentence.ON_ITS_WAY, ("case",))
    if request.act is Act.LINK_DUPLICATE:
        yield from _of_original(viewer, standing)
    if request.agency is None:
        return
    if request.agency == standing.agency_code:
        yield Problem(
            "INVALID", Sentence.AGENCY_RESPONSIBLE, ("agency",), {"agency": request.agency}
        )
    elif request.act is Act.ADD_CO_AGENCY and request.agency in _co_agencies(standing):
        yield Problem(
            "INVALID", Sentence.AGENCY_TAKES_PART, ("agency",), {"agency": request.agency}
        )


def conflict(standing: Standing, expected_version: int) -> Problem:
    """The case was changed since whoever acts has seen it."""
    return Problem(
        "CONFLICT",
        Sentence.CONFLICT,
        ("expectedVersion",),
        {"version": standing.version, "expected": expected_version},
        status=standing.status,
        version=standing.version,
    )


def other_desk(standing: Standing, holder: SourceId) -> Problem:
    """The agency's officers do this in the system that holds the case."""
    return Problem(
        "OTHER_DESK",
        Sentence.OTHER_DESK,
        ("case",),
        {"agency": standing.agency_code, "source": holder},
    )


def told(hindrance: Hindrance, standing: Standing) -> Problem:
    """Why the act cannot be done now."""
    parameters: Mapping[str, str] = {}
    match hindrance:
        case NotNow(status=status, possible=possible):
            sentence = Sentence.NOT_NOW
            names = ",".join(each for each in Status if each in possible)
            parameters = {"status": status, "possible": names}
        case NothingToRate():
            sentence = Sentence.NOTHING_TO_RATE
        case HandedOver():
            sentence = Sentence.HANDED_OVER
        case TooEarly(after=datetime() as after):
            sentence = Sentence.ANSWER_NOT_DUE
            # A day ends as the next one begins.
            parameters = {"after": day_of(after - datetime.resolution).isoformat()}
        case TooEarly():
            sentence = Sentence.NO_ANSWER_YET
    return Problem(
        "NOT_NOW",
        sentence,
        ("case",),
        parameters,
        status=standing.status,
        version=standing.version,
    )


def _of_agency(
    act: Act, code: AgencyCode, service: str | None, registry: Registry
) -> Iterator[Problem]:
    if code not in registry.agencies:
        yield unknown_agency(code)
    elif act is Act.TRANSFER and not registry.takes_filings(code):
        yield files_elsewhere(code)
    elif (
        service is not None
        # Another system may offer more services than are configured; it is asked itself.
        and registry.routes[code].details == STORE
        and (code, service) not in registry.services
    ):
        yield unknown_service(code, service)


def _of_original(viewer: Viewer, standing: Standing) -> Iterator[Problem]:
    original = standing.other
    if original is None or not may_read(viewer, case_that_stands(original, frozenset(Part))):
        yield Problem("NOT_FOUND", Sentence.ORIGINAL_NOT_FOUND, ("original",))
    elif original.reference == standing.reference:
        yield Problem("INVALID", Sentence.ORIGINAL_ITSELF, ("original",))
    elif original.status in _OVER:
        yield Problem("INVALID", Sentence.ORIGINAL_OVER, ("original",), {"status": original.status})


def _co_agencies(standing: Standing) -> frozenset[AgencyCode]:
    return frozenset(
        each.agency_code for each in standing.participants if each.part is Part.CO_AGENCY
    )
