"""How a case's clock runs, stands still, stops and begins again."""

from datetime import date, timedelta

import pytest

from connectors.contract.records import Kind
from resolvers.clock import (
    USUAL,
    ClockPolicy,
    Complement,
    Cycle,
    End,
    Ended,
    NoClock,
    Pause,
    Pausing,
    Term,
    Transfer,
    Unit,
    Untold,
    WorkingDays,
    clock_of,
)
from tests.resolvers.clock.building import (
    DUE,
    EXTENDING,
    FIRST,
    PAUSING,
    RECEIVED,
    SECOND,
    case,
    running,
    utc,
)

INSTANT = timedelta(microseconds=1)


def test_a_clock_that_nothing_happened_to_runs_to_the_sixtieth_day() -> None:
    clock = running(case())
    (cycle,) = clock.cycles
    assert (cycle.number, cycle.started_at, cycle.due_at) == (1, RECEIVED, DUE)
    assert (cycle.stopped_at, cycle.stopped_by, cycle.days_taken, cycle.late) == (None,) * 4
    assert not clock.overdue_at(DUE)
    assert clock.overdue_at(DUE + INSTANT)
    assert (clock.closes_at, clock.followed_until) == (None, None)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-05-01T10:00", 60),
        ("2026-05-01T22:59", 60),
        ("2026-05-01T23:00", 59),
        ("2026-06-29T23:00", 0),
        ("2026-06-30T22:59", 0),
        ("2026-06-30T23:00", -1),
        # 31 of July are past.
        ("2026-07-31T10:00", -31),
    ],
)
def test_the_days_that_are_left_follow_today(now: str, left: int) -> None:
    assert running(case()).days_left(utc(now)) == left


def test_nothing_is_left_of_what_has_not_begun_or_has_stopped() -> None:
    clock = running(case(ends=(End(utc("2026-05-20T10:00")),)))
    assert clock.days_left(RECEIVED - INSTANT) is None
    assert clock.days_left(utc("2026-05-20T09:59")) == 41
    assert clock.days_left(utc("2026-05-20T10:00")) is None
    assert not clock.overdue_at(utc("2027-01-01T00:00"))


@pytest.mark.parametrize(
    ("notified_after", "late"), [(-INSTANT, False), (timedelta(), False), (INSTANT, True)]
)
def test_an_answer_is_late_from_the_instant_after_the_last_day(
    notified_after: timedelta, late: bool
) -> None:
    cycle = running(case(ends=(End(DUE + notified_after),))).current
    assert (cycle.late, cycle.stopped_by) == (late, Ended.NOTIFIED)


def test_the_days_taken_are_those_after_the_deposit_to_the_day_of_the_notice() -> None:
    # 30 of May, 20 of June; half past midnight in Morocco is the next day.
    for notified, days in (("2026-06-20T22:59", 50), ("2026-06-20T23:30", 51)):
        assert running(case(ends=(End(utc(notified)),))).current.days_taken == days
    assert running(case(ends=(End(RECEIVED),))).current.days_taken == 0


@pytest.mark.parametrize("by", [Ended.WITHDRAWN, Ended.DUPLICATE])
def test_a_case_that_is_withdrawn_or_a_duplicate_stops(by: Ended) -> None:
    at = utc("2026-06-01T10:00")
    clock = running(case(ends=(End(at, by),)))
    assert (clock.current.stopped_at, clock.current.stopped_by) == (at, by)
    assert not clock.overdue_at(utc("2026-08-01T10:00"))
    # Nobody waits for a word about it, but news of it is still asked for: 29 of June, 31, 31, 30,
    # 31, 28 of November.
    assert (clock.closes_at, clock.followed_until) == (None, utc("2026-11-28T23:00"))


def test_an_answered_case_closes_by_silence_and_is_followed_for_half_a_year() -> None:
    clock = running(case(ends=(End(utc("2026-06-20T10:00")),)))
    # 10 of June, 20 of July; and 10, 31, 31, 30, 31, 30, 17 of December.
    assert clock.closes_at == utc("2026-07-20T23:00")
    assert clock.followed_until == utc("2026-12-17T23:00")


