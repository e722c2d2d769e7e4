"""What may be read can be watched, and nothing else, by anyone."""

import json

import pytest
from websockets.exceptions import ConnectionClosed

from resolvers.attempts import WITHIN_SECONDS
from resolvers.policy import Role
from resolvers.policy.table import LIST, ONE, QUESTIONS, WATCH_LIST, WATCH_ONE, Reach
from tests.gateway.subscriptions.asking import case_of, caught_up, codes, queue_of, say, token
from tests.gateway.subscriptions.listening import (
    CASE,
    QUEUE,
    SECONDS,
    by_events,
    connected,
    subscribe,
)
from tests.policy.office import SERVED, Office

ROLES = list(Role)


def test_the_table_says_of_watching_what_it_says_of_reading() -> None:
    assert QUESTIONS[WATCH_LIST] == QUESTIONS[LIST]
    assert QUESTIONS[WATCH_ONE].by_role == QUESTIONS[ONE].by_role
    assert QUESTIONS[WATCH_ONE].with_code is QUESTIONS["Query.complaint"].with_code


@pytest.mark.parametrize("role", ROLES)
def test_single_cases_are_watched_as_the_role_reaches_them(office: Office, role: Role) -> None:
    reach = QUESTIONS[WATCH_ONE].by_role[role]
    for agency, filed in office.filed.items():
        with by_events(office.url, CASE, token(office, role), case={"id": filed.id}) as watched:
            told = watched.next()
            served = reach in {Reach.AGENCIES, Reach.PART} and agency == SERVED
            if served or reach in {Reach.ALL, Reach.FILED}:
                assert case_of(told)["complaint"]["id"] == filed.id
                assert case_of(told)["complaint"]["title"] == f"{agency} title"
            else:
                assert codes(told) == ["FORBIDDEN" if reach is Reach.NONE else "NOT_FOUND"]
                assert watched.ended()


@pytest.mark.parametrize("role", ROLES)
def test_lists_are_watched_as_the_role_reaches_them(office: Office, role: Role) -> None:
    reach = QUESTIONS[WATCH_LIST].by_role[role]
    with by_events(office.url, QUEUE, token(office, role)) as watched:
        if reach is Reach.NONE:
            assert codes(watched.next()) == ["FORBIDDEN"]
            assert watched.ended()
            return
        caught_up(watched)
        # Of the others' cases nothing is told: the next that comes is of the agency's own.
        agencies = ["roads", SERVED] if reach is Reach.ALL else [SERVED]
        say(office, office.filed["roads"])
        if reach is Reach.ALL:
            told = [queue_of(watched.next())]
            say(office, office.filed[SERVED])
            told.append(queue_of(watched.next()))
        else:
            say(office, office.filed[SERVED])
            told = [queue_of(watched.next())]
    assert [each["complaint"]["agencyCode"] for each in told] == agencies
    for each, agency in zip(told, agencies, strict=True):
        assert each["id"] == each["complaint"]["id"]
        # Whoever is shown pseudonyms is told no other name of the case.
        named = each["id"] == office.filed[agency].id
        assert named == (role is not Role.ANALYST)
        assert named != ("p-" in each["id"])


def test_a_filter_by_what_is_not_shown_is_refused_as_in_lists(office: Office) -> None:
    signed = token(office, Role.ANALYST)
    with by_events(office.url, QUEUE, signed, filter={"text": "title"}) as watched:
        assert codes(watched.next()) == ["FORBIDDEN"]


def test_wrong_codes_are_refused_and_not_tried_for_ever(office: Office) -> None:
    filed = office.filed["roads"]
    which = {"reference": filed.reference, "trackingCode": "00000-00000"}
    found = []
    with connected(office.url) as opened:
        assert json.loads(opened.recv(SECONDS))["type"] == "connection_ack"
        for number in range(11):
            subscribe(opened, CASE, {"case": which}, str(number))
            message = json.loads(opened.recv(SECONDS))
            assert message["type"] in {"error", "next"}
            payload = message["payload"]
            found += codes(payload if isinstance(payload, dict) else {"errors": payload})
            if message["type"] == "next":
                assert json.loads(opened.recv(SECONDS))["type"] == "complete"
    assert found == ["NOT_FOUND"] * 10 + ["TOO_MANY_ATTEMPTS"]
    # The right one is not looked at either, for as long as `follow` would not.
    with by_events(office.url, CASE, case=which | {"trackingCode": filed.code}) as watched:
        (error,) = watched.next()["errors"]
    assert error["extensions"]["code"] == "TOO_MANY_ATTEMPTS"
    assert 0 < error["extensions"]["retryAfter"] <= WITHIN_SECONDS


def test_a_bad_token_watches_nothing(office: Office) -> None:
    signed = office.provider.token(sub="someone", aud="somebody else's service")
    with connected(office.url, signed) as opened, pytest.raises(ConnectionClosed) as closed:
        opened.recv(SECONDS)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403
    answer = office.client.post(
        f"{office.url}/graphql",
        json={"query": QUEUE},
        headers={"Accept": "text/event-stream", "Authorization": f"Bearer {signed}"},
    )
    assert answer.status_code == 401


def test_cursors_are_of_one_filter_and_one_right_and_cannot_be_made(office: Office) -> None:
    officer, national = token(office, Role.OFFICER), token(office, Role.NATIONAL_SUPERVISOR)
    with by_events(office.url, QUEUE, officer) as watched:
        cursor = caught_up(watched)
    listed = office.ask(Role.OFFICER, "{ complaints(first: 1) { pageInfo { endCursor } } }")
    page = listed["data"]["complaints"]["pageInfo"]["endCursor"]
    for signed, variables in (
        (national, {"after": cursor}),
        (officer, {"after": cursor, "filter": {"statuses": ["CLOSED"]}}),
        (officer, {"after": f"{'B' if cursor[0] == 'A' else 'A'}{cursor[1:]}"}),
        (officer, {"after": "made up"}),
        (officer, {"after": page}),
    ):
        with by_events(office.url, QUEUE, signed, **variables) as watched:
            assert codes(watched.next()) == ["BAD_CURSOR"]
    answer = office.ask(Role.OFFICER, f'{{ complaints(after: "{cursor}") {{ complete }} }}')
    assert codes(answer) == ["BAD_CURSOR"]


def test_a_case_is_named_in_one_way(office: Office) -> None:
    signed, filed = token(office, Role.OFFICER), office.filed[SERVED]
    wrong = (
        {},
        {"id": filed.id, "reference": filed.reference},
        {"id": filed.id, "trackingCode": filed.code},
    )
    for which in wrong:
        with by_events(office.url, CASE, signed, case=which) as watched:
            assert codes(watched.next()) == ["BAD_USER_INPUT"]
    for id_ in ("Complaint:store:nothing", "Agency:water", "nothing"):
        with by_events(office.url, CASE, signed, case={"id": id_}) as watched:
            assert codes(watched.next()) == ["NOT_FOUND"]
