"""What has to be told of a case, when, and that each is told once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract.records import Kind
from resolvers.clock import (
    Clock,
    ClockPolicy,
    Complement,
    End,
    Facts,
    Term,
    Transfer,
    clock_of,
)
from tests.resolvers.clock.building import DUE, EXTENDING, PAUSING, case, running, utc

INSTANT = timedelta(microseconds=1)
LONG_AFTER = utc("2028-01-01T00:00")


def told(clock: Clock, now: str = "2028-01-01T00:00") -> list[tuple[str, str]]:
    return [
        (notice.name, notice.at.isoformat(timespec="minutes").removesuffix("+00:00"))
        for notice in clock.notices(utc(now))
    ]


def names(facts: Facts, policy: ClockPolicy | None = None) -> list[str]:
    clock = running(facts) if policy is None else running(facts, policy)
    return [name for name, _ in told(clock)]


EVERYTHING = [
    # 15 of May are over; then the days begin on which 15 and 5 are left, and the last is over.
    ("ROUTING_LATE", "2026-05-16T23:00"),
    ("WARNING_15", "2026-06-14T23:00"),
    ("WARNING_5", "2026-06-24T23:00"),
    ("OVERDUE", "2026-06-30T23:00"),
    ("ESCALATION", "2026-06-30T23:00"),
]


def test_a_case_that_nobody_touches_is_told_of_in_order() -> None:
    assert told(running(case())) == EVERYTHING


@pytest.mark.parametrize("many", range(len(EVERYTHING)))
def test_nothing_is_told_before_its_time(many: int) -> None:
    clock, at = running(case()), utc(EVERYTHING[many][1])
    assert told(clock, at.isoformat()[:16]) == [each for each in EVERYTHING if utc(each[1]) < at]
    assert [notice.at <= at for notice in clock.notices(at + INSTANT)][-1]
    assert len(clock.notices(at + INSTANT)) > len(clock.notices(at))


def test_a_warning_comes_with_the_day_on_which_so_many_days_are_left() -> None:
    clock = running(case(), ClockPolicy(warning_days=(30, 15, 5, 1)))
    warnings = [each for each in clock.notices(LONG_AFTER) if each.days is not None]
    assert [each.days for each in warnings] == [30, 15, 5, 1]
    for warning in warnings:
        assert clock.days_left(warning.at - INSTANT) == (warning.days or 0) + 1
        assert clock.days_left(warning.at) == warning.days


def test_every_notice_has_a_key_of_its_own_that_stays() -> None:
    keys = [notice.key for notice in running(case()).notices(LONG_AFTER)]
    assert keys == [
        "c/1/ROUTING_LATE",
        "c/1/WARNING_15",
        "c/1/WARNING_5",
        "c/1/OVERDUE",
        "c/1/ESCALATION",
    ]
    other = running(case(case="d")).notices(LONG_AFTER)
    assert not set(keys) & {notice.key for notice in other}


def test_what_is_answered_in_time_is_told_of_no_more() -> None:
    clock = running(case(taken_up=(utc("2026-05-04T10:00"),), ends=(End(utc("2026-06-20T10:00")),)))
    assert told(clock) == [("WARNING_15", "2026-06-14T23:00")]


def test_an_answer_in_the_last_instant_is_not_told_of_as_late() -> None:
    assert "OVERDUE" not in names(case(ends=(End(DUE),)))
    assert "OVERDUE" in names(case(ends=(End(DUE + INSTANT),)))


def test_the_supervisor_may_be_told_later() -> None:
    policy = ClockPolicy(escalation_days=3)
    assert told(running(case(), policy))[-2:] == [
        ("OVERDUE", "2026-06-30T23:00"),
        ("ESCALATION", "2026-07-03T23:00"),
    ]
    assert names(case(ends=(End(utc("2026-07-02T10:00")),)), policy)[-1] == "OVERDUE"


def test_a_second_cycle_is_told_of_again() -> None:
    clock = running(case(ends=(End(utc("2026-07-02T10:00")),), reopened=(utc("2026-07-10T10:00"),)))
    # 21 of July, 31 of August, 8 of September.
    assert told(clock) == [
        *EVERYTHING,
        ("WARNING_15", "2026-08-23T23:00"),
        ("WARNING_5", "2026-09-02T23:00"),
        ("OVERDUE", "2026-09-08T23:00"),
        ("ESCALATION", "2026-09-08T23:00"),
    ]
    keys = [notice.key for notice in clock.notices(LONG_AFTER)]
    assert len(set(keys)) == len(keys)


def test_a_term_that_is_shorter_than_a_warning_has_none() -> None:
    facts = case(kind=Kind.INFORMATION_REQUEST, urgent=True)
    assert names(facts, ClockPolicy(information_requests_count=True, routing_days=0)) == [
        "ROUTING_LATE",
        "OVERDUE",
        "ESCALATION",
    ]
    # Nor has one that is just as long, were the case received at the stroke of midnight.
    fifteen = ClockPolicy(complaint=Term(15))
    assert "WARNING_15" not in names(case(started_at=utc("2026-04-30T23:00")), fifteen)


def test_a_pause_puts_off_the_warnings_that_are_still_to_come() -> None:
    complements = (Complement(utc("2026-06-20T10:00"), utc("2026-06-30T10:00")),)
    assert told(running(case(complements=complements), PAUSING))[1:] == [
        ("WARNING_15", "2026-06-14T23:00"),
        ("WARNING_5", "2026-07-04T23:00"),
        ("OVERDUE", "2026-07-10T23:00"),
        ("ESCALATION", "2026-07-10T23:00"),
    ]
    waiting = (replace(complements[0], given_at=None),)
    assert names(case(complements=waiting), PAUSING) == ["ROUTING_LATE", "WARNING_15"]


def test_an_extension_is_a_new_promise_with_warnings_of_its_own() -> None:
    clock = running(case(interim_answers=(utc("2026-06-20T10:00"),)), EXTENDING)
    assert [notice.key for notice in clock.notices(LONG_AFTER)] == [
        "c/1/ROUTING_LATE",
        "c/1/WARNING_15",
        "c/1+1/WARNING_15",
        "c/1+1/WARNING_5",
        "c/1/OVERDUE",
        "c/1/ESCALATION",
    ]
    # 30 of July.
    assert told(clock)[2:] == [
        ("WARNING_15", "2026-07-14T23:00"),
        ("WARNING_5", "2026-07-24T23:00"),
        ("OVERDUE", "2026-07-30T23:00"),
        ("ESCALATION", "2026-07-30T23:00"),
    ]


def test_an_extension_when_little_is_left_is_warned_of_only_as_its_days_come() -> None:
    policy = ClockPolicy(complaint=Term(60, extension_days=5, extensions=1))
    facts = case(interim_answers=(utc("2026-06-28T10:00"),))
    # 7 days are left then, to 5 July: it was never 15 again.
    assert [notice.key for notice in running(facts, policy).notices(LONG_AFTER)] == [
        "c/1/ROUTING_LATE",
        "c/1/WARNING_15",
        "c/1/WARNING_5",
        "c/1+1/WARNING_5",
        "c/1/OVERDUE",
        "c/1/ESCALATION",
    ]


def test_a_case_found_inadmissible_is_told_of_when_nobody_told_its_complainant() -> None:
    found = case(taken_up=(utc("2026-05-10T10:00"),), inadmissible=(utc("2026-05-10T10:00"),))
    assert told(running(found)) == [
        ("OVERDUE", "2026-05-10T23:00"),
        ("ESCALATION", "2026-05-10T23:00"),
    ]


def test_what_was_told_stays_so_when_a_finding_is_taken_back() -> None:
    found, undone = utc("2026-05-10T10:00"), utc("2026-05-12T10:00")
    facts = case(taken_up=(found,), inadmissible=(found,), reopened=(undone,))
    assert told(running(facts)) == [
        ("OVERDUE", "2026-05-10T23:00"),
        ("ESCALATION", "2026-05-10T23:00"),
        ("WARNING_15", "2026-06-14T23:00"),
        ("WARNING_5", "2026-06-24T23:00"),
    ]
    at_once = replace(facts, reopened=(found + INSTANT,))
    assert told(running(at_once)) == EVERYTHING[1:]


@pytest.mark.parametrize(
    ("transfers", "taken_up", "late"),
    [
        ((), "2026-05-16T23:00", None),
        ((), "2026-05-16T23:01", "2026-05-16T23:00"),
        # It was with an agency that was not competent: late as soon as that is known.
        (("2026-05-30T10:00",), "2026-05-04T10:00", "2026-05-30T10:00"),
        (("2026-05-10T10:00",), "2026-05-04T10:00", "2026-05-16T23:00"),
    ],
)
def test_routing_is_late_when_no_competent_agency_has_the_case_in_time(
    transfers: tuple[str, ...], taken_up: str, late: str | None
) -> None:
    facts = case(transfers=tuple(Transfer(utc(at)) for at in transfers), taken_up=(utc(taken_up),))
    found = [at for name, at in told(running(facts)) if name == "ROUTING_LATE"]
    assert found == ([late] if late else [])


def test_what_has_no_clock_is_never_told_of() -> None:
    assert not isinstance(clock_of(case(kind=Kind.SUGGESTION)), Clock)