def test_only_the_first_notice_of_a_cycle_stops_it() -> None:
    ends = (End(utc("2026-07-20T10:00")), End(utc("2026-06-20T10:00")))
    assert running(case(ends=ends)).current.stopped_at == utc("2026-06-20T10:00")


REOPENED = case(ends=(End(utc("2026-06-20T10:00")),), reopened=(utc("2026-07-10T10:00"),))


def test_a_reopening_begins_a_cycle_and_the_first_ones_figures_stay() -> None:
    before = running(case(ends=REOPENED.ends)).current
    first, second = running(REOPENED).cycles
    assert first == before
    assert (first.days_taken, first.late) == (50, False)
    # 21 of July, 31 of August, 8 of September.
    assert (second.number, second.started_at) == (2, utc("2026-07-10T10:00"))
    assert (second.due_at, second.stopped_at) == (utc("2026-09-08T23:00"), None)


def test_between_two_cycles_nothing_is_owed() -> None:
    clock = running(REOPENED)
    assert clock.days_left(utc("2026-07-05T10:00")) is None
    assert not clock.overdue_at(utc("2026-07-05T10:00"))
    assert clock.days_left(utc("2026-07-10T10:00")) == 60
    assert clock.overdue_at(utc("2026-09-09T10:00"))
    assert clock.cycle_at(utc("2026-07-05T10:00")).number == 1


def test_each_cycle_is_judged_by_itself() -> None:
    first, second = running(
        case(
            ends=(End(utc("2026-07-01T10:00")), End(utc("2026-08-01T10:00"))),
            reopened=(utc("2026-07-10T10:00"),),
        )
    ).cycles
    assert (first.late, first.days_taken) == (True, 61)
    assert (second.late, second.days_taken) == (False, 22)


def test_by_policy_a_reopened_case_has_what_was_left_of_its_term() -> None:
    _, second = running(REOPENED, ClockPolicy(reopening_restarts=False)).cycles
    # 50 of 60 were taken.
    assert second.due_at == utc("2026-07-20T23:00")


def test_a_reopening_of_what_was_not_told_begins_nothing() -> None:
    clock = running(case(reopened=(utc("2026-06-10T10:00"),)))
    assert len(clock.cycles) == 1
    assert clock.current.due_at == DUE


def test_what_is_told_in_the_instant_of_the_reopening_does_not_answer_it() -> None:
    at = utc("2026-06-20T10:00")
    clock = running(case(ends=(End(at), End(at)), reopened=(at,)))
    assert [cycle.stopped_at for cycle in clock.cycles] == [at, None]


MOVED = Transfer(utc("2026-05-20T10:00"), SECOND)


def test_a_transfer_restarts_the_agencys_clock_and_not_the_persons() -> None:
    (cycle,) = running(case(transfers=(MOVED,))).cycles
    assert cycle.due_at == DUE
    first, second = cycle.agencies
    assert (first.agency, first.started_at, first.ended_at) == (FIRST, RECEIVED, MOVED.at)
    assert (first.due_at, first.days_taken) == (DUE, 19)
    # 11 of May, 30 of June, 19 of July.
    assert (second.agency, second.started_at, second.ended_at) == (SECOND, MOVED.at, None)
    assert (second.due_at, second.days_taken) == (utc("2026-07-19T23:00"), None)


def test_an_agency_may_have_days_of_its_own() -> None:
    first, second = running(case(transfers=(MOVED,)), ClockPolicy(agency_days=30)).current.agencies
    # 30 of May; 11 of May, 19 of June.
    assert (first.due_at, second.due_at) == (utc("2026-05-31T23:00"), utc("2026-06-19T23:00"))


def test_a_reopened_case_is_with_the_agency_that_had_it_last() -> None:
    facts = case(ends=REOPENED.ends, reopened=REOPENED.reopened, transfers=(MOVED,))
    first, second = running(facts).cycles
    assert [span.agency for span in first.agencies] == [FIRST, SECOND]
    assert [(span.agency, span.started_at) for span in second.agencies] == [
        (SECOND, utc("2026-07-10T10:00"))
    ]


