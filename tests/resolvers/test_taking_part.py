"""Each part in a case shows just what it is for."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.contract.records import STORE, AgencyCode, Complaint, Part, Participant, public
from resolvers.policy import Role, Viewer, as_reached
from tests.policy.office import case

ROADS = AgencyCode("roads")
WHOLE = case(STORE, "water")
"""Everything in it was said at one moment."""
BEFORE, AFTER = timedelta(seconds=-1), timedelta(seconds=1)
OFFICER = Viewer(Role.OFFICER, "officer", frozenset({ROADS}))


def with_part(part: Part, later: timedelta = AFTER) -> Complaint:
    """The case, in which the roads take part since so long after all was said."""
    assert WHOLE.updated_at is not None
    joined = Participant(agency_code=ROADS, part=part, since=WHOLE.updated_at + later)
    return replace(WHOLE, participants=(joined,))


def test_a_co_agency_sees_all() -> None:
    for later in (BEFORE, AFTER):
        seen = with_part(Part.CO_AGENCY, later)
        assert as_reached(OFFICER, seen) == seen


def test_the_ombudsman_sees_the_file_that_the_complainant_has() -> None:
    whole = with_part(Part.OMBUDSMAN)
    seen = as_reached(OFFICER, whole)
    assert whole.messages is not None
    assert seen.messages == public(whole.messages) != whole.messages
    assert seen == replace(whole, messages=seen.messages, assignee=None)


def test_who_was_responsible_sees_what_there_was_until_then() -> None:
    whole = with_part(Part.FORMER, AFTER)
    kept = as_reached(OFFICER, whole)
    assert (kept.messages, kept.events, kept.decisions, kept.attachments) == (
        whole.messages,
        whole.events,
        whole.decisions,
        whole.attachments,
    )
    since = as_reached(OFFICER, with_part(Part.FORMER, BEFORE))
    children = (since.messages, since.events, since.decisions, since.attachments)
    assert children == ((), (), (), ())
    for seen in (kept, since):
        assert (seen.assignee, seen.status_reason) == (None, None)
        assert (seen.status, seen.title) == (whole.status, whole.title)


def test_of_a_file_of_which_it_is_not_known_when_it_came_nothing_is_kept_in_sight() -> None:
    whole = with_part(Part.FORMER, AFTER)
    assert whole.attachments
    undated = tuple(replace(each, at=None) for each in whole.attachments)
    assert as_reached(OFFICER, replace(whole, attachments=undated)).attachments == ()


def test_of_two_parts_the_one_that_shows_more_counts() -> None:
    parts = (
        with_part(Part.FORMER, BEFORE).participants[0],
        Participant(
            agency_code=AgencyCode("taxes"), part=Part.CO_AGENCY, since=WHOLE.origin.fetched_at
        ),
    )
    whole = replace(WHOLE, participants=parts)
    both = Viewer(Role.OFFICER, "officer", frozenset({ROADS, AgencyCode("taxes")}))
    assert as_reached(both, whole) == whole
    assert as_reached(OFFICER, whole) != whole


@pytest.mark.parametrize("role", [Role.NATIONAL_SUPERVISOR, Role.CALL_CENTRE, Role.CITIZEN])
def test_for_who_reaches_a_case_otherwise_no_part_counts(role: Role) -> None:
    whole = with_part(Part.FORMER, BEFORE)
    assert as_reached(Viewer(role, "somebody"), whole) == whole
    responsible = Viewer(Role.OFFICER, "officer", frozenset({ROADS, AgencyCode("water")}))
    assert as_reached(responsible, whole) == whole
