"""What is drafted from the four dialects' samples is right where it is not marked as unsure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.connector import Environment
from connectors.contract.query import SELECTABLE, Selection
from connectors.http import AiohttpClient
from connectors.rest import PLUGIN, RestOptions
from connectors.testing.asking import pageable, rows
from connectors.testing.serving import serve
from gateway.config import load
from gateway.drafting import Evidence, Proposal, asked_at, marks, proposed, read_sample, yaml_of
from tests.dialects import four
from tests.dialects.cursors import server as cursors
from tests.dialects.envelopes import server as envelopes
from tests.dialects.links import server as links
from tests.dialects.sessions import server as sessions

SAMPLES = Path(four.__file__).parent
MILLISECONDS = "epoch_milliseconds"


@dataclass(frozen=True)
class Right:
    """What an engineer who read the vendor's documentation would have written."""

    dialect: four.Dialect
    asked: str
    id: str
    title: str
    status: str
    times: Mapping[str, Any]
    paging: Mapping[str, Any]
    auth: Mapping[str, Any]
    """What the person adds to the draft, so that it is let in."""

    def __str__(self) -> str:
        return self.dialect.name


RIGHT = [
    Right(
        four.CURSORS,
        "/api/v3/cases?limit=3&cursor=",
        id="$.id",
        title="$.subject",
        status="$.state",
        times={
            name: {"path": f"$.{name}", "format": MILLISECONDS}
            for name in ("created_at", "received_at", "updated_at", "due_at", "closed_at")
        },
        paging={
            "style": "cursor",
            "parameter": "cursor",
            "next": "$.meta.next_cursor",
            "size_parameter": "limit",
        },
        auth={"kind": "header", "name": "X-Api-Key", "value": cursors.KEY},
    ),
    Right(
        four.SESSIONS,
        "/desk/issues?page=0&size=3",
        id="$.key",
        title="$.title",
        status="$.status.id",
        times={
            "created_at": "$.createdOn",
            "updated_at": "$.updatedOn",
            "due_at": "$.dueOn",
            "closed_at": "$.closedOn",
        },
        paging={"style": "page", "parameter": "page", "first": 0, "size_parameter": "size"},
        auth={
            "kind": "session",
            "login": {
                "path": "session",
                "json": {"login": sessions.LOGIN, "password": sessions.PASSWORD},
            },
            "token": {"path": "$.session.token"},
            "send": {"header": "X-Session"},
        },
    ),
    Right(
        four.ENVELOPES,
        "/ws/reclamations/recherche?p_page=1&p_taille=3&cle=made-up-query-key",
        id="$.numero",
        title="$.objet",
        status="$.statut",
        times={
            "created_at": {"path": "$.date_depot", "format": "%d/%m/%Y %H:%M:%S"},
            "updated_at": {"path": "$.date_maj", "format": "%d/%m/%Y %H:%M:%S"},
            "due_at": {"path": "$.echeance", "format": "%d/%m/%Y"},
            "closed_at": {"path": "$.date_cloture", "format": "%d/%m/%Y %H:%M:%S"},
        },
        paging={"style": "page", "parameter": "p_page", "first": 1, "size_parameter": "p_taille"},
        auth={"kind": "query", "name": "cle", "value": envelopes.KEY},
    ),
    Right(
        four.LINKS,
        "/v1/tickets?per_page=3",
        id="$.ticket_id",
        title="$.headline",
        status="$.status",
        times={"created_at": "$.opened", "updated_at": "$.changed"},
        paging={"style": "link_header", "size_parameter": "per_page"},
        auth={},
    ),
]
OURS = frozenset({"created_at", "received_at", "updated_at", "due_at", "closed_at"})


def drafted(right: Right, url: str = "https://desk.example") -> Proposal:
    folder = SAMPLES / right.dialect.name / "samples"
    answers = [read_sample(path) for path in sorted(folder.glob("*.json"))]
    return proposed(Evidence(answers, asked_at(url + right.asked)))


