"""The quick way answers as the plain way does: the same bytes, and the same errors at the same places."""

import asyncio
import json
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace
from strawberry.types.execution import ExecutionResult
from structlog.testing import capture_logs

from gateway.auth import DEMONSTRATION
from gateway.execution.answer import body_of
from gateway.execution.operations import Operations
from gateway.execution.request import GraphQLRequest
from gateway.limits import DocumentLimits
from resolvers.complaints import Complaints
from resolvers.outcome import ComplaintPage
from schema.build import build
from tests.gateway.execution.same.asking import Making
from tests.gateway.execution.same.planting import page
from tests.schema.graph import graph_in


class Told(Complaints):
    """Answers every list with one page."""

    page: ComplaintPage

    async def search(self, *_: Any, **__: Any) -> ComplaintPage:
        return self.page


def told(result: ExecutionResult) -> tuple[bytes, set[str]]:
    """The data as they go out, and the errors, of which there may be several at one place."""
    body = json.loads(body_of(result))
    errors = body.pop("errors", [])
    for each in errors:
        # Each failure that nobody foresaw has a number of its own.
        each.get("extensions", {}).pop("errorId", None)
    return json.dumps(body).encode(), {json.dumps(each, sort_keys=True) for each in errors}


@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, 250), pytest.param(3, 4000, marks=pytest.mark.long)],
)
async def test_the_quick_way_and_the_plain_way_answer_alike(
    tmp_path: Path, sqlite_url: str, seed: int, count: int
) -> None:
    random = Random(seed)
    schema = build()
    limits = DocumentLimits(**dict.fromkeys((each.name for each in fields(DocumentLimits)), 10**6))
    quick = Operations(schema, limits=limits)
    plain = Operations(schema, limits=limits, plain=True)
    failed = 0
    # What nobody foresaw is logged with where it happened, at length.
    with capture_logs():
        async with graph_in(tmp_path, sqlite_url) as graph:
            complaints = Told(graph.gateway.complaints._engine)
            context = replace(
                graph.gateway.contexts.for_viewer(DEMONSTRATION), complaints=complaints
            )
            for number in range(count):
                asked = Making(schema._schema, random).operation()
                state = random.getstate()
                answers = []
                for way in (quick, plain):
                    # What is planted may be used up, and is planted anew.
                    random.setstate(state)
                    complaints.page = page(random, faults=number % 9)
                    request = GraphQLRequest(asked.text, variables=asked.variables)
                    answers.append(told(await way.execute(way.prepare(request), context)))
                assert answers[0] == answers[1], asked.text
                failed += bool(answers[0][1])
                await asyncio.sleep(0)
    assert failed > count / 20
    assert quick.counts.completed > count
    assert quick.counts.fell_back > count / 20
    assert plain.counts.completed == 0
