"""Generated complaints are the same for the same seed, and have the shape of real ones."""

import tracemalloc
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Final

import pytest

from connectors.contract.lifecycle import TRANSITIONS
from connectors.contract.records import Complaint, Kind
from gateway.config import load
from gateway.generating import generate

AGENCIES: Final = tuple(
    load(Path(__file__).parents[3] / "agencies.yaml", production=False).agencies.values()
)
NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)


def made(count: int, *, seed: int = 1, first: int = 1) -> list[Complaint]:
    return list(generate(AGENCIES, count=count, seed=seed, now=NOW, first=first))


@pytest.fixture(scope="module")
def many() -> Sequence[Complaint]:
    return made(8000)


def test_a_seed_gives_the_same_cases_however_many_are_asked_for(many: Sequence[Complaint]) -> None:
    assert made(1500) == many[:1500]
    assert made(700, first=901) == many[900:1600]
    assert made(50, seed=2) != many[:50]


def test_every_case_is_marked_and_has_an_id_of_its_own(many: Sequence[Complaint]) -> None:
    assert all(case.demonstration for case in many)
    assert len({case.origin.source_id for case in many}) == len(many)


def test_no_step_lies_ahead_or_leaves_the_lifecycle(many: Sequence[Complaint]) -> None:
    for case in many:
        statuses = [event.status for event in case.events or () if event.status]
        times = [event.at for event in case.events or ()]
        assert times == sorted(times)
        assert times[-1] <= NOW
        assert statuses[-1] == case.status
        assert all(later in TRANSITIONS[earlier] for earlier, later in pairwise(statuses))


def test_a_few_agencies_hold_most_cases_and_every_one_has_some(many: Sequence[Complaint]) -> None:
    held = Counter(case.agency_code for case in many)
    assert len(held) == len(AGENCIES)
    assert sum(count for _, count in held.most_common(5)) > len(many) / 2


def test_one_theme_storms_in_may_2020(many: Sequence[Complaint]) -> None:
    months = Counter(_month(case) for case in many)
    before = sum(months[2020, month] for month in (2, 3, 4)) / 3
    assert 18 < months[2020, 5] / before < 36
    storm = Counter(
        (case.agency_code, case.service_code) for case in many if _month(case) == (2020, 5)
    )
    assert storm.most_common(1)[0][1] > months[2020, 5] * 0.9


def test_weeks_and_years_have_their_rhythm(many: Sequence[Complaint]) -> None:
    usual = [case for case in many if case.created_at and case.created_at.year != 2020]
    days = Counter(case.created_at.weekday() for case in usual if case.created_at)
    assert days[0] > 2 * days[6]
    months = Counter(case.created_at.month for case in usual if case.created_at)
    assert months[9] > 1.2 * months[8]


def test_about_a_sixth_of_the_complaints_is_or_was_answered_late(many: Sequence[Complaint]) -> None:
    owed = [case for case in many if case.kind is Kind.COMPLAINT]
    late = [case for case in owed if _late(case)]
    assert 0.13 < len(late) / len(owed) < 0.19
    assert not [case for case in many if case.kind is not Kind.COMPLAINT and case.due_at]


def test_arabic_leads_and_some_write_darija_in_latin_letters(many: Sequence[Complaint]) -> None:
    share = {tongue: count / len(many) for tongue, count in _tongues(many).items()}
    assert share["ar"] > share["fr"] > share["ary-Latn"] > 0.05


def test_generating_is_quick_and_holds_nothing_back() -> None:
    cases = generate(AGENCIES, count=1_000_000, seed=1, now=NOW)
    next(cases)
    begun = process_time()
    for _ in range(3000):
        next(cases)
    # About 25,000 a second on one core of 2025; busy machines are given room.
    assert process_time() - begun < 0.6
    tracemalloc.start()
    for _ in range(2000):
        next(cases)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 200_000


def test_nobody_to_complain_about_is_said() -> None:
    with pytest.raises(ValueError, match="at least one agency"):
        next(generate((), count=1, seed=1, now=NOW))


def _month(case: Complaint) -> tuple[int, int]:
    assert case.created_at is not None
    return case.created_at.year, case.created_at.month


def _late(case: Complaint) -> bool:
    answered = next((decision.at for decision in case.decisions or ()), None)
    return case.overdue_at(NOW) or bool(answered and case.due_at and answered > case.due_at)


def _tongues(cases: Sequence[Complaint]) -> Counter[str]:
    return Counter(case.language or "" for case in cases)
