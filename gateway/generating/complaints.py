"""Invent complaints in the shape of a whole administration's, the same ones for the same seed.

A few agencies hold most cases, a few services most of an agency's; the rest is told by the
calendar, the lives and the voices. A case has one decision at most, even if it is answered twice.
Every case is marked as demonstration and is nobody's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from connectors.contract.records import (
    STORE,
    Agency,
    AgencyClass,
    Channel,
    Complaint,
    Decision,
    Event,
    EventKind,
    Kind,
    Location,
    Mode,
    Origin,
)
from connectors.contract.text import fold
from gateway.demonstration.places import DISTRICTS, Place, places_of
from gateway.demonstration.steps import ENDED, OUTCOMES, TIME_TO_ANSWER, Step
from gateway.demonstration.wording import REASONS, Words
from gateway.generating.calendar import Calendar
from gateway.generating.drawing import Weighted, one_of
from gateway.generating.lives import Lives
from gateway.generating.voices import Subject, Tongue, subjects_of

BLOCK: Final = 1000
"""So many cases are drawn from one chance: any block can be made without those before it."""

_CLASSES: Final = {
    AgencyClass.EEP: 0.61,
    AgencyClass.MINISTRY: 0.27,
    AgencyClass.COLLECTIVITE: 0.1,
    AgencyClass.HIGH_COMMISSION: 0.01,
    AgencyClass.OTHER: 0.01,
}
_SKEW: Final = 1.1
"""Of a class, the n-th agency gets so many cases as 1 / n to this power; of an agency, its n-th
service likewise."""
_KINDS: Final = ((Kind.COMPLAINT, 84), (Kind.OBSERVATION, 9), (Kind.SUGGESTION, 7))
_TONGUES: Final[tuple[tuple[Tongue, int], ...]] = (("ar", 54), ("fr", 38), ("ary-Latn", 8))
_CHANNELS: Final = (
    (Channel.WEB, 45),
    (Channel.MOBILE, 30),
    (Channel.CALL_CENTRE, 15),
    (Channel.COUNTER, 6),
    (Channel.POST, 3),
    (Channel.EMAIL, 1),
)
_KIND: Final = Weighted(_KINDS)
_TONGUE: Final = Weighted(_TONGUES)
_CHANNEL: Final = Weighted(_CHANNELS)


def generate(
    agencies: Sequence[Agency], *, count: int, seed: int, now: datetime, first: int = 1
) -> Iterator[Complaint]:
    """Invent `count` complaints of `agencies`, in no order of time, from number `first` on.

    A case depends on its number, the seed, the agencies and `now`, never on `count`.
    Raises `ValueError` if there are no agencies.
    """
    if not agencies:
        raise ValueError("generated complaints need at least one agency; got none")
    world = _World(agencies, now)
    last = first + count - 1
    for block in range((first - 1) // BLOCK, (last - 1) // BLOCK + 1):
        chance = Random(f"{seed}:{block}")  # noqa: S311 - to be repeated, not to be secret
        for number in range(block * BLOCK + 1, (block + 1) * BLOCK + 1):
            complaint = world.complaint(chance, number)
            if number > last:
                return
            if number >= first:
                yield complaint


@dataclass(frozen=True, slots=True)
class _Desk:
    """One service of one agency, and where its cases come from."""

    agency: Agency
    subject: Subject
    places: Sequence[Place]


class _World:
    def __init__(self, agencies: Sequence[Agency], now: datetime) -> None:
        self._now = now
        self._calendar = Calendar(now)
        self._lives = Lives(now)
        desks = _desks(agencies)
        self._desks = Weighted(desks)
        self._storm = _storm([desk for desk, _ in desks])

    def complaint(self, chance: Random, number: int) -> Complaint:
        moment = self._calendar.moment(chance)
        desk = self._storm if moment.surge else self._desks.drawn(chance)
        kind = Kind.COMPLAINT if moment.surge else _KIND.drawn(chance)
        tongue = _TONGUE.drawn(chance)
        place, district = one_of(chance, desk.places), one_of(chance, DISTRICTS)
        said = desk.subject.said(chance, kind, tongue, place, district, surge=moment.surge)
        steps = self._lives.steps(chance, kind, moment.at)
        last = steps[-1]
        source_id = f"generated:{number}"
        decisions = _decisions(chance, steps, source_id, tongue, self._now)
        service = desk.subject.service
        return Complaint(
            origin=Origin(
                source=STORE,
                source_id=source_id,
                mode=Mode.OWN,
                fetched_at=self._now,
                source_updated_at=last.at,
            ),
            agency_code=desk.agency.code,
            status=last.status,
            kind=kind,
            title=said.title,
            description=said.description,
            language=tongue,
            service_code=service.code if service else None,
            category=desk.subject.name(tongue),
            channel=_CHANNEL.drawn(chance),
            location=_location(chance, place, district, tongue),
            created_at=moment.at,
            received_at=moment.at,
            updated_at=last.at,
            due_at=moment.at + TIME_TO_ANSWER if kind is Kind.COMPLAINT else None,
            closed_at=last.at if last.status in ENDED else None,
            demonstration=True,
            messages=(),
            events=_events(steps, decisions, source_id),
            decisions=decisions,
            attachments=(),
        )


def _desks(agencies: Sequence[Agency]) -> list[tuple[_Desk, float]]:
    by_code = {agency.code: agency for agency in agencies}
    desks: list[tuple[_Desk, float]] = []
    for agency_class, share in _CLASSES.items():
        members = [agency for agency in agencies if agency.agency_class is agency_class]
        for agency, of_class in zip(members, _skewed(len(members)), strict=True):
            places = places_of(agency, by_code.get(agency.parent) if agency.parent else None)
            subjects = subjects_of(agency)
            desks += [
                (_Desk(agency, subject, places), share * of_class * of_agency)
                for subject, of_agency in zip(subjects, _skewed(len(subjects)), strict=True)
            ]
    return desks


def _skewed(count: int) -> list[float]:
    """Shares that sum to one, the first the largest."""
    parts = [1 / rank**_SKEW for rank in range(1, count + 1)]
    return [part / sum(parts) for part in parts]


def _storm(desks: Sequence[_Desk]) -> _Desk:
    """Where the surge goes: to who pays allowances, or else to the first."""

    def pays(desk: _Desk) -> bool:
        service = desk.subject.service
        named = (service.name.fr or "", *service.keywords) if service else ()
        return any("allocation" in fold(word) for word in named)

    return next((desk for desk in desks if pays(desk)), desks[0])


def _events(
    steps: Sequence[Step], decisions: Sequence[Decision], source_id: str
) -> tuple[Event, ...]:
    decided = {decision.at for decision in decisions}
    events: list[Event] = []
    for step in steps:
        if step.at in decided and step.status in OUTCOMES:
            events.append(
                Event(id=f"{source_id}:event:{len(events) + 1}", kind=EventKind.DECIDED, at=step.at)
            )
        events.append(
            Event(
                id=f"{source_id}:event:{len(events) + 1}",
                kind=EventKind.STATUS_CHANGED if events else EventKind.FILED,
                at=step.at,
                status=step.status,
            )
        )
    return tuple(events)


def _decisions(
    chance: Random, steps: Sequence[Step], source_id: str, tongue: Tongue, now: datetime
) -> tuple[Decision, ...]:
    """The first decision; a case that is answered again after it was reopened has no second."""
    for step in steps:
        outcomes = OUTCOMES.get(step.status)
        if outcomes is not None:
            outcome = one_of(chance, outcomes)
            return (
                Decision(
                    id=f"{source_id}:decision:1",
                    outcome=outcome,
                    reasons=REASONS[outcome].said("ar" if tongue == "ar" else "fr"),
                    at=step.at,
                    notified_at=min(step.at + timedelta(hours=1), now),
                ),
            )
    return ()


def _location(chance: Random, place: Place, district: Words, tongue: Tongue) -> Location:
    ours = tongue == "ar"
    return Location(
        address=f"{district.ar}، {place.ar}" if ours else f"{district.fr}, {place.fr}",
        area_code=place.area_code,
        latitude=round(place.latitude + chance.random() * 0.04 - 0.02, 5),
        longitude=round(place.longitude + chance.random() * 0.04 - 0.02, 5),
    )
