"""What we race with is asked of our own graph, and says all that the harness compares."""

import json
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from connectors.contract.lifecycle import Status
from gateway.config import load
from tests.benchmarks.peers.words import answers, registry

HERE = Path(__file__).parent
SCHEMA = build_schema((HERE.parents[2] / "schema" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", ["S1", "S2", "S3", "F1", "F2", "F3"])
def test_a_question_is_one_of_our_graph(case: str) -> None:
    assert validate(SCHEMA, parse((HERE / f"{case}.graphql").read_text(encoding="utf-8"))) == []


def test_the_registry_is_one_that_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "agencies.yaml"
    path.write_text(json.dumps(registry("http://127.0.0.1:9")), encoding="utf-8")
    configured = load(path, production=True)
    assert (len(configured.agencies), len(configured.sources)) == (60, 30)


def test_each_word_of_the_harness_is_one_of_ours_and_back() -> None:
    told = answers(["C2026-00000001"])
    asked = told["default"]["variables"]["status"]["values"]
    back = told["default"]["values"]["status"]
    assert {back[ours]: Status(ours) for ours in asked.values()} == asked
    assert told["S3"]["variables"]["reference"]["values"] == {
        "C2026-00000001": "Complaint:store:C2026-00000001"
    }
    assert told["F1"]["variables"]["code"]["values"]["AG07"] == "live-ag07"
    assert len(told["F3"]["variables"]["id"]["values"]) == 1000
