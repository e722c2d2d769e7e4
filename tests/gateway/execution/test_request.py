"""A request that is not GraphQL over HTTP is refused in words, and read no further than needed."""

import json
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient

from gateway.execution import GraphQLView
from gateway.execution.accept import JSON, RESPONSE
from tests.clients import toy
from tests.gateway.execution.asking import post, refusal

SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/",
    "headers": [(b"content-type", b"application/json")],
}
MALFORMED = [
    (b"{", "The body is not JSON in UTF-8."),
    (b"", "The body is not JSON in UTF-8."),
    (b'{"query": "{hello}"}}', "The body is not JSON in UTF-8."),
    (b'{"query": NaN}', "The body is not JSON in UTF-8."),
    (b'{"query": "\\ud83d"}', "The body is not JSON in UTF-8."),
    (b'{"query": "\xe9"}', "The body is not JSON in UTF-8."),
    ('{"query": "{hello}"}'.encode("utf-16"), "The body is not JSON in UTF-8."),
    (b'"x"', "The body must be a JSON object, not a string."),
    (b"null", "The body must be a JSON object, not null."),
    (
        b'[{"query": "{hello}"}]',
        "Several operations in one request are not supported: send them one by one.",
    ),
    (b"{}", 'Parameter "query" is missing: it holds the document to carry out.'),
    (b'{"query": null}', 'Parameter "query" is missing: it holds the document to carry out.'),
    (b'{"query": 7}', 'Parameter "query" must be a string, not a number.'),
    (b'{"query": {}}', 'Parameter "query" must be a string, not an object.'),
    (
        b'{"query": "{hello}", "variables": [1]}',
        'Parameter "variables" must be an object, not an array.',
    ),
    (
        b'{"query": "{hello}", "variables": "{}"}',
        'Parameter "variables" must be an object, not a string.',
    ),
    (
        b'{"query": "{hello}", "extensions": 1.5}',
        'Parameter "extensions" must be an object, not a number.',
    ),
    (
        b'{"query": "{hello}", "operationName": false}',
        'Parameter "operationName" must be a string, not a boolean.',
    ),
    (b'{"query": "{hello}", "query": "{token}"}', 'Parameter "query" is given 2 times.'),
    (
        b'{"query": "{hello}", "variables": {}, "v\\u0061riables": {}}',
        'Parameter "variables" is given 2 times.',
    ),
]


@pytest.mark.parametrize("accept", [RESPONSE, JSON])
@pytest.mark.parametrize(("body", "message"), MALFORMED)
def test_a_body_that_is_not_well_formed_is_refused_in_words(
    client: TestClient, body: bytes, message: str, accept: str
) -> None:
    response = client.post(
        "/graphql", content=body, headers={"Content-Type": JSON, "Accept": accept}
    )

    assert refusal(response) == (400, message, "BAD_REQUEST")
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"


def test_a_variable_may_be_called_as_a_parameter_is(client: TestClient) -> None:
    response = post(client, "query($query: Int) {hello(times: $query)}", variables={"query": 2})

    assert response.json() == {"data": {"hello": "hellohello"}}


def test_a_body_too_deep_to_be_read_is_refused(client: TestClient) -> None:
    deep = b'{"query": "{hello}", "variables": {"\\u0061": ' + b"[" * 1000 + b"]" * 1000 + b"}}"

    response = client.post("/graphql", content=deep, headers={"Content-Type": JSON})

    assert refusal(response)[::2] == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/jsonp",
        "application/json; charset=latin-1",
        "",
    ],
)
def test_another_content_type_than_json_in_utf8_is_refused(
    client: TestClient, content_type: str
) -> None:
    response = client.post(
        "/graphql", content=b'{"query": "{hello}"}', headers={"Content-Type": content_type}
    )

    assert refusal(response) == (
        415,
        f"Content-Type must be application/json in UTF-8, not {content_type or 'missing'}.",
        "UNSUPPORTED_MEDIA_TYPE",
    )
    assert response.headers["accept-post"] == JSON


@pytest.mark.parametrize("content_type", [JSON, f'{JSON}; charset="UTF-8"', "Application/JSON"])
def test_json_may_be_named_in_other_ways(client: TestClient, content_type: str) -> None:
    response = client.post(
        "/graphql", content=b'{"query": "{hello}"}', headers={"Content-Type": content_type}
    )

    assert response.json() == {"data": {"hello": "hello"}}


@pytest.mark.parametrize("accept", ["image/png", "text/html", f"{JSON};q=0"])
def test_where_nothing_we_have_is_accepted_the_request_is_refused(
    client: TestClient, accept: str
) -> None:
    response = post(client, "{hello}", accept)

    assert refusal(response) == (
        406,
        (
            "The Accept header rules out every answer there is; expected "
            "application/graphql-response+json, application/json or text/event-stream."
        ),
        "NOT_ACCEPTABLE",
    )
    assert response.headers["content-type"] == f"{RESPONSE}; charset=utf-8"


def test_a_body_over_the_limit_is_refused_and_the_connection_ends(client: TestClient) -> None:
    query = json.dumps({"query": "{hello}"}).encode()
    headers = {"Content-Type": JSON}

    largest = client.post("/graphql", content=query.ljust(20_000), headers=headers)
    response = client.post("/graphql", content=query.ljust(20_001), headers=headers)

    assert largest.json() == {"data": {"hello": "hello"}}
    assert refusal(response) == (
        413,
        "The body is larger than 20000 bytes.",
        "REQUEST_ENTITY_TOO_LARGE",
    )
    assert response.headers["connection"] == "close"


async def test_a_body_without_end_is_not_read_beyond_the_limit() -> None:
    received = 0
    sent: list[Any] = []

    async def receive() -> Any:
        nonlocal received
        received += 1
        return {"type": "http.request", "body": b" " * 10_000, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    view = GraphQLView(toy.schema(), toy.make_context, max_body_bytes=20_000)
    await view(SCOPE, receive, send)

    assert sent[0]["status"] == 413
    assert received == 3


async def test_a_caller_who_hangs_up_while_asking_is_no_error_of_ours() -> None:
    messages = iter(
        [
            {"type": "http.request", "body": b'{"query": ', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    with structlog.testing.capture_logs() as logs:
        await GraphQLView(toy.schema(), toy.make_context)(SCOPE, receive, send)

    assert sent[0]["status"] == 400
    assert logs == []
