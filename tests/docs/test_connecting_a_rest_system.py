"""docs/connecting-a-rest-system.md: its answers are true, its commands say what it shows, it works.

What each of its descriptions promises is held to by tests/dialects.
"""

import json
import shlex
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.responses import Response
from typer.testing import CliRunner

from connectors.contract.lifecycle import Status
from connectors.contract.query import Direction, Order, key_of
from connectors.contract.records import STORE
from connectors.testing.asking import ids, pageable, pages
from gateway.app import Config, build
from gateway.cli import main
from gateway.config import ConfigError, load, read_settings
from gateway.keys import Keys
from tests.dialects.connecting import ENVIRON, PAGE, configured, file_of, opened, served
from tests.dialects.four import CURSORS, ENVELOPES, FOUR, LINKS, Dialect
from tests.dialects.samples import kept
from tests.dialects.vendor import Vendor


def contained(part: object, whole: object) -> bool:
    """Whether `whole` says all that `part` says; of a list, some of its items."""
    match part, whole:
        case dict(), dict():
            return all(key in whole and contained(part[key], whole[key]) for key in part)
        case list(), list():
            return all(any(contained(each, some) for some in whole) for each in part)
        case _:
            return part == whole


@pytest.mark.parametrize("block", [each for each in PAGE.blocks if each.language == "json"])
def test_what_a_system_is_shown_to_answer_is_what_it_answers(block: Any) -> None:
    shown = json.loads(block.text)
    samples = [json.loads(text) for dialect in FOUR for text in kept(dialect).values()]
    assert any(contained(shown, sample) for sample in samples), block.text


def test_the_page_describes_each_of_the_four() -> None:
    named = {"agencies.yaml", "first/agencies.yaml", *map(file_of, FOUR)}
    assert set(PAGE.files) == named
    assert len([block for block in PAGE.blocks if block.language == "yaml"]) == len(named)