@pytest.mark.parametrize("right", RIGHT, ids=str)
def test_id_title_status_dates_and_paging_are_right(right: Right) -> None:
    options = drafted(right).options
    fields = options["record"]["fields"]
    paging = {k: v for k, v in options["list"]["paging"].items() if k != "max_size"}
    assert (options["record"]["id"], fields["title"], options["record"]["status"]) == (
        right.id, right.title, right.status,
    )  # fmt: skip
    assert {name: rule for name, rule in fields.items() if name in OURS} == right.times
    assert paging == right.paging


# What no sample shows, of all that must be right: no case of theirs is closed, and so on.
UNSHOWN = {
    "cursors": {"record.fields.closed_at", "list.paging.max_size"},
    "sessions": {"list.paging.max_size"},
    "envelopes": {"record.fields.closed_at", "list.paging.max_size"},
    "links": {"list.paging.max_size"},
}


@pytest.mark.parametrize("right", RIGHT, ids=str)
def test_the_rest_is_marked_as_unsure(right: Right) -> None:
    proposal = drafted(right)
    unsure = marks(proposal)
    sure = {
        "record.id",
        "record.fields.title",
        "record.status",
        *(f"record.fields.{n}" for n in OURS),
    }
    doubted = {where for where in unsure if where in sure or where.startswith("list.paging")}
    assert doubted == UNSHOWN[str(right)]
    plain = {"url", "list.request.path", "list.records", "get.record", *sure}
    for where in _leaves(proposal.options):
        marked = any(where == place or where.startswith(f"{place}.") for place in unsure)
        known = where.startswith("list.paging") or any(
            where == place or where.startswith(f"{place}.") for place in plain
        )
        assert marked or known, f"{where} is neither plain nor marked"


@pytest.mark.parametrize("right", RIGHT, ids=str)
def test_no_message_is_proposed_to_be_public(right: Right) -> None:
    messages = drafted(right).options.get("children", {}).get("messages", {})
    assert "visibility" not in messages
    assert right.dialect is four.ENVELOPES or messages


@pytest.mark.parametrize("right", RIGHT, ids=str)
def test_what_is_written_can_be_loaded_and_says_the_same(right: Right, tmp_path: Path) -> None:
    proposal = drafted(right)
    file = tmp_path / "agencies.yaml"
    file.write_text(yaml_of(proposal, source="desk"), encoding="utf-8")
    (source,) = load(file, environ={"DESK_KEY": "made-up"}).sources
    told = json.dumps(proposal.options).replace("${env:DESK_KEY}", "made-up")
    assert source.options == RestOptions.model_validate_json(told)
    text = file.read_text("utf-8")
    assert text.count("# UNSURE: ") == len(proposal.unsure) + 1


@pytest.mark.parametrize("right", RIGHT, ids=str)
async def test_with_its_key_added_it_lists_the_whole_system(right: Right) -> None:
    dialect = right.dialect
    async with serve(dialect.vendor().app) as url:
        options = drafted(right, url).options
        oauth = {
            "kind": "oauth2",
            "token_url": f"{url}/oauth/token",
            "client_id": links.CLIENT,
            "client_secret": links.SECRET,
        }
        options["auth"] = dict(right.auth) or oauth
        options["list"]["paging"]["max_size"] = 20
        # Which agency a case belongs to is for a person to say.
        environment = Environment(
            source=dialect.source,
            agencies=tuple(dialect.agencies),
            open_http=lambda base: AiohttpClient(base, max_concurrent=4),
        )
        told = RestOptions.model_validate_json(json.dumps(options))
        connector = PLUGIN.open(told, environment)
        selection = Selection(fields=SELECTABLE)
        found, complete = await rows(
            connector, pageable(connector.capabilities, selection=selection, limit=20)
        )
        await connector.aclose()
    assert complete
    seen = {case.origin.source_id: case for case in found}
    right_cases = {case.origin.source_id: case for case in dialect.complaints()}
    assert seen.keys() == right_cases.keys()
    wrong = {
        (source_id, name)
        for source_id, case in right_cases.items()
        for name in {"created_at", "updated_at", "due_at", "closed_at"} & right.times.keys()
        if getattr(seen[source_id], name) != getattr(case, name)
    }
    assert not wrong


def _leaves(value: Mapping[str, Any], where: str = "") -> list[str]:
    found = []
    for name, held in value.items():
        here = f"{where}.{name}".lstrip(".")
        found += _leaves(held, here) if isinstance(held, dict) and held else [here]
    return found
