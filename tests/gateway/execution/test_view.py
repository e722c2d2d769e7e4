"""The door answers GraphQL over HTTP to the letter, and whatever is wrong in GraphQL JSON."""

from typing import Any

import pytest
import strawberry
import structlog
from starlette.applications import Starlette
from starlette.testclient import TestClient
from strawberry.extensions import SchemaExtension

from gateway.execution import GraphQLView
from gateway.execution.accept import EVENTS, JSON, RESPONSE
from tests.clients import toy
from tests.gateway.execution.asking import post, refusal


def test_a_query_is_answered_in_the_type_asked_for(client: TestClient) -> None:
    for accept in (JSON, RESPONSE):
        response = post(client, "query($t: Int!) {hello(times: $t)}", accept, variables={"t": 2})

        assert response.json() == {"data": {"hello": "hellohello"}}
        assert response.status_code == 200
        assert response.headers["content-type"] == f"{accept}; charset=utf-8"
        assert response.headers["vary"] == "Accept"


def test_the_context_made_for_the_request_reaches_resolvers(client: TestClient) -> None:
    response = client.post(
        "/graphql", json={"query": "{token}"}, headers={"Authorization": "Bearer x"}
    )

    assert response.json() == {"data": {"token": "Bearer x"}}


def test_async_fields_below_the_root_are_answered(client: TestClient) -> None:
    response = post(client, "{thing(id: 1) {next {next {id name}}}}")

    assert response.json() == {
        "data": {"thing": {"next": {"next": {"id": "1++", "name": "chair"}}}}
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"query": "{"},
        {"query": "{unknown}"},
        {"query": "query($t: Int!) {hello(times: $t)}"},
        {"query": "query A {hello}", "operationName": "B"},
        {"query": "query A {hello} query B {hello}"},
        {"query": "{thing(id: 1) {next {next {next {next {id}}}}}}"},
    ],
    ids=["parse", "validation", "coercion", "unknown name", "no name", "limit"],
)
def test_what_cannot_be_executed_is_400_and_for_old_clients_200(
    client: TestClient, asked: dict[str, Any]
) -> None:
    for accept, status in ((RESPONSE, 400), (JSON, 200)):
        response = client.post("/graphql", json=asked, headers={"Accept": accept})

        assert response.status_code == status
        assert list(response.json()) == ["errors"]


def test_a_field_that_fails_leaves_the_rest_of_the_answer(client: TestClient) -> None:
    response = post(client, "{hello refused}")

    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "hello", "refused": None}


@pytest.mark.parametrize("accept", [RESPONSE, JSON])
def test_data_that_is_lost_altogether_is_null_and_not_absent(
    client: TestClient, accept: str
) -> None:
    response = post(client, "{brokenRoot}", accept)

    assert response.status_code == 200
    assert response.json()["data"] is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    response = client.request(method, "/graphql")

    assert refusal(response) == (
        405,
        f"GraphQL is asked by GET or POST, not by {method}.",
        "METHOD_NOT_ALLOWED",
    )
    assert response.headers["allow"] == "GET, POST"


def test_a_query_may_be_asked_by_get(client: TestClient) -> None:
    response = client.get(
        "/graphql",
        params={"query": "query($t: Int) {hello(times: $t)}", "variables": '{"t": 2}'},
    )

    assert response.json() == {"data": {"hello": "hellohello"}}


def test_a_get_whose_variables_are_not_json_is_refused(client: TestClient) -> None:
    response = client.get("/graphql", params={"query": "{hello}", "variables": "{t"})

    assert refusal(response) == (400, 'Parameter "variables" is not JSON in UTF-8.', "BAD_REQUEST")


def test_a_get_that_gives_a_parameter_twice_is_refused(client: TestClient) -> None:
    response = client.get("/graphql", params={"query": ["{hello}", "{token}"]})

    assert refusal(response) == (400, 'Parameter "query" is given 2 times.', "BAD_REQUEST")


@pytest.mark.parametrize("accept", [RESPONSE, JSON, EVENTS])
def test_a_mutation_is_not_carried_out_by_get(client: TestClient, accept: str) -> None:
    response = client.get(
        "/graphql",
        params={"query": 'mutation {rename(name: "x")}'},
        headers={"Accept": accept},
    )

    assert refusal(response)[::2] == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"


def test_a_mutation_is_carried_out_by_post(client: TestClient) -> None:
    response = post(client, 'mutation {rename(name: "stool")}')

    assert response.json() == {"data": {"rename": "stool"}}


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [("bad", 401, "UNAUTHENTICATED"), ("crash", 500, "INTERNAL")],
)
def test_a_context_that_cannot_be_made_refuses_the_request(
    client: TestClient, token: str, status: int, code: str
) -> None:
    for accept in (RESPONSE, JSON):
        response = client.post(
            "/graphql",
            json={"query": "{hello}"},
            headers={"Authorization": token, "Accept": accept},
        )

        assert refusal(response)[::2] == (status, code)
        assert toy.SECRET not in response.text
        assert response.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


def test_before_the_program_has_started_nothing_is_carried_out() -> None:
    response = post(TestClient(Starlette(routes=GraphQLView(toy.schema()).routes)), "{hello}")

    assert refusal(response) == (503, "The gateway is starting.", "SERVICE_UNAVAILABLE")


def test_text_of_a_source_that_is_no_text_does_not_lose_the_answer(client: TestClient) -> None:
    response = post(client, "{hello halfAPair}")

    assert response.content == b'{"data":{"hello":"hello","halfAPair":"\\ud83d"}}'


def test_an_answer_that_cannot_be_written_is_masked(client: TestClient) -> None:
    with structlog.testing.capture_logs() as logs:
        response = post(client, "{neverJson}")

    assert refusal(response) == (500, "Unexpected error.", "INTERNAL")
    assert [each["event"] for each in logs] == ["unexpected_error"]


def test_schema_extensions_that_would_be_ignored_are_refused() -> None:
    schema = strawberry.Schema(toy.Query, extensions=[SchemaExtension])

    with pytest.raises(ValueError, match="Schema extensions would never be called"):
        GraphQLView(schema, toy.make_context)
