"""When an answer is due: decree 2-17-265, in Morocco's own days."""

from datetime import UTC, date, datetime

import pytest

from connectors.contract.records import Kind
from resolvers.clock import (
    DAYS_TO_ANSWER,
    USUAL,
    ClockPolicy,
    Term,
    Unit,
    WorkingDays,
    clock_of,
    day_of,
    due_at,
    end_of,
    start_of,
)
from tests.resolvers.clock.building import case, running, utc

# Announced for 20 and 21 March 2026, a Friday and a Saturday.
EID = WorkingDays(added=frozenset({date(2026, 3, 20), date(2026, 3, 21)}))
# The Muslim new year is estimated for these days; this way it is on neither.
PLAIN_JUNE = WorkingDays(removed=frozenset({date(2026, 6, 16), date(2026, 6, 17)}))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # The deposit day is not counted, and the sixtieth day counts to its end (UTC+1).
        ("2026-05-01T10:00", "2026-06-30T23:00"),
        ("2026-04-30T22:59", "2026-06-29T23:00"),
        ("2026-04-30T23:00", "2026-06-30T23:00"),
        # Over the new year: 15 days of November, 31 of December, 14 of January.
        ("2026-11-15T10:00", "2027-01-14T23:00"),
        # Received in the first hour of 2027: 30 of January, 28 of February, 2 of March, in Ramadan.
        ("2026-12-31T23:30", "2027-03-03T00:00"),
    ],
)
def test_sixty_days_end_with_the_sixtieth_local_day(received: str, due: str) -> None:
    assert due_at(utc(received), Kind.COMPLAINT) == utc(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # 31 days of January and 29 of February: due on the leap day, in Ramadan.
        ("2027-12-31T10:00", "2028-03-01T00:00"),
        # Received on the leap day: 31 of March, 29 of April.
        ("2028-02-29T10:00", "2028-04-29T23:00"),
        # 21 of January, 29 of February, 10 of March: a leap year has one day more in between.
        ("2028-01-10T10:00", "2028-03-10T23:00"),
        # The same in another year: 21, 28, 11.
        ("2026-01-10T10:00", "2026-03-12T00:00"),
    ],
)
def test_a_leap_day_is_a_day(received: str, due: str) -> None:
    assert due_at(utc(received), Kind.COMPLAINT) == utc(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # Clocks went back on 2026-02-15 and forward on 2026-03-22, to UTC and from it.
        # 11 of December, 31 of January, 18 of February: the day ends at midnight of UTC.
        ("2025-12-20T10:00", "2026-02-19T00:00"),
        # 8 of February, 31 of March, 21 of April: it ends at midnight of UTC+1 again.
        ("2026-02-20T10:00", "2026-04-21T23:00"),
        # Half past eleven in Ramadan is the same day still.
        ("2026-02-20T23:30", "2026-04-21T23:00"),
        # Before it, it is the next: 10 of January, 28 of February, 22 of March, when clocks change.
        ("2026-01-20T23:30", "2026-03-22T23:00"),
        # 02:30 came twice in the night of 2026-02-15, on one day: 13 of February, 31, 16 of April.
        ("2026-02-15T01:30", "2026-04-16T23:00"),
        ("2026-02-15T02:30", "2026-04-16T23:00"),
        # In 2027 it is from 02-07 to 03-14: 16 of December, 31 of January, 13 of February.
        ("2026-12-15T10:00", "2027-02-14T00:00"),
        # 21 of February, 31 of March, 8 of April.
        ("2027-02-07T10:00", "2027-04-08T23:00"),
    ],
)
def test_in_ramadan_a_day_begins_and_ends_an_hour_later_in_utc(received: str, due: str) -> None:
    assert due_at(utc(received), Kind.COMPLAINT) == utc(due)


def test_a_day_of_changed_clocks_is_an_hour_longer_or_shorter() -> None:
    back, forward = date(2026, 2, 15), date(2026, 3, 22)
    assert [(end_of(day) - start_of(day)).total_seconds() / 3600 for day in (back, forward)] == [
        25,
        23,
    ]


@pytest.mark.parametrize("kind", [Kind.OBSERVATION, Kind.SUGGESTION, Kind.INFORMATION_REQUEST])
def test_only_complaints_have_the_sixty_days(kind: Kind) -> None:
    assert due_at(utc("2026-05-01T10:00"), kind) is None
    assert DAYS_TO_ANSWER == USUAL.complaint.days == 60


