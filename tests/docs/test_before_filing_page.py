"""docs/before-filing.md answers as it says, and tells the rates that are measured."""

import json
from pathlib import Path

import pytest

from gateway.app import Config, opened
from gateway.config import load, read_settings
from gateway.execution.operations import Operations
from gateway.execution.request import GraphQLRequest
from gateway.keys import Keys
from resolvers.advice.advice import LONGEST_TEXT
from resolvers.advice.excluded import MATTERS
from resolvers.advice.likely import _OF_NEARNESS
from resolvers.advice.similar import LOOKED_AT
from resolvers.policy import ANONYMOUS
from schema.build import build
from tests.docs.pages import page
from tests.resolvers.advice.rates import SHIPPED, Rate, rate, shipped
from tests.resolvers.advice.samples import SEEN, UNSEEN

PAGE = page("before-filing")
TEXT = PAGE.path.read_text(encoding="utf-8")


async def test_the_question_is_answered_as_shown(tmp_path: Path, sqlite_url: str) -> None:
    question = next(block.text for block in PAGE.blocks if block.language == "graphql")
    variables, answer = (
        json.loads(block.text) for block in PAGE.blocks if block.language == "json"
    )
    registry = tmp_path / "agencies.yaml"
    registry.write_bytes(SHIPPED.read_bytes())
    config = Config(
        settings=read_settings({"CHIKAYA_ENV": "development"}, database_url=sqlite_url),
        configured=load(registry, environ={}),
        keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
    )
    async with opened(config) as gateway:
        operations = Operations(build())
        operation = operations.prepare(GraphQLRequest(question, variables=variables))
        result = await operations.execute(operation, gateway.contexts.for_viewer(ANONYMOUS))
    assert result.errors is None
    assert result.data == answer


def test_the_rates_are_the_measured_ones(tmp_path: Path) -> None:
    competence = shipped(tmp_path)
    told = [Rate(*map(int, cells)) for _, *cells in PAGE.table("texts")]
    assert told == [rate(competence, SEEN), rate(competence, UNSEEN)]


@pytest.mark.parametrize(
    ("languages", "right", "of"), [({"fr", "ar"}, 23, 26), ({"ary-Latn"}, 3, 6)]
)
def test_the_rates_of_languages_are_the_measured_ones(
    tmp_path: Path, languages: set[str], right: int, of: int
) -> None:
    found = rate(shipped(tmp_path), [each for each in UNSEEN if each.language in languages])
    assert (found.first, found.texts) == (right, of)
    assert f"{right} times of {of}" in " ".join(TEXT.split())


def test_the_matters_are_those_of_the_code() -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in PAGE.table("code")}
    assert told == {matter.code: matter.inadmissibility for matter in MATTERS}


def test_the_parts_and_bounds_are_those_of_the_code() -> None:
    told = ["1.0" if row[1] == "all" else row[1] for row in PAGE.table("a local agency")]
    assert [float(part) for part in told] == list(_OF_NEARNESS.values())
    assert f"{LONGEST_TEXT:,} characters" in TEXT
    assert LOOKED_AT == 100