# From before Ramadan 2026 to after it: 18 days of February and 25 of March.
OVER_RAMADAN = Complement(utc("2026-02-10T12:00"), utc("2026-03-25T12:00"))
WAITED = Pause(date(2026, 2, 10), date(2026, 3, 25))
IN_FEBRUARY = utc("2026-02-01T10:00")


def test_a_request_for_a_complement_pauses_the_agencys_clock_only() -> None:
    cycle = running(case(started_at=IN_FEBRUARY, complements=(OVER_RAMADAN,))).current
    # 27 of February, 31 of March, 2 of April.
    assert (cycle.due_at, cycle.pauses) == (utc("2026-04-02T23:00"), ())
    (span,) = cycle.agencies
    # And 28 of April, 15 of May for the pause of 43.
    assert (span.due_at, span.pauses) == (utc("2026-05-15T23:00"), (WAITED,))
    assert WAITED.days == 43


def test_by_policy_it_pauses_both_over_ramadan_too() -> None:
    facts = case(
        started_at=IN_FEBRUARY, complements=(OVER_RAMADAN,), ends=(End(utc("2026-05-10T10:00")),)
    )
    cycle = running(facts, PAUSING).current
    assert (cycle.due_at, cycle.pauses) == (utc("2026-05-15T23:00"), (WAITED,))
    # 27 of February, 31, 30, 10 of May, without 43.
    assert (cycle.days_taken, cycle.late) == (55, False)


def test_while_a_complement_is_waited_for_no_day_is_due_and_none_is_lost() -> None:
    open_ = case(started_at=IN_FEBRUARY, complements=(Complement(OVER_RAMADAN.asked_at),))
    clock = running(open_, PAUSING)
    assert clock.current.due_at is None
    assert clock.current.agencies[0].due_at is None
    # The day on which it was asked counts.
    assert clock.days_left(utc("2026-02-10T11:00")) == 51
    assert clock.days_left(utc("2026-02-10T13:00")) == 51
    assert clock.days_left(utc("2027-02-10T13:00")) == 51
    assert not clock.overdue_at(utc("2027-02-10T13:00"))
    given = running(case(started_at=IN_FEBRUARY, complements=(OVER_RAMADAN,)), PAUSING)
    # The day on which it was given does not.
    assert given.days_left(utc("2026-03-25T13:00")) == 51
    assert given.days_left(utc("2026-03-26T10:00")) == 50


@pytest.mark.parametrize(
    ("asked", "given", "due"),
    [
        # What is asked and given on one day pauses nothing.
        ("2026-05-10T09:00", "2026-05-10T17:00", "2026-06-30T23:00"),
        # Ten minutes around midnight are one day.
        ("2026-05-10T22:55", "2026-05-10T23:05", "2026-07-01T23:00"),
        # On the last day but one a day is left to be put off; on the last there is none.
        ("2026-06-29T10:00", "2026-07-09T10:00", "2026-07-10T23:00"),
        ("2026-06-30T10:00", "2026-07-10T10:00", "2026-06-30T23:00"),
        ("2026-07-05T10:00", "2026-07-10T10:00", "2026-06-30T23:00"),
        # Systems' clocks differ: it was given before it was asked for.
        ("2026-05-10T09:00", "2026-05-08T09:00", "2026-06-30T23:00"),
    ],
)
def test_a_pause_is_as_many_days_as_lie_between(asked: str, given: str, due: str) -> None:
    complements = (Complement(utc(asked), utc(given)),)
    assert running(case(complements=complements), PAUSING).current.due_at == utc(due)


