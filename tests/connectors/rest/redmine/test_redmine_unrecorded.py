"""A real Redmine keeps every promise of the shared suite, and its issues are in the graph."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from connectors.contract.connector import Connector, Files, Filing, Gets, Saying
from connectors.contract.query import SELECTABLE, Selection
from connectors.contract.records import (
    AgencyCode,
    Attachment,
    AuthorRole,
    Complaint,
    DatePrecision,
    Event,
    EventKind,
    Kind,
    Message,
    Mode,
    Origin,
    SourceId,
    Visibility,
)
from connectors.testing.asking import call
from connectors.testing.suite import ConnectorSuite
from gateway.app import Config, build
from gateway.config import Configured, load, read_settings
from gateway.keys import Keys
from tests.connectors.rest.redmine.desk import (
    AGENCIES,
    STATUSES,
    changed,
    connected,
    described_as_mirror,
    environ,
    issues,
    told,
)
from tests.connectors.rest.redmine.test_redmine_writing import filing
from tests.connectors.rest.redmine.upstreams import ADMINISTRATOR, GATEWAY, KEYS, Redmine
from tests.gateway.cli.command import chikaya

QUESTION = """
{ complaints(first: 50, filter: {agencies: ["water-office"], statuses: [ANSWERED]}) {
    nodes { title status origin { source rawStatus } }
    sources { source status rows } complete } }
"""
MIRRORED = """
{ agency(code: "water-office") { source { heardAt lagSeconds } }
  complaints(first: 100) {
    nodes { title status origin { sourceId mode } }
    sources { source status rows lagSeconds } } }
"""


pytestmark = pytest.mark.skipif(
    "REAL_REDMINE_URL" not in os.environ, reason="asks a real Redmine only: just real"
)


class TestRealRedmine(ConnectorSuite):
    """With an administrator's key: the suite moves cases as no workflow would let it."""

    _there: Sequence[Complaint] = ()

    @pytest.fixture
    async def connector(self, live_redmine: Redmine) -> AsyncIterator[Connector]:
        found = [
            await live_redmine.own_api(
                "GET", f"issues/{row['id']}.json", include="journals,attachments"
            )
            for row in await issues(live_redmine)
        ]
        self._there = [as_expected(each["issue"]) for each in found]
        async with connected(live_redmine, key=KEYS[ADMINISTRATOR]) as connector:
            yield connector

    def expected(self) -> Sequence[Complaint]:
        return self._there

    def filing(self) -> Filing:
        return filing("4471083920180")

    def saying(self, visibility: Visibility) -> Saying:
        # The source outlives each test: what one says in public is not internal in the next.
        saying = super().saying(visibility)
        return replace(saying, body=f"{saying.body} ({visibility.lower()})")

    async def test_a_filed_case_can_be_read_back(self, connector: Connector) -> None:
        """But for our reference, which Redmine's API lets stand nowhere else (see the page)."""
        assert isinstance(connector, Files)
        assert isinstance(connector, Gets)
        sent = self.filing()
        filed = await connector.file(sent, key="key-1", call=call())
        assert filed.source_id is not None
        found = await connector.get([filed.source_id], Selection(fields=SELECTABLE), call())
        read = found[filed.source_id]
        assert (read.title, read.service_code) == (sent.title, sent.service_code)
        assert read.description == f"{sent.description}\n\nRéférence : {sent.reference}"


def as_expected(issue: dict[str, Any]) -> Complaint:
    """A whole issue in our words."""
    facts: dict[str, Any] = told(issue)
    journals = issue["journals"]
    changes = [
        (journal, number, each["new_value"])
        for journal in journals
        for number, each in enumerate(
            each
            for each in journal["details"]
            if (each["property"], each["name"]) == ("attr", "status_id")
        )
    ]
    return Complaint(
        origin=Origin(
            source=SourceId("services-desk"),
            source_id=facts["id"],
            mode=Mode.LIVE,
            fetched_at=facts["updated"],
            source_updated_at=facts["updated"],
            raw_status=facts["raw_status"],
        ),
        agency_code=AgencyCode(facts["agency"]),
        status=facts["status"],
        kind=Kind.COMPLAINT,
        title=facts["title"],
        description=facts["description"],
        service_code=facts["service"],
        category=facts["category"],
        created_at=facts["created"],
        created_precision=DatePrecision.INSTANT,
        updated_at=facts["updated"],
        messages=tuple(map(_message, (each for each in journals if each["notes"]))),
        events=(
            Event(id=f"{facts['id']}:filed", kind=EventKind.FILED, at=facts["created"]),
            *(_change(journal, number, word) for journal, number, word in changes),
        ),
        attachments=tuple(map(_attachment, issue["attachments"])),
    )


