"""Each dialect as a mirror: a pass brings its cases, and later what changed, into the lists."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from connectors.contract.connector import Move
from connectors.contract.lifecycle import Status
from connectors.contract.records import Complaint
from connectors.testing.asking import call, pageable, pages
from gateway.app import Config, build
from gateway.cli.syncing import Syncing
from gateway.config import Configured, Settings, load, read_settings
from gateway.keys import Keys
from tests.dialects.connecting import ENVIRON, PAGE, file_of, opened, served, written
from tests.dialects.four import CURSORS, ENVELOPES, FOUR, Dialect
from tests.dialects.test_dialects_acts import filing
from tests.dialects.vendor import Vendor
from tests.gateway.cli.command import chikaya

LISTED = """query ($agency: String!) {
  agency(code: $agency) { source { mode heardAt lagSeconds } }
  complaints(first: 100) {
    nodes { title description status createdAt updatedAt
            origin { source sourceId mode stale rawStatus } }
    pageInfo { hasNextPage }
    sources { source status rows asOf lagSeconds fieldsMissing }
    complete
  }
}"""


@dataclass(frozen=True)
class Mirrored:
    """A dialect whose description calls it a mirror, and a store for that."""

    dialect: Dialect
    vendor: Vendor
    settings: Settings
    configured: Configured

    async def sync(self, *, full: bool = False) -> dict[str, Any]:
        """What `chikaya sync` accounts for; its calls are not counted among the vendor's."""
        account = await Syncing(self.settings, self.configured).run(self.dialect.source, full=full)
        self.vendor.calls.clear()
        return account

    async def listed(self) -> dict[str, Any]:
        """What a gateway answers that is up for just this question, and asks nobody for it."""
        keys = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
        app = build(Config(self.settings, self.configured, keys))
        self.vendor.calls.clear()
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as client,
        ):
            said = {"query": LISTED, "variables": {"agency": self.dialect.agencies[0]}}
            answer = (await client.post("/graphql", json=said)).json()
        assert "errors" not in answer, answer
        assert self.vendor.calls == []
        told: dict[str, Any] = answer["data"]
        assert not told["complaints"]["pageInfo"]["hasNextPage"]
        return told

    def outcome(self, listed: dict[str, Any]) -> dict[str, Any]:
        """How the source did for that answer."""
        every = {each["source"]: each for each in listed["complaints"]["sources"]}
        assert set(every) == {"store", self.dialect.source}
        found: dict[str, Any] = every[self.dialect.source]
        return found


@asynccontextmanager
async def mirrored(
    dialect: Dialect, folder: Path, database_url: str
) -> AsyncIterator[tuple[Mirrored, Any]]:
    """The mirror, and the connector that asks the system itself and acts there."""
    async with served(dialect) as found:
        vendor, url = found[dialect]
        configured = load(described(dialect, url, folder), environ=ENVIRON)
        connector: Any = opened(configured)
        settings = read_settings({"CHIKAYA_ENV": "development"}, database_url=database_url)
        try:
            yield Mirrored(dialect, vendor, settings, configured), connector
        finally:
            await connector.aclose()


def described(dialect: Dialect, url: str, folder: Path) -> Path:
    """The page's files in `folder`, with the change to a mirror that the page shows."""
    agencies, file = written(folder, {dialect: url}), folder / file_of(dialect)
    file.write_text(PAGE.changed(file.read_text("utf-8")), "utf-8")
    return agencies


async def there(connector: Any) -> dict[str, Any]:
    """The cases that the system itself tells, by id, as the graph should tell them."""
    told = await pages(connector, pageable(connector.capabilities))
    return {row.origin.source_id: facts(row) for page in told for row in page.records}


def facts(case: Complaint) -> Any:
    return case.title, case.status, case.created_at, case.updated_at, case.origin.raw_status


def rows(listed: dict[str, Any]) -> dict[str, Any]:
    """The same of the graph's answer, whose rows are all the mirror's."""
    nodes = listed["complaints"]["nodes"]
    assert {(node["origin"]["mode"], node["origin"]["stale"]) for node in nodes} == {
        ("MIRROR", False)
    }
    assert {node["description"] for node in nodes} == {None}
    found = {node["origin"]["sourceId"]: _facts_of(node) for node in nodes}
    assert len(found) == len(nodes)
    return found


