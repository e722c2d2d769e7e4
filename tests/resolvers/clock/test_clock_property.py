"""What holds of the clock whatever happened to a case, and by whichever policy it counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connectors.contract.records import Kind
from resolvers.clock import (
    USUAL,
    Clock,
    ClockPolicy,
    Complement,
    End,
    Ended,
    Facts,
    NoticeKind,
    Pausing,
    Term,
    Transfer,
    Unit,
    WorkingDays,
    clock_of,
    day_of,
    due_at,
    end_of,
)
from tests.resolvers.clock.building import PAUSING, case, running

anything = settings(max_examples=50, deadline=None, derandomize=True)

# Three Ramadans, three new years, a leap day, and each hour that came twice or never.
_BEGIN, _END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 12, 31, tzinfo=UTC)
_MINUTES = int((_END - _BEGIN).total_seconds()) // 60

moments = st.integers(0, _MINUTES).map(lambda minutes: _BEGIN + timedelta(minutes=minutes))
_ANYWHEN = st.datetimes(timezones=st.just(UTC))
after = st.integers(-1440, 250 * 1440).map(lambda minutes: timedelta(minutes=minutes))
"""From a day before the start, for systems' clocks differ, until long after every end."""

terms = st.builds(
    Term,
    st.integers(1, 90),
    st.sampled_from(Unit),
    extension_days=st.integers(1, 40),
    extensions=st.integers(0, 2),
)
policies = st.builds(
    ClockPolicy,
    complaint=st.just(USUAL.complaint) | terms,
    agency_days=st.none() | st.integers(1, 60),
    warning_days=st.sampled_from([(15, 5), (), (40, 3, 1)]),
    escalation_days=st.integers(0, 5),
    ends_on_working_day=st.booleans(),
    complement_pauses=st.sampled_from(Pausing),
    complements_that_pause=st.integers(0, 3),
    reopening_restarts=st.booleans(),
    notice_days=st.integers(0, 3),
    working_days=st.builds(
        WorkingDays, added=st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=3)
    ),
)


@st.composite
def lives(draw: st.DrawFn) -> Facts:
    """Anything that can be said of a case, in any order, however unlikely."""
    start = draw(moments)
    return draw(told_of(start, after.map(lambda span: start + span)))


def told_of(start: datetime, times: st.SearchStrategy[datetime]) -> st.SearchStrategy[Facts]:
    some = st.lists(times, max_size=3).map(tuple)
    return st.builds(
        Facts,
        case=st.just("c"),
        kind=st.just(Kind.COMPLAINT),
        started_at=st.just(start),
        transfers=st.lists(st.builds(Transfer, times), max_size=3).map(tuple),
        taken_up=some,
        complements=st.lists(st.builds(Complement, times, st.none() | times), max_size=3).map(
            tuple
        ),
        interim_answers=some,
        inadmissible=st.lists(times, max_size=1).map(tuple),
        ends=st.lists(st.builds(End, times, st.sampled_from(Ended)), max_size=2).map(tuple),
        reopened=some,
    )


def start_of(facts: Facts) -> datetime:
    assert facts.started_at is not None
    return facts.started_at


def known_at(facts: Facts, now: datetime) -> Facts:
    """What could be known at `now`."""

    def past(times: tuple[datetime, ...]) -> tuple[datetime, ...]:
        return tuple(at for at in times if at <= now)

    return replace(
        facts,
        transfers=tuple(each for each in facts.transfers if each.at <= now),
        taken_up=past(facts.taken_up),
        complements=tuple(
            replace(each, given_at=min(past((each.given_at,)), default=None))
            if each.given_at
            else each
            for each in facts.complements
            if each.asked_at <= now
        ),
        interim_answers=past(facts.interim_answers),
        inadmissible=past(facts.inadmissible),
        ends=tuple(each for each in facts.ends if each.at <= now),
        reopened=past(facts.reopened),
    )


@given(moments, moments, policies)
@anything
def test_who_comes_later_is_owed_an_answer_no_earlier(
    one: datetime, other: datetime, policy: ClockPolicy
) -> None:
    first, second = (due_at(at, Kind.COMPLAINT, policy) for at in sorted((one, other)))
    assert first is not None
    assert second is not None
    assert first <= second


@given(moments)
@anything
def test_the_usual_due_time_is_the_midnight_after_sixty_local_days(received: datetime) -> None:
    due = due_at(received, Kind.COMPLAINT)
    assert due == end_of(day_of(received) + timedelta(days=60))
    assert (day_of(due) - day_of(received)).days == 61
    assert (day_of(due - timedelta(microseconds=1)) - day_of(received)).days == 60


@given(lives(), policies, after)
@anything
def test_a_transfer_changes_nothing_of_what_the_person_is_owed(
    facts: Facts, policy: ClockPolicy, span: timedelta
) -> None:
    moved = replace(facts, transfers=(*facts.transfers, Transfer(start_of(facts) + span)))
    one, other = running(facts, policy), running(moved, policy)
    assert [replace(cycle, agencies=()) for cycle in one.cycles] == [
        replace(cycle, agencies=()) for cycle in other.cycles
    ]
    assert _but_routing(one) == _but_routing(other)