def test_only_as_many_requests_pause_as_may() -> None:
    # In the order in which they were asked: 5 days, 10 that begin within those, 3 later.
    complements = (
        Complement(utc("2026-06-20T10:00"), utc("2026-06-23T10:00")),
        Complement(utc("2026-05-10T10:00"), utc("2026-05-15T10:00")),
        Complement(utc("2026-05-12T10:00"), utc("2026-05-22T10:00")),
    )
    for allowed, due in ((0, "06-30"), (1, "07-05"), (2, "07-12"), (3, "07-15")):
        policy = ClockPolicy(complement_pauses=Pausing.BOTH, complements_that_pause=allowed)
        clock = running(case(complements=complements), policy)
        assert clock.current.due_at == utc(f"2026-{due}T23:00")


def test_a_pause_ends_with_its_cycle() -> None:
    facts = case(
        complements=(Complement(utc("2026-06-10T10:00")),),
        ends=REOPENED.ends,
        reopened=REOPENED.reopened,
    )
    first, second = running(facts, PAUSING).cycles
    assert first.pauses == (Pause(date(2026, 6, 10), date(2026, 6, 20)),)
    assert (first.days_taken, first.late) == (40, False)
    assert (second.pauses, second.due_at) == ((), utc("2026-09-08T23:00"))


def test_a_pause_goes_on_at_the_agency_that_takes_the_case_over() -> None:
    complements = (Complement(utc("2026-05-18T10:00"), utc("2026-05-25T10:00")),)
    first, second = running(case(transfers=(MOVED,), complements=complements)).current.agencies
    assert first.pauses == (Pause(date(2026, 5, 18), date(2026, 5, 20)),)
    assert first.days_taken == 17
    assert second.pauses == (Pause(date(2026, 5, 20), date(2026, 5, 25)),)
    assert second.due_at == utc("2026-07-24T23:00")


def test_working_days_alone_are_paused_where_they_alone_count() -> None:
    policy = ClockPolicy(
        information_requests_count=True,
        information_request=Term(5, Unit.WORKING),
        complement_pauses=Pausing.BOTH,
        working_days=WorkingDays(removed=frozenset({date(2026, 6, 16), date(2026, 6, 17)})),
    )
    # Asked on Friday, 12 June and given on Tuesday: of the pause two days would have counted.
    complements = (Complement(utc("2026-06-12T10:00"), utc("2026-06-16T10:00")),)
    facts = case(
        kind=Kind.INFORMATION_REQUEST, started_at=utc("2026-06-10T10:00"), complements=complements
    )
    # Thursday, Friday; Wednesday, Thursday, Friday.
    assert running(facts, policy).current.due_at == utc("2026-06-19T23:00")


def test_an_interim_answer_extends_nothing_unless_policy_says_by_how_much() -> None:
    interim = (utc("2026-06-10T10:00"),)
    assert running(case(interim_answers=interim), USUAL).current.due_at == DUE
    cycle = running(case(interim_answers=interim), EXTENDING).current
    # 30 of July.
    assert (cycle.due_at, cycle.extensions) == (utc("2026-07-30T23:00"), 1)
    assert cycle.agencies[0].due_at == utc("2026-07-30T23:00")


def test_an_extension_after_a_pause_is_counted_from_where_the_pause_put_the_end() -> None:
    # After 43 days of pause it is 15 May; 16 of May and 14 of June follow.
    facts = case(
        started_at=IN_FEBRUARY,
        complements=(OVER_RAMADAN,),
        # In its last minute, long after the day that was due before the pause.
        interim_answers=(utc("2026-05-15T22:59"),),
    )
    cycle = running(facts, EXTENDING).current
    assert (cycle.due_at, cycle.extensions) == (utc("2026-06-14T23:00"), 1)


def test_an_interim_answer_that_comes_too_late_or_too_often_extends_nothing() -> None:
    late = running(case(interim_answers=(utc("2026-07-01T10:00"),)), EXTENDING).current
    assert (late.due_at, late.extensions) == (DUE, 0)
    often = (utc("2026-06-10T10:00"), utc("2026-06-20T10:00"))
    assert running(case(interim_answers=often), EXTENDING).current.extensions == 1


FOUND = utc("2026-05-10T10:00")


