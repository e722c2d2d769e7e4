"""The states a case can be in, and the steps between them."""

import pytest

from connectors.contract.lifecycle import OPEN, TRANSITIONS, Status, may_follow, transition_table


def test_every_status_is_known_and_can_be_reached_from_the_first() -> None:
    assert set(TRANSITIONS) == set(Status)
    reached, front = {Status.SUBMITTED}, {Status.SUBMITTED}
    while front:
        front = {after for before in front for after in TRANSITIONS[before]} - reached
        reached |= front
    assert reached == set(Status)


@pytest.mark.parametrize("status", Status)
def test_an_open_case_can_be_withdrawn_or_found_a_duplicate(status: Status) -> None:
    leaves = {Status.WITHDRAWN, Status.DUPLICATE}
    assert TRANSITIONS[status] & leaves == (leaves if status in OPEN else set())


@pytest.mark.parametrize("status", Status)
def test_no_case_steps_to_where_it_is(status: Status) -> None:
    assert not may_follow(status, status)


def test_from_every_open_state_an_answer_can_be_reached() -> None:
    for status in OPEN:
        reached, front = {status}, {status}
        while front:
            front = {after for before in front for after in TRANSITIONS[before]} - reached
            reached |= front
        assert Status.ANSWERED in reached, status


def test_only_withdrawn_and_duplicate_cases_are_final() -> None:
    final = {status for status, after in TRANSITIONS.items() if not after}
    assert final == {Status.WITHDRAWN, Status.DUPLICATE}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.SUBMITTED, Status.ANSWERED),
        (Status.SUBMITTED, Status.CLOSED),
        (Status.IN_PROGRESS, Status.CLOSED),
        (Status.CLOSED, Status.ANSWERED),
        (Status.ANSWERED, Status.WITHDRAWN),
        (Status.WITHDRAWN, Status.REOPENED),
    ],
)
def test_steps_that_would_skip_a_duty_are_refused(before: Status, after: Status) -> None:
    assert not may_follow(before, after)


def test_the_printed_table_is_that_of_the_docs() -> None:
    assert transition_table() == (
        "| from | open | may become |\n"
        "|---|---|---|\n"
        "| SUBMITTED | yes | ACKNOWLEDGED, WITHDRAWN, DUPLICATE |\n"
        "| ACKNOWLEDGED | yes | UNDER_ASSESSMENT, ANSWERED, WITHDRAWN, DUPLICATE |\n"
        "| UNDER_ASSESSMENT | yes | INADMISSIBLE, IN_PROGRESS, WITHDRAWN, DUPLICATE |\n"
        "| IN_PROGRESS | yes | UNDER_ASSESSMENT, AWAITING_COMPLAINANT, AWAITING_THIRD_PARTY, "
        "ANSWERED, WITHDRAWN, DUPLICATE |\n"
        "| AWAITING_COMPLAINANT | yes | IN_PROGRESS, WITHDRAWN, DUPLICATE |\n"
        "| AWAITING_THIRD_PARTY | yes | IN_PROGRESS, WITHDRAWN, DUPLICATE |\n"
        "| REOPENED | yes | IN_PROGRESS, WITHDRAWN, DUPLICATE |\n"
        "| INADMISSIBLE | no | REOPENED |\n"
        "| ANSWERED | no | CLOSED, REOPENED |\n"
        "| CLOSED | no | REOPENED |\n"
        "| WITHDRAWN | no | (final) |\n"
        "| DUPLICATE | no | (final) |"
    )