def _message(journal: dict[str, Any]) -> Message:
    return Message(
        id=str(journal["id"]),
        author=AuthorRole.AGENCY,
        visibility=Visibility.INTERNAL if journal["private_notes"] else Visibility.PUBLIC,
        body=journal["notes"].replace("\r\n", "\n"),
        at=_at(journal),
    )


def _change(journal: dict[str, Any], number: int, word: str) -> Event:
    return Event(
        id=f"{journal['id']}:{number}",
        kind=EventKind.STATUS_CHANGED,
        at=_at(journal),
        status=STATUSES[int(word)],
        raw_status=word,
    )


def _at(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["created_on"])


def _attachment(item: dict[str, Any]) -> Attachment:
    return Attachment(
        id=str(item["id"]),
        name=item["filename"],
        media_type=item["content_type"],
        bytes=item["filesize"],
    )


async def answered(configured: Configured, database_url: str, document: str) -> dict[str, Any]:
    """What a gateway answers that is up for just this question."""
    settings = read_settings({"CHIKAYA_ENV": "development"}, database_url=database_url)
    keys = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
    app = build(Config(settings, configured, keys))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://gateway"
        ) as client,
    ):
        answer = (await client.post("/graphql", json={"query": document})).json()
    assert "errors" not in answer, answer
    told: dict[str, Any] = answer["data"]
    return told


async def test_the_issues_of_a_real_redmine_are_in_the_graph(
    live_redmine: Redmine, sqlite_url: str
) -> None:
    configured = load(AGENCIES, environ=environ(live_redmine.url, KEYS[GATEWAY]))
    complaints = (await answered(configured, sqlite_url, QUESTION))["complaints"]
    assert sorted(node["title"] for node in complaints["nodes"]) == sorted(
        issue["subject"]
        for issue in await issues(live_redmine)
        if (issue["status"]["id"], issue["project"]["name"]) == (3, "Eau – الماء")
    )
    for node in complaints["nodes"]:
        assert node["status"] == "ANSWERED"
        assert node["origin"] == {"source": "services-desk", "rawStatus": "3"}
    assert complaints["complete"]
    outcomes = {each["source"]: each["status"] for each in complaints["sources"]}
    assert outcomes["services-desk"] == "OK"


async def test_the_command_keeps_a_mirror_of_a_real_redmine(
    live_redmine: Redmine, database_url: str, tmp_path: Path
) -> None:
    names = environ(live_redmine.url, KEYS[GATEWAY]) | {"CHIKAYA_ENV": "development"}
    agencies = described_as_mirror(tmp_path)
    words = ("sync", "services-desk", "--json", "--database-url", database_url)

    async def synced() -> dict[str, Any]:
        ran = await asyncio.to_thread(chikaya, *words, folder=tmp_path, env=names)
        assert ran.returncode == 0, ran.stderr
        account: dict[str, Any] = json.loads(ran.stdout)
        return account

    before = await issues(live_redmine)
    first = await synced()
    assert (first["full"], first["new"], first["changed"]) == (True, len(before), 0)
    await changed(live_redmine, before)
    second = await synced()
    assert (second["full"], second["new"], second["changed"]) == (False, 1, 2)
    assert second["read"] == second["unchanged"] + 3

    after = await issues(live_redmine)
    asked = len(live_redmine.asked)
    answer = await answered(load(agencies, environ=names), database_url, MIRRORED)
    assert len(live_redmine.asked) == asked, "a mirror's list asks nobody"
    complaints, source = answer["complaints"], answer["agency"]["source"]
    assert {
        node["origin"]["sourceId"]: (node["title"], node["status"]) for node in complaints["nodes"]
    } == {str(each["id"]): (each["subject"], STATUSES[each["status"]["id"]]) for each in after}
    assert {node["origin"]["mode"] for node in complaints["nodes"]} == {"MIRROR"}
    outcome = next(each for each in complaints["sources"] if each["source"] == "services-desk")
    assert (outcome["status"], outcome["rows"]) == ("OK", len(after))
    for freshness in (outcome["lagSeconds"], source["lagSeconds"]):
        assert 0 < freshness < 60
    assert datetime.fromisoformat(source["heardAt"]) == datetime.fromisoformat(second["began_at"])
