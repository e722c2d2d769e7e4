"""Changes are told over both ways, from where one stood, once."""

import time

import pytest

from resolvers.policy import Role
from tests.gateway.subscriptions.asking import case_of, caught_up, codes, queue_of, say, token
from tests.gateway.subscriptions.listening import CASE, QUEUE, WAYS, by_events, by_socket
from tests.policy.office import SERVED, Office

STATUS = "query ($id: ID!) { node(id: $id) { ... on Complaint { status } } }"


@pytest.mark.parametrize("way", WAYS)
def test_whoever_has_the_code_is_told_of_each_change(office: Office, way: str) -> None:
    filed = office.filed[SERVED]
    which = {"reference": filed.reference, "trackingCode": filed.code}
    with WAYS[way](office.url, CASE, case=which) as subscription:
        first = case_of(subscription.next())
        assert first["complaint"]["id"] == filed.id
        assert first["complaint"]["version"] == first["version"]
        say(office, filed)
        second = case_of(subscription.next())
    assert second["version"] == first["version"] + 1
    assert len(second["complaint"]["messages"]) == len(first["complaint"]["messages"]) + 1
    assert {each["visibility"] for each in second["complaint"]["messages"]} == {"PUBLIC"}


@pytest.mark.parametrize("way", WAYS)
def test_who_comes_back_is_told_what_was_missed_once_and_then_what_happens(
    office: Office, way: str
) -> None:
    filed, signed = office.filed[SERVED], token(office, Role.OFFICER)
    with (
        WAYS[way](office.url, CASE, signed, case={"id": filed.id}) as case,
        WAYS[way](office.url, QUEUE, signed) as queue,
    ):
        version, cursor = case_of(case.next())["version"], caught_up(queue)
    say(office, filed)
    say(office, filed)
    with (
        WAYS[way](office.url, CASE, signed, case={"id": filed.id}, since=version) as case,
        WAYS[way](office.url, QUEUE, signed, after=cursor) as queue,
    ):
        assert case_of(case.next())["version"] == version + 2
        missed = queue_of(queue.next())
        assert (missed["id"], missed["left"]) == (filed.id, False)
        assert missed["complaint"]["agencyCode"] == SERVED
        caught_up(queue)
        say(office, filed)
        assert case_of(case.next())["version"] == version + 3
        assert queue_of(queue.next())["id"] == filed.id
    with WAYS[way](office.url, QUEUE, signed, after=missed["cursor"]) as queue:
        assert queue_of(queue.next())["id"] == filed.id
        caught_up(queue)


def test_a_case_that_stands_as_it_is_known_to_is_not_told_again(office: Office) -> None:
    filed, signed = office.filed["roads"], token(office, Role.NATIONAL_SUPERVISOR)
    with by_socket(office.url, CASE, signed, case={"id": filed.id}) as subscription:
        version = case_of(subscription.next())["version"]
    with by_socket(office.url, CASE, signed, case={"id": filed.id}, since=version) as subscription:
        say(office, filed)
        assert case_of(subscription.next())["version"] == version + 1


def test_by_its_place_a_case_is_watched_as_by_its_reference(office: Office) -> None:
    filed, signed = office.filed[SERVED], token(office, Role.OFFICER)
    which = {"id": f"Complaint:store:{SERVED}-source-id"}
    with by_socket(office.url, CASE, signed, case=which) as watched:
        version = case_of(watched.next())["version"]
        say(office, filed)
        assert case_of(watched.next())["version"] == version + 1


def test_a_case_that_does_not_match_is_told_to_have_left_the_list(office: Office) -> None:
    filed, signed = office.filed[SERVED], token(office, Role.OFFICER)
    status = office.ask(Role.OFFICER, STATUS, id=filed.id)["data"]["node"]["status"]
    with (
        by_events(office.url, QUEUE, signed, filter={"statuses": [status]}) as within,
        by_events(office.url, QUEUE, signed, filter={"statuses": ["WITHDRAWN"]}) as without,
    ):
        caught_up(within)
        caught_up(without)
        say(office, filed)
        here, elsewhere = queue_of(within.next()), queue_of(without.next())
    assert (here["id"], here["left"]) == (filed.id, False)
    assert here["complaint"]["status"] == status
    assert (elsewhere["id"], elsewhere["left"], elsewhere["complaint"]) == (filed.id, True, None)


def test_several_subscriptions_share_a_socket_and_each_is_of_its_own(office: Office) -> None:
    filed, signed = office.filed["roads"], token(office, Role.NATIONAL_SUPERVISOR)
    both = "subscription { one: queueChanged { cursor } two: queueChanged { cursor } }"
    with by_socket(office.url, both, signed) as refused:
        (error,) = refused.next()["errors"]
    assert "must select only one top level field" in error["message"]
    named = """subscription ($case: CaseInput!) { complaintChanged(case: $case) {
      ... on ComplaintChange { ...It } } } fragment It on ComplaintChange { complaint { title } }"""
    with by_socket(office.url, named, signed, case={"id": filed.id}) as watched:
        assert case_of(watched.next()) == {"complaint": {"title": "roads title"}}


@pytest.mark.parametrize("way", WAYS)
def test_it_ends_when_the_token_expires(office: Office, way: str) -> None:
    # A minute of skew is allowed for: so long after its end a token is good.
    signed = office.provider.token(
        sub="someone",
        realm_access={"roles": ["chikaya-national-supervisor"]},
        exp=int(time.time()) - 52,
    )
    with WAYS[way](office.url, QUEUE, signed) as watched:
        caught_up(watched)
        assert codes(watched.next()) == ["UNAUTHENTICATED"]
        assert watched.ended()
