"""Invented complaints are repeatable, marked, and could have happened."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec import structs

from connectors.contract.lifecycle import OPEN, Status, may_follow
from connectors.contract.query import EVERYTHING
from connectors.contract.records import (
    Agency,
    AgencyClass,
    AgencyCode,
    Channel,
    Complaint,
    EventKind,
    Kind,
    LocalizedText,
    Mode,
    Service,
    Visibility,
)
from gateway.cli.filling import GENERATED, generate_own
from gateway.config import load
from gateway.demonstration.complaints import OLDEST, generate
from gateway.demonstration.steps import TIME_TO_ANSWER

NOW = datetime(2026, 3, 1, 12, 0, 0, 999, tzinfo=UTC)


def agency(code: str, agency_class: AgencyClass, name: str, *services: str) -> Agency:
    return Agency(
        code=AgencyCode(code),
        name=LocalizedText(fr=name, ar="إدارة"),
        agency_class=agency_class,
        region="MA-04",
        services=tuple(
            Service(
                agency_code=AgencyCode(code),
                code=str(number),
                name=LocalizedText(fr=service, ar="خدمة"),
            )
            for number, service in enumerate(services)
        ),
    )


AGENCIES = (
    agency("water-board", AgencyClass.EEP, "Office de l'eau", "Eau potable"),
    agency("town", AgencyClass.COLLECTIVITE, "Commune de Salé", "Éclairage public", "Propreté"),
    agency("bare", AgencyClass.MINISTRY, "Ministère sans services"),
)


@pytest.fixture(scope="module")
def complaints() -> list[Complaint]:
    return list(generate(AGENCIES, count=600, seed=1, now=NOW))


def test_the_same_seed_gives_the_same_complaints_and_more_of_them_begin_alike(
    complaints: list[Complaint],
) -> None:
    assert list(generate(AGENCIES, count=40, seed=1, now=NOW)) == complaints[:40]
    assert list(generate(AGENCIES, count=40, seed=2, now=NOW)) != complaints[:40]


def test_every_one_is_marked_and_kept_by_the_store(complaints: list[Complaint]) -> None:
    assert all(complaint.demonstration for complaint in complaints)
    assert {complaint.origin.mode for complaint in complaints} == {Mode.OWN}
    assert {complaint.origin.source for complaint in complaints} == {"store"}
    assert [complaint.origin.source_id for complaint in complaints] == [
        f"demo:{number}" for number in range(1, 601)
    ]
    assert {complaint.reference for complaint in complaints} == {None}


def test_there_is_something_of_everything(complaints: list[Complaint]) -> None:
    assert {complaint.status for complaint in complaints} == set(Status)
    assert {complaint.kind for complaint in complaints} == {
        Kind.COMPLAINT,
        Kind.OBSERVATION,
        Kind.SUGGESTION,
    }
    assert {complaint.agency_code for complaint in complaints} == {"water-board", "town", "bare"}
    assert {complaint.language for complaint in complaints} == {"ar", "fr"}
    assert Channel.COUNTER in {complaint.channel for complaint in complaints}
    assert any(complaint.overdue_at(NOW) for complaint in complaints)


def test_nothing_happens_before_the_filing_or_after_now(complaints: list[Complaint]) -> None:
    for complaint in complaints:
        assert complaint.created_at is not None
        assert complaint.created_at >= NOW - OLDEST - timedelta(seconds=1)
        times = [event.at for event in complaint.events or ()]
        assert times == sorted(times)
        assert times[0] == complaint.created_at == complaint.received_at
        assert times[-1] == complaint.updated_at
        assert times[-1] <= NOW
        assert all(decision.notified_at <= NOW for decision in complaint.decisions or ())


def test_steps_follow_the_lifecycle_and_lead_to_the_status(complaints: list[Complaint]) -> None:
    for complaint in complaints:
        events = complaint.events or ()
        assert events[0].kind is EventKind.FILED
        steps = [event.status for event in events if event.status is not None]
        assert steps[0] is Status.SUBMITTED
        assert all(may_follow(before, after) for before, after in pairwise(steps))
        assert steps[-1] is complaint.status


def test_what_ended_is_closed_and_what_was_answered_has_a_reasoned_answer(
    complaints: list[Complaint],
) -> None:
    for complaint in complaints:
        ended = complaint.status not in OPEN | {Status.ANSWERED}
        assert (complaint.closed_at is not None) is ended
        if complaint.status in {Status.ANSWERED, Status.CLOSED, Status.INADMISSIBLE}:
            (decision,) = complaint.decisions or ()
            assert decision.reasons


def test_only_complaints_have_a_clock(complaints: list[Complaint]) -> None:
    for complaint in complaints:
        assert complaint.created_at is not None
        due = complaint.created_at + TIME_TO_ANSWER
        assert complaint.due_at == (due if complaint.kind is Kind.COMPLAINT else None)


def test_messages_are_for_all_eyes_or_for_the_agency_alone(complaints: list[Complaint]) -> None:
    seen = Counter(
        message.visibility for complaint in complaints for message in complaint.messages or ()
    )
    assert seen[Visibility.PUBLIC]
    assert seen[Visibility.INTERNAL]


def test_ids_of_parts_are_unique(complaints: list[Complaint]) -> None:
    ids = [
        part.id
        for complaint in complaints
        for child in EVERYTHING.children
        for part in getattr(complaint, child.value)
    ]
    assert len(ids) == len(set(ids))


def test_the_text_is_about_the_service_and_in_its_language(complaints: list[Complaint]) -> None:
    for complaint in complaints:
        letters = (complaint.title or "") + (complaint.description or "")
        arabic = any("\u0600" <= letter <= "\u06ff" for letter in letters)
        assert arabic is (complaint.language == "ar")
        if complaint.agency_code == "water-board":
            assert complaint.service_code == "0"
            assert complaint.category in {"Eau potable", "خدمة"}
            assert str(complaint.category) in str(complaint.description)
    titles = {
        complaint.title
        for complaint in complaints
        if complaint.agency_code == "water-board"
        and (complaint.kind, complaint.language) == (Kind.COMPLAINT, "fr")
    }
    assert titles == {
        "Coupures d'eau répétées",
        "Fuite d'eau dans la rue",
        "Pression d'eau trop faible",
    }


def test_a_town_has_its_own_cases_and_a_board_those_of_the_country(
    complaints: list[Complaint],
) -> None:
    areas: dict[str, set[str | None]] = {}
    for complaint in complaints:
        place = complaint.location
        assert place is not None
        assert place.latitude is not None
        assert place.longitude is not None
        assert 21 < place.latitude < 36
        assert -17.2 < place.longitude < -1
        areas.setdefault(complaint.agency_code, set()).add(place.area_code)
    assert areas["town"] == {"MA-SAL"}
    assert len(areas["water-board"]) > 12


def test_an_arrondissement_has_the_cases_of_its_town() -> None:
    town = agency("town", AgencyClass.COLLECTIVITE, "Commune de Salé")
    part = structs.replace(
        agency("part", AgencyClass.COLLECTIVITE, "Arrondissement de Bettana"), parent=town.code
    )
    places = [each.location for each in generate((town, part), count=60, seed=1, now=NOW)]
    assert {place.area_code for place in places if place} == {"MA-SAL"}


def test_the_demonstration_shows_something_of_every_shipped_agency(tmp_path: Path) -> None:
    registry = tmp_path / "agencies.yaml"
    registry.write_bytes((Path(__file__).parents[3] / "agencies.yaml").read_bytes())
    configured = load(registry, environ={})
    shown = list(generate_own(configured, GENERATED))
    assert len(shown) == GENERATED
    assert {each.agency_code for each in shown} == set(configured.agencies)
    assert {each.status for each in shown} == set(Status)
    assert {each.language for each in shown} == {"ar", "fr"}
    assert all(each.demonstration for each in shown)
    offered = {service.id for each in configured.agencies.values() for service in each.services}
    assert {f"Service:{each.agency_code}:{each.service_code}" for each in shown} <= offered


def test_without_agencies_nothing_can_be_invented() -> None:
    with pytest.raises(ValueError, match="need at least one agency"):
        next(generate((), count=1, seed=1, now=NOW))
