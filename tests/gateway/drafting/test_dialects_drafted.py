"""What is drafted from the four dialects' samples is right where it is not marked as unsure."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from connectors.contract.connector import Environment
from connectors.contract.query import SELECTABLE, Selection
from connectors.http import AiohttpClient
from connectors.rest import PLUGIN, RestOptions
from connectors.testing.asking import pageable, rows
from connectors.testing.serving import serve
from gateway.config import load
from gateway.drafting import Evidence, Proposal, asked_at, marks, proposed, read_sample, yaml_of
from tests.dialects import four
from tests.dialects.connecting import PAGE, file_of

SAMPLES = Path(four.__file__).parent

ASKED = {
    four.CURSORS: "/api/v3/cases?limit=3&cursor=",
    four.SESSIONS: "/desk/issues?page=0&size=3",
    four.ENVELOPES: "/ws/reclamations/recherche?p_page=1&p_taille=3&cle=made-up-query-key",
    four.LINKS: "/v1/tickets?per_page=3",
}
"""Where an engineer asked for the samples; what takes the number of a page is written out."""
every_dialect = pytest.mark.parametrize("dialect", four.FOUR, ids=str)
OURS = frozenset({"created_at", "received_at", "updated_at", "due_at", "closed_at"})


def drafted(dialect: four.Dialect, url: str = "https://desk.example") -> Proposal:
    folder = SAMPLES / dialect.name / "samples"
    answers = [read_sample(path) for path in sorted(folder.glob("*.json"))]
    return proposed(Evidence(answers, asked_at(url + ASKED[dialect])))


def by_hand(dialect: four.Dialect) -> dict[str, Any]:
    """The options that the how-to page describes the dialect by."""
    told = YAML(typ="safe", pure=True).load(PAGE.files[file_of(dialect)])
    return told["sources"][dialect.source]["options"]


def told(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of a description must be right: id, title, status, dates and paging."""
    record = options["record"]
    paging = {"first": 1} if options["list"]["paging"]["style"] == "page" else {}
    paging |= {k: v for k, v in options["list"]["paging"].items() if k != "max_size"}
    times = {name: rule for name, rule in record["fields"].items() if name in OURS}
    title = record["fields"]["title"]
    return {"id": record["id"], "status": record["status"], "title": title, **times, **paging}


@every_dialect
def test_id_title_status_dates_and_paging_are_as_described_by_hand(dialect: four.Dialect) -> None:
    assert told(drafted(dialect).options) == told(by_hand(dialect))


# What no sample shows, of all that must be right: no case of theirs is closed, and so on.
UNSHOWN = {
    "cursors": {"record.fields.closed_at", "list.paging.max_size"},
    "sessions": {"list.paging.max_size"},
    "envelopes": {"record.fields.closed_at", "list.paging.max_size"},
    "links": {"list.paging.max_size"},
}


@every_dialect
def test_the_rest_is_marked_as_unsure(dialect: four.Dialect) -> None:
    proposal = drafted(dialect)
    unsure = marks(proposal)
    sure = {
        "record.id",
        "record.fields.title",
        "record.status",
        *(f"record.fields.{n}" for n in OURS),
    }
    doubted = {where for where in unsure if where in sure or where.startswith("list.paging")}
    assert doubted == UNSHOWN[str(dialect)]
    plain = {"url", "list.request.path", "list.records", "get.record", *sure}
    for where in _leaves(proposal.options):
        marked = any(where == place or where.startswith(f"{place}.") for place in unsure)
        known = where.startswith("list.paging") or any(
            where == place or where.startswith(f"{place}.") for place in plain
        )
        assert marked or known, f"{where} is neither plain nor marked"


@every_dialect
def test_no_message_is_proposed_to_be_public(dialect: four.Dialect) -> None:
    messages = drafted(dialect).options.get("children", {}).get("messages", {})
    assert "visibility" not in messages
    assert dialect is four.ENVELOPES or messages


@every_dialect
def test_what_is_written_can_be_loaded_and_says_the_same(
    dialect: four.Dialect, tmp_path: Path
) -> None:
    proposal = drafted(dialect)
    file = tmp_path / "agencies.yaml"
    file.write_text(yaml_of(proposal, source="desk"), encoding="utf-8")
    (source,) = load(file, environ={"DESK_KEY": "made-up"}).sources
    said = json.dumps(proposal.options).replace("${env:DESK_KEY}", "made-up")
    assert source.options == RestOptions.model_validate_json(said)
    text = file.read_text("utf-8")
    assert text.count("# UNSURE: ") == len(proposal.unsure) + 1


@every_dialect
async def test_with_its_key_added_it_lists_the_whole_system(dialect: four.Dialect) -> None:
    async with serve(dialect.vendor().app) as url:
        options = drafted(dialect, url).options
        auth = json.dumps(by_hand(dialect)["auth"]).replace(f"https://{dialect.host}", url)
        for name, value in dialect.environ.items():
            auth = auth.replace(f"${{env:{name}}}", value)
        options["auth"] = json.loads(auth)
        options["list"]["paging"]["max_size"] = 20
        # Which agency a case belongs to is for a person to say.
        environment = Environment(
            source=dialect.source,
            agencies=tuple(dialect.agencies),
            open_http=lambda base: AiohttpClient(base, max_concurrent=4),
        )
        connector = PLUGIN.open(RestOptions.model_validate_json(json.dumps(options)), environment)
        selection = Selection(fields=SELECTABLE)
        found, complete = await rows(
            connector, pageable(connector.capabilities, selection=selection, limit=20)
        )
        await connector.aclose()
    assert complete
    seen = {case.origin.source_id: case for case in found}
    right = {case.origin.source_id: case for case in dialect.complaints()}
    assert seen.keys() == right.keys()
    wrong = {
        (source_id, name)
        for source_id, case in right.items()
        for name in OURS & options["record"]["fields"].keys()
        if getattr(seen[source_id], name) != getattr(case, name)
    }
    assert not wrong


def _leaves(value: Mapping[str, Any], where: str = "") -> list[str]:
    found = []
    for name, held in value.items():
        here = f"{where}.{name}".lstrip(".")
        found += _leaves(held, here) if isinstance(held, dict) and held else [here]
    return found
