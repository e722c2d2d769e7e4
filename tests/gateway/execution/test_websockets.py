"""Operations over WebSockets follow graphql-transport-ws."""

import itertools
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from gateway.execution import GraphQLView
from tests.clients import toy

PROTOCOL = "graphql-transport-ws"


def connect(**more: Any) -> WebSocketTestSession:
    options = {"subprotocols": [PROTOCOL], **more}
    return TestClient(toy.app()).websocket_connect("/graphql", **options)


def init(socket: WebSocketTestSession, **payload: str) -> None:
    socket.send_json({"type": "connection_init", "payload": payload})


def subscribe(socket: WebSocketTestSession, query: str, **more: Any) -> None:
    socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": query, **more}})


@pytest.fixture
def socket() -> Any:
    with connect() as opened:
        init(opened)
        assert opened.receive_json()["type"] == "connection_ack"
        yield opened


def test_a_subscription_sends_results_until_complete(socket: WebSocketTestSession) -> None:
    subscribe(socket, "subscription($to: Int!) {count(to: $to)}", variables={"to": 2})

    assert [socket.receive_json() for _ in range(3)] == [
        {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
        {"id": "1", "type": "next", "payload": {"data": {"count": 2}}},
        {"id": "1", "type": "complete"},
    ]


def test_a_query_sends_one_result(socket: WebSocketTestSession) -> None:
    subscribe(socket, "{hello}")

    assert [socket.receive_json() for _ in range(2)] == [
        {"id": "1", "type": "next", "payload": {"data": {"hello": "hello"}}},
        {"id": "1", "type": "complete"},
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [("{", "Syntax Error"), ("{unknown}", "Cannot query field"), (7, '"query" must be a string')],
)
def test_what_is_wrong_is_told_and_the_connection_stays(
    socket: WebSocketTestSession, query: Any, words: str
) -> None:
    subscribe(socket, query)
    answer = socket.receive_json()

    assert answer["type"] == "error"
    assert words in answer["payload"][0]["message"]
    subscribe(socket, "{hello}")
    assert socket.receive_json()["type"] == "next"


def test_an_unexpected_error_is_masked(socket: WebSocketTestSession) -> None:
    subscribe(socket, "subscription {brokenLater}")

    answers = [socket.receive_json() for _ in range(3)]

    assert answers[1]["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert toy.SECRET not in str(answers)


def test_the_token_sent_on_connecting_makes_the_context() -> None:
    with connect() as socket:
        init(socket, authorization="Bearer y")
        socket.receive_json()
        subscribe(socket, "{token}")

        assert socket.receive_json()["payload"] == {"data": {"token": "Bearer y"}}


async def test_each_operation_has_a_context_of_its_own() -> None:
    made: list[toy.Context] = []

    async def make_context(_connection: object) -> toy.Context:
        made.append(toy.Context(str(len(made))))
        return made[-1]

    view = GraphQLView(toy.schema(), make_context)
    with TestClient(view).websocket_connect("/", subprotocols=[PROTOCOL]) as socket:
        init(socket)
        socket.receive_json()
        tokens = []
        for _ in range(2):
            subscribe(socket, "{token}")
            tokens.append(socket.receive_json()["payload"]["data"]["token"])
            socket.receive_json()

    assert tokens == ["1", "2"]


def test_a_context_that_can_no_longer_be_made_is_told_and_masked() -> None:
    async def make_context(_connection: object) -> toy.Context:
        if next(calls) > 0:
            raise RuntimeError(toy.SECRET)
        return toy.Context(None)

    calls = itertools.count()
    view = GraphQLView(toy.schema(), make_context)
    with TestClient(view).websocket_connect("/", subprotocols=[PROTOCOL]) as socket:
        init(socket)
        socket.receive_json()
        subscribe(socket, "{hello}")
        answer = socket.receive_json()

    assert answer["type"] == "error"
    assert answer["payload"][0]["extensions"]["code"] == "INTERNAL"
    assert toy.SECRET not in str(answer)


@pytest.mark.parametrize("token", ["bad", "crash"])
def test_who_may_not_connect_is_sent_away(token: str) -> None:
    with connect() as socket:
        init(socket, authorization=token)

        assert closed(socket) == 4403


@pytest.mark.parametrize(
    "message",
    ["{", "[]", '"x"', '{"type": "subscribe", "id": "1", "payload": []}', '{"type": "subscribe"}'],
)
def test_a_message_of_another_shape_ends_the_connection(
    socket: WebSocketTestSession, message: str
) -> None:
    socket.send_text(message)

    assert closed(socket) == 4400


def test_a_message_that_is_too_large_ends_the_connection(socket: WebSocketTestSession) -> None:
    socket.send_text(" " * 20_001)

    assert closed(socket) == 1009


def test_asking_before_connecting_is_unauthorized() -> None:
    with connect() as socket:
        subscribe(socket, "{hello}")

        assert closed(socket) == 4401


@pytest.mark.parametrize("offered", [[], ["graphql-ws"]])
def test_other_subprotocols_are_not_spoken(offered: list[str]) -> None:
    with connect(subprotocols=offered) as socket:
        assert closed(socket) == 4406


def test_pages_of_other_sites_may_not_connect() -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        connect(headers={"Origin": "https://elsewhere.example"}),
    ):
        pass


def test_pages_of_this_site_may_connect() -> None:
    with connect(headers={"Origin": "http://testserver"}) as socket:
        init(socket)
        assert socket.receive_json()["type"] == "connection_ack"


def closed(socket: WebSocketTestSession) -> int:
    """The code with which the other side closes now."""
    with pytest.raises(WebSocketDisconnect) as caught:
        socket.receive_json()
    return caught.value.code
