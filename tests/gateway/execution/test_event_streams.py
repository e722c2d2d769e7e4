"""Subscriptions come as event streams, and only to those who want one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import httpx2
import pytest
from starlette.testclient import TestClient
from strawberry.types.execution import ExecutionResult

from gateway.execution.accept import EVENTS, JSON, RESPONSE
from gateway.execution.events import frames
from gateway.execution.view import GraphQLView
from tests.clients import toy
from tests.clients.serving import serving

URQL = f"{RESPONSE}, application/graphql+json, {JSON}, {EVENTS}, multipart/mixed"
COUNTED = (
    'event: next\ndata: {"data":{"count":1}}\n\n'
    'event: next\ndata: {"data":{"count":2}}\n\n'
    "event: complete\ndata: \n\n"
)


@pytest.fixture
def client() -> TestClient:
    return TestClient(toy.app())


def post(client: TestClient, query: str, accept: str) -> httpx2.Response:
    return client.post("/graphql", json={"query": query}, headers={"Accept": accept})


@pytest.mark.parametrize("accept", [EVENTS, "*/*", f"{EVENTS}, multipart/mixed", URQL])
def test_a_subscription_is_answered_as_events(client: TestClient, accept: str) -> None:
    response = post(client, "subscription {count(to: 2)}", accept)

    assert response.status_code == 200
    assert response.headers["content-type"] == EVENTS
    assert response.headers["cache-control"] == "no-cache, no-transform"
    assert response.text == COUNTED


def test_a_subscription_may_be_asked_by_get(client: TestClient) -> None:
    response = client.get(
        "/graphql", params={"query": "subscription {count(to: 2)}"}, headers={"Accept": EVENTS}
    )

    assert response.text == COUNTED


def test_a_query_is_answered_as_events_if_that_is_the_first_choice(client: TestClient) -> None:
    response = post(client, "{hello}", f"{EVENTS}, {JSON};q=0.5")

    assert response.text == (
        'event: next\ndata: {"data":{"hello":"hello"}}\n\nevent: complete\ndata: \n\n'
    )


def test_a_query_whose_sender_merely_names_event_streams_is_answered_plainly(
    client: TestClient,
) -> None:
    response = post(client, "{hello}", URQL)

    assert response.headers["content-type"] == f"{RESPONSE}; charset=utf-8"


def test_a_subscription_for_which_no_stream_is_accepted_is_refused(client: TestClient) -> None:
    response = post(client, "subscription {count}", JSON)

    assert response.status_code == 406
    assert EVENTS in response.json()["errors"][0]["message"]


def test_what_is_wrong_with_the_document_is_told_before_the_stream(client: TestClient) -> None:
    response = post(client, "subscription {unknown}", EVENTS)

    assert response.status_code == 400
    assert "Cannot query field" in response.json()["errors"][0]["message"]


def test_a_subscription_that_is_refused_tells_so_in_the_stream(client: TestClient) -> None:
    response = post(client, "subscription {refused}", EVENTS)

    assert '"code":"FORBIDDEN"' in response.text
    assert response.text.endswith("event: complete\ndata: \n\n")


async def test_a_silent_stream_shows_that_it_lives() -> None:
    heard = asyncio.Event()

    async def late() -> AsyncGenerator[ExecutionResult, None]:
        await heard.wait()
        yield ExecutionResult(data={"late": True}, errors=None)

    got = []
    async with aclosing(frames(late(), beat_seconds=0.01)) as stream:
        async for frame in stream:
            got.append(frame)
            if len(got) == 2:
                heard.set()

    assert got[:2] == [b":\n\n", b":\n\n"]
    assert got[-2:] == [
        b'event: next\ndata: {"data":{"late":true}}\n\n',
        b"event: complete\ndata: \n\n",
    ]


async def test_who_hangs_up_ends_the_subscription() -> None:
    contexts: list[toy.Context] = []

    async def make_context(_connection: object) -> toy.Context:
        contexts.append(toy.Context(None))
        return contexts[-1]

    with serving(GraphQLView(toy.schema(), make_context)) as url:
        async with (
            httpx2.AsyncClient() as client,
            client.stream(
                "POST",
                url,
                json={"query": "subscription {count(to: -1)}"},
                headers={"Accept": EVENTS},
            ) as response,
        ):
            async for line in response.aiter_lines():
                if "3" in line:
                    break
        assert await asyncio.to_thread(contexts[0].closed.wait, 5)
