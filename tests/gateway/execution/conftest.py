"""The toy graph behind a door whose limits are low."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from gateway.execution.accept import RESPONSE
from gateway.limits import DocumentLimits
from tests.clients import toy


@pytest.fixture
def client() -> Iterator[TestClient]:
    """Asks for GraphQL's own media type unless a test says otherwise."""
    with TestClient(toy.app(limits=DocumentLimits(depth=5)), headers={"Accept": RESPONSE}) as made:
        yield made