def _facts_of(node: dict[str, Any]) -> Any:
    created, updated = (
        node[at] and datetime.fromisoformat(node[at]) for at in ("createdAt", "updatedAt")
    )
    return node["title"], Status(node["status"]), created, updated, node["origin"]["rawStatus"]


@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_a_described_system_is_mirrored_and_followed(
    dialect: Dialect, tmp_path: Path, database_url: str
) -> None:
    async with mirrored(dialect, tmp_path, database_url) as (mirror, connector):
        held = await there(connector)
        first = await mirror.sync()
        assert (first["full"], first["new"], first["changed"]) == (True, len(held), 0)
        filled = await mirror.listed()
        assert rows(filled) == held

        moved = next(id_ for id_, told in held.items() if told[1] is Status.SUBMITTED)
        await connector.move(moved, Move(status=Status.IN_PROGRESS), key="1", call=call())
        filed = await connector.file(filing(dialect.agencies[-1]), key="2", call=call())
        now_held = await there(connector)
        assert now_held.keys() - held.keys() == {filed.source_id}
        assert now_held[moved][1] is Status.IN_PROGRESS
        assert rows(await mirror.listed()) == held, "what was not heard yet is not told"

        second = await mirror.sync()
        assert (second["new"], second["changed"], second["unlisted"]) == (1, 1, 0)
        assert second["unchanged"] == second["read"] - 2
        if dialect is ENVELOPES:
            assert (second["full"], second["read"]) == (True, len(now_held)), "it tells no changes"
        else:
            assert (second["full"], 3 <= second["read"] < 10) == (False, True)
        followed = await mirror.listed()
        assert rows(followed) == now_held

        whole = await mirror.sync(full=True)
        assert (whole["full"], whole["new"], whole["changed"], whole["unlisted"]) == (True, 0, 0, 0)
        assert whole["unchanged"] == len(now_held)
        assert rows(await mirror.listed()) == now_held

    for account, listed in ((first, filled), (second, followed)):
        began_at = datetime.fromisoformat(account["began_at"])
        outcome, source = mirror.outcome(listed), listed["agency"]["source"]
        assert (outcome["status"], outcome["rows"]) == ("OK", len(rows(listed)))
        assert outcome["fieldsMissing"] == ["description"]
        assert listed["complaints"]["complete"] is True
        assert source["mode"] == "MIRROR"
        assert datetime.fromisoformat(outcome["asOf"]) == began_at
        assert datetime.fromisoformat(source["heardAt"]) == began_at
        assert 0 < outcome["lagSeconds"] < 60
        assert 0 < source["lagSeconds"] < 60


async def told(*words: str, folder: Path) -> str:
    """What the command prints for programs and people."""
    ran = await asyncio.to_thread(chikaya, *words, folder=folder, env=ENVIRON)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


async def test_the_command_accounts_for_it_as_the_page_shows(tmp_path: Path) -> None:
    shown = [block.text for block in PAGE.blocks if block.text.startswith("source ")]
    (command,) = [words for words in PAGE.commands if words[0] == "sync"]
    async with served(CURSORS) as found:
        described(CURSORS, found[CURSORS][1], tmp_path)
        printed = [await told(*command, folder=tmp_path)]
        connector: Any = opened(load(tmp_path / "agencies.yaml", environ=ENVIRON))
        try:
            await connector.move("a-0", Move(status=Status.IN_PROGRESS), key="1", call=call())
            await connector.file(filing(CURSORS.agencies[0]), key="2", call=call())
        finally:
            await connector.aclose()
        printed.append(await told(*command, folder=tmp_path))
    assert list(map(without_time, printed)) == list(map(without_time, shown))


def without_time(account: str) -> list[str]:
    times = ("began at", "lag seconds")
    return [line for line in account.splitlines() if not line.startswith(times)]


async def test_what_a_program_reads_is_json_though_words_are_unknown(tmp_path: Path) -> None:
    async with served(ENVELOPES) as found:
        described(ENVELOPES, found[ENVELOPES][1], tmp_path)
        words = ("sync", ENVELOPES.source, "--json")
        ran = await asyncio.to_thread(chikaya, *words, folder=tmp_path, env=ENVIRON)
    assert json.loads(ran.stdout)["new"] == len(ENVELOPES.complaints())
    assert "word_unmapped" in ran.stderr
