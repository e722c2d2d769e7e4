"""docs/drafting-and-trying.md shows what is drafted, and fields as they are explained."""

import json
from pathlib import Path

from connectors.contract.connector import Environment, Explains, Response
from connectors.contract.records import AgencyCode, SourceId
from connectors.http import AiohttpClient
from connectors.rest import PLUGIN, RestOptions
from gateway.drafting import Evidence, asked_at, proposed, read_sample, yaml_of
from tests.docs.pages import ROOT, page

PAGE = page("drafting-and-trying")
SAMPLES = ROOT / "tests/dialects/links/samples"


def _evidence(*names: str) -> Evidence:
    answers = [read_sample(SAMPLES / name) for name in names]
    return Evidence(answers, asked_at("https://works.example/v1/tickets?per_page=3"))


def test_what_is_drafted_is_what_the_page_shows() -> None:
    proposal = proposed(_evidence("list.json", "list.headers.json"))
    assert yaml_of(proposal, source="works") == PAGE.block("yaml")


def test_fields_are_explained_as_the_page_shows() -> None:
    options = proposed(_evidence("list.json", "list.headers.json")).options
    environment = Environment(
        source=SourceId("works"), agencies=(AgencyCode("works-agency"),), open_http=AiohttpClient
    )
    connector = PLUGIN.open(RestOptions.model_validate_json(json.dumps(options)), environment)
    assert isinstance(connector, Explains)
    answer = Response(200, {}, Path(SAMPLES / "list.json").read_bytes())
    told = {each.field: each for each in connector.explain("T-22", answer)}
    shown = [line for line in PAGE.block("text").splitlines() if line]
    assert len(shown) == 2
    for line in shown:
        name, _, rest = line.partition(" ")
        found, _, rule = rest.partition("← ")[2].partition(", by ")
        assert (told[name].found, told[name].rule) == (found, rule)
