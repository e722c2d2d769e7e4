from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.schema.graph import Graph, graph_in


@pytest.fixture
async def graph(tmp_path: Path, database_url: str) -> AsyncIterator[Graph]:
    """The graph over some cases, on each engine."""
    async with graph_in(tmp_path, database_url) as opened:
        yield opened
