"""Ask the door, and read how it refuses."""

from typing import Any

from starlette.testclient import TestClient

from gateway.execution.accept import RESPONSE


def post(client: TestClient, query: str, accept: str = RESPONSE, **more: Any) -> Any:
    """The response to `query`, with `more` parameters beside it."""
    return client.post("/graphql", json={"query": query, **more}, headers={"Accept": accept})


def refusal(response: Any) -> tuple[int, str, str]:
    """Status, message and code of a refusal, which has errors alone and one of them."""
    assert response.headers["vary"] == "Accept"
    assert response.headers["content-type"].startswith("application/")
    (error,) = response.json().pop("errors")
    assert list(response.json()) == ["errors"]
    return response.status_code, error["message"], error.get("extensions", {}).get("code")
