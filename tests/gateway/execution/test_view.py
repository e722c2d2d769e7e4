"""The door answers GraphQL over HTTP to the letter, and whatever is wrong in GraphQL JSON."""

from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from starlette.testclient import TestClient
from strawberry.extensions import SchemaExtension

from gateway.execution.accept import EVENTS, JSON, RESPONSE
from gateway.execution.view import GraphQLView
from gateway.limits import DocumentLimits
from tests.clients import toy


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(toy.app(limits=DocumentLimits(depth=5)), headers={"Accept": RESPONSE}) as made:
        yield made


def post(client: TestClient, query: str, accept: str = RESPONSE, **more: Any) -> Any:
    return client.post("/graphql", json={"query": query, **more}, headers={"Accept": accept})


def refusal(response: Any) -> tuple[int, str, str]:
    """Status, message and code of a refusal, which has errors alone and one of them."""
    assert response.headers["vary"] == "Accept"
    assert response.headers["content-type"].startswith("application/")
    (error,) = response.json().pop("errors")
    assert list(response.json()) == ["errors"]
    return response.status_code, error["message"], error.get("extensions", {}).get("code")


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


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({}, b"{", (400, "The body is not JSON in UTF-8.", "BAD_REQUEST")),
        ({}, b"", (400, "The body is not JSON in UTF-8.", "BAD_REQUEST")),
        ({}, b'{"query": "\xe9"}', (400, "The body is not JSON in UTF-8.", "BAD_REQUEST")),
        ({}, b'"x"', (400, "The body must be a JSON object, not a string.", "BAD_REQUEST")),
        (
            {},
            b'[{"query": "{hello}"}]',
            (
                400,
                "Several operations in one request are not supported: send them one by one.",
                "BAD_REQUEST",
            ),
        ),
        (
            {},
            b"{}",
            (
                400,
                'Parameter "query" is missing: it holds the document to carry out.',
                "BAD_REQUEST",
            ),
        ),
        (
            {},
            b'{"query": "{hello}", "variables": [1]}',
            (400, 'Parameter "variables" must be an object, not an array.', "BAD_REQUEST"),
        ),
        (
            {},
            b'{"query": "{hello}", "operationName": false}',
            (400, 'Parameter "operationName" must be a string, not a boolean.', "BAD_REQUEST"),
        ),
        (
            {"Content-Type": "text/plain"},
            b"{}",
            (
                415,
                "Content-Type must be application/json in UTF-8, not text/plain.",
                "UNSUPPORTED_MEDIA_TYPE",
            ),
        ),
        (
            {"Content-Type": "application/json; charset=latin-1"},
            b"{}",
            (
                415,
                "Content-Type must be application/json in UTF-8, not "
                "application/json; charset=latin-1.",
                "UNSUPPORTED_MEDIA_TYPE",
            ),
        ),
        (
            {"Content-Type": ""},
            b"{}",
            (
                415,
                "Content-Type must be application/json in UTF-8, not missing.",
                "UNSUPPORTED_MEDIA_TYPE",
            ),
        ),
        (
            {},
            b" " * 20_001,
            (413, "The body is larger than 20000 bytes.", "REQUEST_ENTITY_TOO_LARGE"),
        ),
        (
            {"Accept": "image/png"},
            b'{"query": "{hello}"}',
            (
                406,
                "The Accept header rules out every answer there is; expected "
                "application/graphql-response+json, application/json or text/event-stream.",
                "NOT_ACCEPTABLE",
            ),
        ),
    ],
)
def test_a_request_that_is_not_well_formed_is_refused_in_words(
    client: TestClient, headers: dict[str, str], body: bytes, expected: tuple[int, str, str]
) -> None:
    response = client.post(
        "/graphql", content=body, headers={"Content-Type": "application/json", **headers}
    )

    assert refusal(response) == expected


def test_a_malformed_request_is_400_for_old_clients_too(client: TestClient) -> None:
    response = client.post("/graphql", content=b"{", headers={"Content-Type": JSON, "Accept": JSON})

    assert refusal(response)[0] == 400
    assert response.headers["content-type"] == f"{JSON}; charset=utf-8"


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


def test_a_browser_gets_a_page_to_ask_from(client: TestClient) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    response = client.get("/graphql", headers={"Accept": browser})

    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["vary"] == "Accept"
    assert "graphiql" in response.text.lower()


def test_without_the_page_a_browser_is_told_what_is_missing() -> None:
    client = TestClient(GraphQLView(toy.schema(), toy.make_context, ide=False))

    response = client.get("/", headers={"Accept": "text/html,*/*;q=0.8"})

    assert refusal(response)[0] == 400


def test_schema_extensions_that_would_be_ignored_are_refused() -> None:
    schema = strawberry.Schema(toy.Query, extensions=[SchemaExtension])

    with pytest.raises(ValueError, match="Schema extensions would never be called"):
        GraphQLView(schema, toy.make_context)