@pytest.mark.parametrize(
    ("moves", "due"),
    [
        # 12 of January, 28 of February, 20 of March: Eid, in Ramadan's time.
        (False, "2026-03-21T00:00"),
        # Saturday is Eid too, and then there is Sunday: Monday, 23 March.
        (True, "2026-03-23T23:00"),
    ],
)
def test_a_due_day_on_eid_moves_on_only_by_policy(moves: bool, due: str) -> None:
    policy = ClockPolicy(ends_on_working_day=moves, working_days=EID)
    assert due_at(utc("2026-01-19T10:00"), Kind.COMPLAINT, policy) == utc(due)


def test_the_announced_calendar_stands_over_the_estimated_one() -> None:
    received = utc("2026-01-19T10:00")
    late_moon = WorkingDays(
        added=frozenset({date(2026, 3, 23)}), removed=frozenset({date(2026, 3, 20)})
    )
    policy = ClockPolicy(ends_on_working_day=True, working_days=late_moon)
    # Friday, 20 March is a working day by this; Saturday's term goes on to Tuesday, the 24th.
    assert due_at(received, Kind.COMPLAINT, policy) == utc("2026-03-21T00:00")
    assert due_at(utc("2026-01-20T10:00"), Kind.COMPLAINT, policy) == utc("2026-03-24T23:00")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 5), True),
        (date(2026, 11, 6), False),  # the Green March, a Friday
        (date(2026, 11, 7), False),  # a Saturday
        (date(2027, 1, 14), False),  # the Amazigh new year, a Thursday
        (date(2026, 7, 30), False),  # the Throne
    ],
)
def test_the_published_holidays_of_morocco_are_days_off(day: date, works: bool) -> None:
    assert WorkingDays().has(day) is works


@pytest.mark.parametrize(
    ("received", "urgent", "interim_answers", "due"),
    [
        # From Monday, 1 June: 4 days of that week, 5, 5, 5, and Monday the 29th.
        ("2026-06-01T10:00", False, (), "2026-06-29T23:00"),
        # 20 more from the 30th: 4 to Friday, 5, 5, 5, and Monday, 27 July.
        ("2026-06-01T10:00", False, ("2026-06-20T10:00",), "2026-07-27T23:00"),
        # Once only.
        ("2026-06-01T10:00", False, ("2026-06-20T10:00", "2026-07-01T10:00"), "2026-07-27T23:00"),
        # From Friday, 5 June: Monday, Tuesday, Wednesday; then Thursday, Friday, Monday.
        ("2026-06-05T10:00", True, (), "2026-06-10T23:00"),
        ("2026-06-05T10:00", True, ("2026-06-08T10:00",), "2026-06-15T23:00"),
        # Received on a Saturday, counted from Monday.
        ("2026-06-06T10:00", True, (), "2026-06-10T23:00"),
    ],
)
def test_requests_for_information_count_working_days_where_they_count(
    received: str, urgent: bool, interim_answers: tuple[str, ...], due: str
) -> None:
    policy = ClockPolicy(information_requests_count=True, working_days=PLAIN_JUNE)
    facts = case(
        kind=Kind.INFORMATION_REQUEST,
        started_at=utc(received),
        urgent=urgent,
        interim_answers=tuple(map(utc, interim_answers)),
    )
    assert running(facts, policy).current.due_at == utc(due)


def test_a_holiday_within_working_days_puts_the_end_off() -> None:
    policy = ClockPolicy(
        information_requests_count=True,
        information_request=Term(5, Unit.WORKING),
        working_days=WorkingDays(
            added=frozenset({date(2026, 6, 16)}), removed=frozenset({date(2026, 6, 17)})
        ),
    )
    # From Friday, 12 June: Monday, not Tuesday, then Wednesday, Thursday, Friday, and Monday.
    received = utc("2026-06-12T10:00")
    assert due_at(received, Kind.INFORMATION_REQUEST, policy) == utc("2026-06-22T23:00")


def test_another_number_of_days_is_what_counts() -> None:
    policy = ClockPolicy(complaint=Term(45), suggestion=Term(90))
    # 30 of May, 15 of June; 30, 30, 30 of July.
    assert due_at(utc("2026-05-01T10:00"), Kind.COMPLAINT, policy) == utc("2026-06-15T23:00")
    assert due_at(utc("2026-05-01T10:00"), Kind.SUGGESTION, policy) == utc("2026-07-30T23:00")
    assert due_at(utc("2026-05-01T10:00"), Kind.OBSERVATION, policy) is None


@pytest.mark.parametrize("year", [1, 1899, 9999])
def test_times_that_mean_unknown_or_never_break_nothing(year: int) -> None:
    at = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    assert day_of(at).year in {1900, 2199}
    assert due_at(at, Kind.COMPLAINT)
    assert clock_of(case(started_at=at, reopened=(at,), inadmissible=(at,)))