def told_by_commands() -> Sequence[Any]:
    """Each command of the page with what it is shown to print."""
    return [
        pytest.param(shlex.split(before.text)[1:], after.text, id=" ".join(before.text.split()[:2]))
        for before, after in pairwise(PAGE.blocks)
        if before.language == "sh"
    ]


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all files of the page are, and nothing else is known."""
    for name, text in PAGE.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHIKAYA_ENV", "development")
    monkeypatch.setenv("CHIKAYA_DATABASE_URL", sqlite_url)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("words", "shown"), told_by_commands())
def test_a_command_prints_what_the_page_shows(words: list[str], shown: str, folder: Path) -> None:
    ran = CliRunner().invoke(main, words)
    assert (ran.exit_code, ran.output) == (0, shown)


def test_a_mistake_is_told_as_the_page_shows(folder: Path) -> None:
    (shown,) = [block.text for block in PAGE.blocks if "counter.yaml:" in block.text]
    file = folder / file_of(ENVELOPES)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("        complete: true\n", "", 1), encoding="utf-8")
    with pytest.raises(ConfigError) as wrong:
        load(Path("agencies.yaml"), environ=ENVIRON)
    assert " ".join(str(wrong.value).split()) == " ".join(shown.split())


async def test_the_least_that_works_brings_every_case(tmp_path: Path) -> None:
    async with served(CURSORS) as found:
        _, url = found[CURSORS]
        text = PAGE.files["first/agencies.yaml"].replace(f"https://{CURSORS.host}", url)
        (tmp_path / "agencies.yaml").write_text(text, encoding="utf-8")
        connector = opened(load(tmp_path / "agencies.yaml", environ=ENVIRON))
        try:
            told = await pages(connector, pageable(connector.capabilities))
        finally:
            await connector.aclose()
    rows = {row.origin.source_id: row for page in told for row in page.records}
    assert set(rows) == set(ids(CURSORS.complaints()))
    for case in CURSORS.complaints():
        row = rows[case.origin.source_id]
        assert (row.title, row.created_at) == (case.title, case.created_at)
        words = {Status.SUBMITTED, Status.IN_PROGRESS, Status.CLOSED}
        assert row.status is (case.status if case.status in words else Status.UNDER_ASSESSMENT) or (
            row.origin.raw_status == "scheduled"
        )


@asynccontextmanager
async def gateway(
    folder: Path, database_url: str
) -> AsyncIterator[tuple[httpx2.AsyncClient, dict[Dialect, Vendor]]]:
    """The whole gateway, with all four connected as the page says."""
    async with served(*FOUR) as found:
        config = Config(
            settings=read_settings({"CHIKAYA_ENV": "development"}, database_url=database_url),
            configured=configured(folder, {dialect: url for dialect, (_, url) in found.items()}),
            keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
        )
        app = build(config)
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
                yield client, {dialect: vendor for dialect, (vendor, _) in found.items()}


async def asked(client: httpx2.AsyncClient, **variables: object) -> dict[str, Any]:
    said = {"query": PAGE.block("graphql"), "variables": variables}
    answer = (await client.post("/graphql", json=said)).json()
    assert "errors" not in answer, answer
    told: dict[str, Any] = answer["data"]["complaints"]
    return told


async def test_all_four_come_as_one_list_in_one_order(tmp_path: Path, sqlite_url: str) -> None:
    order = Order(direction=Direction.DESC)
    cases = [case for dialect in FOUR for case in dialect.complaints()]
    cases.sort(key=lambda case: key_of(case, order).rank(order.direction))
    async with gateway(tmp_path, sqlite_url) as (client, _):
        nodes, after = [], None
        while True:
            page = await asked(client, after=after)
            assert page["complete"] is True, page["sources"]
            asked_of = {each["source"] for each in page["sources"]}
            assert asked_of == {STORE, *(dialect.source for dialect in FOUR)}
            nodes += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
    told = [(node["origin"]["source"], node["origin"]["sourceId"]) for node in nodes]
    assert told == [(case.origin.source, case.origin.source_id) for case in cases]
    assert [node["status"] for node in nodes] == [case.status for case in cases]
    assert [node["title"] for node in nodes] == [case.title for case in cases]


async def test_a_silent_one_costs_its_own_rows_and_says_so(tmp_path: Path, sqlite_url: str) -> None:
    async with gateway(tmp_path, sqlite_url) as (client, vendors):
        vendors[LINKS].misbehave(*[Response(status_code=503)] * 20)
        page = await asked(client)
    assert {each["source"]: each["status"] for each in page["sources"]} == {
        "cursor-desk": "OK",
        "session-register": "OK",
        "envelope-counter": "OK",
        "linked-works": "UNAVAILABLE",
        STORE: "OK",
    }
    assert {node["origin"]["source"] for node in page["nodes"]} == {
        "cursor-desk", "session-register", "envelope-counter"
    }  # fmt: skip
    assert page["complete"] is False


async def test_a_filter_is_joined_by_those_who_can_and_done_here_for_the_rest(
    tmp_path: Path, sqlite_url: str
) -> None:
    query = (
        "{ complaints(first: 100, filter: {statuses: [IN_PROGRESS]}) { nodes { id } complete } }"
    )
    async with gateway(tmp_path, sqlite_url) as (client, vendors):
        answer = (await client.post("/graphql", json={"query": query})).json()
        calls = {dialect: vendor.calls for dialect, vendor in vendors.items()}
    told = answer["data"]["complaints"]
    cases = [case for dialect in FOUR for case in dialect.complaints()]
    right = [case.id for case in cases if case.status is Status.IN_PROGRESS]
    assert sorted(node["id"] for node in told["nodes"]) == sorted(right)
    assert told["complete"] is True
    assert [len(calls[dialect]) for dialect in (CURSORS, ENVELOPES)] == [1, 1]
    assert "state=" in calls[CURSORS][0]
    assert not any("status=" in each for each in calls[LINKS])