def test_the_reasons_for_finding_a_case_inadmissible_are_due_at_once() -> None:
    clock = running(case(inadmissible=(FOUND,)))
    cycle = clock.current
    assert (cycle.due_at, cycle.notice_due_at) == (DUE, utc("2026-05-10T23:00"))
    assert cycle.owed_at == cycle.notice_due_at
    assert clock.days_left(FOUND) == 0
    assert clock.overdue_at(utc("2026-05-11T10:00"))
    told = running(case(inadmissible=(FOUND,), ends=(End(utc("2026-05-12T10:00")),)))
    assert told.current.late
    assert running(case(inadmissible=(FOUND,)), ClockPolicy(notice_days=3)).current.owed_at == utc(
        "2026-05-13T23:00"
    )


def test_who_is_told_at_once_is_told_in_time_and_no_silence_closes_it() -> None:
    clock = running(case(inadmissible=(FOUND,), ends=(End(FOUND),)))
    assert clock.current.late is False
    assert (clock.closes_at, clock.followed_until is None) == (None, False)


def test_a_finding_that_is_taken_back_leaves_the_answer_due() -> None:
    clock = running(case(inadmissible=(FOUND,), reopened=(utc("2026-05-20T10:00"),)))
    assert len(clock.cycles) == 1
    assert (clock.current.owed_at, clock.current.notice_due_at) == (DUE, None)


def test_a_finding_does_not_put_off_what_was_due_before() -> None:
    assert running(case(inadmissible=(utc("2026-07-10T10:00"),))).current.owed_at == DUE


@pytest.mark.parametrize(
    ("transfers", "taken_up", "routed"),
    [
        ((), (), None),
        ((), ("2026-05-04T10:00",), "2026-05-04T10:00"),
        (("2026-05-20T10:00",), ("2026-05-04T10:00",), None),
        (("2026-05-20T10:00",), ("2026-05-04T10:00", "2026-05-22T10:00"), "2026-05-22T10:00"),
        (("2026-05-03T10:00", "2026-05-05T10:00"), ("2026-05-04T10:00",), None),
    ],
)
def test_a_case_is_routed_when_the_agency_that_has_it_took_it_up(
    transfers: tuple[str, ...], taken_up: tuple[str, ...], routed: str | None
) -> None:
    clock = running(
        case(
            transfers=tuple(Transfer(utc(at)) for at in transfers),
            taken_up=tuple(map(utc, taken_up)),
        )
    )
    # 15 of May.
    assert clock.routing_due_at == utc("2026-05-16T23:00")
    assert clock.routed_at == (routed and utc(routed))


def test_times_before_the_start_are_taken_as_at_the_start() -> None:
    early = RECEIVED - timedelta(minutes=2)
    clock = running(
        case(ends=(End(early),), transfers=(Transfer(early, SECOND),), taken_up=(early,))
    )
    assert (clock.current.stopped_at, clock.current.days_taken) == (RECEIVED, 0)
    assert [span.agency for span in clock.current.agencies] == [SECOND]
    assert clock.routed_at == RECEIVED
    waits = Complement(early, utc("2026-05-03T10:00"))
    cycle = running(case(complements=(waits,), interim_answers=(early,)), EXTENDING).current
    # 2 days of pause, 30 of extension: 32 of July and August.
    assert (cycle.due_at, cycle.extensions) == (utc("2026-08-01T23:00"), 1)
    found = running(case(inadmissible=(early,), reopened=(early,))).current
    assert (found.notice_due_at, found.owed_at) == (None, DUE)
    assert running(case(inadmissible=(early,))).current.notice_due_at == utc("2026-05-01T23:00")


def test_where_there_is_no_clock_it_is_said_why() -> None:
    assert clock_of(case(kind=Kind.OBSERVATION)) == NoClock(Untold.KIND)
    assert clock_of(case(kind=Kind.INFORMATION_REQUEST)) == NoClock(Untold.KIND)
    assert clock_of(case(started_at=None)) == NoClock(Untold.START)
    assert clock_of(case(over=True)) == NoClock(Untold.END)
    over = clock_of(case(over=True, ends=(End(utc("2026-06-01T10:00")),)))
    assert not isinstance(over, NoClock)
    assert isinstance(over.current, Cycle)
