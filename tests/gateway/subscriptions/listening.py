"""Subscribe as clients do: over a WebSocket, and over an event stream."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

SECONDS = 30.0
"""For what must come; a test that waits so long has failed."""

CASE = """subscription ($case: CaseInput!, $since: Int) {
  complaintChanged(case: $case, sinceVersion: $since) {
    version complaint { id status version title messages { visibility } } } }"""
QUEUE = """subscription ($filter: ComplaintFilter, $after: String) {
  queueChanged(filter: $filter, after: $after) {
    cursor id left complaint { id status agencyCode } } }"""


class Subscription(Protocol):
    """What comes, one by one."""

    def next(self) -> dict[str, Any]:
        """The next result; fails when there are no more, or none comes."""

    def ended(self) -> bool:
        """Whether there are no more; waits for what comes next."""


@dataclass
class Socket:
    """One subscription over a WebSocket."""

    connection: ClientConnection

    def next(self) -> dict[str, Any]:
        message = json.loads(self.connection.recv(SECONDS))
        assert message["type"] in {"next", "error"}, message
        told: Any = message["payload"]
        return {"errors": told} if message["type"] == "error" else told

    def ended(self) -> bool:
        return bool(json.loads(self.connection.recv(SECONDS))["type"] == "complete")


@dataclass
class Events:
    """One subscription over an event stream."""

    lines: Iterator[str]

    def next(self) -> dict[str, Any]:
        event, data = self._event()
        assert event == "next", (event, data)
        told: dict[str, Any] = json.loads(data)
        return told

    def ended(self) -> bool:
        return self._event()[0] == "complete"

    def _event(self) -> tuple[str, str]:
        fields: dict[str, str] = {}
        for line in self.lines:
            if line.startswith(":"):
                continue
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                return fields["event"], fields.get("data", "")
        raise AssertionError("the stream broke off")


@contextmanager
def connected(url: str, token: str | None = None) -> Iterator[ClientConnection]:
    """A WebSocket that has said who asks."""
    address = f"{url.replace('http', 'ws')}/graphql"
    with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as opened:
        payload = {"authorization": f"Bearer {token}"} if token else {}
        opened.send(json.dumps({"type": "connection_init", "payload": payload}))
        yield opened


def subscribe(
    opened: ClientConnection, document: str, variables: Mapping[str, Any], id_: str = "1"
) -> None:
    """Ask `document` on a WebSocket that is open."""
    payload = {"query": document, "variables": variables}
    opened.send(json.dumps({"type": "subscribe", "id": id_, "payload": payload}))


@contextmanager
def by_socket(
    url: str, document: str, token: str | None = None, **variables: Any
) -> Iterator[Subscription]:
    """A WebSocket on which `document` was asked."""
    with connected(url, token) as opened:
        assert json.loads(opened.recv(SECONDS))["type"] == "connection_ack"
        subscribe(opened, document, variables)
        yield Socket(opened)


@contextmanager
def by_events(
    url: str, document: str, token: str | None = None, **variables: Any
) -> Iterator[Subscription]:
    """An event stream of `document`."""
    with httpx2.stream(
        "POST",
        f"{url}/graphql",
        json={"query": document, "variables": variables},
        headers={"Accept": "text/event-stream"}
        | ({"Authorization": f"Bearer {token}"} if token else {}),
        timeout=SECONDS,
    ) as response:
        yield Events(response.iter_lines())


WAYS = {"websocket": by_socket, "events": by_events}
