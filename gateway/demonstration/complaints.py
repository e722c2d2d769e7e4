"""Invent complaints that look like those of Moroccan users, the same ones for the same seed.

Every case is marked as demonstration, is nobody's, and could have happened: its steps follow the
lifecycle, in order of time, and none lies after `now`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar

from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    Agency,
    AuthorRole,
    Channel,
    Complaint,
    Decision,
    Event,
    EventKind,
    Kind,
    Location,
    Message,
    Mode,
    Origin,
    Service,
    Visibility,
)
from gateway.demonstration.places import DISTRICTS, Place, places_of
from gateway.demonstration.steps import ENDED, OUTCOMES, TIME_TO_ANSWER, Step
from gateway.demonstration.wording import (
    REASONS,
    REMARKS,
    SAID,
    SPANS,
    SUGGESTIONS,
    TRIED,
    WISHES,
    Language,
    Words,
    named,
    troubles_of,
)

Choice = TypeVar("Choice")

OLDEST: Final = timedelta(days=200)
_KINDS: Final = {Kind.COMPLAINT: 84, Kind.OBSERVATION: 9, Kind.SUGGESTION: 7}
_LANGUAGES: Final[dict[Language, int]] = {"ar": 58, "fr": 42}
_CHANNELS: Final = {
    Channel.WEB: 45,
    Channel.MOBILE: 30,
    Channel.CALL_CENTRE: 15,
    Channel.COUNTER: 7,
    Channel.POST: 3,
}
_ASSESSED: Final = (Status.ACKNOWLEDGED, Status.UNDER_ASSESSMENT)
_WORKED_ON: Final = (*_ASSESSED, Status.IN_PROGRESS)
_ANSWERED: Final = (*_WORKED_ON, Status.ANSWERED)
_LIVES: Final[dict[tuple[Status, ...], int]] = {
    (): 5,
    _ASSESSED[:1]: 6,
    _ASSESSED: 8,
    _WORKED_ON: 16,
    (*_WORKED_ON, Status.AWAITING_COMPLAINANT): 7,
    (*_WORKED_ON, Status.AWAITING_THIRD_PARTY): 5,
    _ANSWERED: 20,
    (*_ANSWERED, Status.CLOSED): 20,
    (*_ANSWERED, Status.REOPENED): 5,
    (*_ASSESSED, Status.INADMISSIBLE): 4,
    (*_ASSESSED, Status.WITHDRAWN): 2,
    (*_ASSESSED, Status.DUPLICATE): 2,
}
"""The states a complaint comes to after it is filed, as far as its age allows, and how often."""
_SHORT_LIVES: Final[dict[tuple[Status, ...], int]] = {
    (Status.ACKNOWLEDGED,): 1,
    (Status.ACKNOWLEDGED, Status.ANSWERED): 2,
}
"""The same for what is answered without an investigation."""
_SPEAKERS: Final = {
    Status.ACKNOWLEDGED: (AuthorRole.SYSTEM, Visibility.PUBLIC),
    Status.IN_PROGRESS: (AuthorRole.AGENCY, Visibility.INTERNAL),
    Status.AWAITING_COMPLAINANT: (AuthorRole.AGENCY, Visibility.PUBLIC),
    Status.AWAITING_THIRD_PARTY: (AuthorRole.AGENCY, Visibility.INTERNAL),
    Status.REOPENED: (AuthorRole.COMPLAINANT, Visibility.PUBLIC),
}


def generate(
    agencies: Sequence[Agency], *, count: int, seed: int, now: datetime
) -> Iterator[Complaint]:
    """Invent `count` complaints of `agencies`, in no order of time.

    The n-th one does not depend on `count`. Raises `ValueError` if there are no agencies.
    """
    if not agencies:
        raise ValueError("generated complaints need at least one agency; got none")
    by_code = {agency.code: agency for agency in agencies}
    places = {
        agency.code: places_of(agency, by_code.get(agency.parent) if agency.parent else None)
        for agency in agencies
    }
    for number in range(1, count + 1):
        chance = Random(f"{seed}:{number}")  # noqa: S311 - to be repeated, not to be secret
        agency = chance.choice(agencies)
        yield _complaint(chance, agency, places[agency.code], number, now)


def _complaint(
    chance: Random, agency: Agency, places: Sequence[Place], number: int, now: datetime
) -> Complaint:
    source_id = f"demo:{number}"
    kind, language = _one_of(chance, _KINDS), _one_of(chance, _LANGUAGES)
    service = chance.choice(agency.services) if agency.services else None
    place, district = chance.choice(places), chance.choice(DISTRICTS)
    title = _title(chance, kind, service).said(language)
    steps = _steps(chance, kind, now)
    created, status = steps[0].at, steps[-1].status
    messages = _messages(steps, source_id, language)
    decisions = _decisions(chance, steps, source_id, language, now)
    return Complaint(
        origin=Origin(
            source=STORE,
            source_id=source_id,
            mode=Mode.OWN,
            fetched_at=now,
            source_updated_at=steps[-1].at,
        ),
        agency_code=agency.code,
        status=status,
        kind=kind,
        title=title,
        description=_description(chance, title, kind, service, place, district, language),
        language=language,
        service_code=service.code if service else None,
        category=named(service.name, language) if service else None,
        channel=_one_of(chance, _CHANNELS),
        location=_location(chance, place, district, language),
        created_at=created,
        received_at=created,
        updated_at=steps[-1].at,
        due_at=created + TIME_TO_ANSWER if kind is Kind.COMPLAINT else None,
        closed_at=steps[-1].at if status in ENDED else None,
        demonstration=True,
        messages=messages,
        events=_events(steps, messages, decisions, source_id),
        decisions=decisions,
        attachments=(),
    )


def _steps(chance: Random, kind: Kind, now: datetime) -> tuple[Step, ...]:
    age = timedelta(seconds=chance.randrange(int(OLDEST.total_seconds())))
    at = now.replace(microsecond=0) - age
    steps = [Step(Status.SUBMITTED, at)]
    for status in _one_of(chance, _LIVES if kind is Kind.COMPLAINT else _SHORT_LIVES):
        days = (0.01, 3) if status is Status.ACKNOWLEDGED else (0.5, 25)
        at += timedelta(seconds=int(chance.uniform(*days) * 86_400))
        if at > now:
            break
        steps.append(Step(status, at))
    return tuple(steps)


def _messages(steps: Sequence[Step], source_id: str, language: Language) -> tuple[Message, ...]:
    spoken = [step for step in steps if step.status in _SPEAKERS]
    return tuple(
        Message(
            id=f"{source_id}:message:{number}",
            author=_SPEAKERS[step.status][0],
            visibility=_SPEAKERS[step.status][1],
            body=SAID[step.status].said(language),
            at=step.at,
            language=language,
        )
        for number, step in enumerate(spoken, start=1)
    )


def _decisions(
    chance: Random, steps: Sequence[Step], source_id: str, language: Language, now: datetime
) -> tuple[Decision, ...]:
    decided = [step for step in steps if step.status in OUTCOMES]
    outcomes = [chance.choice(OUTCOMES[step.status]) for step in decided]
    return tuple(
        Decision(
            id=f"{source_id}:decision:{number}",
            outcome=outcome,
            reasons=REASONS[outcome].said(language),
            at=step.at,
            notified_at=min(step.at + timedelta(hours=1), now),
        )
        for number, (step, outcome) in enumerate(zip(decided, outcomes, strict=True), start=1)
    )


def _events(
    steps: Sequence[Step],
    messages: Sequence[Message],
    decisions: Sequence[Decision],
    source_id: str,
) -> tuple[Event, ...]:
    happened: list[tuple[datetime, EventKind, Status | None]] = [
        (steps[0].at, EventKind.FILED, steps[0].status),
        # The sort keeps this order at equal times: a decision leads to its status.
        *((decision.at, EventKind.DECIDED, None) for decision in decisions),
        *((step.at, EventKind.STATUS_CHANGED, step.status) for step in steps[1:]),
        *((message.at, EventKind.MESSAGE_ADDED, None) for message in messages),
    ]
    happened.sort(key=lambda one: one[0])
    return tuple(
        Event(id=f"{source_id}:event:{number}", kind=kind, at=at, status=status)
        for number, (at, kind, status) in enumerate(happened, start=1)
    )


def _title(chance: Random, kind: Kind, service: Service | None) -> Words:
    if kind is Kind.OBSERVATION:
        return chance.choice(REMARKS)
    if kind is Kind.SUGGESTION:
        return chance.choice(SUGGESTIONS)
    return chance.choice(troubles_of(service))


def _description(
    chance: Random,
    title: str,
    kind: Kind,
    service: Service | None,
    place: Place,
    district: Words,
    language: Language,
) -> str:
    span, tried, wish = (chance.choice(parts).said(language) for parts in (SPANS, TRIED, WISHES))
    if language == "ar":
        where, about = f"في مدينة {place.ar}، {district.ar}.", "الخدمة المعنية:"
    else:
        where, about = f"à {place.fr}, {district.fr}.", "Service concerné :"
    called = named(service.name, language) if service else None
    name = f" {about} {called}." if called else ""
    if kind is Kind.COMPLAINT:
        return f"{title} {span} {where}{name} {tried} {wish}"
    return f"{title}, {where}{name}" if language == "fr" else f"{title} {where}{name}"


def _location(chance: Random, place: Place, district: Words, language: Language) -> Location:
    comma, town = ("، ", place.ar) if language == "ar" else (", ", place.fr)
    return Location(
        address=f"{district.said(language)}{comma}{town}",
        area_code=place.area_code,
        latitude=round(place.latitude + chance.uniform(-0.02, 0.02), 5),
        longitude=round(place.longitude + chance.uniform(-0.02, 0.02), 5),
    )


def _one_of(chance: Random, weights: dict[Choice, int]) -> Choice:
    return chance.choices(tuple(weights), weights=tuple(weights.values()))[0]
