"""The clients that people use hear a subscription to its end, over each transport."""

from typing import Any

from tests.clients import javascript, toy
from tests.clients.serving import serving

COUNTED = [{"data": {"count": number}} for number in (1, 2, 3)]
HELLO = [{"data": {"hello": "hello"}}]
EVENTS = "text/event-stream"


def streamed(accept: str) -> dict[str, Any]:
    """An answer as events to a request that accepts `accept`."""
    return {"method": "POST", "accept": accept, "status": 200, "type": EVENTS}


def test_graphql_sse_graphql_ws_and_urql_hear_a_subscription_to_its_end() -> None:
    with serving(toy.app()) as url:
        heard = javascript.run("streams.mjs", f"{url}/graphql")

    assert heard == {
        "events": {"count": COUNTED, "hello": HELLO, "heard": [streamed(EVENTS)] * 2},
        "sockets": {"count": COUNTED, "hello": HELLO},
        "refused": ["Cannot query field 'unheardOf' on type 'Query'."],
        "urql": {
            "got": [each["data"] for each in COUNTED],
            "heard": [streamed(f"{EVENTS}, multipart/mixed")],
        },
    }