def _but_routing(clock: Clock) -> list[str]:
    return [each.key for each in clock.notices(_END) if each.kind is not NoticeKind.ROUTING_LATE]


@given(moments, st.integers(0, 59), st.integers(0, 400), st.integers(0, 1439))
@anything
def test_a_pause_adds_exactly_its_days(
    received: datetime, asked_after: int, waited: int, minutes: int
) -> None:
    assert due_at(received, Kind.COMPLAINT) is not None
    asked = received + timedelta(days=asked_after)
    complement = Complement(asked, asked + timedelta(days=waited, minutes=minutes))
    # The night in which an hour comes twice can make one day more of it.
    assume((day_of(asked) - day_of(received)).days < 60)
    clock = running(case(started_at=received, complements=(complement,)), PAUSING)
    assert complement.given_at is not None
    days = (day_of(complement.given_at) - day_of(asked)).days
    assert clock.current.due_at == end_of(day_of(received) + timedelta(days=60 + days))
    assert sum(pause.days or 0 for pause in clock.current.pauses) == days


@given(lives(), policies, after, after)
@anything
def test_notices_are_told_once_each_in_order_and_only_ever_more_of_them(
    facts: Facts, policy: ClockPolicy, one: timedelta, other: timedelta
) -> None:
    clock = running(facts, policy)
    sooner, later = sorted((start_of(facts) + one, start_of(facts) + other))
    notices = clock.notices(later)
    assert clock.notices(sooner) == notices[: len(clock.notices(sooner))]
    assert len({each.key for each in notices}) == len(notices)
    assert [each.at for each in notices] == sorted(each.at for each in notices)
    assert all(each.at < later for each in notices)


@given(lives(), policies, after)
@settings(anything, max_examples=100)
def test_nothing_that_happens_later_takes_back_what_had_to_be_told(
    facts: Facts, policy: ClockPolicy, span: timedelta
) -> None:
    now = start_of(facts) + abs(span)
    told = running(known_at(facts, now), policy).notices(now)
    assert running(facts, policy).notices(now) == told


@given(lives(), policies, after)
@anything
def test_what_is_overdue_was_told_of_and_has_days_below_zero(
    facts: Facts, policy: ClockPolicy, span: timedelta
) -> None:
    clock, now = running(facts, policy), start_of(facts) + span
    cycle, left = clock.cycle_at(now), clock.days_left(now)
    if clock.overdue_at(now):
        kinds = {each.kind for each in clock.notices(now) if each.cycle == cycle.number}
        assert NoticeKind.OVERDUE in kinds
    if left is not None:
        # At the very midnight it is in time still, though the day is over.
        assert (left < 0) is (clock.overdue_at(now) or now == cycle.owed_at)


@given(lives(), policies, st.lists(after, min_size=2, max_size=6))
@anything
def test_days_left_only_grow_less_while_a_cycle_runs(
    facts: Facts, policy: ClockPolicy, spans: list[timedelta]
) -> None:
    clock = running(facts, policy)
    for cycle in clock.cycles:
        counted = [cycle.days_left(start_of(facts) + span) for span in sorted(spans)]
        left = [each for each in counted if each is not None]
        assert left == sorted(left, reverse=True)


@given(lives(), policies)
@anything
def test_cycles_follow_each_other_and_agencies_fill_them(facts: Facts, policy: ClockPolicy) -> None:
    cycles = running(facts, policy).cycles
    assert [cycle.number for cycle in cycles] == list(range(1, len(cycles) + 1))
    for cycle, following in pairwise(cycles):
        assert cycle.stopped_at is not None
        assert cycle.started_at <= cycle.stopped_at <= following.started_at
    for cycle in cycles:
        spans = cycle.agencies
        assert (spans[0].started_at, spans[-1].ended_at) == (cycle.started_at, cycle.stopped_at)
        for span, next_span in pairwise(spans):
            assert span.ended_at == next_span.started_at
        assert (cycle.days_taken is None) is (cycle.stopped_at is None)
        assert cycle.days_taken is None or cycle.days_taken >= 0


@given(lives(), policies)
@anything
def test_the_order_in_which_facts_are_given_does_not_matter(
    facts: Facts, policy: ClockPolicy
) -> None:
    turned = replace(
        facts,
        taken_up=facts.taken_up[::-1],
        interim_answers=facts.interim_answers[::-1],
        inadmissible=facts.inadmissible[::-1],
        reopened=facts.reopened[::-1],
    )
    assert running(turned, policy) == running(facts, policy)


@given(_ANYWHEN.flatmap(lambda start: told_of(start, _ANYWHEN)), _ANYWHEN)
@anything
def test_no_time_is_too_odd(facts: Facts, now: datetime) -> None:
    clock = clock_of(facts, PAUSING)
    assert isinstance(clock, Clock)
    clock.notices(now)
    clock.days_left(now)
